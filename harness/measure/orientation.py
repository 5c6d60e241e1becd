"""Describe the layout of a picture: which edges run where, at which scale."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 128
_SCALES, _ORIENTATIONS, _GRID = 4, 8, 4
_FINEST, _STEP, _BANDWIDTH = 0.30, 1.9, 0.62
_SPREAD = np.pi / 8 / 1.3
NUMBERS = _SCALES * _ORIENTATIONS * _GRID * _GRID


def orientation(image: Image.Image) -> NDArray[np.float32]:
    """Give the orientation energy of a picture ("gist"): 512 numbers of length 1 together.

    MEASURES section 8, "gist" (after Oliva and Torralba 2001): grey, box-resized to 128x128,
    zero mean, unit deviation; log-Gabor bank of 4 scales by 8 orientations; mean magnitude
    over a 4x4 grid. A flat picture gives zeros. Compared by Euclidean distance.
    """
    grey = np.asarray(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX))
    levels = grey.astype(np.float32)
    spread = float(levels.std())
    if spread < 1e-3:
        return np.zeros(NUMBERS, dtype=np.float32)
    spectrum = np.fft.fft2((levels - levels.mean()) / spread)
    answers = np.abs(np.fft.ifft2(spectrum * _bank()))
    cell = SIDE // _GRID
    means = answers.reshape(-1, _GRID, cell, _GRID, cell).mean(axis=(2, 4)).ravel()
    found: NDArray[np.float32] = (means / np.linalg.norm(means)).astype(np.float32)
    return found


@cache
def _bank() -> NDArray[np.float32]:
    """Make the filters in the Fourier domain, shape (32, 128, 128)."""
    frequency = np.fft.fftfreq(SIDE)
    radius = np.hypot(frequency[:, None], frequency[None, :])
    angle = np.arctan2(frequency[:, None], frequency[None, :])
    radius[0, 0] = 1.0
    filters = [
        _radial(radius, scale) * _angular(angle, number)
        for scale in range(_SCALES)
        for number in range(_ORIENTATIONS)
    ]
    return np.array(filters, dtype=np.float32)


def _radial(radius: NDArray[np.float64], scale: int) -> NDArray[np.float64]:
    centre = _FINEST / _STEP**scale
    passed: NDArray[np.float64] = np.exp(
        -(np.log(radius / centre) ** 2) / (2 * np.log(_BANDWIDTH) ** 2)
    )
    passed[0, 0] = 0.0
    return passed


def _angular(angle: NDArray[np.float64], number: int) -> NDArray[np.float64]:
    turned = angle - number * np.pi / _ORIENTATIONS
    off = np.arctan2(np.sin(turned), np.cos(turned))
    passed: NDArray[np.float64] = np.exp(-(off**2) / (2 * _SPREAD**2))
    return passed
