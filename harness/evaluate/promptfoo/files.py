"""Read the files that a promptfoo configuration names: bounded, and below its own folder."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

from harness.errors import SuiteError, UsageError
from harness.loader.findings import Findings
from harness.loader.parse import parse
from harness.loader.source import read_text
from harness.loader.tree import plain

SCHEME = "file://"
TREES = (".yaml", ".yml", ".json")
TEXTS = (".txt", ".md", ".j2", ".jinja", ".jinja2", ".njk")
_MERGE = "<<"
_MOST_FILES = 1000


class Refused(UsageError):
    """A file that is named and cannot be taken over; the sentence says why."""


def read_tree(path: Path, *, shown: str) -> object:
    """Read a YAML or JSON file.

    Raises:
        SuiteError: everything that is wrong with it, by line and column.
    """
    findings = Findings(shown)
    root = parse(read_text(path, findings), findings)
    if findings.problems:
        raise SuiteError(findings.problems)
    return None if root is None else _merged(plain(root))


def _merged(tree: object) -> object:
    """Write out merge keys (`<<: *common`), as promptfoo reads YAML; what stands beside counts."""
    if isinstance(tree, list):
        return [_merged(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    told = tree.get(_MERGE)
    sources = told if isinstance(told, list) else [told]
    if _MERGE not in tree or not all(isinstance(source, dict) for source in sources):
        return {key: _merged(value) for key, value in tree.items()}
    found: dict[str, object] = {}
    for source in (*reversed(sources), {k: v for k, v in tree.items() if k != _MERGE}):
        inner = _merged(source)
        assert isinstance(inner, dict)
        found |= inner
    return found


def is_file(value: object) -> bool:
    """Tell whether a value names a file."""
    return isinstance(value, str) and value.startswith(SCHEME)


class Folder:
    """The folder of a configuration."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def named(self, value: str) -> tuple[Path, ...]:
        """Find the files that are meant by a path or a pattern, sorted.

        Raises:
            Refused: there is none, or it lies outside of the configuration's folder.
        """
        name = value.removeprefix(SCHEME)
        if not name or "\0" in name or Path(name).is_absolute() or ".." in Path(name).parts:
            raise Refused("only files below the configuration's folder are read")
        try:
            found = [self._root / name] if (self._root / name).is_file() else self._matching(name)
        except (OSError, ValueError, NotImplementedError) as error:
            raise Refused(f"cannot be read ({error})") from error
        inside = [path for path in found if self._is_inside(path)]
        if not inside:
            raise Refused("no such file below the configuration's folder")
        return tuple(inside[:_MOST_FILES])

    def _matching(self, name: str) -> list[Path]:
        return sorted(path for path in self._root.glob(name) if path.is_file())

    def _is_inside(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self._root.resolve())

    def text(self, path: Path) -> str:
        """Read a text.

        Raises:
            Refused: it is no readable text.
        """
        try:
            return read_text(path, Findings(path.name))
        except SuiteError as error:
            raise Refused(f"cannot be read: {error.problems[0].message}") from error

    def tree(self, path: Path) -> object:
        """Read a YAML or JSON file.

        Raises:
            Refused: it is none.
        """
        try:
            return read_tree(path, shown=path.name)
        except SuiteError as error:
            raise Refused(f"cannot be read: {error.problems[0].message}") from error

    def lines(self, path: Path) -> Iterator[object]:
        """Read a file of JSON lines.

        Raises:
            Refused: it is none.
        """
        for number, line in enumerate(self.text(path).splitlines(), 1):
            try:
                if line.strip():
                    yield json.loads(line)
            except (ValueError, RecursionError) as error:
                raise Refused(f"cannot be read: line {number} is no JSON") from error

    def rows(self, path: Path) -> Iterator[dict[str, str]]:
        """Read the rows of a CSV file with a header.

        Raises:
            Refused: it is none.
        """
        reader = csv.DictReader(io.StringIO(self.text(path)))
        try:
            for row in reader:
                yield {
                    key: value
                    for key, value in row.items()
                    if isinstance(key, str) and isinstance(value, str)
                }
        except csv.Error as error:
            raise Refused(f"cannot be read as CSV: {error}") from error
