"""Measure every picture that judging needs, remembering what was measured before."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.compute.executor import map_ordered, workers_for
from harness.errors import StoreError
from harness.model.picture import Measures
from harness.store.blobs import BlobStore, misfit
from harness.store.memo import Memo, stamp_of

FEW = 4
"""Pictures that are measured sooner in this process than processes are started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured.

    Attributes:
        measures: By sha256; absent pictures are left out.
        corrupt: Pictures whose file holds other bytes, by sha256.
    """

    measures: Mapping[str, Measures]
    corrupt: Mapping[str, StoreError]


def measured(digests: Iterable[str], *, blobs: BlobStore, features: Path) -> Measured:
    """Measure pictures by sha256; each file is held against its name when it is measured.

    Args:
        digests: sha256 of pictures, repeated or not.
        blobs: Where they lie.
        features: Folder of the memo.
    """
    from harness.measure.measures import measures_version  # late: it loads numpy and Pillow

    memo = Memo(features, version=measures_version())
    found: dict[str, Measures] = {}
    fresh: dict[str, _File] = {}
    for sha256 in dict.fromkeys(digests):
        path = blobs.path(sha256)
        file = None if path is None else _File(path=path, stamp=stamp_of(path))
        known = memo.get(sha256, stamp=file.stamp if file else None)
        if known is not None:
            found[sha256] = known
        elif file is not None:
            fresh[sha256] = file
    corrupt: dict[str, StoreError] = {}
    for sha256, measures in _measured_files(fresh):
        if measures.sha256 == sha256:
            memo.put(measures, stamp=fresh[sha256].stamp)
            found[sha256] = measures
        else:
            corrupt[sha256] = misfit(fresh[sha256].path)
    return Measured(measures=found, corrupt=corrupt)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """Where a blob lies, and its file's stamp before it was read."""

    path: Path
    stamp: str


def _measured_files(files: Mapping[str, _File]) -> Iterator[tuple[str, Measures]]:
    paths = [file.path for file in files.values()]
    found = map_ordered(_measure_file, paths, workers=workers_for(paths, few=FEW))
    return zip(files, found, strict=True)


def _measure_file(path: Path) -> Measures:
    from harness.measure.measures import measure  # late, and in the worker

    return measure(path.read_bytes())
