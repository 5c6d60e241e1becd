"""Describe a picture by the numbers that drift is tested on: one array, a part a channel."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import PIL
from numpy.typing import NDArray
from PIL import Image

from harness.measure.blocks import blockiness, slopes
from harness.measure.colours import DIRECTIONS, QUANTILES, colours
from harness.measure.detail import detail_db
from harness.measure.fingerprints import fingerprint, fingerprint_version
from harness.measure.orientation import NUMBERS, orientation
from harness.measure.reduction import look, reduction
from harness.measure.scalars import SCALARS, scalars

Description = NDArray[np.float32]
"""Shape (`LENGTH`,): the parts of `PARTS`, one after another."""

OWN_PIXELS = ("blockiness", "detail dB")
"""Numbers of the picture's own pixels, behind the 18 of `SCALARS`; 0 where they cannot be told."""

_HASHES = ("dhash16", "phash16")
_HASH_BITS = 256
VERSION = "1"


def _parts() -> Mapping[str, slice]:
    lengths = {
        "scalars": len(SCALARS) + len(OWN_PIXELS),
        "layout": NUMBERS,
        "colours": DIRECTIONS * QUANTILES,
        **dict.fromkeys(_HASHES, _HASH_BITS),
    }
    ends = np.cumsum(list(lengths.values())).tolist()
    starts = [0, *ends[:-1]]
    parts = zip(lengths, starts, ends, strict=True)
    return MappingProxyType({name: slice(start, end) for name, start, end in parts})


PARTS: Mapping[str, slice] = _parts()
"""Where each part stands: scalars, layout, colours; the bits of two hashes as 0 and 1."""

LENGTH = PARTS[_HASHES[-1]].stop


def describe(image: Image.Image, *, own_pixels: bool = True) -> Description:
    """Describe a picture.

    Args:
        image: Whole, upright, RGB.
        own_pixels: Measure its own pixels too; else their numbers are 0.

    Returns:
        Shape (`LENGTH`,), finite.
    """
    seen = look(image)
    small = reduction(seen)
    own = _own(image, seen) if own_pixels else [0.0, 0.0]
    hashes = [_bits(small, method) for method in _HASHES]
    found = [scalars(small), np.array(own), orientation(small), colours(small), *hashes]
    described: Description = np.concatenate(found).astype(np.float32)
    return described


def description_version() -> str:
    """Name everything that a description depends on beside the picture."""
    return f"description/{VERSION} {fingerprint_version()} numpy {np.__version__} {PIL.__version__}"


def _own(image: Image.Image, seen: Image.Image) -> list[float]:
    return [blockiness(slopes(image)) or 0.0, detail_db(image, seen) or 0.0]


def _bits(image: Image.Image, method: str) -> NDArray[np.uint8]:
    found = bytes.fromhex(fingerprint(image, method).hex)
    return np.unpackbits(np.frombuffer(found, dtype=np.uint8))
