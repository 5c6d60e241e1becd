"""Remember figures that cost time to make again; safe to delete at any time.

What is remembered is a pure function of its key: names of bytes by sha256, and what was asked
of them. The version names the algorithms and libraries, so that it is part of the key too.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from harness.errors import StoreError
from harness.store.codec import decode, encode
from harness.store.files import dump_json, read_json, write_cached

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Figures(Generic[T]):
    """A folder of remembered values of one dataclass.

    Attributes:
        root: Folder, made when first written to.
        kind: The dataclass.
        version: What made them.
    """

    root: Path
    kind: type[T]
    version: str

    def get(self, *key: str) -> T | None:
        """Give what is remembered; a broken file counts as forgotten."""
        path = self._path(key)
        if not path.is_file():
            return None
        try:
            return decode(self.kind, read_json(path), where=str(path))
        except StoreError:
            return None

    def put(self, value: T, *key: str) -> None:
        """Remember; a folder that cannot be written only costs time later."""
        try:
            write_cached(self._path(key), dump_json(encode(value)))
        except StoreError:
            return

    def _path(self, key: tuple[str, ...]) -> Path:
        name = hashlib.sha256("\0".join((self.version, *key)).encode()).hexdigest()
        return self.root / name[:2] / f"{name}.json"
