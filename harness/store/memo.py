"""Remember what was measured of a blob; safe to delete at any time.

A feature is a pure function of (blob sha256, algorithm and its version, library
versions): the key holds all of them. That a file is the blob that its name says was
checked when it was measured, and holds as long as the file's stamp is the same.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from harness.errors import StoreError
from harness.model.picture import Measures
from harness.store.codec import decode, encode
from harness.store.files import dump_json, read_json, write_cached


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """Measures, and the stamp of the file that they were measured of."""

    stamp: str
    measures: Measures


def stamp_of(path: Path) -> str:
    """Stamp a file: size, time of its last change, inode. A changed file has another one.

    Raises:
        StoreError: it is not there.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror or error})") from error
    return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ino}"


class Memo:
    """Remembered measures below `.harness/features/`."""

    def __init__(self, root: Path, *, version: str) -> None:
        """Open the memo.

        Args:
            root: Folder, made when first written to.
            version: Names the algorithms, their versions and those of the libraries.
        """
        self._root = root / hashlib.sha256(version.encode()).hexdigest()[:16]

    def get(self, sha256: str, *, stamp: str | None = None) -> Measures | None:
        """Give what is remembered; a broken file counts as forgotten.

        Args:
            sha256: Of the blob.
            stamp: Of the file that lies in its place now: what was measured of a file
                with another stamp counts as forgotten. None where no file lies there.
        """
        path = self._path(sha256)
        if not path.is_file():
            return None
        try:
            kept = decode(_Kept, read_json(path), where=str(path))
        except StoreError:
            return None
        fits = kept.measures.sha256 == sha256 and stamp in (None, kept.stamp)
        return kept.measures if fits else None

    def put(self, measures: Measures, *, stamp: str) -> None:
        """Remember; a folder that cannot be written only costs time later."""
        kept = _Kept(stamp=stamp, measures=measures)
        try:
            write_cached(self._path(measures.sha256), dump_json(encode(kept)))
        except StoreError:
            return

    def _path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / f"{sha256}.json"
