"""Pictures that were tampered with after they were painted; each still says it is simulated."""

import io

import numpy as np
from PIL import Image, ImageDraw

from harness.simulator.faults.fault import Fault
from harness.simulator.paint.encode import to_png

_FRAME = 0.06  # of the shorter side
_SMALL = 4  # how far the bands of a cut-out ground reach, as 1 / of the width
_STAR = (43, 18)  # pixels from the corner, and reach, of a picture 1024 px long
_FINE = 4
_GREY = (128, 128, 128)


def _halved(image: Image.Image, count: int) -> Image.Image:
    small = (image.width // count, image.height // count)
    return image.resize(small, Image.Resampling.BOX)


def _smooth_4x(image: Image.Image) -> Image.Image:
    return _halved(image, 4).resize(image.size, Image.Resampling.BICUBIC)


def _repeated(image: Image.Image, count: int) -> Image.Image:
    return _halved(image, count).resize(image.size, Image.Resampling.NEAREST)


def _repeated_2x(image: Image.Image) -> Image.Image:
    return _repeated(image, 2)


def _repeated_4x(image: Image.Image) -> Image.Image:
    return _repeated(image, 4)


def _coarse(image: Image.Image, quality: int) -> Image.Image:
    """Give what is left of a picture that went through a JPEG of that quality."""
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=quality, subsampling="4:2:0")
    return Image.open(out).convert("RGB")


def _coarse_q60(image: Image.Image) -> Image.Image:
    return _coarse(image, 60)


def _coarse_q30(image: Image.Image) -> Image.Image:
    return _coarse(image, 30)


def _framed(image: Image.Image) -> Image.Image:
    edge = round(min(image.size) * _FRAME)
    framed = Image.new("RGB", image.size, (244, 240, 232))
    inner = image.convert("RGB").resize((image.width - 2 * edge, image.height - 2 * edge))
    framed.paste(inner, (edge, edge))
    return framed


def _doubled(image: Image.Image) -> Image.Image:
    doubled = image.copy()
    half = image.width // 2
    doubled.paste(image.crop((0, 0, half, image.height)), (image.width - half, 0))
    return doubled


def _starred(image: Image.Image) -> Image.Image:
    """Lay a white four-point star over the corner, half transparent, as the app does."""
    distance, reach = (value * max(image.size) / 1024 for value in _STAR)
    side = round(2 * reach * _FINE)
    steps = np.abs((np.arange(side) + 0.5) / side * 2 - 1)
    inside = np.sqrt(steps)[None, :] + np.sqrt(steps)[:, None] <= 1
    star = Image.fromarray((inside * 160).astype(np.uint8))
    star = star.resize((round(2 * reach), round(2 * reach)), Image.Resampling.BOX)
    starred = image.copy()
    corner = (round(image.width - distance - reach), round(image.height - distance - reach))
    starred.paste((255, 255, 255), corner, star)
    return starred


def _blank(image: Image.Image) -> Image.Image:
    return Image.new("RGB", image.size, _GREY)


def _cut_out(image: Image.Image) -> bytes:
    """Make the ground at the sides transparent, as a tool that cuts figures out does."""
    opaque = Image.new("L", image.size, 0)
    band = image.width // _SMALL
    ImageDraw.Draw(opaque).ellipse((band, 0, image.width - band, image.height), fill=255)
    cut = image.convert("RGB")
    cut.putalpha(opaque)
    return to_png(cut)


FAULTS = (
    Fault(
        name="upscaled-4x",
        says="A picture of a quarter of the width and height, blown up smoothly.",
        image=_smooth_4x,
    ),
    Fault(
        name="repeated-2x",
        says="A picture of half the width and height, each pixel repeated.",
        image=_repeated_2x,
    ),
    Fault(
        name="repeated-4x",
        says="A picture of a quarter of the width and height, each pixel repeated.",
        image=_repeated_4x,
    ),
    Fault(
        name="coarse-q60",
        says="A picture that was compressed at quality 60 before it was written as usual.",
        image=_coarse_q60,
    ),
    Fault(
        name="coarse-q30",
        says="A picture that was compressed at quality 30 before it was written as usual.",
        image=_coarse_q30,
    ),
    Fault(
        name="framed",
        says="A light frame around the picture.",
        image=_framed,
    ),
    Fault(
        name="doubled",
        says="The left half again in place of the right one.",
        image=_doubled,
    ),
    Fault(
        name="app-mark",
        says="The star that the app sets in the lower right corner.",
        image=_starred,
    ),
    Fault(
        name="blank",
        says="A picture of one grey.",
        image=_blank,
    ),
    Fault(
        name="cut-out",
        says="A PNG whose ground is transparent at both sides.",
        encode=_cut_out,
        label="image/png",
    ),
    Fault(
        name="alike",
        says="Every answer to a question shows nearly the same picture, in other bytes.",
        alike=True,
    ),
)
