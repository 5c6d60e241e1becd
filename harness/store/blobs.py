"""Keep bytes under their own sha256: the provider's pictures, untouched.

Layout: `ab/<sha256>.<ext>`, friendly to Git LFS and to buckets. What was forgotten on
purpose has a tombstone (`store/tombstones.py`) and is not kept again.
"""

import contextlib
import hashlib
import logging
import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from harness.errors import BlobCorrupt, BlobForgotten, BlobMissing, StoreError
from harness.model.blob import BLOB_NAME, EXTENSIONS, SHA256, BlobRef
from harness.store.files import read_bytes, read_pieces, write_atomic
from harness.store.tombstones import Tombstones

log = logging.getLogger(__name__)

MAX_BLOB = 200_000_000
"""Bytes; ten times the largest 4K PNG that was ever seen (CASSETTES section 2)."""
LFS_HEAD = b"version https://git-lfs"
"""How a Git LFS pointer begins."""
MAX_POINTER = 1024
"""Bytes of a Git LFS pointer at the most, by its specification."""
PIECE = 3 * 65_536
"""Bytes of a piece: a multiple of three, so that pieces of base64 can be joined."""
CHUNK = 1 << 20
"""Bytes that are read at a time."""
FRESH = 12 * 3600
"""Seconds for which a blob counts as just put; pruning spares what is younger than a day."""

ReadBlob = Callable[[BlobRef], bytes]


class BlobStore:
    """A folder of blobs; safe for many writers, since a name is its content."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tombstones = Tombstones(root)

    def put(self, data: bytes) -> BlobRef:
        """Keep `data`; on disk when this returns, also where a broken file had its name.

        What was forgotten is not kept again: the reference is given all the same.

        Raises:
            StoreError: it cannot be written.
        """
        return self.put_named(data, BlobRef.of(data))

    def put_named(self, data: bytes, ref: BlobRef) -> BlobRef:
        """Keep `data` under the name that it has; as `put`, without hashing it again."""
        if ref.sha256 in self.tombstones:
            log.warning("%s: was forgotten on purpose; its bytes are not kept", ref.name)
            return ref
        path = self._path(ref.sha256, ref.extension)
        if _leaves(path.parent, self.root):
            raise StoreError(f"{path.parent}: a link out of the folder of blobs; remove it")
        if _holds(path, data):
            _freshen(path)
        else:
            write_atomic(path, data)
        return ref

    def get(self, ref: BlobRef) -> bytes:
        """Give the bytes, held against their name.

        Raises:
            BlobMissing: they are not here.
            BlobForgotten: they were forgotten on purpose.
            BlobCorrupt: they are not what their name says.
        """
        path = self.path(ref.sha256)
        if path is None:
            raise self._missing(self._path(ref.sha256, ref.extension), ref.sha256)
        data = read_bytes(path, limit=MAX_BLOB)
        if BlobRef.of(data).sha256 != ref.sha256:
            raise misfit(path)
        return data

    def pieces(self, ref: BlobRef) -> Iterator[memoryview]:
        """Give the bytes in pieces of `PIECE`, held against their name behind the last one.

        A piece is valid until the next one is asked for. A blob of 15 MB in one piece
        costs as much in fresh memory as in hashing.

        Raises:
            BlobMissing, BlobForgotten, BlobCorrupt: as `get`.
        """
        path = self.path(ref.sha256)
        if path is None:
            raise self._missing(self._path(ref.sha256, ref.extension), ref.sha256)
        digest = hashlib.sha256()
        for piece in read_pieces(path, size=PIECE, limit=MAX_BLOB):
            digest.update(piece)
            yield piece
        if digest.hexdigest() != ref.sha256:
            raise misfit(path)

    def path(self, sha256: str) -> Path | None:
        """Tell where the blob lies; None where it is not here.

        Raises:
            StoreError: `sha256` is no digest.
        """
        if not SHA256.fullmatch(sha256):
            raise StoreError(f"{sha256[:80]!r}: not a sha256")
        paths = (self._path(sha256, extension) for extension in EXTENSIONS)
        return next((path for path in paths if self._size(path) is not None), None)

    def ref(self, name: str) -> BlobRef:
        """Turn a name from a file of ours into a reference, without reading the bytes.

        Raises:
            StoreError: the name is not `<sha256>.<ext>`.
            BlobMissing: no such blob is here, or a Git LFS pointer lies in its place.
            BlobForgotten: it was forgotten on purpose.
        """
        match = BLOB_NAME.fullmatch(str(name))  # a file that was changed by hand says anything
        if match is None:
            raise StoreError(f"{str(name)[:80]!r}: not the name of a blob")
        path = self._path(match[1], match[2])
        size = self._size(path)
        if size is None:
            raise self._missing(path, match[1])
        if is_pointer(path, size=size):
            raise _pointer(path)
        return BlobRef(sha256=match[1], extension=match[2], size=size)

    def _path(self, sha256: str, extension: str) -> Path:
        return self.root / sha256[:2] / f"{sha256}.{extension}"

    def _size(self, path: Path) -> int | None:
        """Give the size of the file in a blob's place; None where none lies there."""
        try:
            found = path.stat()
        except OSError:
            return None
        if not stat.S_ISREG(found.st_mode) or _leaves(path, self.root):
            return None
        return found.st_size

    def _missing(self, path: Path, sha256: str) -> BlobMissing:
        """Say why a blob is not here, and what to do."""
        stone = self.tombstones.get(sha256)
        if stone is not None:
            return BlobForgotten(
                f"{sha256[:12]} was {stone}; its bytes are gone on purpose, "
                "record another answer with --live all"
            )
        if _leaves(path, self.root):
            return BlobMissing(f"{path}: a link out of the folder of blobs; put the file there")
        return BlobMissing(
            f"{path}: this blob is not here; fetch it (harness cassette pull, or git lfs pull), "
            "or record it anew: harness run -k VARIANT --live all"
        )


def is_pointer(path: Path, *, size: int) -> bool:
    """Tell whether a Git LFS pointer lies at `path`; a file of 1 KB or more is none."""
    if size >= MAX_POINTER:
        return False
    try:
        with path.open("rb") as stream:
            return stream.read(len(LFS_HEAD)) == LFS_HEAD
    except OSError:
        return False


def misfit(path: Path) -> StoreError:
    """Say why the file in a blob's place is not that blob."""
    if is_pointer(path, size=path.stat().st_size):
        return _pointer(path)
    return BlobCorrupt(
        f"{path}: the bytes are not those that the name says; "
        "restore the file from git or the bucket"
    )


def _pointer(path: Path) -> BlobMissing:
    return BlobMissing(f"{path}: a Git LFS pointer, not the picture; run: git lfs pull")


def _leaves(path: Path, root: Path) -> bool:
    """Tell whether a link on the way from `root` to `path` leads out of `root`."""
    if not (path.is_symlink() or path.parent.is_symlink()):
        return False
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def _holds(path: Path, data: bytes) -> bool:
    """Tell whether a file, and no link, holds exactly `data`."""
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size != len(data):
            return False
        return _same(path, data)
    except OSError:
        return False


def _freshen(path: Path) -> None:
    """Make a blob that is put again young again, as git does with its loose objects.

    What names it is written after it: pruning must not take it in between.
    """
    with contextlib.suppress(OSError):  # a store that cannot be written is not pruned either
        if time.time() - path.stat().st_mtime > FRESH:
            os.utime(path)


def _same(path: Path, data: bytes) -> bool:
    with path.open("rb") as stream:
        at = 0
        while chunk := stream.read(CHUNK):
            if data[at : at + len(chunk)] != chunk:
                return False
            at += len(chunk)
    return at == len(data)
