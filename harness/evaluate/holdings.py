"""Read what every recording of a workspace holds, with all that is broken in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from harness.errors import CassetteError, HarnessError
from harness.evaluate.workspace import Workspace
from harness.recording.cassette_file import read_cassette, read_session
from harness.recording.cassettes import Cassettes, recordings_of
from harness.recording.interaction import Interaction, Session
from harness.store.committed import FOLDER

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one recording holds, as far as it can be read.

    Attributes:
        name: `suite/recording`.
        folder: Where it lies.
        items: Every answer, in force and replaced.
        journal: How many answers a recorder left in its journal.
        sessions: The manifest.
        strays: Files of names that nothing is recorded under, and where their answers belong.
        broken: What cannot be read, a file a line.
    """

    name: str
    folder: Path
    items: tuple[Interaction, ...]
    journal: int
    sessions: tuple[Session, ...]
    strays: tuple[tuple[Path, str], ...]
    broken: tuple[str, ...]


def holdings(workspace: Workspace) -> Iterator[Holding]:
    """Read one recording after the other, in the order of their names."""
    return map(_held, all_recordings(workspace))


def misfits(workspace: Workspace) -> tuple[Path, ...]:
    """Give the folders that stand where recordings do, by names that none can have."""
    return tuple(place for place in _places(workspace) if isinstance(place, Path))


def all_recordings(workspace: Workspace) -> Iterator[Cassettes]:
    """Name every recording below the folder of cassettes; folders of others are passed over."""
    return (place for place in _places(workspace) if isinstance(place, Cassettes))


def _places(workspace: Workspace) -> Iterator[Cassettes | Path]:
    root = workspace.root / workspace.settings.cassettes
    for suite in sorted(p.name for p in root.glob("*") if p.is_dir() and p.name != "blobs"):
        for recording in recordings_of(root, suite):
            try:
                yield workspace.cassettes(suite, recording)
            except CassetteError:
                yield root / suite / recording


def _held(cassettes: Cassettes) -> Holding:
    """Read a recording; where it is broken, file by file."""
    broken: list[str] = []
    journal = _tried(cassettes.journal, broken)
    sessions = _tried(cassettes.sessions, broken)
    items = (*_tried(cassettes.load, broken), *_tried(cassettes.replaced, broken))
    if broken:
        items, broken = _one_by_one(cassettes.folder, journal, broken)
    return Holding(
        name=f"{cassettes.suite}/{cassettes.recording}",
        folder=cassettes.folder,
        items=items,
        journal=len(journal),
        sessions=sessions,
        strays=() if broken else _strays(cassettes),
        broken=tuple(broken),
    )


def _strays(cassettes: Cassettes) -> tuple[tuple[Path, str], ...]:
    found = {path: cassettes.path(item).name for path, item in cassettes.strays()}
    return tuple(found.items())


def _tried(read: Callable[[], tuple[T, ...]], broken: list[str]) -> tuple[T, ...]:
    try:
        return read()
    except HarnessError as error:
        if str(error) not in broken:
            broken.append(str(error))
        return ()


def _one_by_one(
    folder: Path, journal: tuple[Interaction, ...], said: list[str]
) -> tuple[tuple[Interaction, ...], list[str]]:
    """Read every file on its own: give what is whole, and every file that is not."""
    found, broken = list(journal), []
    for path in sorted(folder.rglob("*.json")):
        try:
            found += _file(path)
        except CassetteError as error:
            broken.append(str(error))
    seen = "\n".join(broken)
    others = [line for line in said if line.partition(": ")[0] not in seen]
    return tuple(found), [*broken, *others]


def _file(path: Path) -> list[Interaction]:
    """Read one file of a recording; the manifest's hold no answers."""
    if path.parent.name == "_manifest":
        read_session(path)
        return []
    if path.parent.name == FOLDER:  # committed measures: no answers either
        return []
    return read_cassette(path)
