"""Measure one picture: one pass over its container, one decode, one reduction."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import version

import numpy as np

from harness.errors import ImageError
from harness.measure.blank import tile_sd
from harness.measure.container import comment, has_c2pa, header_size, is_truncated, true_type
from harness.measure.fingerprints import DEFAULT_FINGERPRINTS, fingerprint, fingerprint_version
from harness.measure.markings import markings
from harness.measure.pixels import open_picture
from harness.measure.reduction import look, reduction
from harness.measure.structure import structure
from harness.model.picture import Measures


def measure(data: bytes, *, methods: Sequence[str] = DEFAULT_FINGERPRINTS) -> Measures:
    """Measure the bytes of one picture; broken ones are described, never raised.

    Width and height come from the header also where the pixels cannot be read.
    `unmeasurable` then begins with one of: `truncated` (and the flag is set),
    `not a JPEG, PNG or WebP picture`, `HEIC is not measurable`, `too large`, `too
    many scans`, `no width and height`, `broken`.

    Raises:
        UsageError: a method that is no key of `fingerprints.METHODS`.
    """
    described = _describe(data)
    try:
        opened = open_picture(data)
    except ImageError as error:
        return replace(described, unmeasurable=str(error))
    seen = look(opened.image)
    small = reduction(seen)
    return replace(
        described,
        tile_sd=round(tile_sd(np.asarray(small)), 3),
        structure=structure(opened.image, seen, transparent=opened.transparent, alpha=opened.alpha),
        fingerprints=tuple(fingerprint(small, method) for method in methods),
    )


def measures_version(methods: Sequence[str] = DEFAULT_FINGERPRINTS) -> str:
    """Name what `measure` computes and by what, as the key of a memo of its results."""
    return f"measures/7 {fingerprint_version()} {_libraries()} {' '.join(methods)}"


@cache
def _libraries() -> str:
    return f"numpy {np.__version__} scipy {version('scipy')}"


def _describe(data: bytes) -> Measures:
    width, height = _size(data)
    return Measures(
        sha256=hashlib.sha256(data).hexdigest(),
        true_type=true_type(data),
        size=len(data),
        width=width,
        height=height,
        truncated=is_truncated(data),
        c2pa=has_c2pa(data),
        comment=comment(data),
        markings=markings(data),
    )


def _size(data: bytes) -> tuple[int, int]:
    try:
        return header_size(data)
    except ImageError:
        return 0, 0
