"""Measure every picture that judging needs, remembering what was measured before."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from harness.compute.executor import default_workers, map_ordered
from harness.model.picture import Measures
from harness.store.blobs import BlobStore
from harness.store.memo import Memo

FEW = 4
"""Pictures that are measured sooner in this process than processes are started."""


def measured(digests: Iterable[str], *, blobs: BlobStore, features: Path) -> Mapping[str, Measures]:
    """Measure pictures by sha256; absent ones are left out.

    Args:
        digests: sha256 of pictures, repeated or not.
        blobs: Where they lie.
        features: Folder of the memo.
    """
    from harness.measure.measures import measures_version  # late: it loads numpy and Pillow

    memo = Memo(features, version=measures_version())
    found: dict[str, Measures] = {}
    fresh: list[Path] = []
    for sha256 in dict.fromkeys(digests):
        known = memo.get(sha256)
        path = blobs.path(sha256)
        if known is not None:
            found[sha256] = known
        elif path is not None:
            fresh.append(path)
    workers = default_workers() if len(fresh) > FEW else 1
    for measures in map_ordered(_measure_file, fresh, workers=workers):
        memo.put(measures)
        found[measures.sha256] = measures
    return found


def _measure_file(path: Path) -> Measures:
    from harness.measure.measures import measure  # late, and in the worker

    return measure(path.read_bytes())
