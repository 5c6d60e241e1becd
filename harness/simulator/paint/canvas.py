"""Lay smooth-edged shapes, light and gradients on a picture of any size."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from harness.simulator.paint.colour import Rgb, mix

Points = NDArray[np.float64]
Field = NDArray[np.float64]
Box = tuple[int, int, int, int]

_LARGE = 5_000_000  # pixels of a mask beyond which twofold sampling costs too much memory
_SMALL = 200_000


@dataclass(frozen=True, slots=True)
class Shade:
    """A surface that curves away from the light.

    Attributes:
        light: Colour where the light falls.
        dark: Colour on the far side.
        toward: Direction of the light, in degrees, 0 right, 90 up.
        round: 0 for a straight gradient, 1 for a ball.
    """

    light: Rgb
    dark: Rgb
    toward: float = 90.0
    round: float = 0.0

    def tile(self) -> Image.Image:
        """Draw the surface as a small square, to be stretched."""
        share = _darkness(self.toward, self.round)
        light, dark = np.array(self.light), np.array(self.dark)
        return Image.fromarray((light + (dark - light) * share).astype(np.uint8))


@lru_cache(maxsize=512)
def _darkness(toward: float, roundness: float) -> Field:
    """Give how far each point of a surface is from the light, 0 to 1, shape (48, 48, 1)."""
    y, x = np.mgrid[-1:1:48j, -1:1:48j]
    angle = math.radians(toward)
    along = (1 - (x * math.cos(angle) - y * math.sin(angle))) / 2
    from_light = np.hypot(x - 0.55 * math.cos(angle), y + 0.55 * math.sin(angle)) / 1.75
    share = np.clip((1 - roundness) * along + roundness * from_light**1.4, 0.0, 1.0)
    share = share[..., None] * share[..., None] * (3 - 2 * share[..., None])
    share.setflags(write=False)
    return np.asarray(share)


Fill = Rgb | Shade


def points(pairs: Iterable[tuple[float, float]]) -> Points:
    """Make an array of shape (n, 2) of pairs x, y."""
    return np.array(list(pairs), dtype=np.float64)


def smooth(corners: Points, steps: int = 26) -> Points:
    """Lead a closed curve through `corners` (Catmull-Rom), `steps` points to a corner."""
    before, after, next_after = (np.roll(corners, shift, axis=0) for shift in (1, -1, -2))
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    a, b, c, d = (part[:, None, :] for part in (before, corners, after, next_after))
    curve = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    return np.asarray(curve.reshape(-1, 2))


def ring(centre: tuple[float, float], radii: tuple[float, float], angle: float = 0.0) -> Points:
    """Make an ellipse, turned by `angle` degrees, of 144 points."""
    t = np.linspace(0, 2 * math.pi, 144, endpoint=False)
    x, y = radii[0] * np.cos(t), radii[1] * np.sin(t)
    turn = math.radians(angle)
    across = x * math.cos(turn) - y * math.sin(turn) + centre[0]
    down = x * math.sin(turn) + y * math.cos(turn) + centre[1]
    return np.stack([across, down], axis=1)


class Canvas:
    """A picture under way.

    Attributes:
        image: What is painted so far, RGB.
        flat: Whether surfaces are plain, as in a printed poster.
    """

    def __init__(self, image: Image.Image, *, flat: bool = False) -> None:
        self.image = image
        self.flat = flat

    @property
    def w(self) -> int:
        return self.image.width

    @property
    def h(self) -> int:
        return self.image.height

    @property
    def unit(self) -> float:
        """Length that everything is measured by: the shorter side, stretched a little."""
        return float(min(self.w, self.h) * (max(self.w, self.h) / min(self.w, self.h)) ** 0.15)

    def _clip(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> Box | None:
        left, top = max(0, math.floor(low[0]) - 1), max(0, math.floor(low[1]) - 1)
        right, bottom = min(self.w, math.ceil(high[0]) + 2), min(self.h, math.ceil(high[1]) + 2)
        return (left, top, right, bottom) if right > left and bottom > top else None

    def shape(self, outline: Points, fill: Fill, alpha: float = 1.0) -> None:
        """Fill the polygon `outline` (pixels)."""
        box = self._clip(outline.min(axis=0), outline.max(axis=0))
        if box is None:
            return
        times = _sampling(box)
        mask = Image.new("L", ((box[2] - box[0]) * times, (box[3] - box[1]) * times))
        placed = (outline - np.array(box[:2])) * times
        ImageDraw.Draw(mask).polygon(placed.ravel().tolist(), fill=round(255 * alpha))
        self._lay(fill, box, _reduced(mask, times), outline)

    def stroke(self, path: Points, width: float, fill: Fill, alpha: float = 1.0) -> None:
        """Draw the open line `path` with round ends, `width` pixels wide."""
        box = self._clip(path.min(axis=0) - width, path.max(axis=0) + width)
        if box is None:
            return
        times = _sampling(box)
        mask = Image.new("L", ((box[2] - box[0]) * times, (box[3] - box[1]) * times))
        placed = (path - np.array(box[:2])) * times
        draw, ink, half = ImageDraw.Draw(mask), round(255 * alpha), width * times / 2
        draw.line(placed.ravel().tolist(), fill=ink, width=max(1, round(2 * half)), joint="curve")
        for x, y in (placed[0], placed[-1]):
            draw.ellipse((x - half, y - half, x + half, y + half), fill=ink)
        self._lay(fill, box, _reduced(mask, times), path)

    def _lay(self, fill: Fill, box: Box, mask: Image.Image, outline: Points) -> None:
        if isinstance(fill, Shade) and self.flat:
            fill = mix(fill.light, fill.dark, 0.25)
        if not isinstance(fill, Shade):
            self.image.paste(fill, box, mask)
            return
        low, high = outline.min(axis=0), np.maximum(outline.max(axis=0), outline.min(axis=0) + 1)
        spread = (np.array(box).reshape(2, 2) - low) / (high - low) * 47 + 0.5
        part = _four(np.clip(spread, 0, 48))
        size = (box[2] - box[0], box[3] - box[1])
        if part[2] - part[0] < 0.01 or part[3] - part[1] < 0.01:
            self.image.paste(mix(fill.light, fill.dark, 0.5), box, mask)
            return
        tile = fill.tile().resize(size, Image.Resampling.BILINEAR, box=part)
        self.image.paste(tile, box, mask)

    def glow(
        self, centre: tuple[float, float], radii: tuple[float, float], colour: Rgb, alpha: float
    ) -> None:
        """Lay light (or shadow) that fades from `centre` outward."""
        y, x = np.mgrid[-1:1:40j, -1:1:40j]
        fade = np.clip(1 - np.hypot(x, y), 0, 1) ** 2 * (255 * alpha)
        left, top = round(centre[0] - radii[0]), round(centre[1] - radii[1])
        size = (max(2, round(2 * radii[0])), max(2, round(2 * radii[1])))
        mask = Image.fromarray(fade.astype(np.uint8))
        whole = (left, top, left + size[0], top + size[1])
        box = (max(0, whole[0]), max(0, whole[1]), min(self.w, whole[2]), min(self.h, whole[3]))
        if box[2] <= box[0] or box[3] <= box[1]:
            return
        scale = np.array([40 / size[0], 40 / size[1]] * 2)
        part = (np.array(box) - np.array([left, top, left, top])) * scale
        cut = _four(np.clip(part, 0, 40))
        inner = (box[2] - box[0], box[3] - box[1])
        self.image.paste(colour, box, mask.resize(inner, Image.Resampling.BICUBIC, box=cut))

    def veil(self, strength: Field, colour: Rgb, box: Box | None = None) -> None:
        """Lay `colour` by a small field of strengths 0..1, stretched over `box`."""
        left, top, right, bottom = box or (0, 0, self.w, self.h)
        if right <= left or bottom <= top:
            return
        mask = Image.fromarray((np.clip(strength, 0, 1) * 255).astype(np.uint8))
        stretched = mask.resize((right - left, bottom - top), Image.Resampling.BICUBIC)
        self.image.paste(colour, (left, top), stretched)

    def backdrop(self, small: Field) -> None:
        """Cover everything with a small RGB field (0..255), stretched."""
        tile = Image.fromarray(np.clip(small, 0, 255).astype(np.uint8))
        self.image.paste(tile.resize((self.w, self.h), Image.Resampling.BICUBIC))


def _four(values: NDArray[np.float64]) -> tuple[float, float, float, float]:
    left, top, right, bottom = (float(value) for value in values.ravel())
    return left, top, right, bottom


def _sampling(box: Box) -> int:
    area = (box[2] - box[0]) * (box[3] - box[1])
    if area > _LARGE:
        return 1
    return 2 if area > _SMALL else 3


def _reduced(mask: Image.Image, times: int) -> Image.Image:
    return mask.reduce(times) if times > 1 else mask.filter(ImageFilter.BoxBlur(0.6))


def noise(rng: np.random.Generator, shape: tuple[int, int], coarse: int, octaves: int = 4) -> Field:
    """Make clouds: values 0..1 of `shape` (rows, columns), `coarse` lumps along the long side."""
    total = np.zeros(shape)
    for octave in range(octaves):
        lumps = coarse * 2**octave
        rows = max(2, round(lumps * shape[0] / max(shape)) + 1)
        columns = max(2, round(lumps * shape[1] / max(shape)) + 1)
        grains = Image.fromarray(rng.random((rows, columns)).astype(np.float32))
        stretched = grains.resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
        total += np.asarray(stretched, dtype=np.float64) / 2**octave
    low, high = total.min(), total.max()
    return np.asarray((total - low) / max(1e-9, high - low))
