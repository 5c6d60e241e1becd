"""Say which of two sides lies nearer to a third arm: the anchor, a known other model.

Energy distances of both sides from the anchor, over all channels of the pictures at once; the
interval of their difference is drawn from the answers (DRIFT section 1, effects).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from harness.judging.channels import channels_of
from harness.judging.drift_words import number
from harness.judging.pools import LEAST
from harness.judging.subjects import Subject, without_repeats
from harness.model.comparison import Nearer
from harness.stats.channels import EnergyChannel

DRAWS = 499
LEVEL = 0.95

Sides = tuple[Sequence[Subject], Sequence[Subject], Sequence[Subject]]
"""The first side, the second, the anchor."""
_Weights = NDArray[np.float64]
"""Shape (R, N): how often each answer counts; the first row is 1 everywhere."""
_Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the three are called."""

    first: str
    second: str
    anchor: str


def nearness(sides: Sides, names: Names, *, seed: int = 0, draws: int = DRAWS) -> Nearer:
    """Tell which side lies nearer to the anchor, with an interval.

    A distance is the sum of the channels' distances, each over its mean, so that no channel
    outweighs another. In each cell chains are drawn with replacement, within each side; a
    chain that is drawn twice is no pair with itself. Only cells count in which each of the
    three has two pictures.

    Measured (tools/prove_gateways.py, tiles of two real grids, 8 answers each): with both sides
    alike a nearer side is named in 0 of 200 comparisons of one cell and 3 of 200 of five; with
    one side of the anchor's kind it is named in 111 of 200 of one cell, 200 of 200 of five. Of
    Gaussian points, 2 answers each in 10 cells, both sides alike: in 3 of 150.

    Args:
        sides: Their answers, described.
        names: What they are called.
        seed: Of the draws.
        draws: How often is drawn.
    """
    drawer = _Drawer(np.random.default_rng(seed), draws)
    found = [_cell(cell, drawer) for cell in _cells(sides)]
    values = [cell for cell in found if cell is not None]
    if not values:
        return _nothing(names)
    sizes = np.mean(values, axis=0)
    difference = sizes[0] - sizes[1]
    reach = NormalDist().inv_cdf((1 + LEVEL) / 2) * float(difference[1:].std())
    low, high = float(difference[0]) - reach, float(difference[0]) + reach
    told = Nearer(
        anchor=names.anchor,
        sizes=(float(sizes[0, 0]), float(sizes[1, 0])),
        difference=float(difference[0]),
        low=low,
        high=high,
        level=LEVEL,
        cells=len(values),
        nearer=names.second if low > 0 else names.first if high < 0 else "",
        said="",
    )
    return _worded(told, names)


def _cells(sides: Sides) -> Iterator[Sides]:
    """Give each cell in which all three have pictures enough, repeated ones left out."""
    one, two, _ = without_repeats(sides[0], sides[1])
    anchor, _, _ = without_repeats(sides[2], ())
    first, second, third = (_by_place(side) for side in (one, two, anchor))
    for place, answers in first.items():
        cell = (answers, second.get(place, []), third.get(place, []))
        if min(map(len, cell)) >= LEAST:
            yield cell


def _by_place(subjects: Sequence[Subject]) -> Mapping[tuple[str, str], list[Subject]]:
    found: dict[tuple[str, str], list[Subject]] = defaultdict(list)
    for subject in subjects:
        if subject.description is not None:
            found[subject.place].append(subject)
    return found


def _cell(sides: Sides, drawer: "_Drawer") -> _Values | None:
    """Give both sides' distances from the anchor, shape (2, R); None where nothing differs."""
    distances = _distances([subject for side in sides for subject in side])
    one, two = len(sides[0]), len(sides[0]) + len(sides[1])
    parts = (slice(0, one), slice(one, two), slice(two, None))
    weights = [drawer.weights([subject.chain for subject in side]) for side in sides]
    insides = [_inside(distances[part, part], w) for part, w in zip(parts, weights, strict=True)]
    unit = float(insides[2][0])
    if not unit > 0:
        return None
    found = [
        2 * _between(distances[parts[i], parts[2]], weights[i], weights[2])
        - insides[i]
        - insides[2]
        for i in (0, 1)
    ]
    values: _Values = np.stack(found) / unit
    return values


def _distances(subjects: Sequence[Subject]) -> NDArray[np.float64]:
    """Add the distances of every channel of the pictures, each over its mean."""
    total = np.zeros((len(subjects), len(subjects)))
    for channel in channels_of(subjects):
        if isinstance(channel, EnergyChannel) and channel.name != "outcomes":
            mean = float(channel.distances.mean())
            total += channel.distances / mean if mean > 0 else 0.0
    return total


class _Drawer:
    """Draws chains with replacement; turns of the same chains are drawn alike.

    One fewer is drawn than there are, as in `harness.stats.resampling`: of two chains the
    usual draw gives half of the variance.
    """

    def __init__(self, rng: np.random.Generator, draws: int) -> None:
        self._rng = rng
        self._draws = draws
        self._known: dict[tuple[str, ...], _Weights] = {}

    def weights(self, chains: Sequence[str]) -> _Weights:
        names = tuple(dict.fromkeys(chains))
        if names not in self._known:
            shares = [1 / len(names)] * len(names)
            drawn = self._rng.multinomial(max(len(names) - 1, 1), shares, size=self._draws)
            self._known[names] = np.vstack([np.ones(len(names)), drawn])
        found: _Weights = self._known[names][:, [names.index(chain) for chain in chains]]
        return found


def _between(distances: _Values, first: _Weights, second: _Weights) -> _Values:
    sums = np.einsum("rn,rn->r", first @ distances, second)
    found: _Values = sums / (first.sum(axis=1) * second.sum(axis=1))
    return found


def _inside(distances: _Values, weights: _Weights) -> _Values:
    """Give the mean distance within a side; a draw without any pair says what all of it says."""
    sums = np.einsum("rn,rn->r", weights @ distances, weights)
    pairs = weights.sum(axis=1) ** 2 - (weights**2).sum(axis=1)
    found: _Values = np.divide(sums, pairs, out=np.full(len(sums), np.nan), where=pairs > 0)
    found[np.isnan(found)] = found[0]
    return found


def _nothing(names: Names) -> Nearer:
    said = (
        f"NEARER: NOT ENOUGH DATA: no cell has {LEAST} pictures each of {names.first}, "
        f"{names.second} and {names.anchor}; record them with harness run --arms A,B --anchor MODEL"
    )
    return Nearer(
        anchor=names.anchor, sizes=(0.0, 0.0), difference=0.0, low=0.0, high=0.0, level=LEVEL,
        cells=0, nearer="", said=said,
    )  # fmt: skip


def _worded(told: Nearer, names: Names) -> Nearer:
    one, two = (number(size) for size in told.sizes)
    span = f"{number(told.low)} to {number(told.high)}"
    figures = (
        f"{names.first} lies {one} and {names.second} {two} mean distances from it, difference "
        f"{number(told.difference)} ({span}, {told.level:.0%} interval), over {told.cells} cells"
    ).replace("95%", "95 %")
    if told.nearer:
        said = f"NEARER: {told.nearer} is nearer to {told.anchor}: {figures}"
    else:
        said = f"NEARER: neither side can be called nearer to {told.anchor}: {figures}"
    return replace(told, said=said)
