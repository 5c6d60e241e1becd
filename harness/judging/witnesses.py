"""Rank the pictures that drove a result: those that lie nearest to their own side."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from harness.judging.pools import Pool
from harness.model.drift import Witness
from harness.stats.channels import EnergyChannel

EACH = 3
"""Pictures of a side that are named."""


def witnesses_of(pool: Pool, channels: Sequence[EnergyChannel]) -> tuple[Witness, ...]:
    """Name the pictures of a cell that drove its result, of both sides, the strongest first.

    The witness of a picture is its mean distance to the other side less that to its own
    (DRIFT section 1), in each channel over the mean distance of all, averaged over channels.

    Args:
        pool: The cell.
        channels: Those that stand for how the cell moved; of pictures.
    """
    subjects, count = pool.subjects, len(pool.old)
    weights = np.zeros(len(subjects))
    for channel in channels:
        weights += _weights(channel, count) / len(channels)
    found = [
        Witness(sha256=s.picture, fresh=place >= count, weight=round(float(weights[place]), 4))
        for place, s in enumerate(subjects)
        if s.description is not None
    ]
    found.sort(key=lambda witness: -witness.weight)
    olds = [witness for witness in found if not witness.fresh][:EACH]
    news = [witness for witness in found if witness.fresh][:EACH]
    return (*news, *olds)


def _weights(channel: EnergyChannel, count: int) -> NDArray[np.float64]:
    """Give each answer's witness in one channel; 0 where it was not measured."""
    distances = channel.distances.astype(np.float64)
    size = len(distances)
    present = np.ones(size, np.bool_) if channel.present is None else channel.present
    old = present & (np.arange(size) < count)
    new = present & ~(np.arange(size) < count)
    if old.sum() < 2 or new.sum() < 2:
        return np.zeros(size)
    to_old = distances[:, old].sum(axis=1) / np.where(old, old.sum() - 1, old.sum())
    to_new = distances[:, new].sum(axis=1) / np.where(new, new.sum() - 1, new.sum())
    mean = float(distances[np.ix_(present, present)].mean())
    found = np.where(np.arange(size) < count, to_new - to_old, to_old - to_new)
    scaled: NDArray[np.float64] = np.where(present, found / mean if mean else 0.0, 0.0)
    return scaled
