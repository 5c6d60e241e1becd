"""Hold every file of the blob store against its name: digest, kind, place."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from harness.compute.processes import LOCAL
from harness.compute.tasks import Task
from harness.model.blob import BLOB_NAME, sniff
from harness.store.blobs import CHUNK, LFS_HEAD
from harness.store.files import open_file
from harness.store.tombstones import FOLDER

BATCH = 16
"""Blobs that a process is given at a time: small ones are read faster than handed over."""
FEW = 32
"""Blobs that are read sooner in this process than processes are started."""
_HEAD = 64


class State(StrEnum):
    """What lies under a name in the blob store."""

    WHOLE = "whole"
    MISNAMED = "misnamed"
    CORRUPT = "corrupt"
    POINTER = "pointer"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One blob as it lies there.

    Attributes:
        path: The file.
        state: What was found.
        size: Bytes.
        why: What is wrong, in words; empty where nothing is.
    """

    path: Path
    state: State
    size: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The files of a blob store by their names.

    Attributes:
        blobs: What is named and placed as a blob.
        temporary: What a write left that was killed.
        strays: What no name leads to.
    """

    blobs: tuple[Path, ...]
    temporary: tuple[Path, ...]
    strays: tuple[Path, ...]


def layout(root: Path) -> Layout:
    """Sort the files of a blob store by what their names say; nothing is opened."""
    blobs, temporary, strays = [], [], []
    for path in _files(root):
        if _is_blob(path, root):
            blobs.append(path)
        elif path.name.startswith(".") and path.name.endswith(".tmp"):
            temporary.append(path)
        elif not path.name.startswith(".git"):
            strays.append(path)
    return Layout(blobs=tuple(blobs), temporary=tuple(temporary), strays=tuple(strays))


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        apart = path.relative_to(root).parts[0] == FOLDER
        if not apart and (path.is_symlink() or not path.is_dir()):
            yield path


def _is_blob(path: Path, root: Path) -> bool:
    named = BLOB_NAME.fullmatch(path.name)
    return named is not None and path.parent == root / path.name[:2] and not path.is_symlink()


def look(paths: tuple[Path, ...]) -> Iterator[Looked]:
    """Read blobs, in several processes of this machine where they are many; a piece at a time."""
    batches = (Task(about=paths[at : at + BATCH]) for at in range(0, len(paths), BATCH))
    for batch in LOCAL.map(_look_at_all, batches, few=FEW // BATCH):
        yield from batch


def _look_at_all(task: Task[tuple[Path, ...]]) -> tuple[Looked, ...]:
    return tuple(map(look_at, task.about))


def look_at(path: Path) -> Looked:
    """Read one blob, and hold it against its name."""
    total, size = hashlib.sha256(), 0
    try:
        with open_file(path) as stream:
            head = stream.read(_HEAD)
            chunk = head
            while chunk:
                total.update(chunk)
                size += len(chunk)
                chunk = stream.read(CHUNK)
    except OSError as error:
        return Looked(path=path, state=State.UNREADABLE, why=error.strerror or str(error))
    return _judged(path, head, digest=total.hexdigest(), size=size)


def _judged(path: Path, head: bytes, *, digest: str, size: int) -> Looked:
    sha256, _, extension = path.name.partition(".")
    if digest == sha256:
        kind = sniff(head)
        state = State.WHOLE if kind == extension else State.MISNAMED
        why = "" if kind == extension else f"the bytes are of kind {kind}"
    elif head.startswith(LFS_HEAD):
        state, why = State.POINTER, "a Git LFS pointer, not the bytes; run: git lfs pull"
    else:
        state = State.CORRUPT
        why = f"{size:,} bytes that are not what the name says; restore it from git or the bucket"
    return Looked(path=path, state=state, size=size, why=why)
