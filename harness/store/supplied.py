"""Read blobs that are not here: fetched when they are asked for, or known by their size alone."""

from collections.abc import Callable, Iterator
from pathlib import Path

from harness.errors import BlobForgotten, BlobMissing
from harness.model.blob import BLOB_NAME, BlobRef
from harness.store.blobs import BlobStore

Bring = Callable[[str], bool]
"""Brings a blob into the folder by its name; tells whether it is there then.

Raises BlobCorrupt where other bytes lie under its name.
"""
Known = Callable[[str], int | None]
"""Gives a blob's bytes by its name without having it; None where nobody told them."""


class SuppliedBlobs(BlobStore):
    """A folder of blobs with somebody behind it who brings what is absent."""

    def __init__(self, root: Path, *, bring: Bring, known: Known) -> None:
        super().__init__(root)
        self._bring = bring
        self._known = known

    def ref(self, name: str) -> BlobRef:
        """Name a blob: it is brought, and one that is known may stay absent.

        Raises:
            StoreError, BlobMissing, BlobForgotten: as `BlobStore.ref`.
            BlobCorrupt: what was to be brought is not what the name says.
        """
        try:
            return super().ref(name)
        except BlobForgotten:
            raise
        except BlobMissing:
            match = BLOB_NAME.fullmatch(str(name))
            if match is None:
                raise
            if self._bring(name):
                return super().ref(name)
            size = self._known(name)
            if size is None:
                raise
            return BlobRef(sha256=match[1], extension=match[2], size=size)

    def get(self, ref: BlobRef) -> bytes:
        self._supply(ref)
        return super().get(ref)

    def pieces(self, ref: BlobRef) -> Iterator[memoryview]:
        self._supply(ref)
        return super().pieces(ref)

    def _supply(self, ref: BlobRef) -> None:
        if self.path(ref.sha256) is None and ref.sha256 not in self.tombstones:
            self._bring(ref.name)
