"""Compute what one channel says under every labelling: a statistic that grows with a change."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from harness.stats.labellings import Labels

Values = NDArray[np.float64]
"""Shape (R,): one value a labelling, the observed one first."""

POOLED_FLOOR = 0.15
"""Added to the pooled variance of a z-scored feature, so that a feature that is nearly
constant within both sides does not decide all by itself (MEASURES section 8, `tmax`)."""


class Channel(Protocol):
    """One measure that two samples are tested on."""

    @property
    def name(self) -> str: ...

    def values(self, labels: Labels) -> Values:
        """Give the statistic under each labelling of the samples."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyChannel:
    """Energy distance of two samples, from the distances between all of them.

    Attributes:
        name: What is measured.
        distances: Shape (N, N), symmetric, 0 on the diagonal, old samples first; of strong
            negative type, so that any change can be seen: the square root of Hamming, not
            Hamming itself. Rows of samples that were not measured hold anything.
        present: Shape (N,): which samples were measured; None for all of them.
    """

    name: str
    distances: NDArray[np.float32]
    present: NDArray[np.bool_] | None = None

    def values(self, labels: Labels) -> Values:
        """Give 2 E|x-y| - E|x-x'| - E|y-y'|, unbiased, for each labelling.

        Szekely and Rizzo 2004; one matrix product for all labellings (MEASURES section 8).
        A side with fewer than two measured samples says nothing of its own spread; where a
        side has none the value is 0.
        """
        labels, distances = self._measured(labels)
        distances = _centred(distances)
        olds = labels.sum(axis=1, dtype=np.float64)
        news = labels.shape[1] - olds
        reached = labels @ distances
        within = np.einsum("rn,rn->r", reached, labels, dtype=np.float64)
        across = reached.sum(axis=1, dtype=np.float64) - within
        others = float(distances.sum(dtype=np.float64)) - within - 2 * across
        found = 2 * _mean(across, olds * news)
        found -= _mean(within, olds * (olds - 1)) + _mean(others, news * (news - 1))
        found[(olds == 0) | (news == 0)] = 0.0
        return found

    def within(self, side: NDArray[np.bool_]) -> float:
        """Sum the distances between the measured samples of one side, shape (N,)."""
        kept = np.flatnonzero(side if self.present is None else side & self.present)
        return float(self.distances[np.ix_(kept, kept)].sum(dtype=np.float64))

    def _measured(self, labels: Labels) -> tuple[Labels, NDArray[np.float32]]:
        if self.present is None or bool(self.present.all()):
            return labels, self.distances
        kept = np.flatnonzero(self.present)
        return labels[:, kept], self.distances[np.ix_(kept, kept)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeansChannel:
    """The largest standardised difference of means over several features.

    Attributes:
        name: What is measured.
        features: Shape (N, F), z-scored over all samples, old samples first.
        present: Shape (N,): which samples were measured; None for all of them.
    """

    name: str
    features: NDArray[np.float32]
    present: NDArray[np.bool_] | None = None

    def values(self, labels: Labels) -> Values:
        """Give max |mean difference| / sqrt(pooled variance + .15) for each labelling.

        MEASURES section 8, `tmax`. Where a side has no measured sample the value is 0.
        """
        features = self.features
        if self.present is not None and not bool(self.present.all()):
            kept = np.flatnonzero(self.present)
            labels, features = labels[:, kept], features[kept]
        olds = labels.sum(axis=1, dtype=np.float64)[:, None]
        news = labels.shape[1] - olds
        first, squares = labels @ features, labels @ features**2
        second, rest = features.sum(axis=0) - first, (features**2).sum(axis=0) - squares
        means = _mean(first, olds), _mean(second, news)
        spread = squares - olds * means[0] ** 2 + rest - news * means[1] ** 2
        pooled = np.maximum(_mean(spread, olds + news - 2), 0.0)
        found = np.abs(means[0] - means[1]) / np.sqrt(pooled + POOLED_FLOOR)
        found[((olds == 0) | (news == 0))[:, 0]] = 0.0
        best: Values = found.max(axis=1, initial=0.0)
        return best


def _centred(distances: NDArray[np.float32]) -> NDArray[np.float32]:
    """Subtract the mean of the distances between samples: it cancels out, and costs digits."""
    count = len(distances)
    if count < 2:
        return distances
    off = distances.sum(dtype=np.float64) / (count * (count - 1))
    moved: NDArray[np.float32] = (distances - off).astype(np.float32)
    np.fill_diagonal(moved, 0.0)
    return moved


def _mean(sums: NDArray[np.floating], counts: Values) -> Values:
    """Divide, giving 0 where there is nothing to divide by."""
    counts = np.broadcast_to(np.maximum(counts, 0.0), sums.shape)
    out: Values = np.divide(sums, counts, out=np.zeros(sums.shape), where=counts > 0)
    return out
