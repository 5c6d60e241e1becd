"""Describe a picture by a few plain numbers: its colours, its detail, its order."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from harness.measure.lab import lab

SCALARS = (
    "L mean", "L sd", "a mean", "a sd", "b mean", "b sd", "chroma mean", "chroma sd",
    "L 2 %", "L 25 %", "L 75 %", "L 98 %",
    "band 1", "band 2", "band 3", "band 4", "band 5",
    "entropy",
)  # fmt: skip
"""What `scalars` gives, in order: Lab (L 0..100), spectral bands from coarse to fine in dB,
entropy of the grey levels in bits. MEASURES section 8, "scal"; its blockiness stands in
`Structure`, measured on the picture's own pixels."""

SIDE = 256
_TILE, _TILES = 64, 9
_BANDS = ((0.03, 0.12), (0.12, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1.0))
_QUANTILES = (0.02, 0.25, 0.75, 0.98)
_SILENCE = 1e-3
"""Power that stands for none, so that a flat picture has a finite level."""


def scalars(image: Image.Image) -> NDArray[np.float32]:
    """Give the 18 numbers of `SCALARS`.

    Args:
        image: RGB; box-resized to 256x256.
    """
    small = image.resize((SIDE, SIDE), Image.Resampling.BOX)
    pixels = lab(np.asarray(small))
    light, chroma = pixels[..., 0], np.hypot(pixels[..., 1], pixels[..., 2])
    planes = (light, pixels[..., 1], pixels[..., 2], chroma)
    moments = [number for plane in planes for number in (plane.mean(), plane.std())]
    grey = np.asarray(small.convert("L"))
    found = [*moments, *np.quantile(light, _QUANTILES), *_bands(grey), _entropy(grey)]
    return np.array(found, dtype=np.float32)


def _bands(grey: NDArray[np.uint8]) -> list[float]:
    """Give mean power in dB by Chebyshev radius, of the 9 most textured 64 px tiles."""
    tiles = _textured(grey.astype(np.float32))
    window = np.hanning(_TILE).astype(np.float32)
    flat = (tiles - tiles.mean(axis=(1, 2), keepdims=True)) * np.outer(window, window)
    power = (np.abs(np.fft.fft2(flat)) ** 2).mean(axis=0)
    return [float(10 * np.log10(power[inside].mean() + _SILENCE)) for inside in _rings()]


def _textured(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    slope = np.zeros_like(grey)
    slope[:, :-1] += np.abs(np.diff(grey, axis=1))
    slope[:-1] += np.abs(np.diff(grey, axis=0))
    across = SIDE // _TILE
    shape = (across, _TILE, across, _TILE)
    texture = slope.reshape(shape).mean(axis=(1, 3)).ravel()
    tiles = grey.reshape(shape).transpose(0, 2, 1, 3).reshape(-1, _TILE, _TILE)
    return tiles[np.argsort(-texture, kind="stable")[:_TILES]]


@cache
def _rings() -> tuple[NDArray[np.bool_], ...]:
    frequency = np.abs(np.fft.fftfreq(_TILE)) * 2
    radius = np.maximum.outer(frequency, frequency)
    return tuple((radius >= low) & (radius <= high) for low, high in _BANDS)


def _entropy(grey: NDArray[np.uint8]) -> float:
    share = np.bincount(grey.ravel(), minlength=256) / grey.size
    share = share[share > 0]
    return float(-(share * np.log2(share)).sum())
