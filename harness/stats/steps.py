"""Find a step in a short series: one test over all places where it could be.

The statistic is the largest standardised difference of mean ranks over all places that
split the series; its p comes of the series' own reorderings (a permutation test of the
CUSUM of ranks). So looking at every place costs nothing, and one wild day decides nothing.
Where the step is, two medians tell that leave the least absolute deviation.
It takes days as exchangeable: values that drift or follow each other are steps too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST = 8
"""Values of which a step can be told: of 7, the smallest p of a clean step is above .05."""
MOST = 200
"""Values that are looked at, the last ones."""
SIDE = 2
"""Values that a side of a step has at least."""
DRAWS = 1999
_TIE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The likeliest step of a series.

    Attributes:
        at: Place of the first value after it, 0-based.
        before: Median of the values before it.
        after: Median of the values after it.
        p: How often reordered values show as large a step.
    """

    at: int
    before: float
    after: float
    p: float


def step(values: Sequence[float], *, draws: int = DRAWS, seed: int = 0) -> Step | None:
    """Find the likeliest step of a series.

    Args:
        values: In the order of time.
        draws: Reorderings.
        seed: Of the reorderings.

    Returns:
        The step; None of fewer than `FEWEST` values.
    """
    if len(values) < FEWEST:
        return None
    shown = np.asarray(values[-MOST:], dtype=np.float64)
    ranks = _ranks(shown)
    sizes = _sizes(ranks[None, :])[0]
    rng = np.random.default_rng(seed)
    drawn = rng.permuted(np.broadcast_to(ranks, (draws, len(ranks))), axis=1)
    reached = int((_sizes(drawn).max(axis=1) >= sizes.max() - _TIE).sum())
    at = min(range(SIDE, len(shown) - SIDE + 1), key=lambda place: _left(shown, place))
    return Step(
        at=at + max(0, len(values) - MOST),
        before=float(np.median(shown[:at])),
        after=float(np.median(shown[at:])),
        p=(reached + 1) / (draws + 1),
    )


def holm(values: Sequence[float], *, alpha: float) -> tuple[bool, ...]:
    """Tell which p of a family stand when together at most `alpha` may fail (Holm 1979)."""
    stand = [False] * len(values)
    for rank, place in enumerate(sorted(range(len(values)), key=lambda i: values[i])):
        if values[place] > alpha / (len(values) - rank):
            break
        stand[place] = True
    return tuple(stand)


def _left(values: NDArray[np.float64], at: int) -> float:
    sides = (values[:at], values[at:])
    return float(sum(np.abs(side - np.median(side)).sum() for side in sides))


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give centred mid-ranks."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    return np.asarray(middle[inverse] - (len(values) + 1) / 2, dtype=np.float64)


def _sizes(ranks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the standardised step at each place, shape (rows, places)."""
    count = ranks.shape[1]
    before = np.arange(SIDE, count - SIDE + 1)
    sums = np.cumsum(ranks, axis=1)[:, before - 1]
    return np.asarray(np.abs(sums) / np.sqrt(before * (count - before)), dtype=np.float64)
