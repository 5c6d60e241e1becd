"""Find grids in a picture: 8x8 blocks of a coarse JPEG, and pixels that were repeated."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

BLOCKY_ABOVE = 1.12
"""Strength of `blockiness`: above it a picture was compressed coarsely, here or before.

MEASURES section 5: raw files of the model at quality 100 reach 1.05 at most, their copies
at q30 and q60 all lie above (AUC 1.0); against files of the web AUC is .94 and .88. Anew on
30 real pictures: 12 as the API gave them (JPEG q100, PNG) lie at 1.09 at most, their copies
at q30, q60 and q75 at 1.18 or above, those at q85 half above, those at q95 below. 7 WebPs
lie at 1.11 at most: WebP hides its grid, so compression by it is not caught. A file whose own
tables are coarse shows its own grid: Vertex's JPEGs (1.29, 1.35) and a notebook's (1.14 to
1.78) lie above. Not caught: a grid that was scaled or shifted away.
"""

Profile = NDArray[np.float64]
CROP = 1536
_BLOCK = 8
_MOST_REPEATS = 8
_REPEAT_SHARE = 0.25
Slopes = tuple[Image.Image, Image.Image]
"""Absolute differences of neighbours across and down, grey levels."""


def slopes(image: Image.Image) -> Slopes:
    """Measure the slopes of a picture's middle, at most 1536 px wide and high.

    That is all of any 1K picture. Middles of 1024 px differ from the whole by .04 of
    blockiness at most on 30 real ones, larger ones by less.
    """
    left, top = max(0, (image.width - CROP) // 2), max(0, (image.height - CROP) // 2)
    box = (left, top, min(left + CROP, image.width), min(top + CROP, image.height))
    grey = image.crop(box).convert("L")
    width, height = grey.size
    across = ImageChops.difference(
        grey.crop((1, 0, width, height)), grey.crop((0, 0, width - 1, height))
    )
    down = ImageChops.difference(
        grey.crop((0, 1, width, height)), grey.crop((0, 0, width, height - 1))
    )
    return across, down


def blockiness(found: Slopes) -> float | None:
    """Give the strength of an 8x8 grid, 1 for none; None where too small or flat to tell.

    MEASURES section 8: absolute gradients clipped at their 90 % quantile + 1, averaged per
    column (row), folded modulo 8: best phase over the mean of the others; mean of both axes.
    """
    profiles = [_profile(_clipped(one), axis=axis) for axis, one in enumerate(found)]
    strengths = [_strength(one) for one in profiles if len(one) >= 4 * _BLOCK]
    known = [one for one in strengths if one is not None]
    return sum(known) / 2 if len(known) == 2 else None


def repeats(found: Slopes) -> int:
    """Give how many equal pixels stand for one, across and down: 1 for none, at most 8.

    The largest number n for which the slopes, folded modulo n, stand on one phase: on any
    other they are under a quarter of it. Exact copies have none at all there, a copy
    that was then compressed as JPEG has a few levels.
    """
    profiles = [_profile(one, axis=axis) for axis, one in enumerate(found)]
    fits = [n for n in range(2, _MOST_REPEATS + 1) if all(_is_repeated(p, n) for p in profiles)]
    return max(fits, default=1)


def _clipped(one: Image.Image) -> Image.Image:
    """Clip slopes at their 90 % quantile + 1."""
    counts = np.cumsum(one.histogram())
    limit = int(np.searchsorted(counts, 0.9 * counts[-1])) + 1
    return one.point([min(level, limit) for level in range(256)])


def _profile(one: Image.Image, *, axis: int) -> Profile:
    """Average slopes across per column, slopes down per row."""
    levels = np.asarray(one)
    sums = levels.sum(axis=axis, dtype=np.uint32)
    profile: Profile = np.divide(sums, max(1, levels.shape[axis]), dtype=np.float64)
    return profile


def _strength(profile: Profile) -> float | None:
    phases = _folded(profile, _BLOCK)
    others = (phases.sum() - phases.max()) / (_BLOCK - 1)
    return float(phases.max() / others) if others > 0 else None


def _is_repeated(profile: Profile, count: int) -> bool:
    if len(profile) < 4 * count:
        return False
    second, first = np.sort(_folded(profile, count))[-2:]
    return bool(second < _REPEAT_SHARE * first)


def _folded(profile: Profile, count: int) -> Profile:
    """Average a profile by phase modulo `count`; what is left over at its end is left out."""
    whole = len(profile) - len(profile) % count
    folded: Profile = profile[:whole].reshape(-1, count).mean(axis=0)
    return folded
