"""Tell how much of the finest detail a picture has: an enlarged one has next to none."""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

UPSCALED_BELOW = -21.0
"""dB of `detail_db`: below it a picture was enlarged, or is as soft as if it were.

MEASURES section 5: of pictures enlarged by 2 (bilinear, bicubic, Lanczos) 1.00, .97 and 1.00
are found, also after JPEG q95; 1.4 % of real pictures not enlarged fall below it (one soft
picture of another generator), of the model's own none, the nearest at -20.2. Anew on 28 real
pictures: enlarged by 2 1.00, .96 and 1.00 (after q95 .96, .93, 1.00), by 3 .71, 1.00 and 1.00,
by 4 all; not enlarged none falls below it, the nearest lies at -18.8. Not caught: enlarging
by 1.34 (.10 to .33 found), repeated pixels (`blocks.repeats` finds those), learned upscalers
(not measured), soft pictures with hardly any texture: of painted ones enlarged by 4, 37 of 40
are found.
"""

TILE = 128
TILES = 12
_RINGS = 32
_FINE, _COARSE = (0.58, 0.92), (0.22, 0.42)
_SCALES = (1, 2)
_LEAST_GRADIENT = 0.5
Tiles = NDArray[np.float32]


def detail_db(image: Image.Image, look: Image.Image) -> float | None:
    """Give the power of the finest detail over that of coarser detail, in dB.

    MEASURES section 8, "upscaled, not native": the 12 most textured grey tiles of 128 px,
    mean power under a Hann window by Chebyshev radius in 32 rings; mean of the rings at
    .58 to .92 over those at .22 to .42 of Nyquist. Both bands of a picture enlarged by 4
    are empty, so the same is measured at half the resolution too, and the lower counts.

    Args:
        image: At full resolution, RGB.
        look: The same reduced: its gradients choose the tiles.

    Returns:
        None where no tile fits, or all are flat.
    """
    if min(image.size) < TILE:
        return None
    slope = _slope(look)
    found = [_ratio_db(_tiles(image, slope, scale=scale)) for scale in _SCALES]
    return min((one for one in found if one is not None), default=None)


def _ratio_db(tiles: Tiles) -> float | None:
    if not len(tiles):
        return None
    power = _ring_power(tiles)
    coarse, fine = _mean_between(power, _COARSE), _mean_between(power, _FINE)
    return 10 * math.log10(fine / coarse) if fine > 0 < coarse else None


def _slope(look: Image.Image) -> Image.Image:
    """Give the absolute gradients of a picture, across and down added, as floats."""
    grey = look.convert("L")
    right, lower = grey.width - 1, grey.height - 1
    here = grey.crop((0, 0, right, lower))
    across = ImageChops.difference(grey.crop((1, 0, right + 1, lower)), here)
    down = ImageChops.difference(grey.crop((0, 1, right, lower + 1)), here)
    return ImageChops.add(across, down).convert("F")


def _tiles(image: Image.Image, slope: Image.Image, *, scale: int) -> Tiles:
    """Cut the most textured tiles from the whole picture, and reduce them by `scale`.

    Returns:
        Grey levels of shape (n, 128, 128); those that are flat are left out.
    """
    side = TILE * scale
    across, down = image.width // side, image.height // side
    if not across or not down:
        return np.empty((0, TILE, TILE), dtype=np.float32)
    ends = (across * side * slope.width / image.width, down * side * slope.height / image.height)
    means = slope.resize((across, down), Image.Resampling.BOX, box=(0.0, 0.0, *ends))
    texture = np.asarray(means)
    order = np.argsort(texture, axis=None, kind="stable")[::-1][:TILES]
    places = [divmod(int(at), across) for at in order if texture.flat[at] >= _LEAST_GRADIENT]
    boxes = [(x * side, y * side, (x + 1) * side, (y + 1) * side) for y, x in places]
    cut = [np.asarray(image.crop(box).convert("L").reduce(scale)) for box in boxes]
    return np.array(cut, dtype=np.float32).reshape(-1, TILE, TILE)


def _ring_power(tiles: Tiles) -> NDArray[np.float64]:
    """Give the mean power of each of 32 rings by Chebyshev radius, 0 to Nyquist.

    A real picture's spectrum is symmetric, so one half of it is looked at.
    """
    window = np.hanning(TILE).astype(np.float32)
    flat = tiles - tiles.mean(axis=(1, 2), keepdims=True)
    spectrum = np.fft.rfft2(flat * np.outer(window, window))
    power = (spectrum.real**2 + spectrum.imag**2).mean(axis=0)
    ring, weight = _rings()
    totals = np.bincount(ring, weights=(power * weight).ravel(), minlength=_RINGS)
    return totals / np.bincount(ring, weights=weight.ravel(), minlength=_RINGS)


@cache
def _rings() -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Give the ring of each place of half a spectrum, and how many places it stands for."""
    down, across = np.abs(np.fft.fftfreq(TILE)) * 2, np.fft.rfftfreq(TILE) * 2
    ring = np.minimum((np.maximum.outer(down, across) * _RINGS).astype(np.intp), _RINGS - 1)
    weight = np.broadcast_to(np.where((across > 0) & (across < 1), 2.0, 1.0), ring.shape)
    return ring.ravel(), weight


def _mean_between(power: NDArray[np.float64], band: tuple[float, float]) -> float:
    middle = (np.arange(_RINGS) + 0.5) / _RINGS
    return float(power[(middle >= band[0]) & (middle <= band[1])].mean())
