"""Lay the answers of one cell into the channels that drift is tested on."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from harness.judging.subjects import Subject
from harness.measure.description import PARTS
from harness.stats.channels import Channel, EnergyChannel, MeansChannel

OUTCOMES, EMBEDDING = "outcomes", "embedding"
FINGERPRINTS, SCALARS, MEANS = "fingerprints", "scalars", "means"
LAYOUT, COLOURS = "layout", "colours"
PICTURED = (FINGERPRINTS, SCALARS, MEANS, LAYOUT, COLOURS)
"""Channels of every picture: square root of the Hamming distance of dhash16 and phash16
together; 20 scalars, z-scored over the cell, by their energy and by their largest difference
of means; orientation energy; sliced quantiles of the Lab cloud. MEASURES section 4, "REC"."""

HASHES = (FINGERPRINTS,)
"""What a test by perceptual hashes alone sees, for comparison."""

_FLAT = 1e-6
"""Deviation, as a share of the largest value, below which a scalar counts as constant."""

_ROUNDING = 1e-12
"""Squared distances below this share of the squared lengths are rounding: the rows are equal."""


def channels_of(
    subjects: Sequence[Subject], *, names: Sequence[str] | None = None
) -> tuple[Channel, ...]:
    """Give the channels of one cell.

    Args:
        subjects: Its answers, old ones first.
        names: Which; None for all that its answers have.
    """
    found = [*_pictured(subjects), *_embedded(subjects), *_outcomes(subjects)]
    return tuple(channel for channel in found if names is None or channel.name in names)


def _pictured(subjects: Sequence[Subject]) -> list[Channel]:
    present = np.array([s.description is not None for s in subjects], dtype=np.bool_)
    if not present.any():
        return []
    rows = np.stack([s.description for s in subjects if s.description is not None])
    parts = {name: _spread(rows[:, part], present) for name, part in PARTS.items()}
    bits = np.hstack([parts["dhash16"], parts["phash16"]])
    scaled = _z_scored(parts["scalars"], present)
    return [
        _energy(FINGERPRINTS, _euclidean(bits), present),
        _energy(SCALARS, _euclidean(scaled), present),
        MeansChannel(name=MEANS, features=scaled, present=present),
        _energy(LAYOUT, _euclidean(parts["layout"]), present),
        _energy(COLOURS, _euclidean(parts["colours"]), present),
    ]


def _embedded(subjects: Sequence[Subject]) -> list[Channel]:
    present = np.array([s.embedding is not None for s in subjects], dtype=np.bool_)
    if not present.any():
        return []
    rows = np.stack([s.embedding.ravel() for s in subjects if s.embedding is not None])
    return [_energy(EMBEDDING, _euclidean(_spread(rows, present)), present)]


def _outcomes(subjects: Sequence[Subject]) -> list[Channel]:
    """Hold how answers ended against each other; where all ended alike it says nothing."""
    names = np.array([subject.outcome for subject in subjects])
    if len(set(names.tolist())) < 2:
        return []
    differ = (names[:, None] != names[None, :]).astype(np.float32)
    return [EnergyChannel(name=OUTCOMES, distances=differ)]


def _spread(rows: NDArray[np.float32], present: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Give every answer a row; that of one without a picture holds zeros."""
    if present.all():
        return rows
    found = np.zeros((len(present), rows.shape[1]), dtype=np.float32)
    found[present] = rows
    return found


def _z_scored(rows: NDArray[np.float32], present: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Scale each number by its mean and deviation over both sides; a constant one becomes 0."""
    measured = rows[present].astype(np.float64)
    mean, spread = measured.mean(axis=0), measured.std(axis=0)
    flat = spread <= _FLAT * np.maximum(np.abs(measured).max(axis=0), 1.0)
    scaled = (rows - mean) / np.where(flat, 1.0, spread)
    scaled[:, flat] = 0.0
    found: NDArray[np.float32] = scaled.astype(np.float32)
    return found


def _energy(
    name: str, distances: NDArray[np.floating], present: NDArray[np.bool_]
) -> EnergyChannel:
    return EnergyChannel(name=name, distances=distances.astype(np.float32), present=present)


def _euclidean(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.sqrt(_squared(rows))


def _squared(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Give the squared distances of all pairs, 0 on the diagonal."""
    wide = rows.astype(np.float64)
    norms = (wide**2).sum(axis=1)
    sums = norms[:, None] + norms[None, :]
    found: NDArray[np.float64] = sums - 2 * (wide @ wide.T)
    found[found < _ROUNDING * sums] = 0.0
    np.fill_diagonal(found, 0.0)
    return found
