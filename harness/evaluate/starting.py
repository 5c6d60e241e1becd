"""Start a workspace: a suite, its references, settings, a workflow, one simulated recording."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from harness.errors import StoreError, UsageError
from harness.loader import json_schema
from harness.store.files import dump_json, write_atomic
from harness.store.git import git_above

SCHEMA = "suites/harness.schema.json"
WORKFLOW = ".github/workflows/harness.yml"
_NAMES = {
    "gitignore": ".gitignore",
    "gitattributes": ".gitattributes",
    "ci/github-pull-request.yml": WORKFLOW,
}
"""What lies in the package under a name that no tool minds."""
SETTINGS = "harness.toml"
_SHARED = (".gitignore", ".gitattributes", SETTINGS, WORKFLOW, SCHEMA)
"""What a folder may have already: it is left as it is, and said."""
_ONLY_OURS = ("suites/", "cassettes/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What was begun.

    Attributes:
        folder: Where.
        suite: The suite's file.
        written: Files that were written, from the folder.
        left: Files that were there and say something else, each with what to do, a sentence.
        recorded: Whether a simulated recording was brought along.
    """

    folder: Path
    suite: Path
    written: tuple[str, ...]
    left: tuple[str, ...]
    recorded: bool


def start(folder: Path, *, suite: tuple[str, str] | None = None) -> Started:
    """Write what a first run needs; nothing that is there is overwritten.

    Args:
        folder: Where; made if it is not there.
        suite: Id and text of a suite to write in the place of the example and its recording.

    Raises:
        UsageError: something of the suite is there already, or the folder lies among another
            workspace's suites; nothing was written.
        StoreError: the folder cannot be written.
    """
    wanted = starter() if suite is None else _with_suite(*suite)
    file = "suites/shop.yaml" if suite is None else f"suites/{suite[0]}.yaml"
    _refuse_among_suites(folder)
    _refuse_no_folder(folder)
    there = {name for name, data in wanted.items() if _is_other(folder / name, data)}
    taken = sorted(there - set(_SHARED))
    if taken:
        raise UsageError(
            f"{folder / taken[0]} is there already{_more(taken)}, and nothing was written; say "
            "another folder: harness init DIR, or move it away"
        )
    missing = {name: data for name, data in wanted.items() if not os.path.lexists(folder / name)}
    for name, data in missing.items():
        write_atomic(folder / name, data)
    left = [_left(folder, name, wanted[name]) for name in sorted(there)]
    return Started(
        folder=folder,
        suite=folder / file,
        written=tuple(missing),
        left=(*left, *_misplaced(folder, missing)),
        recorded=suite is None,
    )


@cache
def starter() -> Mapping[str, bytes]:
    """Give every file of the example by its path."""
    found = {SCHEMA: dump_json(json_schema())}
    for name, data in _packaged(files("harness.evaluate") / "starter", ""):
        if name in _NAMES or not name.startswith("ci/"):
            found[_NAMES.get(name, name)] = data
    return MappingProxyType(found)


def _packaged(place: Traversable, above: str) -> Iterator[tuple[str, bytes]]:
    for item in sorted(place.iterdir(), key=lambda item: item.name):
        name = f"{above}{item.name}"
        if item.is_dir():
            yield from _packaged(item, f"{name}/")
        else:
            yield name, item.read_bytes()


def _with_suite(identifier: str, text: str) -> Mapping[str, bytes]:
    shared = {
        name: data
        for name, data in starter().items()
        if name == SCHEMA or not name.startswith(_ONLY_OURS)
    }
    return {**shared, f"suites/{identifier}.yaml": text.encode()}


def _refuse_among_suites(folder: Path) -> None:
    """Refuse a folder whose suites the workspace above would take for its own."""
    here = Path(os.path.realpath(folder))
    for above in here.parents:
        if here.is_relative_to(above / "suites") and (above / SETTINGS).is_file():
            raise UsageError(
                f"{folder}: lies among the suites of the workspace {above}, which would take "
                "its suites for its own; nothing was written: say a folder beside them"
            )


def _refuse_no_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{folder}: cannot be made ({error.strerror}); nothing was written: say a folder "
            "that you may write"
        ) from error


def _is_other(path: Path, data: bytes) -> bool:
    """Tell whether something else is there."""
    try:
        return path.read_bytes() != data
    except FileNotFoundError:
        return path.is_symlink()
    except OSError:  # a folder in a file's place, or one that nobody may read
        return True


def _more(taken: list[str]) -> str:
    return f", as are {len(taken) - 1} more files of it" if len(taken) > 1 else ""


def _left(folder: Path, name: str, data: bytes) -> str:
    if name != ".gitignore":
        return f"{folder / name} is there already and was left as it is"
    try:
        there = set((folder / name).read_text(encoding="utf-8", errors="replace").splitlines())
    except OSError:
        there = set()
    ours = [line for line in data.decode().splitlines() if line and not line.startswith("#")]
    absent = [line for line in ours if line not in there]
    add = f"; add to it: {' '.join(absent)}" if absent else ""
    return f"{folder / name} is there already and was left as it is{add}"


def _misplaced(folder: Path, written: Mapping[str, bytes]) -> Iterator[str]:
    """Say where a workflow has to lie, if the repository begins above the folder."""
    top = git_above(folder)
    if WORKFLOW in written and top is not None and top.resolve() != folder.resolve():
        yield (
            f"{folder / WORKFLOW}: GitHub reads workflows at the top of a repository only: move "
            f"it to {top / WORKFLOW}, with working-directory: where it runs harness"
        )
