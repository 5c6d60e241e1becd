"""Remember what was measured of a blob; safe to delete at any time.

A feature is a pure function of (blob sha256, algorithm and its version, library
versions): the key holds all of them, so nothing remembered can be wrong.
"""

import hashlib
from pathlib import Path

from harness.errors import StoreError
from harness.model.picture import Measures
from harness.store.codec import decode, encode
from harness.store.files import dump_json, read_json, write_atomic


class Memo:
    """Remembered measures below `.harness/features/`."""

    def __init__(self, root: Path, *, version: str) -> None:
        """Open the memo.

        Args:
            root: Folder, made when first written to.
            version: Names the algorithms, their versions and those of the libraries.
        """
        self._root = root / hashlib.sha256(version.encode()).hexdigest()[:16]

    def get(self, sha256: str) -> Measures | None:
        """Give what is remembered; a broken file counts as forgotten."""
        path = self._path(sha256)
        if not path.is_file():
            return None
        try:
            measures = decode(Measures, read_json(path), where=str(path))
        except StoreError:
            return None
        return measures if measures.sha256 == sha256 else None

    def put(self, measures: Measures) -> None:
        """Remember; a folder that cannot be written only costs time later."""
        try:
            write_atomic(self._path(measures.sha256), dump_json(encode(measures)))
        except StoreError:
            return

    def _path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / f"{sha256}.json"
