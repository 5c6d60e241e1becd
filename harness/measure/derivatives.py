"""Make the small WebP copies of a picture that a report shows."""

from dataclasses import dataclass
from enum import Enum
from io import BytesIO

from PIL import Image

from harness.measure.pixels import open_image

DERIVATIVES_VERSION = "derivatives/1"
"""Part of the key of a cache of derivatives: changes with sizes and qualities."""


class Kind(Enum):
    """What a derivative is for."""

    THUMB = "thumb"
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivative:
    """A small copy of a picture for the eye; never evidence.

    Attributes:
        kind: What it is for.
        data: WebP, RGB, without metadata; pixels are taken for sRGB.
        width: Pixels.
        height: Pixels.
    """

    kind: Kind
    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """Longest side in pixels, qualities to try in order, budget in bytes."""

    side: int
    qualities: tuple[int, ...]
    budget: int


# REPORT section 2: thumb 320 px at q70 within 15 KB, preview 1600 px at q82 within 400 KB.
_FORMS = {
    Kind.THUMB: _Form(side=320, qualities=(70, 50, 30), budget=15_000),
    Kind.PREVIEW: _Form(side=1600, qualities=(82, 65), budget=400_000),
}


def derive(data: bytes, *, kind: Kind) -> Derivative:
    """Make one derivative; a picture smaller than its form keeps its size.

    Quality falls in steps where a picture of much detail passes the budget; the
    last step stands whatever it weighs.

    Raises:
        ImageError: as `pixels.open_image`.
    """
    form = _FORMS[kind]
    image = _fit(open_image(data, keep_long=form.side * 3 // 2), form.side)
    encoded = b""
    for quality in form.qualities:
        encoded = _encode(image, quality)
        if len(encoded) <= form.budget:
            break
    return Derivative(kind=kind, data=encoded, width=image.width, height=image.height)


def _fit(image: Image.Image, side: int) -> Image.Image:
    scale = min(1.0, side / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _encode(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()
