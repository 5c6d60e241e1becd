"""Prune: move blobs that nothing names any more into a trash, never without being told to.

Layout of the trash: `.harness/trash/<stamp>/blobs/ab/<sha256>.<ext>` as in the blob
store, and `manifest.json`. What was moved is put back by copying `blobs/` over it.
"""

import errno
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import StoreError
from harness.evaluate.roots import ALL, Roots, gather_roots
from harness.evaluate.workspace import Workspace
from harness.model.blob import BLOB_NAME
from harness.store.blobs import MAX_BLOB
from harness.store.files import dump_json, read_bytes, write_atomic

TRASH = "gemini-image-harness/trash"
LEAST_DAYS = 1
"""A blob lies there before what names it does; a recorder that is open needs its own."""
DAYS = 30
_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Unnamed:
    """A blob that no root names.

    Attributes:
        name: `<sha256>.<ext>`.
        size: Bytes.
        age_days: Since it was put.
        why: Why it is to go.
    """

    name: str
    size: int
    age_days: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruning:
    """What pruning would do.

    Attributes:
        older_than: Days; younger blobs stay.
        candidates: What would be moved, by name.
        young: Blobs that no root names, and that are too young.
        protected: How many blobs that are here each root names; one may be named by several.
        kept: Blobs that stay because a root names them.
        troubles: Roots that could not be read; where there is any, nothing is moved.
    """

    older_than: int
    candidates: tuple[Unnamed, ...]
    young: int
    protected: Mapping[str, int]
    kept: int
    troubles: tuple[str, ...]

    @property
    def size(self) -> int:
        return sum(blob.size for blob in self.candidates)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Here:
    """A blob that lies in the store."""

    path: Path
    sha256: str
    size: int
    age_days: float


def plan_pruning(workspace: Workspace, *, older_than: int = DAYS) -> Pruning:
    """Look what could go; nothing is moved.

    Raises:
        StoreError: the folder of blobs cannot be read.
    """
    here = tuple(_blobs(workspace.blobs.root))  # before the roots: what comes later is younger
    roots = gather_roots(workspace)
    named = frozenset().union(*roots.named.values())
    unnamed = [blob for blob in here if blob.sha256 not in named]
    old = [blob for blob in unnamed if blob.age_days >= older_than]
    digests = {blob.sha256 for blob in here}
    return Pruning(
        older_than=older_than,
        candidates=tuple(_told(blob, workspace) for blob in old),
        young=len(unnamed) - len(old),
        protected=_protected(roots, digests),
        kept=len(here) - len(unnamed),
        troubles=roots.troubles,
    )


def _protected(roots: Roots, digests: set[str]) -> dict[str, int]:
    return {root: len(digests & roots.named[root]) for root in ALL}


def _told(blob: _Here, workspace: Workspace) -> Unnamed:
    stone = workspace.blobs.tombstones.get(blob.sha256)
    return Unnamed(
        name=blob.path.name,
        size=blob.size,
        age_days=round(blob.age_days, 1),
        why=str(stone) if stone else "nothing names it",
    )


def _blobs(root: Path) -> Iterator[_Here]:
    """Give every blob of the store by name; links and files of other names stay as they are."""
    now = time.time()  # as the files' times are: a clock of another's would mistake them
    for path in sorted(root.glob("[0-9a-f][0-9a-f]/*")):
        match = BLOB_NAME.fullmatch(path.name)
        if match is None or path.is_symlink() or path.parent.is_symlink() or not path.is_file():
            continue
        found = path.stat()
        age = (now - found.st_mtime) / _DAY
        yield _Here(path=path, sha256=match[1], size=found.st_size, age_days=age)


def prune(pruning: Pruning, workspace: Workspace) -> Path:
    """Move the candidates into a new folder of the trash, and give it.

    Raises:
        StoreError: a root could not be read, or a file cannot be moved.
    """
    if pruning.troubles:
        raise StoreError(
            f"nothing was moved: {len(pruning.troubles)} of what may name blobs cannot be read:\n"
            + "\n".join(f"  {trouble}" for trouble in pruning.troubles)
        )
    trash = workspace.state / "trash" / workspace.stamp()
    manifest = {
        "format": TRASH,
        "version": 1,
        "at": workspace.now().isoformat(timespec="seconds"),
        "older_than_days": pruning.older_than,
        "blobs": [
            {"name": blob.name, "size": blob.size, "age_days": blob.age_days, "why": blob.why}
            for blob in pruning.candidates
        ],
    }
    write_atomic(trash / "manifest.json", dump_json(manifest))
    for blob in pruning.candidates:
        _move(Path(blob.name[:2]) / blob.name, workspace.blobs.root, trash / "blobs", pruning)
    return trash


def _move(name: Path, source: Path, target: Path, pruning: Pruning) -> None:
    """Move one blob, unless it was put again since it was looked at."""
    path, place = source / name, target / name
    try:
        if (time.time() - path.stat().st_mtime) / _DAY < pruning.older_than:
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        _renamed(path, place)
    except FileNotFoundError:  # somebody else took it
        return
    except OSError as error:
        raise StoreError(f"{path}: cannot be moved ({error.strerror or error})") from error


def _renamed(path: Path, place: Path) -> None:
    """Rename, or copy and delete where the trash lies on another disk."""
    try:
        path.rename(place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        write_atomic(place, read_bytes(path, limit=MAX_BLOB))
        path.unlink()
