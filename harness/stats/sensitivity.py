"""Say what the test can see: how often a change of some effect, and the smallest effect.

No normal formula: every labelling is a draw without a change, whose statistics are then moved
as a change would move them (`planted`), and it is counted how often the very rule of the test
rejects: the largest channel of a cell, sum and maximum over cells, the smaller of their ranks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.stats.channels import Channel, EnergyChannel, Values
from harness.stats.labellings import Design, Labels, labellings, smallest_p
from harness.stats.permutation import TIES, Block, Cell, standardised, upper_ranks
from harness.stats.planted import Moved, Planted, planted

SIZES = tuple(float(size) for size in np.round(np.geomspace(0.02, 4.0, 24), 4))
"""Effects that are tried, in mean distances within the reference."""

_TRIED = 400
"""Labellings that are moved; more tell power no better than .02."""

_SPEAKS = 0.5
"""A channel that speaks in a smaller share of the cells decides nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What the test can see where one channel moves alike in all cells, and no other.

    Attributes:
        alpha: False-alarm rate of the test.
        sizes: Effects that were tried, rising.
        power: For each channel, how often each of them is seen; rising.
        speaks: For each channel, the share of the cells in which it varies at all.
    """

    alpha: float
    sizes: tuple[float, ...]
    power: Mapping[str, tuple[float, ...]]
    speaks: Mapping[str, float]

    @property
    def deciding(self) -> tuple[str, ...]:
        """Name the channels that speak in half of the cells or more."""
        return tuple(name for name, share in self.speaks.items() if share >= _SPEAKS)

    def power_at(self, size: float, *, channel: str = "") -> float | None:
        """Give how often an effect of this size is seen, by the channel that needs most.

        Args:
            size: In mean distances within the reference.
            channel: Of this channel instead; None is the answer where it says nothing.
        """
        names = (channel,) if channel else self.deciding
        found = [self._power(name, size) for name in names if name in self.power]
        return min(found, default=None)

    def smallest(self, power: float = 0.8, *, channel: str = "") -> float | None:
        """Give the smallest effect that is seen so often, by the channel that needs most.

        None where no effect that was tried is.
        """
        names = (channel,) if channel else self.deciding
        found = [self._smallest(name, power) for name in names if name in self.power]
        return None if not found or None in found else max(size for size in found if size)

    def _power(self, channel: str, size: float) -> float:
        powers = (min(self.alpha, self.power[channel][0]), *self.power[channel])
        return float(np.interp(size, (0.0, *self.sizes), powers))

    def _smallest(self, channel: str, power: float) -> float | None:
        powers = self.power[channel]
        if powers[-1] < power:
            return None
        place = int(np.searchsorted(powers, power))
        if place == 0:
            return self.sizes[0]
        return float(np.interp(power, powers[place - 1 : place + 1],
                               self.sizes[place - 1 : place + 1]))  # fmt: skip


def sensitivity(
    blocks: Iterable[Block],
    *,
    alpha: float,
    seed: int = 0,
    sizes: Sequence[float] = SIZES,
) -> Sensitivity:
    """Say what a test of these samples can see, whatever it did see.

    Blocks are taken one by one, so that memory is flat in their number; `pretended` makes
    them of a reference sample alone, before money is spent.

    Measured (tools/prove_drift_power.py; tiles of one prompt, shifts planted in one channel in
    directions of the data, 8 v 8, 8 v 4 and 16 v 4, 1 and 10 cells): of 16 designs planned power
    is off by .05 on average, by .15 at most.

    Args:
        blocks: What is tested.
        alpha: False-alarm rate of the test.
        seed: Of labellings and directions.
        sizes: Effects to try, rising and above 0.
    """
    draws = max(999, round(4 / alpha))
    root = np.random.SeedSequence(seed)
    tally = _Tally(np.asarray(sizes, dtype=np.float64))
    for block in blocks:
        tally.add(block, draws=draws, seed=root.spawn(1)[0])
    return Sensitivity(
        alpha=alpha, sizes=tuple(sizes), power=tally.power(alpha, draws=draws), speaks=tally.speaks
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One cell under each labelling that is moved: the largest channel, standardised.

    Attributes:
        still: Shape (R,): as it is.
        moved: Of each channel that varies: where it alone moved.
    """

    still: Values
    moved: Mapping[str, Moved]


class _Tally:
    """Sums and maxima over the cells that came by, as they are and as moved."""

    def __init__(self, sizes: Values) -> None:
        self._sizes = sizes
        self._sum: Values = np.zeros(1)
        self._max: Values = np.full(1, -np.inf)
        self._moved: dict[str, tuple[Moved, Moved]] = {}
        self._spoke: dict[str, int] = {}
        self._designs: list[Design] = []
        self._cells = 0

    @property
    def speaks(self) -> dict[str, float]:
        return {name: count / self._cells for name, count in self._spoke.items()}

    def add(self, block: Block, *, draws: int, seed: np.random.SeedSequence) -> None:
        self._designs.append(block.design)
        labels = labellings(block.design, draws=draws, seed=seed)
        rng = np.random.default_rng(seed.spawn(1)[0])
        for cell in block.cells:
            own = labels if cell.units is None else labels[:, cell.units]
            self._add(cell, own, rng)

    def _add(self, cell: Cell, labels: Labels, rng: np.random.Generator) -> None:
        raw = {channel.name: channel.values(labels) for channel in cell.channels}
        said = [standardised(values) for values in raw.values()]
        silent = [np.zeros(len(labels))]  # a cell without channels says nothing
        highest = np.max(np.stack(said or silent), axis=0)
        together = standardised(highest)
        seen = _Seen(
            still=_tried(together), moved=self._of_channels(cell, labels, raw, highest, rng)
        )
        for name in dict.fromkeys((*self._moved, *seen.moved)):
            self._take(name, seen)
        self._sum = self._sum + together
        self._max = np.maximum(self._max, together)
        self._cells += 1

    def _take(self, name: str, seen: _Seen) -> None:
        own = seen.moved.get(name, seen.still[None, :])
        sums, tops = self._moved.get(name) or (
            _tried(self._sum)[None, :],
            _tried(self._max)[None, :],
        )
        self._moved[name] = (sums + own, np.maximum(tops, own))
        self._spoke[name] = self._spoke.get(name, 0) + (name in seen.moved)

    def _of_channels(
        self,
        cell: Cell,
        labels: Labels,
        raw: Mapping[str, Values],
        highest: Values,
        rng: np.random.Generator,
    ) -> dict[str, Moved]:
        """Give the cell's statistic as each channel that varies would move it alone."""
        mean, spread = float(highest.mean()), float(highest.std())
        standard = {name: _tried(standardised(values)) for name, values in raw.items()}
        found = {}
        for channel in cell.channels:
            name = channel.name
            plan = _plan(channel, labels, rng) if spread > 0 else None
            if plan is not None and standard[name].any():
                own = plan.moved(
                    standard[name], deviation=float(raw[name].std()), sizes=self._sizes
                )
                others = [values for other, values in standard.items() if other != name]
                if others:
                    own = np.maximum(own, np.max(np.stack(others), axis=0)[None, :])
                found[name] = (own - mean) / spread
        return found

    def power(self, alpha: float, *, draws: int) -> dict[str, tuple[float, ...]]:
        """Count how often the rule of the test rejects, made rising in the effect."""
        if smallest_p(tuple(self._designs), draws=draws) > alpha:
            return {name: (0.0,) * len(self._sizes) for name in self._moved}
        lowest = np.sort(np.minimum(upper_ranks(self._sum), upper_ranks(self._max)))
        found = {}
        for name, (sums, tops) in self._moved.items():
            ranks = 1 + np.minimum(_reached(self._sum, sums), _reached(self._max, tops))
            p = (1 + np.searchsorted(lowest, ranks, side="right")) / (len(lowest) + 1)
            powers = np.maximum.accumulate((p <= alpha).mean(axis=1))
            found[name] = tuple(float(power) for power in powers)
        return found


def _tried(values: Values) -> Values:
    """Leave out the labelling that was observed, and those beyond the ones that are moved."""
    return values[1 : 1 + _TRIED] if len(values) > 1 else values


def _plan(channel: Channel, labels: Labels, rng: np.random.Generator) -> Planted | None:
    if not isinstance(channel, EnergyChannel):
        return None
    distances, rows = channel.distances, labels[1 : 1 + _TRIED]
    old = int(labels[0].sum())
    if channel.present is not None and not bool(channel.present.all()):
        kept = np.flatnonzero(channel.present)
        distances, rows = distances[np.ix_(kept, kept)], rows[:, kept]
        old = int(np.count_nonzero(kept < old))
    return planted(distances, rows, old=old, rng=rng)


def _reached(ordered: Values, values: Moved) -> NDArray[np.intp]:
    """Count the labellings whose value is at least so high; ties count."""
    return len(ordered) - np.searchsorted(np.sort(ordered), values - TIES, side="left")
