"""Tell an empty picture from one that shows something."""

import numpy as np
from PIL import Image

from harness.measure.pixels import Pixels

BLANK_BELOW = 3.0
"""Grey levels of `tile_sd`, 0..255: below it a picture is blank.

MEASURES section 5: the lowest of 225 real pictures is 19.9 (a map); no false alarm. Anew: 28
of 28 real pictures that were painted over are found, 0 of 29 as they are are blamed. Not
caught: what is faintly textured, as a gradient with grain.
"""

_SIDE, _TILES = 256, 16


def tile_sd(pixels: Pixels) -> float:
    """Give the 99 % quantile of the tiles' standard deviation, in grey levels.

    The picture is box-resized to 256x256 grey and cut into 16x16 tiles of 16 px
    (MEASURES section 8, "blank"). The shared reduction gives the same to within
    1.2 levels of the whole picture on 30 real ones.
    """
    grey = Image.fromarray(pixels).convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    step = _SIDE // _TILES
    tiles = np.asarray(grey, dtype=np.float64).reshape(_TILES, step, _TILES, step)
    return float(np.quantile(tiles.std(axis=(1, 3)), 0.99))
