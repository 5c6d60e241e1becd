"""Bring pictures to one size and one compression, so that only what they show can differ.

A gateway that encodes anew, scales, or hands out another file type moves the delivery with
the same model behind it; levelled, its pictures are as those of the model. Measured by
`tools/prove_gateways.py` on the tiles of two real grids of one prompt (25 + 25, 256 px), one
side of 10 cells altered, 12 v 4 and 12 v 12 answers, alpha .01, 16 tests each. Changed was said

    levelled to                          as they are  256 px q75  128 px  128 px q75  64 px q75
    JPEG quality 85, 12 v 12                     .00         .00     .00         .00        .00
    JPEG quality 60, 12 v 12                     .19         .13     .00         .00        .00
    JPEG quality 30, 12 v 12                     .63         .56     .38         .00        .00
    half the size, 12 v 12                      1.00        1.00     .19         .00        .00
    twice the size, as PNG, 12 v 12              .13         .00     .00         .00        .00
    blurred (a change), 12 v 4                  1.00        1.00    1.00        1.00        .13
    another temperature, one cell 14 v 4        1.00        1.00     .94         .94       1.00

so 128 px at quality 75 is the largest picture on which no such delivery was seen. On nine
real 1K pictures (one prompt or edit, three models) qualities 85 and 60, half and double size
and WebP move a levelled picture by at most .14 of the distance between two answers in its
scalars, .09 in its colours, .03 in its layout and .24 in its hashes.

It ends near quality 15: there colours move by .16, at 10 by .27 and scalars by .46, and
PICTURES may say changed where a proxy spoils pictures that much. What differs only in detail
finer than 1/64 of a picture's long side is not seen either, whoever changed it.
"""

from io import BytesIO

import PIL
from PIL import Image

SIDE = 128
"""Longest side of a levelled picture, in pixels: half of what any measure would look at."""

QUALITY = 75
SUBSAMPLING = "4:2:0"
_VERSION = "1"


def levelled(image: Image.Image, *, side: int = SIDE, quality: int = QUALITY) -> Image.Image:
    """Bring a picture to a long side of `side` pixels and through one JPEG compression.

    Each pixel is the mean of those that it takes the place of; a smaller picture keeps its
    size, and only the compression is levelled.

    Args:
        image: Upright, RGB.
        side: Pixels; others than `SIDE` are for measuring what it does.
        quality: Of the JPEG; 0 for no compression.

    Returns:
        RGB, of the same shape to the pixel.
    """
    small = image.resize(_size(image, side), Image.Resampling.BOX)
    if not quality:
        return small
    written = BytesIO()
    small.save(written, "JPEG", quality=quality, subsampling=SUBSAMPLING)
    return Image.open(BytesIO(written.getvalue())).convert("RGB")


def level_version() -> str:
    """Name everything that levelling depends on beside the picture."""
    return f"level/{_VERSION} {SIDE} q{QUALITY} {PIL.__version__}"


def _size(image: Image.Image, side: int) -> tuple[int, int]:
    scale = min(1.0, side / max(image.size))
    return max(1, round(image.width * scale)), max(1, round(image.height * scale))
