"""Finish a picture as a camera would, in one of three versions of the same hand."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageFilter

from harness.simulator.paint.mood import Rng

_TILE = 512
_STRIP = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """How a version of the model renders.

    Attributes:
        poster: Whether it paints flat, in few colours and another composition.
        blur: Radius of softening, in pixels of a picture 1024 high and wide.
        contrast: Spread of tones about the middle, 1 for none.
        tint: What is added to red, green and blue.
        grain: Standard deviation of the grain, in levels.
    """

    poster: bool = False
    blur: float = 0.0
    contrast: float = 1.0
    tint: tuple[float, float, float] = (0.0, 0.0, 0.0)
    grain: float = 0.55


FINISHES: Final = {
    "same": Finish(),
    "subtle": Finish(blur=1.1, contrast=0.93, tint=(3.0, 0.5, -3.5), grain=0.85),
    "strong": Finish(poster=True, contrast=1.15, tint=(10.0, -2.0, -12.0), grain=0.5),
    "lite": Finish(poster=True, contrast=0.95, tint=(-5.0, 2.0, 7.0), grain=0.4),
}


def finish(image: Image.Image, style: Finish, rng: Rng) -> Image.Image:
    """Soften, tone and grain `image`; the composition stays."""
    scale = (image.width * image.height) ** 0.5 / 1024
    if style.blur:
        image = image.filter(ImageFilter.GaussianBlur(style.blur * scale))
    if style.poster:
        image = image.quantize(20, dither=Image.Dither.NONE).convert("RGB")
    image = image.point(_tones(style))
    return _grained(image, style.grain, rng)


def _tones(style: Finish) -> list[int]:
    levels = np.arange(256) / 255.0
    curve = (levels - 0.5) * style.contrast + 0.5
    return [
        int(value)
        for shift in style.tint
        for value in np.clip(np.round(curve * 255 + shift), 0, 255)
    ]


def _grained(image: Image.Image, strength: float, rng: Rng) -> Image.Image:
    """Add the same grain to all channels, strip by strip so that 4K stays small in memory."""
    tile = np.round(rng.normal(0, strength, (_TILE, _TILE))).astype(np.int16)
    pixels = np.array(image)
    across = np.tile(tile, (1, image.width // _TILE + 1))[:, : image.width]
    for top in range(0, image.height, _STRIP):
        strip = pixels[top : top + _STRIP]
        rows = np.roll(across, int(rng.integers(0, _TILE)), axis=1)[: len(strip), :, None]
        strip[:] = np.clip(strip.astype(np.int16) + rows, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels)
