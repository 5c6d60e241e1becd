"""Say how large a change is: energy distance over the mean distance within the reference.

0 is no change; 1 is a change as large as two pictures of the reference sample differ. The
unit is the same for every channel, so that a setting can be said once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.stats.channels import EnergyChannel, Values
from harness.stats.one_thread import one_thread
from harness.stats.permutation import Block
from harness.stats.resampling import Resampling, Rows, Weights, jackknife_variance

DRAWS = 499


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEffect:
    """How large a change is in one channel.

    Attributes:
        channel: Name of the channel.
        size: Energy distance over the mean distance within the reference, averaged over the
            cells; may be below 0.
        low: Lower end of the interval.
        high: Upper end of the interval.
        upper: One-sided bound of the same level: where it lies below a margin in every
            channel, both sides are equivalent within that margin.
        level: Nominal level of interval and bound, e.g. .95.
        cells: How many cells said something.
    """

    channel: str
    size: float
    low: float
    high: float
    upper: float
    level: float
    cells: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """How large a change is, over all cells and in each.

    Attributes:
        channels: Over all cells, the largest first; a channel that says nothing is absent.
        cells: The same of each cell, in the order of the blocks and of their cells.
        unmeasured: Somewhere the fresh sample lies apart from a reference that does not vary,
            such as refusals where there were none: a change that the unit cannot tell.
    """

    channels: tuple[ChannelEffect, ...]
    cells: tuple[tuple[ChannelEffect, ...], ...]
    unmeasured: bool = False

    @property
    def upper(self) -> float | None:
        """The bound that no channel's effect passes; None where none can be told."""
        if self.unmeasured:
            return None
        return max((effect.upper for effect in self.channels), default=None)


@one_thread
def effects(
    blocks: Sequence[Block],
    sessions: Sequence[NDArray[np.intp]] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    level: float = 0.95,
) -> Effects:
    """Give the effect of each channel that has distances, with its interval.

    A cell speaks for a channel where both sides have two measured samples and the reference
    has spread. The interval is size -+ t * deviation over draws of sessions (`resampling`),
    t of as many degrees of freedom as the sessions left out one by one tell (Satterthwaite).

    Measured (tools/prove_drift_size.py; 500 each of 1 to 10 cells, 16 v 4 and 16 v 10 of 1 to 5
    sessions, effects .05 to .24): intervals of .95 hold .97 to 1, the bound lies below the true
    effect in .04 at most. The day of a side of one session is in no interval (.92 and .10).

    Args:
        blocks: What the test was made of; channels without distances are passed over.
        sessions: For each block the session of each unit, old ones first, numbered alike
            over all blocks; None: units are drawn, as if all came of one session.
        draws: How often is drawn.
        seed: Of the draws.
        level: Of interval and bound.
    """
    totals: dict[str, _Total] = {}
    cells: list[tuple[ChannelEffect, ...]] = []
    unmeasured = False
    drawn = Resampling(blocks, sessions, draws=draws, seed=seed).blocks()
    for block, rows in zip(blocks, drawn, strict=True):
        sums: dict[str, _Total] = {}
        for cell, own in zip(block.cells, rows, strict=True):
            found = _of_cell(cell.channels, own)
            unmeasured = unmeasured or any(_unmeasured(c, own.old) for c in cell.channels)
            _add(sums, found)
            cells.append(_told(found, level=level))
        _add(totals, {name: total.settled() for name, total in sums.items()})
    told = _told(totals, level=level)
    return Effects(channels=told, cells=tuple(cells), unmeasured=unmeasured)


def _add(sums: "dict[str, _Total]", more: "Mapping[str, _Total]") -> None:
    for name, total in more.items():
        sums[name] = sums[name] + total if name in sums else total


@dataclass(frozen=True, slots=True, kw_only=True)
class _Total:
    """Sums over cells of one channel.

    Attributes:
        values: Effects as seen and of each draw.
        without: Of each side, with one session left out (or one unit, within a block).
        shared: Of each side, whether `without` goes on over blocks.
        variance: Of what was settled by block, of each side.
        doubt: The same, squared over its degrees of freedom.
        cells: How many cells were added.
    """

    values: Values
    without: tuple[Values, Values]
    shared: tuple[bool, bool]
    variance: tuple[float, float] = (0.0, 0.0)
    doubt: tuple[float, float] = (0.0, 0.0)
    cells: int = 1

    def __add__(self, other: "_Total") -> "_Total":
        return _Total(
            values=self.values + other.values,
            without=(self.without[0] + other.without[0], self.without[1] + other.without[1]),
            shared=self.shared,
            variance=(self.variance[0] + other.variance[0], self.variance[1] + other.variance[1]),
            doubt=(self.doubt[0] + other.doubt[0], self.doubt[1] + other.doubt[1]),
            cells=self.cells + other.cells,
        )

    def settled(self, *, whole: bool = False) -> "_Total":
        """Turn what one block (or the whole) left out into a variance."""
        without, variance, doubt = list(self.without), list(self.variance), list(self.doubt)
        for side in (0, 1):
            if whole or not self.shared[side]:
                own = jackknife_variance(without[side])
                variance[side] += own
                doubt[side] += own**2 / max(len(without[side]) - 1, 1)
                without[side] = np.zeros(1)
        return _Total(
            values=self.values,
            without=(without[0], without[1]),
            shared=self.shared,
            variance=(variance[0], variance[1]),
            doubt=(doubt[0], doubt[1]),
            cells=self.cells,
        )

    @property
    def freedom(self) -> float:
        """Degrees of freedom (Satterthwaite 1946), at least 1."""
        doubt = sum(self.doubt)
        return max(sum(self.variance) ** 2 / doubt, 1.0) if doubt > 0 else 1.0


def _of_cell(channels: Sequence[object], rows: Rows) -> dict[str, _Total]:
    found: dict[str, _Total] = {}
    for channel in channels:
        if isinstance(channel, EnergyChannel):
            sizes = _sizes(channel, rows)
            if sizes is not None:
                first, second = rows.sides
                found[channel.name] = _Total(
                    values=sizes[: first.start],
                    without=(sizes[first.start : first.stop], sizes[second.start : second.stop]),
                    shared=(first.shared, second.shared),
                )
    return found


def _told(totals: dict[str, _Total], *, level: float) -> tuple[ChannelEffect, ...]:
    told = [_interval(name, total.settled(whole=True), level=level)
            for name, total in totals.items()]  # fmt: skip
    return tuple(sorted(told, key=lambda effect: -effect.size))


def _interval(name: str, total: _Total, *, level: float) -> ChannelEffect:
    from scipy.special import stdtrit  # late: every run loads this module, few compute with it

    size = float(total.values[0]) / total.cells
    deviation = float(total.values[1:].std()) / total.cells if len(total.values) > 1 else 0.0
    both, one = (float(stdtrit(total.freedom, q)) for q in ((1 + level) / 2, level))
    return ChannelEffect(
        channel=name,
        size=size,
        low=size - both * deviation,
        high=size + both * deviation,
        upper=size + one * deviation,
        level=level,
        cells=total.cells,
    )


def _sizes(channel: EnergyChannel, rows: Rows) -> Values | None:
    """Give the effect of one cell for each row; None where it says nothing."""
    distances, weights, old = channel.distances, rows.weights, rows.old
    if channel.present is not None and not bool(channel.present.all()):
        kept = np.flatnonzero(channel.present)
        distances, weights = distances[np.ix_(kept, kept)], weights[:, kept]
        old = int(np.count_nonzero(kept < old))
    if old < 2 or len(distances) - old < 2:
        return None
    d = distances.astype(np.float64)
    first, second = weights[:, :old], weights[:, old:]
    within = _inside(d[:old, :old], first)
    if not within[0] > 0:
        return None
    within = np.where(within > 0, within, within[0])  # a draw of equal pictures has no unit
    found: Values = 2 * _between(d[:old, old:], first, second) - within
    found -= _inside(d[old:, old:], second)
    return found / within


def _unmeasured(channel: object, old: int) -> bool:
    """Tell whether the sides lie apart though the reference does not vary.

    By the energy distance: one answer of its kind, in which chance may differ, is none.
    """
    if not isinstance(channel, EnergyChannel):
        return False
    here = np.ones(len(channel.distances), np.bool_)
    here = here if channel.present is None else channel.present
    first, last = np.flatnonzero(here[:old]), old + np.flatnonzero(here[old:])
    if min(len(first), len(last)) < 2 or channel.distances[np.ix_(first, first)].any():
        return False
    across = float(channel.distances[np.ix_(first, last)].mean(dtype=np.float64))
    inside = float(channel.distances[np.ix_(last, last)].sum(dtype=np.float64))
    return 2 * across - inside / (len(last) * (len(last) - 1)) > _NOTHING


_NOTHING = 1e-6
"""An energy below this is rounding."""


def _between(distances: NDArray[np.float64], first: Weights, second: Weights) -> Values:
    sums = np.einsum("rn,rn->r", first @ distances, second)
    return _over(sums, first.sum(axis=1) * second.sum(axis=1))


def _inside(distances: NDArray[np.float64], weights: Weights) -> Values:
    """Give the mean distance of two samples; one that was drawn twice is no pair with itself."""
    sums = np.einsum("rn,rn->r", weights @ distances, weights)
    return _over(sums, weights.sum(axis=1) ** 2 - np.einsum("rn,rn->r", weights, weights))


def _over(sums: Values, counts: Values) -> Values:
    """Divide; a draw without any pair says what the samples as they are say."""
    found: Values = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return np.where(np.isnan(found), found[0], found)
