"""Keep bytes under their own sha256: the provider's pictures, untouched.

Layout: `ab/<sha256>.<ext>`, friendly to Git LFS and to buckets.
"""

from collections.abc import Callable
from pathlib import Path

from harness.errors import BlobCorrupt, BlobMissing, StoreError
from harness.model.blob import BLOB_NAME, EXTENSIONS, SHA256, BlobRef
from harness.store.files import read_bytes, write_atomic

MAX_BLOB = 200_000_000
"""Bytes; ten times the largest 4K PNG that was ever seen (CASSETTES section 2)."""

ReadBlob = Callable[[BlobRef], bytes]


class BlobStore:
    """A folder of blobs; safe for many writers, since a name is its content."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes) -> BlobRef:
        """Keep `data`; on disk when this returns, also where a broken file had its name.

        Raises:
            StoreError: it cannot be written.
        """
        ref = BlobRef.of(data)
        path = self._path(ref.sha256, ref.extension)
        if not _holds(path, data):
            write_atomic(path, data)
        return ref

    def get(self, ref: BlobRef) -> bytes:
        """Give the bytes, held against their name.

        Raises:
            BlobMissing: they are not here.
            BlobCorrupt: they are not what their name says.
        """
        path = self.path(ref.sha256)
        if path is None:
            raise BlobMissing(
                f"{self.root}: the bytes of {ref.name} are not here; "
                "fetch them (git lfs pull), or record it anew: harness run -k VARIANT --live all"
            )
        data = read_bytes(path, limit=MAX_BLOB)
        self._check(path, data=data, sha256=ref.sha256)
        return data

    def _check(self, path: Path, *, data: bytes, sha256: str) -> None:
        if data.startswith(b"version https://git-lfs"):
            raise BlobMissing(f"{path}: a Git LFS pointer, not the picture; run: git lfs pull")
        if BlobRef.of(data).sha256 != sha256:
            raise BlobCorrupt(
                f"{path}: the bytes are not those that the name says; "
                "restore the file from git or the bucket"
            )

    def path(self, sha256: str) -> Path | None:
        """Tell where the blob lies; None where it is not here.

        Raises:
            StoreError: `sha256` is no digest.
        """
        if not SHA256.fullmatch(sha256):
            raise StoreError(f"{sha256[:80]!r}: not a sha256")
        paths = (self._path(sha256, extension) for extension in EXTENSIONS)
        return next((path for path in paths if path.is_file()), None)

    def ref(self, name: str) -> BlobRef:
        """Turn a name from a file of ours into a reference.

        Raises:
            StoreError: the name is not `<sha256>.<ext>`.
            BlobMissing: no such blob is here.
        """
        match = BLOB_NAME.fullmatch(name)
        if match is None:
            raise StoreError(f"{name[:80]!r}: not the name of a blob")
        path = self._path(match[1], match[2])
        try:
            size = path.stat().st_size
        except OSError as error:
            raise BlobMissing(
                f"{path}: this blob is not here; fetch it (git lfs pull), "
                "or record it anew with --live all"
            ) from error
        return BlobRef(sha256=match[1], extension=match[2], size=size)

    def _path(self, sha256: str, extension: str) -> Path:
        return self.root / sha256[:2] / f"{sha256}.{extension}"


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False
