"""Choose the picture that stands for a cell: the one that is most like the others."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from harness.judging.subjects import Subject
from harness.stats.channels import EnergyChannel

if TYPE_CHECKING:
    from numpy.typing import NDArray


FEWEST = 3
"""Pictures of which one can be most like the others."""


def medoid_first(subjects: Sequence[Subject]) -> tuple[str, ...]:
    """Name a cell's pictures, the medoid first, the others as they came.

    The medoid has the least sum of distances to the others; distances are averaged over
    the channels of pictures, each over its own mean. The first of several equal ones counts.

    Args:
        subjects: Answers of one cell; those without a description cannot be the medoid.

    Returns:
        sha256, each once.
    """
    from harness.judging.channels import channels_of  # late: it loads what describes pictures

    names = list(dict.fromkeys(s.picture for s in subjects if s.picture))
    seen = list({s.picture: s for s in subjects if s.description is not None}.values())
    if len(seen) < FEWEST:
        return tuple(names)
    sums = np.zeros(len(seen))
    for channel in channels_of(seen):
        if isinstance(channel, EnergyChannel):
            sums += _sums(channel.distances.astype(np.float64))
    medoid = seen[int(np.argmin(np.round(sums, 9)))].picture
    return (medoid, *(name for name in names if name != medoid))


def _sums(distances: "NDArray[np.float64]") -> "NDArray[np.float64]":
    mean = float(distances.mean())
    found: NDArray[np.float64] = distances.sum(axis=1) / mean if mean else distances.sum(axis=1)
    return found
