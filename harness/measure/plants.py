"""Plant a known change into a picture, so that people know what an effect's number means.

Every plant is defined on a picture whose short side has 256 px, from which all channels of
drift are made. On a larger picture its lengths grow with the short side, and where pixels
themselves matter (compression, noise) the change is made at 256 px, enlarged, and laid on
the picture: what the channels see is nearly the same at 256 px and at 4K. A plant that is about
the picture's own pixels says so.
"""

import io
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from harness.errors import UsageError

SIDE = 256
"""Short side, in pixels, that plants are defined at."""
PLANTS_VERSION = "plants/1"
"""Part of the key of what is remembered of planted pictures."""

Change = Callable[[Image.Image], Image.Image]

_SEPIA = (0.393, 0.769, 0.189, 0, 0.349, 0.686, 0.168, 0, 0.272, 0.534, 0.131, 0)
"""The usual matrix, rows for red, green, blue (as in the W3C's filter effects)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A known change of a picture.

    Attributes:
        name: E.g. `jpeg-30`.
        said: The same in a line for people.
        change: Makes the changed picture: RGB, of the same size, the same every time.
    """

    name: str
    said: str
    change: Change


def plant(image: Image.Image, name: str) -> Image.Image:
    """Give `image`, upright RGB, with a named change in it.

    Raises:
        UsageError: no such plant.
    """
    return plant_of(name).change(image)


def plant_of(name: str) -> Plant:
    """Give a plant by its name.

    Raises:
        UsageError: no such plant.
    """
    if name not in PLANTS:
        raise UsageError(f"no plant is named {name!r}; one of {', '.join(PLANTS)}")
    return PLANTS[name]


def _unit(image: Image.Image) -> float:
    """Give how many pixels of `image` are one pixel at 256 px."""
    return min(image.size) / SIDE


def _blur(image: Image.Image, *, sigma: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(sigma * _unit(image)))


def _sharpen(image: Image.Image) -> Image.Image:
    small = _small(image)
    sharp = small.filter(ImageFilter.UnsharpMask(radius=1, percent=80, threshold=0))
    return _laid_on(image, _levels(sharp) - _levels(small))


def _half_resolution(image: Image.Image) -> Image.Image:
    scale = SIDE / 2 / min(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.resize(size, Image.Resampling.BOX)
    return small.resize(image.size, Image.Resampling.BICUBIC)


def _upscale(image: Image.Image) -> Image.Image:
    size = (max(1, image.width // 2), max(1, image.height // 2))
    small = image.resize(size, Image.Resampling.BOX)
    return small.resize(image.size, Image.Resampling.LANCZOS)


def _letterbox(image: Image.Image) -> Image.Image:
    bar = round(image.height * 0.08)
    out = image.copy()
    for top in (0, image.height - bar):
        out.paste((0, 0, 0), (0, top, image.width, top + bar))
    return out


def _zoom(image: Image.Image, *, by: float) -> Image.Image:
    width, height = image.width / by, image.height / by
    left, top = (image.width - width) / 2, (image.height - height) / 2
    box = (left, top, left + width, top + height)
    return image.resize(image.size, Image.Resampling.BICUBIC, box=box)


def _mirror(image: Image.Image) -> Image.Image:
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _cast(image: Image.Image, *, by: float) -> Image.Image:
    gains = (1 + by, 1.0, 1 - by)
    return image.point([min(255, round(level * gain)) for gain in gains for level in range(256)])


def _bright(image: Image.Image, *, by: float) -> Image.Image:
    return ImageEnhance.Brightness(image).enhance(by)


def _contrast(image: Image.Image, *, by: float) -> Image.Image:
    return ImageEnhance.Contrast(image).enhance(by)


def _saturation(image: Image.Image, *, by: float) -> Image.Image:
    return ImageEnhance.Color(image).enhance(by)


def _sepia(image: Image.Image, *, by: float) -> Image.Image:
    return Image.blend(image, image.convert("RGB", _SEPIA), by)


def _jpeg(image: Image.Image, *, quality: int) -> Image.Image:
    small = _small(image)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=quality)
    with Image.open(out) as opened:
        return _laid_on(image, _levels(opened.convert("RGB")) - _levels(small))


def _noise(image: Image.Image, *, deviation: float) -> Image.Image:
    """Add grain that is another one for each picture and the same every time."""
    small = _small(image)
    rng = np.random.default_rng(zlib.crc32(small.tobytes()))
    shape = (small.height, small.width, 3)
    return _laid_on(image, rng.normal(0.0, deviation, shape).astype(np.float32))


def _small(image: Image.Image) -> Image.Image:
    scale = SIDE / min(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image if size == image.size else image.resize(size, Image.Resampling.BOX)


def _levels(image: Image.Image) -> NDArray[np.float32]:
    return np.asarray(image, dtype=np.float32)


def _laid_on(image: Image.Image, change: NDArray[np.float32]) -> Image.Image:
    """Add a change that was made at 256 px: each of its pixels becomes a square."""
    height, width = change.shape[:2]
    rows = np.arange(image.height) * height // image.height
    columns = np.arange(image.width) * width // image.width
    changed = _levels(image) + change[rows][:, columns]
    return Image.fromarray(np.clip(np.rint(changed), 0, 255).astype(np.uint8))


_ALL = (
    Plant(
        name="slight-blur",
        said="slightly blurred: sigma 0.6 px at 256 px",
        change=partial(_blur, sigma=0.6),
    ),
    Plant(name="blur", said="blurred: sigma 1 px at 256 px", change=partial(_blur, sigma=1.0)),
    Plant(
        name="jpeg-30",
        said="compressed as JPEG of quality 30 at 256 px",
        change=partial(_jpeg, quality=30),
    ),
    Plant(
        name="half-resolution",
        said="detail lost: reduced to 128 px and enlarged again",
        change=_half_resolution,
    ),
    Plant(
        name="upscale",
        said="half of its own pixels, enlarged x2: little is left of it at 256 px",
        change=_upscale,
    ),
    Plant(
        name="letterbox", said="black bars of 8 % of the height, above and below", change=_letterbox
    ),
    Plant(
        name="zoom-20", said="the middle of it, enlarged by 20 %", change=partial(_zoom, by=1.20)
    ),
    Plant(name="zoom-5", said="the middle of it, enlarged by 5 %", change=partial(_zoom, by=1.05)),
    Plant(name="mirror", said="mirrored, left to right", change=_mirror),
    Plant(
        name="cast-10",
        said="a warm cast: red 10 % up, blue 10 % down",
        change=partial(_cast, by=0.10),
    ),
    Plant(
        name="cast-5",
        said="a slight warm cast: red 5 % up, blue 5 % down",
        change=partial(_cast, by=0.05),
    ),
    Plant(name="bright-10", said="10 % brighter", change=partial(_bright, by=1.10)),
    Plant(name="contrast-15", said="15 % more contrast", change=partial(_contrast, by=1.15)),
    Plant(name="saturation-20", said="20 % more colour", change=partial(_saturation, by=1.20)),
    Plant(name="sepia-35", said="35 % of the way to sepia", change=partial(_sepia, by=0.35)),
    Plant(name="sharpen", said="sharpened: unsharp mask, 1 px at 256 px, 80 %", change=_sharpen),
    Plant(
        name="noise",
        said="grain of 8 of 255 levels at 256 px",
        change=partial(_noise, deviation=8.0),
    ),
)
PLANTS: Mapping[str, Plant] = MappingProxyType({each.name: each for each in _ALL})
"""Every plant by its name (the kinds of MEASURES section 4.3)."""
