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
from harness.measure.reduction import LONGEST_SIDE, LOOK_SIDE, REDUCED_SIDE, reduction
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

DEFAULT_FINGERPRINTS = ("phash16", "dhash16")
"""The first decides "same picture again"; the other is shown beside it."""

MIRRORED = "_mirrored"
"""What the name of a hash ends with that is of the mirrored picture, e.g. `phash16_mirrored`."""

Hasher = Callable[[Image.Image], tuple[int, str]]


def reduced(data: bytes) -> Image.Image:
    """Decode a picture's bytes once, whole, to its shared reduction.

    Raises:
        ImageError: as `open_image`.
    """
    return reduction(open_image(data))


def fingerprint(image: Image.Image, method: str) -> Fingerprint:
    """Compute one hash of an upright RGB `image`.

    Args:
        image: From `reduced`, or a whole one, which is reduced first.
        method: A key of `METHODS`.

    Raises:
        UsageError: no such method.
    """
    if method not in METHODS:
        raise UsageError(f"unknown fingerprint {method!r}; one of {', '.join(METHODS)}")
    bits, digits = METHODS[method](reduction(image))
    return Fingerprint(method=method, bits=bits, hex=digits, version=fingerprint_version())


def fingerprint_version() -> str:
    """Name what computes the hashes: rule of reduction and libraries."""
    rule = f"reduce{LOOK_SIDE}/{REDUCED_SIDE}"
    return f"{rule} imagehash {imagehash.__version__} pillow {PIL.__version__}"


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


def _mirrored(hasher: Hasher, image: Image.Image) -> tuple[int, str]:
    return hasher(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT))


_PLAIN: Mapping[str, Hasher] = MappingProxyType(
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
METHODS: Mapping[str, Hasher] = MappingProxyType(
    {
        **_PLAIN,
        **{
            name + MIRRORED: partial(_mirrored, _PLAIN[name])
            for name in _PLAIN
            if name != "crop_resistant"
        },
    }
)
"""Every kind of hash that imagehash has, by name; the number is the side of its grid.

Beside each stands the same of the mirrored picture, to find mirrored copies by: hashes of
one name only are compared, so `sameness.same_picture` does it.
"""
