"""Measure what a picture's pixels tell of how it was processed: figures, no opinion."""

import numpy as np
from PIL import Image

from harness.measure.blocks import blockiness, repeats, slopes
from harness.measure.border import bars
from harness.measure.detail import detail_db
from harness.measure.halves import halves
from harness.measure.mark import mark
from harness.model.picture import Structure


def structure(
    image: Image.Image, look: Image.Image, *, transparent: float, alpha: bool = False
) -> Structure:
    """Measure everything of `Structure`.

    Args:
        image: At full resolution, upright, RGB.
        look: The same, reduced by `reduction.look`.
        transparent: Share of its pixels that are not opaque, as its container says.
        alpha: Its container has transparency at all.
    """
    found = slopes(image)
    return Structure(
        transparent=transparent,
        alpha=alpha,
        bars=bars(np.asarray(look)),
        detail_db=_rounded(detail_db(image, look), 2),
        repeats=repeats(found),
        blockiness=_rounded(blockiness(found), 3),
        halves=_rounded(halves(look), 3),
        mark=_rounded(mark(image), 3),
    )


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
