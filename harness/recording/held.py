"""Hold an answer's blobs back until nothing speaks against writing them."""

from collections.abc import Iterable

from harness.model.blob import BlobRef
from harness.recording.secrets.scrub import refuse_shapes_in_bytes
from harness.store.blobs import BlobStore


class Held:
    """Blobs in memory: an answer that is refused leaves none of them behind."""

    def __init__(self) -> None:
        self._data: dict[str, tuple[BlobRef, bytes]] = {}

    def keep(self, data: bytes) -> BlobRef:
        """Hold `data`, and name it as the store will."""
        ref = BlobRef.of(data)
        self._data[ref.name] = ref, data
        return ref

    def size(self, name: str) -> int:
        return len(self._data[name][1])

    def refuse_shapes(self, names: Iterable[str], *, where: str) -> None:
        """Refuse what is named where something in it is shaped like a key.

        Raises:
            SecretFound: nothing is to be written.
        """
        for name in dict.fromkeys(names):
            refuse_shapes_in_bytes(self._data[name][1], where=f"{where}, {name}")

    def put(self, names: Iterable[str], *, into: BlobStore) -> None:
        """Write what is named.

        Raises:
            StoreError: it cannot be written.
        """
        for name in dict.fromkeys(names):
            ref, data = self._data[name]
            into.put_named(data, ref)
