"""Test whether samples of many cells have changed: one p, whose false-alarm rate holds.

Labels are permuted inside each block only. Each channel is standardised over its own
labellings; a cell says its largest channel; over the cells stand "everything moved a
little" (the sum) and "few cells moved a lot" (the maximum), and the smaller of their two
ranks is itself ranked over the labellings, so that looking twice costs nothing
(DRIFT section 1; Westfall and Young 1993).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from harness.model.spreading import Spread, here
from harness.stats.channels import Channel, EnergyChannel, Values
from harness.stats.labellings import Design, Labels, labellings, smallest_p
from harness.stats.one_thread import one_thread

TIES = 1e-4
"""Standardised values that are nearer than this are equal, and count as reached.

Statistics come of single precision: equal ones differ by some 1e-6 of their deviation.
"""


TOGETHER = 16
"""Blocks that go to a worker at a time: one takes some 5 ms, a journey as long."""

_LIGHT = 1_000_000
"""Blocks times draws that are tested sooner here than processes start: some 2 s of work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The samples of one cell, old ones first.

    Attributes:
        name: Of the cell.
        channels: What is measured on its samples.
        units: Shape (N,): to which unit of the block each sample belongs, from 0; None:
            each sample is a unit.
    """

    name: str
    channels: tuple[Channel, ...]
    units: NDArray[np.intp] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Cells whose units are labelled together: one cell, or the turns of a conversation."""

    design: Design
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellResult:
    """What the test says of one cell; to be read only after the whole was rejected.

    Attributes:
        name: Of the cell.
        p: Its own p.
        z: Its statistic, standardised over the labellings.
        channels: The same by channel.
    """

    name: str
    p: float
    z: float
    channels: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the test says.

    Attributes:
        p: Of the whole; never 0.
        p_all: Of "everything moved a little".
        p_few: Of "few cells moved a lot".
        smallest: The smallest p that this design can reach.
        draws: Labellings beside the observed one.
        channels: Name and p of each channel alone, summed over cells.
        cells: A cell each.
    """

    p: float
    p_all: float
    p_few: float
    smallest: float
    draws: int
    channels: tuple[tuple[str, float], ...]
    cells: tuple[CellResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A block to be labelled, and the seed of its labellings; None: all of them."""

    block: Block
    draws: int
    seed: np.random.SeedSequence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the channels of a cell say under each labelling, standardised."""

    name: str
    labellings: int
    channels: dict[str, Values]


@one_thread
def permutation_test(
    blocks: Sequence[Block], *, draws: int, seed: int, spread: Spread = here
) -> Result:
    """Test whether old and new samples of every cell come from the same distributions.

    The result depends on the seed alone, whatever else runs. Where one block has few
    labellings, all of them are taken instead of draws, and p is exact.

    Args:
        blocks: At least one; each has its own labellings, drawn from the seed and its place.
        draws: Labellings drawn beside the observed one.
        seed: Of all draws.
        spread: Who labels; the result is the same bytes whoever does.
    """
    designs = tuple(block.design for block in blocks)
    exact = len(blocks) == 1 and designs[0].count <= draws + 1
    seeds = np.random.SeedSequence(seed).spawn(len(blocks))
    asked = [
        _Asked(block=block, draws=draws, seed=None if exact else own)
        for block, own in zip(blocks, seeds, strict=True)
    ]
    parts = (asked[at : at + TOGETHER] for at in range(0, len(asked), TOGETHER))
    tally = _Tally()
    few = _LIGHT // max(draws, 1) // TOGETHER
    for told in chain.from_iterable(spread(_told_of, parts, few=few)):
        tally.add(told)
    return tally.result(smallest=smallest_p(designs, draws=draws))


def _told_of(asked: Sequence[_Asked]) -> tuple[_Told, ...]:
    """Label some blocks; in a worker where there are many."""
    return tuple(told for one in asked for told in _label(one))


@one_thread
def _label(asked: _Asked) -> tuple[_Told, ...]:
    block = asked.block
    labels = labellings(block.design, draws=asked.draws, seed=asked.seed)
    if _second_leads(block):
        labels = np.roll(labels, block.design.new, axis=1)
    return tuple(_cells_told(block, labels))


def _cells_told(block: Block, labels: Labels) -> Iterator[_Told]:
    for cell in block.cells:
        own = labels if cell.units is None else labels[:, cell.units]
        said = {channel.name: standardised(channel.values(own)) for channel in cell.channels}
        yield _Told(name=cell.name, labellings=len(labels), channels=said)


def _second_leads(block: Block) -> bool:
    """Tell which of two equally large sides takes the place of the old one when labels are drawn.

    A statistic does not know which side is old; what was drawn for places does. So the side
    that varies less leads, whatever it is called, and swapping the sides changes nothing.
    """
    if block.design.old != block.design.new:
        return False
    for cell in block.cells:
        units = np.arange(2 * block.design.old) if cell.units is None else cell.units
        for channel in cell.channels:
            if isinstance(channel, EnergyChannel):
                first, second = (
                    channel.within(side)
                    for side in (units < block.design.old, units >= block.design.old)
                )
                if first != second:
                    return second < first
    return False


class _Tally:
    """Sums and maxima over the cells that came by; memory is flat in their number."""

    def __init__(self) -> None:
        self._sum: Values = np.zeros(1)
        self._max: Values = np.full(1, -np.inf)
        self._channels: dict[str, Values] = {}
        self._cells: list[CellResult] = []

    def add(self, told: _Told) -> None:
        found = told.channels
        silent = [np.zeros(told.labellings)]  # a cell without channels says nothing
        together = standardised(np.max(np.stack([*found.values()] or silent), axis=0))
        self._sum = self._sum + together
        self._max = np.maximum(self._max, together)
        for name, values in found.items():
            self._channels[name] = self._channels.get(name, 0.0) + values
        self._cells.append(
            CellResult(
                name=told.name,
                p=rank_p(together),
                z=float(together[0]),
                channels=tuple((n, rank_p(v), float(v[0])) for n, v in found.items()),
            )
        )

    def result(self, *, smallest: float) -> Result:
        ranks = np.stack([upper_ranks(self._sum), upper_ranks(self._max)])
        lowest = ranks.min(axis=0)
        return Result(
            p=rank_p(-lowest.astype(np.float64)),
            p_all=rank_p(self._sum),
            p_few=rank_p(self._max),
            smallest=smallest,
            draws=self._sum.size - 1,
            channels=tuple((name, rank_p(values)) for name, values in self._channels.items()),
            cells=tuple(self._cells),
        )


def standardised(values: Values) -> Values:
    """Subtract the mean over the labellings and divide by their deviation, the observed included.

    That keeps labellings exchangeable. Values that are all alike become 0, so that a cell
    of equal pictures says nothing; so do values that are no numbers, whose ranks would be 0.
    """
    centred = values - values.mean()
    spread = float(centred.std())
    scale = float(np.abs(values).max(initial=0.0))
    if not spread > 1e-6 * max(scale, 1e-12):  # written so that it holds of NaN too
        return np.zeros_like(centred)
    out: Values = centred / spread
    return out


def rank_p(values: Values) -> float:
    """Give the share of labellings whose value is at least the observed one; ties count."""
    return float(np.count_nonzero(values >= values[0] - TIES) / values.size)


def upper_ranks(values: Values) -> NDArray[np.intp]:
    """Count, for each labelling, those whose value is at least its own; ties count."""
    ordered = np.sort(values)
    return values.size - np.searchsorted(ordered, values - TIES, side="left")


def adjusted(ps: Iterable[float]) -> tuple[float, ...]:
    """Adjust p values for the false discovery rate (Benjamini and Hochberg 1995), in order."""
    given = np.asarray(list(ps), dtype=np.float64)
    order = np.argsort(-given, kind="stable")
    ranks = np.arange(given.size, 0, -1)
    found = np.empty_like(given)
    found[order] = np.minimum.accumulate(given[order] * given.size / ranks)
    return tuple(float(min(p, 1.0)) for p in found)
