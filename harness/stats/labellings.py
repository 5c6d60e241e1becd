"""Draw the labellings of a permutation test: who would have been old, who new.

Labels belong to units: single answers, or whole chains and sessions where their answers
are not independent. A labelling keeps the number of old and new units.
"""

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.float32]
"""Shape (R, N): 1 where a sample is old, 0 where it is new; the observed labelling first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How many units are old and new in one block that is permuted by itself.

    Attributes:
        old: Units of the reference sample.
        new: Units of the fresh sample.
    """

    old: int
    new: int

    @property
    def count(self) -> int:
        """How many labellings there are."""
        return comb(self.old + self.new, self.new)

    @property
    def twins(self) -> int:
        """How many labellings give the same statistic at the least: 2 where sides are equal."""
        return 2 if self.old == self.new else 1


def smallest_p(designs: tuple[Design, ...], *, draws: int) -> float:
    """Give the smallest p that a test of these blocks can reach.

    Blocks are labelled independently of each other. With few labellings all of them are
    taken, of which the observed one and its mirror images count; else a Monte Carlo p is
    never below 1 / (draws + 1) (Phipson and Smyth 2010). 4 v 4 on one cell: 2/70 = .029.
    """
    count, twins = 1, 1
    for design in designs:
        count *= design.count
        twins *= design.twins
    floor = twins / count if count else 1.0
    exact = len(designs) == 1 and count <= draws + 1
    return min(1.0, floor if exact else max(floor, 1 / (draws + 1)))


def labellings(design: Design, *, draws: int, seed: np.random.SeedSequence | None) -> Labels:
    """Give the observed labelling, old units first, and others.

    Args:
        design: How many are old and new.
        draws: So many are drawn at random, with replacement.
        seed: Of the draws; None: every labelling once, of which there must be few.

    Returns:
        Shape (draws + 1, old + new), or (`design.count`, old + new) where all are given.
    """
    total = design.old + design.new
    if seed is None:
        return _all(design)
    found = np.zeros((draws + 1, total), dtype=np.float32)
    found[0, : design.old] = 1
    if draws:
        keys = np.random.default_rng(seed).random((draws, total), dtype=np.float32)
        _choose(found[1:], keys, design.old)
    return found


def _choose(found: Labels, keys: Labels, old: int) -> None:
    """Call those old that have the smallest keys of their row, so many of each row."""
    last = np.partition(keys, old - 1, axis=1)[:, old - 1, None]
    found[:] = keys <= last
    uneven = np.flatnonzero(found @ np.ones(keys.shape[1], dtype=np.float32) != old)
    for row in uneven:  # two equal keys stand at the border, once in a million rows
        found[row] = 0
        found[row, np.argpartition(keys[row], old - 1)[:old]] = 1


def _all(design: Design) -> Labels:
    total = design.old + design.new
    found = np.zeros((design.count, total), dtype=np.float32)
    for row, chosen in enumerate(combinations(range(total), design.old)):
        found[row, chosen] = 1  # the first combination is the observed one: old units first
    return found
