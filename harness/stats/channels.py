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

_ROUNDING = 1e-6
"""Share of the largest distance below which a difference of distances is rounding."""


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
        A side with one measured sample is taken to spread as all samples do; where a side has
        none the value is 0.

        What each sample adds to all of its distances cancels out where both sides have two.
        Without it every row sums to 0, so that the sum within the old side tells those across
        and within the new one too, and no digits are lost to large sums.
        """
        labels, distances = self._measured(labels)
        pairs, own = _doubly_centred(distances)
        olds = _counted(labels)
        news = len(own) - olds
        within = np.einsum("rn,rn->r", labels @ pairs, labels).astype(np.float64)
        ones = np.ones(len(olds))
        shares = 2 * _mean(ones, olds * news)
        shares += _mean(ones, olds * (olds - 1)) + _mean(ones, news * (news - 1))
        found: Values = -within * shares
        for alone, side in ((olds == 1, labels), (news == 1, 1 - labels)):
            found[alone] += 2 * (side[alone] @ own)
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

        MEASURES section 8, `tmax`. Where a side has no measured sample the value is 0. What
        features spread by in all is the same under every labelling, so that the sum of the
        old ones alone tells how much of it lies between the sides, and the rest within them.
        """
        features = self.features
        if self.present is not None and not bool(self.present.all()):
            kept = np.flatnonzero(self.present)
            labels, features = labels[:, kept], features[kept]
        count, olds = len(features), _counted(labels)
        scale = _mean(np.full(len(olds), float(count)), olds * (count - olds))
        centred = (features - features.mean(axis=0, dtype=np.float64)).astype(np.float32)
        between = centred.T @ labels.T  # shape (F, R): the long axis last, for speed
        between *= between
        between *= scale.astype(np.float32)
        pooled = (centred**2).sum(axis=0)[:, None] - between
        pooled *= 1 / (count - 2) if count > 2 else 0.0
        np.maximum(pooled, 0.0, out=pooled)
        pooled += np.float32(POOLED_FLOOR)
        between /= pooled
        best: Values = np.sqrt(between.max(axis=0, initial=0.0) * scale)
        return best


def _counted(labels: Labels) -> Values:
    """Count the old samples of each labelling."""
    found: Values = (labels @ np.ones(labels.shape[1], dtype=np.float32)).astype(np.float64)
    return found


def _doubly_centred(distances: NDArray[np.float32]) -> tuple[NDArray[np.float32], Values]:
    """Take out of the distances what each sample adds to all of its own.

    Returns:
        What is left of each pair, of rows that sum to 0 (the U-centring of Szekely and Rizzo
        2014), and what each sample adds more than the others do, shape (N,). What is left below
        the rounding of single precision is 0: of distances that are all alike nothing is.
    """
    count, d = len(distances), distances.astype(np.float64)
    np.fill_diagonal(d, 0.0)
    rows = d.sum(axis=1)
    each = float(rows.sum()) / (2 * max(count - 1, 1))
    own: Values = (rows - each) / (count - 2) if count > 2 else rows / 2
    mean = each / max(count, 1)
    left = d - own[:, None] - own[None, :]
    left[np.abs(left) <= _ROUNDING * d.max(initial=0.0)] = 0.0
    np.fill_diagonal(left, 0.0)
    return left.astype(np.float32), own - mean


def _mean(sums: NDArray[np.floating], counts: Values) -> Values:
    """Divide, giving 0 where there is nothing to divide by."""
    counts = np.broadcast_to(np.maximum(counts, 0.0), sums.shape)
    out: Values = np.divide(sums, counts, out=np.zeros(sums.shape), where=counts > 0)
    return out
