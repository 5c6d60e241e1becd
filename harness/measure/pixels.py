"""Decode a picture's bytes to upright pixels, or say in one line why not."""

import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from harness.errors import ImageError
from harness.measure.container import has_scans_over, header_size, is_truncated, orientation
from harness.model.blob import sniff

__all__ = [
    "MAX_PIXELS",
    "Opened",
    "Pixels",
    "decode",
    "header_size",
    "open_image",
    "open_picture",
]

Pixels = NDArray[np.uint8]
"""Shape (H, W, 3), RGB, 0..255, upright."""

MAX_PIXELS = 40_000_000
"""More is refused: the largest picture of the model, 21:9 at 4K, has 17 million."""

MAX_SCANS = 32
"""More scans of a JPEG are refused: each costs a pass over all pixels; real ones have 10."""

_READERS: dict[str, type[ImageFile]] = {
    "jpg": JpegImageFile,
    "png": PngImageFile,
    "webp": WebPImageFile,
}
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow's three readers raise on hostile bytes, as found by fuzzing.
_PILLOW_ERRORS = (
    Image.DecompressionBombError,
    OSError,
    SyntaxError,
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    EOFError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)
_opening = threading.Lock()


def decode(data: bytes) -> Pixels:
    """Decode `data` to upright RGB pixels.

    Returns:
        Array of shape (H, W, 3), uint8, 0..255; transparency laid on white; the
        first frame of an animation; colour profiles are left as they are.

    Raises:
        ImageError: as `open_image`.
    """
    return np.asarray(open_image(data), dtype=np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A decoded picture.

    Attributes:
        image: Upright, RGB, 8 bit; transparency laid on white.
        transparent: Share of the pixels that the container says are not opaque, 0 to 1.
        alpha: The container has transparency, though it may use none.
    """

    image: Image.Image
    transparent: float
    alpha: bool = False


def open_image(data: bytes, *, keep_short: int = 0, keep_long: int = 0) -> Image.Image:
    """Decode `data` to an upright RGB image, as `decode` does.

    Args:
        data: As of `open_picture`.
        keep_short: Where given, a JPEG may come at 1/2, 1/4 or 1/8 of its size as
            long as its short side keeps so many pixels: a third of the time at 4K.
        keep_long: The same of its long side.

    Raises:
        ImageError: as `open_picture`.
    """
    return _opened(data, keep_short, keep_long).image


def open_picture(data: bytes) -> Opened:
    """Decode `data` whole, and tell how much of it is not opaque.

    Args:
        data: Bytes of a JPEG, PNG or WebP. Type, size, end and number of scans are
            checked in the container before Pillow sees them.

    Raises:
        ImageError: another type, over 40 megapixels, truncated, or broken.
    """
    return _opened(data, 0, 0)


def _opened(data: bytes, keep_short: int, keep_long: int) -> Opened:
    _refuse_dishonest(data)
    try:
        opened = _flatten(_load(data, keep_short, keep_long))
    except _PILLOW_ERRORS as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise ImageError(f"broken {_name(data)} ({len(data)} bytes): {reason}") from error
    turn = _UPRIGHT.get(orientation(data))
    return opened if turn is None else replace(opened, image=opened.image.transpose(turn))


def _refuse_dishonest(data: bytes) -> None:
    kind = sniff(data)
    if kind == "heic":
        raise ImageError("HEIC is not measurable")
    if kind not in _READERS:
        raise ImageError(f"not a JPEG, PNG or WebP picture ({len(data)} bytes)")
    if is_truncated(data):
        raise ImageError(f"truncated {_name(data)}: {len(data)} bytes end before the picture does")
    _refuse_large(*header_size(data))
    if has_scans_over(data, MAX_SCANS):
        raise ImageError(f"too many scans in the JPEG: more than {MAX_SCANS}")


def _refuse_large(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        limit = MAX_PIXELS // 1_000_000
        raise ImageError(f"too large: {width}x{height} is over {limit} megapixels")


def _name(data: bytes) -> str:
    return {"jpg": "JPEG", "png": "PNG", "webp": "WebP"}[sniff(data)]


def _load(data: bytes, keep_short: int, keep_long: int) -> Image.Image:
    """Read the first frame, past `Image.open`, whose limits are warnings of its own.

    A second, different size further on in the file would pass the check of the
    header, so the reader's own view of the size is held against the limit too.
    """
    with _no_warnings():
        image = _READERS[sniff(data)](BytesIO(data))
    _refuse_large(*image.size)
    if keep_short or keep_long:
        shrink = _draft_factor(image.size, keep_short, keep_long)
        image.draft("RGB", (image.width // shrink, image.height // shrink))
    image.load()
    if isinstance(image, PngImageFile):
        _key_at_eight_bits(image, data)
    return image


def _draft_factor(size: tuple[int, int], keep_short: int, keep_long: int) -> int:
    """Give the largest of 8, 4, 2, 1 that leaves both sides what they are to keep."""
    room = min(min(size) // max(keep_short, 1), max(size) // max(keep_long, 1))
    return next((factor for factor in (8, 4, 2) if factor <= room), 1)


@contextmanager
def _no_warnings() -> Iterator[None]:
    """Silence what Pillow says of odd EXIF and APNG headers; one thread at a time."""
    with _opening, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _flatten(image: Image.Image) -> Opened:
    """Give 8-bit RGB: 16-bit grey by its high byte, transparency on white."""
    if image.mode.startswith("I;16"):
        image = _eight_bit_grey(image)
    if not image.has_transparency_data:
        return Opened(image=image if image.mode == "RGB" else image.convert("RGB"), transparent=0.0)
    layer = image if image.mode == "RGBA" else image.convert("RGBA")
    alpha = layer.getchannel("A")
    ground = Image.new("RGB", layer.size, "white")
    ground.paste(layer, mask=alpha)
    share = 1 - alpha.histogram()[255] / (alpha.width * alpha.height)
    return Opened(image=ground, transparent=share, alpha=True)


def _eight_bit_grey(image: Image.Image) -> Image.Image:
    """Give the high bytes of 16-bit grey, and as its alpha what the PNG's clear grey covers."""
    levels = np.asarray(image)
    grey = Image.fromarray((levels >> 8).astype(np.uint8))
    clear = image.info.get("transparency")
    if clear is None:
        return grey
    opaque = Image.fromarray(np.where(levels == clear, 0, 255).astype(np.uint8))
    return Image.merge("LA", (grey, opaque))


def _key_at_eight_bits(image: Image.Image, data: bytes) -> None:
    """Bring a PNG's clear grey or colour to the 8 bits to which Pillow brings its pixels."""
    key = image.info.get("transparency")
    depth = data[24]
    if image.mode == "L" and isinstance(key, int) and depth in (2, 4):
        image.info["transparency"] = key * 255 // (2**depth - 1)
    if image.mode == "RGB" and isinstance(key, tuple) and depth == 16:
        image.info["transparency"] = tuple(level >> 8 for level in key)
