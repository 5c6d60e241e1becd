"""Find a suite's pictures by sha256: its references beside it, all others in the blob store."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.model.reference import Reference
from harness.model.suite import Suite, Variant
from harness.store.blobs import BlobStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where pictures lie.

    Attributes:
        references: Files of the suite's reference pictures, by sha256.
        blobs: Where the pictures of answers lie.
    """

    references: Mapping[str, Path]
    blobs: BlobStore

    def path(self, sha256: str) -> Path | None:
        """Tell where a picture lies; None where it is not here. The bytes are not checked."""
        reference = self.references.get(sha256)
        if reference is not None and reference.is_file():
            return reference
        return self.blobs.path(sha256)


def sources_of(suite: Suite, blobs: BlobStore) -> Sources:
    """Know where every picture of a suite lies, of a turn or of a check."""
    folder = suite.path.parent
    shown = {
        reference.blob.sha256: folder / reference.path
        for variant in (*suite.variants, *suite.left_out)
        for reference in _shown(variant)
    }
    return Sources(references=shown, blobs=blobs)


def _shown(variant: Variant) -> Iterator[Reference]:
    for turn in variant.turns:
        yield from turn.references
        for check in turn.checks.consistency:
            yield from check.references
