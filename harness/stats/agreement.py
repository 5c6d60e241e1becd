"""Say how far people agree beyond chance, and which side of a pair they prefer."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from harness.stats.rates import rate_interval

Counts = NDArray[np.int64]
"""How many people chose each answer: a row an item, a column an answer."""

DRAWS = 1000
"""Resamples of the items behind an interval of alpha."""

FEWEST = 10
"""Items that an interval of alpha needs: resamples of fewer repeat themselves too much."""

_SILENT = 0.05
"""Share of the resamples that may say nothing before no interval is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alpha:
    """Krippendorff's alpha for names without an order.

    Attributes:
        value: 1 for perfect agreement, 0 for what chance gives; None where it says nothing.
        low: Lower end of its interval; None where there is none.
        high: Upper end of its interval; None where there is none.
        items: That two or more people decided on; only these count.
        why: Why the value or its interval is not given; empty where both are.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    items: int = 0
    why: str = ""


def alpha(counts: Sequence[Sequence[int]], *, seed: int = 0, level: float = 0.95) -> Alpha:
    """Give alpha, with the interval of its resamples over items.

    Krippendorff 2011 (nominal); the interval holds the middle `level` of the values that
    `DRAWS` resamples of the items give. It speaks of other items seen by the same people.

    Args:
        counts: For each item how many people chose each of the answers.
        seed: Of the resamples.
        level: Of the interval.
    """
    paired = np.array([row for row in counts if sum(row) >= 2], dtype=np.int64)
    lacking = _lacking(paired)
    if lacking:
        return Alpha(items=len(paired), why=lacking)
    try:
        import krippendorff  # noqa: F401  # late: the extra may be absent, few reports need it
    except ImportError:
        extra = "pip install 'gemini-image-harness[review]'"
        return Alpha(items=len(paired), why=f"the package krippendorff is not installed: {extra}")
    value = _value(paired)
    values = _resampled(paired, seed=seed) if len(paired) >= FEWEST else []
    if len(values) < (1 - _SILENT) * DRAWS:
        few = f"too few sheets divide people: it needs {FEWEST}, and votes of both kinds among them"
        return Alpha(value=value, items=len(paired), why=f"no interval: {few}")
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Alpha(value=value, low=float(low), high=float(high), items=len(paired))


def _lacking(paired: Counts) -> str:
    if not len(paired):
        return "no sheet was decided on by two people"
    if not _varied(paired):
        return "everybody always said the same, which chance would do as well"
    return ""


def _varied(rows: Counts) -> bool:
    """Tell whether two answers occur: where one does, alpha divides nothing by nothing."""
    return int((rows.sum(axis=0) > 0).sum()) >= 2


def _resampled(paired: Counts, *, seed: int) -> list[float]:
    """Give alpha of each resample of the items that it says something of."""
    rng = np.random.default_rng(seed)
    size = len(paired)
    resamples = (paired[rng.integers(size, size=size)] for _ in range(DRAWS))
    return [_value(rows) for rows in resamples if _varied(rows)]


def _value(rows: Counts) -> float:
    from krippendorff import alpha as krippendorffs  # late: the extra may be absent

    return float(krippendorffs(value_counts=rows, level_of_measurement="nominal"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferring:
    """How often one side of a pair was preferred.

    Attributes:
        count: Pairs in which it was.
        of: Pairs in which one of the two was; all others are left out.
        low: Lower end of the interval of the share.
        high: Upper end of it.
        p: Of the sign test: both are preferred equally often.
    """

    count: int
    of: int
    low: float
    high: float
    p: float


def preferring(count: int, of: int, *, level: float = 0.95) -> Preferring:
    """Give the share of pairs in which one side was preferred, with its interval and sign test.

    Args:
        count: Pairs in which it was, 0 to `of`.
        of: Pairs in which one of the two was.
        level: Of the interval (Clopper and Pearson).
    """
    low, high = rate_interval(count, of, level=level)
    fewer = min(count, of - count)
    tail = sum(comb(of, n) for n in range(fewer + 1)) / 2**of
    return Preferring(count=count, of=of, low=low, high=high, p=min(1.0, 2 * tail))
