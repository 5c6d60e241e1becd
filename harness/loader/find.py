"""Find suites among files: a suite has a top-level `suite:` key, all else is a stranger's."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.errors import Problem, SuiteError, UsageError
from harness.loader.findings import Findings
from harness.loader.parse import parse
from harness.loader.source import MOST_BYTES, read_bounded
from harness.loader.tree import Fields

ENDINGS = (".yaml", ".yml")
_MOST_FLOW_BYTES = 64_000
_KEY = re.compile(rb"""^(?:suite|"suite"|'suite')[ \t]*:(?:[ \t\r]|$)""", re.MULTILINE)
_FLOW = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:\s|#[^\n]*\n|---)*\{")


def is_suite(path: Path) -> bool:
    """Tell whether the file has a top-level `suite:` key.

    It is cheap: at most 1 MB is read, and only a small document in braces is parsed.
    """
    try:
        data = read_bounded(path)
    except (OSError, ValueError):
        return False
    if _FLOW.match(data[:4096]):
        return len(data) <= _MOST_FLOW_BYTES and _has_key_in_braces(data)
    return _KEY.search(data.removeprefix(b"\xef\xbb\xbf"), 0, MOST_BYTES) is not None


def _has_key_in_braces(data: bytes) -> bool:
    root = parse(data.decode("utf-8-sig", errors="replace"), Findings(""))
    return isinstance(root, Fields) and "suite" in root.entries


def find_suites(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Give the files meant by `paths`, each once: a folder means the suites below it, sorted.

    Raises:
        SuiteError: paths that do not exist, all of them.
        UsageError: there is no suite.
    """
    missing = absent(paths)
    if missing:
        raise SuiteError(missing)
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _suites_below(path) if path.is_dir() else (path,):
            found.setdefault(file.resolve(), file)
    if not found:
        where = ", ".join(str(path) for path in paths) or "nothing"
        raise UsageError(
            f"no suite in {where}; a suite is a YAML file with a top-level suite: key; write one: "
            "version: 1, suite: NAME, cases: [{id: NAME, prompt: TEXT}]; keys: harness schema"
        )
    return tuple(found.values())


def absent(paths: Sequence[Path]) -> tuple[Problem, ...]:
    """Name the paths that do not exist."""
    return tuple(_absent(path) for path in paths if not exists(path))


def _absent(path: Path) -> Problem:
    if path.suffix:
        return Problem(file=str(path), message="no such file; correct the path")
    advice = f"run where your suites are, or write {path}/NAME.yaml"
    return Problem(file=str(path), message=f"no such folder; {advice}")


def exists(path: Path) -> bool:
    """Tell whether there is a file or folder; what no file can be called is none."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _suites_below(folder: Path) -> Iterator[Path]:
    """Walk `folder` without following links or entering hidden folders."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            file = Path(place, name)
            if name.endswith(ENDINGS) and not name.startswith(".") and is_suite(file):
                yield file
