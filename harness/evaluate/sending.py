"""Give the bytes that a request sends."""

from collections.abc import Callable

from harness.errors import UsageError
from harness.model.blob import BlobRef
from harness.model.suite import Suite
from harness.store.blobs import BlobStore


def reader_of(suite: Suite, blobs: BlobStore) -> Callable[[BlobRef], bytes]:
    """Give bytes to send: of the suite's reference pictures, else of the blob store."""
    paths = {
        reference.blob.sha256: suite.path.parent / reference.path
        for variant in suite.variants
        for turn in variant.turns
        for reference in turn.references
    }

    def read(ref: BlobRef) -> bytes:
        path = paths.get(ref.sha256)
        if path is None:
            return blobs.get(ref)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise UsageError(f"{path}: cannot be read any more ({error.strerror})") from error
        if BlobRef.of(data).sha256 != ref.sha256:
            raise UsageError(f"{path}: changed while the run was under way; run again")
        return data

    return read
