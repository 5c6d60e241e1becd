"""Draw sessions or samples anew, and leave each out once: what an interval is made of.

Sessions of a side are drawn alike for all cells, since the day of a session is one for all of
them. Of a side with one session the units are drawn (answers, or chains whole), in each block
by themselves; of a side with one unit in a block its answers are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.stats.permutation import Block, Cell

Weights = NDArray[np.float64]
"""Shape (R, N): how often each sample counts; the first row is 1 everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Where the rows that leave out one session or unit of a side lie.

    Attributes:
        start: First of these rows.
        stop: Behind the last of them.
        shared: They leave out a session, the same one in all blocks in the same row.
    """

    start: int
    stop: int
    shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """How often each sample of one cell counts, row by row.

    Attributes:
        weights: The first row is the samples as they are; then come the draws, then the rows
            of the sides.
        draws: How many draws there are.
        old: How many samples of the cell are old.
        sides: Rows that leave out one of the reference, and of the fresh sample.
    """

    weights: Weights
    draws: int
    old: int
    sides: tuple[Side, Side]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """One side of one block: how often each of its units counts, or each of its answers."""

    draws: NDArray[np.integer]
    without: NDArray[np.integer]
    shared: bool = False
    answers: bool = False

    def places(self, units: NDArray[np.intp]) -> NDArray[np.intp]:
        """Say in which column each sample of a cell stands, from its unit within the side."""
        return np.arange(len(units)) if self.answers else units


class Resampling:
    """Draws over many blocks, a block at a time, so that memory is flat in their number."""

    def __init__(
        self,
        blocks: Sequence[Block],
        sessions: Sequence[NDArray[np.intp]] | None,
        *,
        draws: int,
        seed: int,
    ) -> None:
        """Draw the sessions.

        Args:
            blocks: What is held against each other.
            sessions: For each block the session of each of its units, old ones first, numbered
                alike over all blocks; None: there are none.
            draws: How often is drawn.
            seed: Of all draws.
        """
        self._blocks, self._sessions, self._count = blocks, sessions, draws
        own, *self._seeds = np.random.SeedSequence(seed).spawn(len(blocks) + 1)
        rng = np.random.default_rng(own)
        self._known = [_all_sessions(blocks, sessions, new=new) for new in (False, True)]
        self._drawn = [_drawn(len(known), draws=draws, rng=rng) for known in self._known]

    def blocks(self) -> Iterator[tuple[Rows, ...]]:
        """Give the rows of each cell, block by block."""
        for number, (block, seed) in enumerate(zip(self._blocks, self._seeds, strict=True)):
            rng = np.random.default_rng(seed)
            sides = self._side(number, new=0, rng=rng), self._side(number, new=1, rng=rng)
            yield tuple(self._rows(cell, block=block, sides=sides) for cell in block.cells)

    def _side(self, number: int, *, new: int, rng: np.random.Generator) -> _Drawn:
        block = self._blocks[number]
        old = block.design.old
        if self._sessions is not None and len(self._known[new]) > 1:
            own = self._sessions[number][old:] if new else self._sessions[number][:old]
            place = np.searchsorted(self._known[new], own)
            draws, without = self._drawn[new]
            return _Drawn(draws=draws[:, place], without=without[:, place], shared=True)
        size = block.design.new if new else old
        if size == 1:
            size = max((len(_units(cell, block)[new]) for cell in block.cells), default=1)
            draws, without = _drawn(size, draws=self._count, rng=rng)
            return _Drawn(draws=draws, without=without, answers=True)
        draws, without = _drawn(size, draws=self._count, rng=rng)
        return _Drawn(draws=draws, without=without)

    def _rows(self, cell: Cell, *, block: Block, sides: tuple[_Drawn, _Drawn]) -> Rows:
        old, new = sides
        units = _units(cell, block)
        first, second = old.places(units[0]), new.places(units[1])
        start = 1 + self._count
        middle, stop = start + len(old.without), start + len(old.without) + len(new.without)
        weights = np.ones((stop, len(first) + len(second)))
        weights[1:start, : len(first)] = old.draws[:, first]
        weights[1:start, len(first) :] = new.draws[:, second]
        weights[start:middle, : len(first)] = old.without[:, first]
        weights[middle:, len(first) :] = new.without[:, second]
        return Rows(
            weights=weights,
            draws=self._count,
            old=len(first),
            sides=(
                Side(start=start, stop=middle, shared=old.shared),
                Side(start=middle, stop=stop, shared=new.shared),
            ),
        )


def jackknife_variance(values: NDArray[np.float64]) -> float:
    """Give the variance of an estimate from its values with each unit left out once."""
    count = len(values)
    return float(values.var() * (count - 1)) if count > 1 else 0.0


def _all_sessions(
    blocks: Sequence[Block], sessions: Sequence[NDArray[np.intp]] | None, *, new: bool
) -> NDArray[np.intp]:
    if not sessions:
        return np.zeros(0, dtype=np.intp)
    pairs = zip(blocks, sessions, strict=True)
    return np.unique(
        np.concatenate([own[b.design.old :] if new else own[: b.design.old] for b, own in pairs])
    )


def _drawn(
    size: int, *, draws: int, rng: np.random.Generator
) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Draw size - 1 of `size` with replacement: then the variance is right for few units too.

    McCarthy and Snowden 1985; the usual draw of `size` is too narrow by sqrt(1 - 1 / size).
    """
    if size < 2:
        return np.ones((draws, size), dtype=np.intp), np.zeros((0, size), dtype=np.intp)
    shares = np.full(size, 1 / size)
    return rng.multinomial(size - 1, shares, draws), 1 - np.eye(size, dtype=np.intp)


def _units(cell: Cell, block: Block) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Say to which unit of its side each old and each new sample belongs."""
    old = block.design.old
    units = np.arange(old + block.design.new) if cell.units is None else cell.units
    return units[units < old], units[units >= old] - old
