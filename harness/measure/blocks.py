"""Find grids in a picture: 8x8 blocks of a coarse JPEG, and pixels that were repeated."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

BLOCKY_ABOVE = 1.15
"""Strength of `blockiness`: above it a picture was compressed coarsely once.

MEASURES section 5: the model's own files at quality 100 reach 1.05 at most, and their
copies at q30 and q60 all lie above (AUC 1.0); against files of the web, which were
compressed already, AUC is .94 (q30) and .88 (q60).
"""

CROP = 1024
_BLOCK = 8
_MOST_REPEATS = 8
_REPEAT_SHARE = 0.25
Grey = NDArray[np.int16]


def middle(image: Image.Image) -> Grey:
    """Cut the middle of a picture, at most 1024 px wide and high, as grey levels."""
    left, top = max(0, (image.width - CROP) // 2), max(0, (image.height - CROP) // 2)
    box = (left, top, min(left + CROP, image.width), min(top + CROP, image.height))
    return np.asarray(image.crop(box).convert("L"), dtype=np.int16)


def blockiness(grey: Grey) -> float | None:
    """Give the strength of an 8x8 grid, 1 for none; None where too small or flat to tell.

    MEASURES section 8: absolute gradients clipped at their 90 % quantile + 1, averaged per
    column (row), folded modulo 8: best phase over the mean of the others; mean of both axes.
    """
    if min(grey.shape) < 4 * _BLOCK:
        return None
    strengths = [_strength(np.abs(np.diff(grey, axis=axis)), axis=1 - axis) for axis in (1, 0)]
    return None if None in strengths else float(np.mean([s for s in strengths if s]))


def _strength(slopes: Grey, *, axis: int) -> float | None:
    clipped = np.minimum(slopes, np.quantile(slopes, 0.9) + 1)
    phases = _folded(clipped.mean(axis=axis), _BLOCK)
    others = (phases.sum() - phases.max()) / (_BLOCK - 1)
    return float(phases.max() / others) if others > 0 else None


def repeats(grey: Grey) -> int:
    """Give how many equal pixels stand for one, across and down: 1 for none, at most 8.

    The largest number n for which the slopes between pixels fall, folded modulo n, on one
    phase: those on the others are under a quarter of it. Exact copies have none at all,
    a copy that was then compressed as JPEG has a few levels.
    """
    profiles = [np.abs(np.diff(grey, axis=axis)).mean(axis=1 - axis) for axis in (1, 0)]
    fits = [n for n in range(2, _MOST_REPEATS + 1) if all(_is_repeated(p, n) for p in profiles)]
    return max(fits, default=1)


def _is_repeated(profile: NDArray[np.float64], count: int) -> bool:
    if len(profile) < 4 * count:
        return False
    phases = _folded(profile, count)
    inside = (phases.sum() - phases.max()) / (count - 1)
    return bool(inside < _REPEAT_SHARE * phases.max())


def _folded(profile: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Average a profile by phase modulo `count`; what is left over at its end is left out."""
    whole = len(profile) - len(profile) % count
    folded: NDArray[np.float64] = profile[:whole].reshape(-1, count).mean(axis=0)
    return folded
