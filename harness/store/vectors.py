"""Remember what an embedder said of a picture; safe to delete at any time.

A description is a pure function of (picture's sha256, embedder, its version): the key
holds all of them. A file that is broken, or no array of numbers, counts as forgotten.
"""

import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.errors import StoreError
from harness.store.files import read_bytes, write_cached

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST = 16_000_000
"""Bytes of one file that are read at the most."""


class Vectors:
    """Remembered descriptions of one embedder in one version, a `.npy` file each."""

    def __init__(self, root: Path, *, version: str, numbers: int | None = None) -> None:
        """Open the memo.

        Args:
            root: Folder, made when first written to.
            version: Names the embedder, its version, and what it is shown of a picture.
            numbers: float32 numbers in a row that each description is; what is of another
                form counts as forgotten. None where they may be of any.
        """
        self._root = root / hashlib.sha256(version.encode()).hexdigest()[:16]
        self._numbers = numbers

    def get(self, sha256: str) -> "NDArray[Any] | None":
        """Give what is remembered of the picture of that sha256."""
        import numpy as np  # late: it is slow to load, and few runs need it

        path = self._path(sha256)
        if not path.is_file():
            return None
        try:
            found = np.load(io.BytesIO(read_bytes(path, limit=LARGEST)), allow_pickle=False)
        except (StoreError, ValueError, EOFError, OSError, SyntaxError, MemoryError):
            return None
        return found if isinstance(found, np.ndarray) and self._fits(found) else None

    def put(self, sha256: str, vector: "NDArray[Any]") -> None:
        """Remember; a folder that cannot be written only costs time later."""
        import numpy as np

        out = io.BytesIO()
        np.save(out, vector, allow_pickle=False)
        try:
            write_cached(self._path(sha256), out.getvalue())
        except StoreError:
            return

    def _fits(self, found: "NDArray[Any]") -> bool:
        formed = self._numbers is None or (
            found.shape == (self._numbers,) and found.dtype.name == "float32"
        )
        return formed and _is_finite(found)

    def _path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / f"{sha256}.npy"


def _is_finite(found: "NDArray[Any]") -> bool:
    import numpy as np

    return found.dtype.kind in "fiub" and found.size > 0 and bool(np.isfinite(found).all())
