"""Keep tombstones: which blobs were forgotten on purpose, by whom, when and why.

Layout: `blobs/_forgotten/<sha256>/<digest of the tombstone>.json`, immutable files. A
folder for each blob tells with one look whether it was forgotten; two branches that
forget the same blob add two files without a conflict. The folder lies apart from the
bytes, so that to list what was forgotten reads no folder of blobs.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from harness.errors import StoreError
from harness.model.blob import SHA256
from harness.model.identity import digest
from harness.store.codec import decode, encode
from harness.store.files import dump_json, read_json, write_atomic

FOLDER = "_forgotten"
FORMAT = "gemini-image-harness/tombstone"
VERSION = 1
UNREADABLE = "its tombstone cannot be read"
_MOST = 100_000
"""Bytes of a tombstone's file; a reason is a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A blob was forgotten on purpose.

    Attributes:
        sha256: Of the bytes that are gone.
        reason: Why, in the words of who did it.
        by: Who; may be empty.
        at: ISO 8601, UTC; empty where the file cannot be read.
    """

    sha256: str
    reason: str
    by: str = ""
    at: str = ""

    def __str__(self) -> str:
        said = " ".join(self.reason.split())
        who = f" by {' '.join(self.by.split())}" if self.by else ""
        when = f" on {self.at[:10]}" if self.at else ""
        return f"forgotten{when}{who}: {said}"


class Tombstones:
    """The tombstones of a blob store."""

    def __init__(self, blobs: Path) -> None:
        self._folder = blobs / FOLDER

    def __contains__(self, sha256: str) -> bool:
        return bool(self._files(sha256))

    def get(self, sha256: str) -> Tombstone | None:
        """Give the first tombstone of a blob; None where it was not forgotten.

        A tombstone that cannot be read still counts: its place says what it is of.
        """
        found = [_read(path, sha256) for path in self._files(sha256)]
        return min(found, key=lambda stone: (not stone.at, stone.at), default=None)

    def all(self) -> tuple[Tombstone, ...]:
        """Give the tombstone of every blob that was forgotten, oldest first."""
        found = [stone for name in _listed(self._folder) if (stone := self.get(name)) is not None]
        return tuple(sorted(found, key=lambda stone: (stone.at, stone.sha256)))

    def add(self, stone: Tombstone) -> Path:
        """Lay a tombstone; on disk when this returns.

        Raises:
            StoreError: it cannot be written, or names no blob.
        """
        if not SHA256.fullmatch(stone.sha256):
            raise StoreError(f"{stone.sha256[:80]!r}: not a sha256")
        tree = {"format": FORMAT, "version": VERSION, **encode(stone)}
        path = self._folder / stone.sha256 / f"{digest(tree)[:16]}.json"
        write_atomic(path, dump_json(tree))
        return path

    def _files(self, sha256: str) -> list[Path]:
        if not SHA256.fullmatch(sha256):
            return []
        folder = self._folder / sha256
        return [folder / name for name in _listed(folder) if name.endswith(".json")]


def _listed(folder: Path) -> list[str]:
    """Name what lies in a folder, sorted; nothing where it is absent, as it nearly always is."""
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208  # asked for every blob that is kept
    except OSError:
        return []


def _read(path: Path, sha256: str) -> Tombstone:
    try:
        tree = read_json(path, limit=_MOST)
        if not isinstance(tree, dict) or tree.get("format") != FORMAT:
            raise StoreError(f"{path}: not a {FORMAT} file")
        fields = {key: value for key, value in tree.items() if key not in ("format", "version")}
        stone = decode(Tombstone, fields, where=str(path))
    except StoreError:
        return Tombstone(sha256=sha256, reason=UNREADABLE)
    return stone if stone.sha256 == sha256 else Tombstone(sha256=sha256, reason=UNREADABLE)
