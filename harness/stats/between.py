"""Test whether groups of answers, such as sessions, differ from each other.

The statistic is the distance within groups (DISCO, Rizzo and Szekely 2010): it is small
where groups differ. Answers are permuted over the groups inside each block only, chains
whole, and all channels share the labellings, as in `permutation`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.stats.channels import EnergyChannel, Values
from harness.stats.permutation import Block, Cell, rank_p, standardised

Groups = NDArray[np.intp]
"""Shape (U,): to which group each unit of a block belongs, from 0."""

LEVEL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class BetweenEffect:
    """How far groups lie apart in one channel.

    Attributes:
        channel: Name of the channel.
        size: Energy distance of two groups over the mean distance of all, mean over pairs of
            groups and over cells; may be below 0.
        low: Lower end of its interval, by leaving out one group after another.
        high: Upper end of it.
    """

    channel: str
    size: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """What the test says.

    Attributes:
        p: That groups differ; never 0.
        effects: A channel each, the largest first.
    """

    p: float
    effects: tuple[BetweenEffect, ...]


def between_groups(
    blocks: Sequence[Block], groups: Sequence[Groups], *, draws: int, seed: int
) -> Between | None:
    """Test whether groups differ.

    Args:
        blocks: The answers; which side they stand on plays no part.
        groups: Of each block's units.
        draws: Assignments drawn beside the observed one.
        seed: Of the draws.

    Returns:
        None where no cell has two groups with two measured answers in one of them.
    """
    own = np.random.SeedSequence(seed).spawn(len(blocks))
    total: Values = np.zeros(draws + 1)
    told = []
    for block, group, seeded in zip(blocks, groups, own, strict=True):
        assigned = _assigned(group, draws=draws, rng=np.random.default_rng(seeded))
        for cell in block.cells:
            labels = assigned if cell.units is None else assigned[:, cell.units]
            channels = [c for c in _energies(cell) if _tells(c, labels[0])]
            if not channels:
                continue
            told += [(channel, labels[0]) for channel in channels]
            values = [standardised(-_within(channel, labels)) for channel in channels]
            total = total + standardised(np.max(np.stack(values), axis=0))
    return Between(p=rank_p(total), effects=_effects(told)) if told else None


def _assigned(group: Groups, *, draws: int, rng: np.random.Generator) -> Groups:
    """Give the observed assignment first, then random ones; shape (draws + 1, U)."""
    shuffled = rng.permuted(np.tile(group, (draws, 1)), axis=1)
    return np.vstack([group, shuffled])


def _energies(cell: Cell) -> Iterator[EnergyChannel]:
    return (channel for channel in cell.channels if isinstance(channel, EnergyChannel))


def _measured(channel: EnergyChannel, labels: Groups) -> tuple[NDArray[np.float32], Groups]:
    if channel.present is None or bool(channel.present.all()):
        return channel.distances, labels
    kept = np.flatnonzero(channel.present)
    return channel.distances[np.ix_(kept, kept)], labels[..., kept]


def _tells(channel: EnergyChannel, labels: Groups) -> bool:
    distances, labels = _measured(channel, labels)
    sizes = np.bincount(labels)
    return bool((sizes > 0).sum() >= 2 and sizes.max() >= 2 and distances.any())


def _within(channel: EnergyChannel, labels: Groups) -> Values:
    """Sum, over the groups, their size times the mean distance of two of their answers."""
    distances, labels = _measured(channel, labels)
    found: Values = np.zeros(len(labels))
    for group in range(int(labels.max()) + 1):
        inside = (labels == group).astype(np.float32)
        sizes = inside.sum(axis=1, dtype=np.float64)
        sums = ((inside @ distances) * inside).sum(axis=1)
        found += sums / np.maximum(sizes - 1, 1)
    return found


def _effects(told: Sequence[tuple[EnergyChannel, Groups]]) -> tuple[BetweenEffect, ...]:
    names = dict.fromkeys(channel.name for channel, _ in told)
    found = [_effect([(c, g) for c, g in told if c.name == name]) for name in names]
    return tuple(sorted(found, key=lambda effect: -effect.size))


def _effect(told: Sequence[tuple[EnergyChannel, Groups]]) -> BetweenEffect:
    """Give one channel's effect, and its interval by the jackknife over groups."""
    from scipy.special import stdtrit  # late: it takes longer to load than a short run lasts

    size = _size(told, without=-1)
    groups = sorted({int(group) for _, labels in told for group in labels})
    left = np.array([_size(told, without=group) for group in groups])
    count = len(groups)
    if count < 3:
        return BetweenEffect(channel=told[0][0].name, size=size, low=-np.inf, high=np.inf)
    error = float(np.sqrt((count - 1) / count * ((left - left.mean()) ** 2).sum()))
    reach = float(stdtrit(count - 1, (1 + LEVEL) / 2)) * error
    return BetweenEffect(channel=told[0][0].name, size=size, low=size - reach, high=size + reach)


def _size(told: Sequence[tuple[EnergyChannel, Groups]], *, without: int) -> float:
    sizes = [_size_of(*_measured(channel, labels), without=without) for channel, labels in told]
    found = [size for size in sizes if size is not None]
    return float(np.mean(found)) if found else 0.0


def _size_of(distances: NDArray[np.float32], labels: Groups, *, without: int) -> float | None:
    """Give 2 (mean between - mean within) / mean of all; None where a part is empty."""
    kept = labels != without
    apart = labels[:, None] != labels[None, :]
    pairs = kept[:, None] & kept[None, :] & ~np.eye(len(labels), dtype=np.bool_)
    across, inside = pairs & apart, pairs & ~apart
    if not across.any() or not inside.any():
        return None
    mean = float(distances[pairs].mean())
    differ = float(distances[across].mean()) - float(distances[inside].mean())
    return 2 * differ / mean if mean > 0 else None
