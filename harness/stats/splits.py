"""Draw parts of a sample against each other, from channels that were laid out once."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from harness.stats.channels import Channel, EnergyChannel, MeansChannel
from harness.stats.labellings import Design
from harness.stats.permutation import Block, Cell

Places = NDArray[np.intp]
"""Shape (N,): places of units in a block, or of samples in a cell."""


def resplit(block: Block, *, old: Places, new: Places) -> Block:
    """Give the same answers with other sides: some units old, some new, the others left out.

    Distances are not measured again. Numbers that were scaled over all answers stay so: no
    labelling was known to that scale.

    Args:
        block: With every unit that can be drawn, whichever side it is on.
        old: Units that are old now.
        new: Units that are new now; none of them old too.
    """
    cells = tuple(_resplit(cell, np.concatenate([old, new])) for cell in block.cells)
    return Block(design=Design(old=len(old), new=len(new)), cells=cells)


def random_halves(blocks: Sequence[Block], rng: np.random.Generator) -> tuple[Block, ...]:
    """Split the units of every block into two halves at random; the new one may have one more."""
    found = []
    for block in blocks:
        count = block.design.old + block.design.new
        order = rng.permutation(count)
        found.append(resplit(block, old=order[: count // 2], new=order[count // 2 :]))
    return tuple(found)


def _resplit(cell: Cell, units: Places) -> Cell:
    """Put the samples of the chosen units in order, and number the units anew."""
    if cell.units is None:
        return replace(cell, channels=_taken(cell.channels, units))
    order = [np.flatnonzero(cell.units == unit) for unit in units]
    numbers = [np.full(len(own), place, dtype=np.intp) for place, own in enumerate(order)]
    channels = _taken(cell.channels, np.concatenate(order))
    return replace(cell, channels=channels, units=np.concatenate(numbers))


def _taken(channels: Sequence[Channel], places: Places) -> tuple[Channel, ...]:
    return tuple(_take(channel, places) for channel in channels)


def _take(channel: Channel, places: Places) -> Channel:
    if isinstance(channel, EnergyChannel):
        distances = channel.distances[np.ix_(places, places)]
        return replace(channel, distances=distances, present=_of(channel.present, places))
    if isinstance(channel, MeansChannel):
        features = channel.features[places]
        return replace(channel, features=features, present=_of(channel.present, places))
    raise TypeError(f"{channel.name}: not known how to take some samples of it")


def _of(present: NDArray[np.bool_] | None, places: Places) -> NDArray[np.bool_] | None:
    return None if present is None else present[places]
