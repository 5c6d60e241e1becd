"""Tell how much of the finest detail a picture has: an enlarged one has next to none."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

UPSCALED_BELOW = -21.0
"""dB of `detail_db`: below it a picture was enlarged, or is as soft as if it were.

MEASURES section 5: of pictures enlarged by 2 (bilinear, bicubic, Lanczos) 1.00, .97 and 1.00
are found, of those by 4 all, also after JPEG q95; 1.4 % of real pictures not enlarged fall
below it (one soft picture of another generator), of the model's own none, the nearest at
-20.2. Not caught: enlarging by 1.34 (.10 to .33 found), repeated pixels (`grid.repeats`
finds those), learned upscalers (not measured).
"""

TILE = 128
TILES = 12
_RINGS = 32
_FINE, _COARSE = (0.58, 0.92), (0.22, 0.42)
_LEAST_GRADIENT = 0.5


def detail_db(image: Image.Image, look: Image.Image) -> float | None:
    """Give the power of the finest detail over that of coarser detail, in dB.

    MEASURES section 8, "upscaled, not native": the 12 most textured grey tiles of 128 px,
    mean power under a Hann window by Chebyshev radius in 32 rings; mean of the rings at
    .58 to .92 over those at .22 to .42 of Nyquist.

    Args:
        image: At full resolution, RGB.
        look: The same reduced: its gradients choose the tiles.

    Returns:
        None where no tile fits, or all are flat.
    """
    tiles = _tiles(image, look)
    if not len(tiles):
        return None
    power = _ring_power(tiles)
    coarse = _mean_between(power, _COARSE)
    fine = _mean_between(power, _FINE)
    return 10 * math.log10(fine / coarse) if fine > 0 < coarse else None


def _tiles(image: Image.Image, look: Image.Image) -> NDArray[np.float32]:
    """Cut the most textured tiles from the whole picture, as grey levels of shape (n, 128, 128)."""
    across, down = image.width // TILE, image.height // TILE
    if not across or not down:
        return np.empty((0, TILE, TILE), dtype=np.float32)
    texture = _texture(image, look)
    order = np.argsort(texture, axis=None, kind="stable")[::-1][:TILES]
    corners = [divmod(int(at), across) for at in order if texture.flat[at] >= _LEAST_GRADIENT]
    found = [_tile(image, row=row, column=column) for row, column in corners]
    return np.array(found, dtype=np.float32).reshape(-1, TILE, TILE)


def _texture(image: Image.Image, look: Image.Image) -> NDArray[np.float32]:
    """Give the mean absolute gradient of each tile's place in `look`, shape (down, across)."""
    grey = np.asarray(look.convert("L"), dtype=np.int16)
    slope = np.zeros(grey.shape, dtype=np.float32)
    slope[:, :-1] += np.abs(np.diff(grey, axis=1))
    slope[:-1] += np.abs(np.diff(grey, axis=0))
    across, down = image.width // TILE, image.height // TILE
    box = (
        0.0,
        0.0,
        across * TILE * look.width / image.width,
        down * TILE * look.height / image.height,
    )
    means = Image.fromarray(slope).resize((across, down), Image.Resampling.BOX, box=box)
    return np.asarray(means, dtype=np.float32)


def _tile(image: Image.Image, *, row: int, column: int) -> NDArray[np.uint8]:
    left, top = column * TILE, row * TILE
    return np.asarray(image.crop((left, top, left + TILE, top + TILE)).convert("L"))


def _ring_power(tiles: NDArray[np.float32]) -> NDArray[np.float64]:
    """Give the mean power of each of 32 rings by Chebyshev radius, 0 to Nyquist."""
    window = np.hanning(TILE).astype(np.float32)
    flat = tiles - tiles.mean(axis=(1, 2), keepdims=True)
    power = (np.abs(np.fft.fft2(flat * np.outer(window, window))) ** 2).mean(axis=0)
    frequency = np.abs(np.fft.fftfreq(TILE)) * 2
    radius = np.maximum.outer(frequency, frequency)
    ring = np.minimum((radius * _RINGS).astype(int), _RINGS - 1).ravel()
    totals = np.bincount(ring, weights=power.ravel(), minlength=_RINGS)
    return totals / np.bincount(ring, minlength=_RINGS)


def _mean_between(power: NDArray[np.float64], band: tuple[float, float]) -> float:
    middle = (np.arange(_RINGS) + 0.5) / _RINGS
    return float(power[(middle >= band[0]) & (middle <= band[1])].mean())
