"""Verify recordings and blobs: every digest, and every reference both ways."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from harness.errors import UsageError
from harness.evaluate.holdings import Holding, holdings, misfits
from harness.evaluate.verify_blobs import Layout, Looked, State, layout, look
from harness.evaluate.verify_items import Missed, missed, unsound
from harness.evaluate.workspace import Workspace
from harness.model.blob import BLOB_NAME
from harness.recording.packing import blob_names
from harness.report.words import count_of


class Kind(StrEnum):
    """What may be found; in the order in which it is told."""

    BROKEN = "broken"
    CORRUPT = "corrupt"
    MISSING = "missing"
    POINTER = "pointer"
    UNSOUND = "unsound"
    MANIFEST = "manifest"
    NAME = "name"
    BACK = "back again"
    ELSEWHERE = "elsewhere"
    UNPUSHED = "unpushed"
    FORGOTTEN = "forgotten"
    UNREFERENCED = "unreferenced"
    JOURNAL = "journal"
    TEMPORARY = "temporary"


NOTES = frozenset({
    Kind.ELSEWHERE, Kind.UNPUSHED, Kind.FORGOTTEN, Kind.UNREFERENCED, Kind.JOURNAL, Kind.TEMPORARY,
})  # fmt: skip
"""What is said and is no fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that was found.

    Attributes:
        kind: What it is.
        where: A file, a blob or a recording.
        message: What is so, and what to do.
        samples: The samples it concerns, as `suite/recording: sample`.
    """

    kind: Kind
    where: str
    message: str
    samples: tuple[str, ...] = ()

    @property
    def is_fault(self) -> bool:
        return self.kind not in NOTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What verifying found.

    Attributes:
        recordings: How many were read.
        answers: How many they hold, replaced ones too.
        blobs: How many were read.
        size: Bytes of these.
        unreferenced: Names of blobs that no recording names.
        named: Names of blobs that the recordings name and that are here.
        found: Faults and notes, by kind.
    """

    recordings: int
    answers: int
    blobs: int
    size: int
    unreferenced: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    found: tuple[Found, ...] = ()

    @property
    def faults(self) -> int:
        return sum(one.is_fault for one in self.found)


@dataclass(slots=True, kw_only=True)
class _Read:
    """What was read of recordings, while it is gathered."""

    recordings: int = 0
    answers: int = 0
    users: dict[str, list[str]] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)


def verify(workspace: Workspace, only: Sequence[str] = ()) -> Verified:
    """Verify everything, or the recordings that are named and the blobs that they name.

    Args:
        workspace: What is verified.
        only: `suite` or `suite/recording`; empty for all.

    Raises:
        UsageError: nothing is called so.
    """
    read = _Read()
    _read_recordings(workspace, tuple(only), read)
    files = layout(workspace.blobs.root)
    named = {name[:64] for name in read.users}
    paths = [path for path in files.blobs if not only or path.name[:64] in named]
    size = 0
    for looked in look(tuple(paths)):
        size += looked.size
        read.found += _of_blob(looked, workspace, read.users)
    lost = () if only else tuple(p.name for p in files.blobs if p.name[:64] not in named)
    if not only:
        read.found += [*_of_layout(files), *_of_folders(workspace), *_unreferenced(lost)]
    order = list(Kind)
    return Verified(
        recordings=read.recordings,
        answers=read.answers,
        blobs=len(paths),
        size=size,
        unreferenced=lost,
        named=tuple(path.name for path in paths if path.name in read.users),
        found=tuple(sorted(read.found, key=lambda one: order.index(one.kind))),
    )


def _read_recordings(workspace: Workspace, only: tuple[str, ...], read: _Read) -> None:
    unseen = set(only)
    names = []
    for holding in holdings(workspace):
        names.append(holding.name)
        asked = {holding.name, holding.name.partition("/")[0]}
        unseen -= asked
        if not only or asked & set(only):
            _add(holding, workspace, read)
    if unseen:
        known = ", ".join(names) or "nothing is recorded"
        raise UsageError(f"{sorted(unseen)[0]!r}: no suite and no recording; there are: {known}")


def _add(holding: Holding, workspace: Workspace, read: _Read) -> None:
    read.recordings += 1
    read.answers += len(holding.items)
    read.found += [*_of_recording(holding), *_of_strays(holding)]
    users: dict[str, list[str]] = {}
    for item in holding.items:
        named = (*blob_names(item.request.body), *blob_names(item.response.body))
        for name in dict.fromkeys(named):
            users.setdefault(name, []).append(f"{holding.name}: {item.key.id}")
    for name, samples in users.items():
        read.users.setdefault(name, []).extend(dict.fromkeys(samples))
        miss = missed(name, workspace.blobs)
        if miss is not None:
            read.found.append(_of_reference(name, miss, samples))
    for item, why in unsound(holding.items, workspace.blobs):
        where = f"{holding.name}: {item.key.id}"
        read.found.append(Found(kind=Kind.UNSOUND, where=where, message=why))


def _of_recording(holding: Holding) -> Iterator[Found]:
    for line in holding.broken:
        where, _, message = line.partition(": ")
        yield Found(kind=Kind.BROKEN, where=where, message=message or line)
    known = {session.id for session in holding.sessions}
    for session in sorted({item.session for item in holding.items} - known):
        said = f"no file for session {session}: who was asked, and when, is not known"
        yield Found(kind=Kind.MANIFEST, where=str(holding.folder / "_manifest"), message=said)
    if holding.journal:
        left = count_of(holding.journal, "answer")
        said = f"{left} of a recorder that is open or was killed; they count"
        yield Found(kind=Kind.JOURNAL, where=str(holding.folder), message=said)
    for path in sorted(holding.folder.rglob(".*.tmp")):
        yield _temporary(str(path))


def _of_reference(name: str, miss: Missed, samples: list[str]) -> Found:
    where = name if BLOB_NAME.fullmatch(name) else repr(name[:80])
    kind = Kind(miss.kind)
    return Found(kind=kind, where=where, message=miss.why, samples=tuple(dict.fromkeys(samples)))


def _of_blob(looked: Looked, workspace: Workspace, users: dict[str, list[str]]) -> Iterator[Found]:
    """Say what is wrong with a blob; a pointer that is named was told by its name already."""
    name = looked.path.name
    samples = tuple(users.get(name, ()))
    stone = workspace.blobs.tombstones.get(name[:64])
    if stone is not None:
        said = f"{stone}; its bytes are here again: harness cassette forget {name[:64]}"
        yield Found(kind=Kind.BACK, where=str(looked.path), message=said, samples=samples)
    kinds = {
        State.CORRUPT: Kind.CORRUPT,
        State.UNREADABLE: Kind.CORRUPT,
        State.MISNAMED: Kind.NAME,
        State.POINTER: Kind.POINTER,
    }
    kind = kinds.get(looked.state)
    if kind is not None and not (kind is Kind.POINTER and samples):
        yield Found(kind=kind, where=str(looked.path), message=looked.why, samples=samples)


def _of_layout(files: Layout) -> Iterator[Found]:
    for path in files.strays:
        said = "no blob is named so, nothing leads to it; move it out of the folder"
        yield Found(kind=Kind.NAME, where=str(path), message=said)
    for path in files.temporary:
        yield _temporary(str(path))


def _of_folders(workspace: Workspace) -> Iterator[Found]:
    for place in misfits(workspace):
        said = "no recording can be called so: lowercase letters, digits, . _ -"
        yield Found(kind=Kind.NAME, where=str(place), message=said)


def _of_strays(holding: Holding) -> Iterator[Found]:
    for path, belongs in holding.strays:
        said = f"holds what belongs into {belongs}: a copy, or left by a merge; move it away"
        yield Found(kind=Kind.NAME, where=str(path), message=said)


def _temporary(where: str) -> Found:
    said = "left by a write that was killed, or is under way; delete it when nothing records"
    return Found(kind=Kind.TEMPORARY, where=where, message=said)


def _unreferenced(names: tuple[str, ...]) -> Iterator[Found]:
    if names:
        said = (
            f"{count_of(len(names), 'blob')} that no recording names; see: harness cassette prune"
        )
        yield Found(kind=Kind.UNREFERENCED, where="blobs", message=said)
