"""Describe the colours of a picture by quantiles of their cloud along fixed directions."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from harness.measure.lab import lab

DIRECTIONS, QUANTILES = 16, 17
_SIDE = 64


def colours(image: Image.Image) -> NDArray[np.float32]:
    """Give sliced quantiles of the Lab cloud: 272 numbers.

    Their Euclidean distance is the sliced Wasserstein distance of two pictures' colours, in
    Lab units (MEASURES section 8, "lab channel"; Bonneel et al. 2015): where a colour stands
    plays no part. The picture is box-resized to 64x64.
    """
    small = np.asarray(image.resize((_SIDE, _SIDE), Image.Resampling.BOX))
    along = lab(small).reshape(-1, 3) @ _directions()
    steps = (np.arange(QUANTILES) + 0.5) / QUANTILES
    quantiles = np.quantile(along, steps, axis=0).ravel() / np.sqrt(DIRECTIONS * QUANTILES)
    found: NDArray[np.float32] = quantiles.astype(np.float32)
    return found


@cache
def _directions() -> NDArray[np.float32]:
    """Spread directions evenly over half a sphere, by the golden angle: the same everywhere."""
    number = np.arange(DIRECTIONS)
    height = (number + 0.5) / DIRECTIONS
    turn = number * np.pi * (3 - np.sqrt(5))
    flat = np.sqrt(1 - height**2)
    return np.stack([flat * np.cos(turn), flat * np.sin(turn), height]).astype(np.float32)
