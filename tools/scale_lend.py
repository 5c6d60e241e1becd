"""Lend a large ground the features of a smaller one: what a first run would have left behind.

A first run measures and describes every picture, some 50 ms of processor time each. Where
only what comes after it is looked at, each picture is lent the figures of another one, under
its own name. They are not its own: no verdict of such a ground says anything.
"""

import functools
import itertools
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from harness.evaluate.described import FOLDER
from harness.measure.description import LENGTH, description_version
from harness.measure.measures import measures_version
from harness.store.memo import Memo, stamp_of
from harness.store.vectors import Vectors

PICTURES = "cassettes/blobs/*/*.jpg"


def lend(borrower: Path, lender: Path, *, workers: int) -> int:
    """Lend features to every picture of a ground; give how many pictures lend.

    Args:
        borrower: A workspace whose pictures were not measured.
        lender: One whose pictures were.
        workers: Processes.
    """
    lending = tuple(sorted(path.stem for path in lender.glob(PICTURES)))
    shards = sorted((borrower / "cassettes" / "blobs").iterdir())
    work = functools.partial(_lend_shard, borrower, lender, lending)
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(work, shards))
    return len(lending)


def _lend_shard(borrower: Path, lender: Path, lending: Sequence[str], shard: Path) -> None:
    ours, vectors = _memos(borrower)
    theirs, known = _memos(lender)
    start = int(shard.name, 16) * len(lending) // 256
    turns = itertools.islice(itertools.cycle(lending), start, None)
    for path, other in zip(sorted(shard.glob("*.jpg")), turns, strict=False):
        measures, vector = theirs.get(other), known.get(other)
        if measures is not None:
            mine = replace(measures, sha256=path.stem, size=path.stat().st_size)
            ours.put(mine, stamp=stamp_of(path))
        if vector is not None:
            vectors.put(path.stem, vector)


def _memos(root: Path) -> tuple[Memo, Vectors]:
    features = root / ".harness" / "features"
    vectors = Vectors(features / FOLDER, version=description_version(), numbers=LENGTH)
    return Memo(features, version=measures_version()), vectors
