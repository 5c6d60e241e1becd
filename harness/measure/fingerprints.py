"""Compute perceptual hashes of a picture, all from one shared reduction."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import imagehash
import PIL
from PIL import Image

from harness.errors import UsageError
from harness.measure.pixels import open_image
from harness.measure.sameness import SAME_PICTURE_SHARE, bit_share, same_picture
from harness.model.picture import Fingerprint

__all__ = [
    "DEFAULT_FINGERPRINTS",
    "METHODS",
    "SAME_PICTURE_SHARE",
    "bit_share",
    "fingerprint",
    "fingerprint_version",
    "reduced",
    "reduction",
    "same_picture",
]

DEFAULT_FINGERPRINTS = ("phash16", "dhash16", "phash8")
"""The first decides "same picture again"; the others are shown beside it."""

REDUCED_SIDE = 256
DRAFT_SIDE = 512
LONGEST_SIDE = 4096

Hasher = Callable[[Image.Image], tuple[int, str]]


def reduced(data: bytes) -> Image.Image:
    """Decode a picture's bytes once, to its shared reduction.

    A large JPEG is decoded at 1/2, 1/4 or 1/8 where its short side keeps 512 px:
    a third of the time at 4K for 0.7 (at most 4) of 256 bits of phash16 and 1.5
    (at most 6) of dhash16, measured on 30 real pictures enlarged to 2K and 4K.

    Raises:
        ImageError: as `open_image`.
    """
    return reduction(open_image(data, keep_short=DRAFT_SIDE))


def reduction(image: Image.Image) -> Image.Image:
    """Reduce `image` by a whole factor to a short side of 256 to 511 px.

    Every hash of a picture is made from this: 19 ms for five hashes at 4K instead
    of 3,330 ms. The factor is the short side // 256, at least 1, and along a side
    of extreme length what brings it to 4,096 px. A reduction reduces to itself.
    """
    factor = max(1, min(image.size) // REDUCED_SIDE)
    across = max(factor, -(-image.width // LONGEST_SIDE))
    down = max(factor, -(-image.height // LONGEST_SIDE))
    return image if across == down == 1 else image.reduce((across, down))


def fingerprint(image: Image.Image, method: str) -> Fingerprint:
    """Compute one hash of an upright RGB `image`.

    Args:
        image: From `reduced`; a whole image is reduced first. A hash that is to
            be kept or compared comes from `reduced`, whose draft its version names.
        method: A key of `METHODS`.

    Raises:
        UsageError: no such method.
    """
    if method not in METHODS:
        raise UsageError(f"unknown fingerprint {method!r}; one of {', '.join(METHODS)}")
    bits, digits = METHODS[method](reduction(image))
    return Fingerprint(method=method, bits=bits, hex=digits, version=fingerprint_version())


def fingerprint_version() -> str:
    """Name what computes the hashes: reduction rule, draft rule, libraries."""
    rules = f"reduce{REDUCED_SIDE}/1 draft{DRAFT_SIDE}"
    return f"{rules} imagehash {imagehash.__version__} pillow {PIL.__version__}"


def _hash(function: Callable[..., Any], image: Image.Image, **options: int) -> tuple[int, str]:
    result = function(image, **options)
    return int(result.hash.size), str(result)


def _crop_resistant(image: Image.Image) -> tuple[int, str]:
    """Join the dhash (64 bits, 16 hex digits) of every segment, in the order found.

    Bits are 64 x segments, 1 to 180 segments. Pictures under 256 px are enlarged
    first: a thin segment of theirs could round to no pixel at all. Some 230 ms.
    """
    grown = max(1, -(-REDUCED_SIDE // min(image.size)))
    width, height = (min(side * grown, LONGEST_SIDE) for side in image.size)
    result = imagehash.crop_resistant_hash(image.resize((width, height)) if grown > 1 else image)
    segments = [str(segment) for segment in result.segment_hashes]
    return 64 * len(segments), "".join(segments)


METHODS: Mapping[str, Hasher] = MappingProxyType(
    {
        "average8": partial(_hash, imagehash.average_hash, hash_size=8),
        "phash8": partial(_hash, imagehash.phash, hash_size=8),
        "phash16": partial(_hash, imagehash.phash, hash_size=16),
        "phash_simple8": partial(_hash, imagehash.phash_simple, hash_size=8),
        "dhash8": partial(_hash, imagehash.dhash, hash_size=8),
        "dhash16": partial(_hash, imagehash.dhash, hash_size=16),
        "dhash_vertical8": partial(_hash, imagehash.dhash_vertical, hash_size=8),
        "whash8": partial(_hash, imagehash.whash, hash_size=8),
        "colorhash": partial(_hash, imagehash.colorhash, binbits=3),
        "crop_resistant": _crop_resistant,
    }
)
"""Every kind of hash that imagehash has, by name; the number is the side of its grid."""
