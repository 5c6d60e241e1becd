"""Find flat bars along two opposite sides of a picture (letterbox, pillarbox)."""

import numpy as np
from numpy.typing import NDArray

from harness.measure.pixels import Pixels

LETTERBOX_LEAST = 0.012
"""Thinnest bar that is found, as a share of the side that it narrows.

MEASURES section 5: of 225 real pictures with bars added 221 are found (98 %; bars of 2 %:
95 %), and 8 real letterboxes among pictures of another generator; 1 of 217 without bars is
taken for one (a flat logo on one colour). Measured anew on 30 real pictures with black and
white bars of 2, 5 and 12 %, also after JPEG q95 and q75: 88 to 100 % found, no false alarm;
what is missed are mostly white bars on a white ground. Not caught: a bar on one side
only, opposite bars of different colours or thickness, blurred or textured bars.
"""

LETTERBOX_MOST = 0.45
"""Thickest bar, as a share of the side: what is flat beyond is a ground, no bar."""

_FLAT, _FLAT_SHARE = 6.0, 0.985
_SHARP, _SHARP_SHARE = 12.0, 0.5
_EDGE = 2
"""Rows that an edge takes: a JPEG's halved colours, or a reduction, mix both sides in one."""
_SOFT = 16
"""Rows within which the edge is sharp: JPEG smears it over a block of colour at most."""
_ALIKE, _ALIKE_SHARE, _ALIKE_COLOUR = 0.03, 0.35, 14.0
Colour = NDArray[np.float64]


def bars(pixels: Pixels) -> tuple[float, float, float, float]:
    """Measure the bars at top, right, bottom and left, as shares; 0 where there is none.

    MEASURES section 8, "letterbox": from each side the run of rows of which 98.5 % lie
    within 6 levels of the edge row's median colour, 1.2 % to 45 % of the side thick; more
    than half of one of the two rows behind it lies more than 12 levels off; both sides of
    one thickness (within 3 % of the side, or 35 % of the thicker) and colour (within 14).

    Args:
        pixels: A picture's, at 1024 px or less (a larger one takes longer only).
    """
    top, bottom = _pair(pixels)
    left, right = _pair(pixels.swapaxes(0, 1))
    return top, right, bottom, left


def _pair(rows: Pixels) -> tuple[float, float]:
    """Measure the bars at the first and the last rows; both 0 unless they belong together."""
    first, last = _bar(rows), _bar(rows[::-1])
    if first is None or last is None:
        return 0.0, 0.0
    (one, colour), (two, other) = first, last
    near = abs(one - two) <= max(_ALIKE * len(rows), _ALIKE_SHARE * max(one, two))
    if not near or np.abs(colour - other).max() >= _ALIKE_COLOUR:
        return 0.0, 0.0
    return round(one / len(rows), 4), round(two / len(rows), 4)


def _bar(rows: Pixels) -> tuple[int, Colour] | None:
    """Give the thickness in rows and the colour of the bar at the first rows, if one is there."""
    colour = np.median(rows[0], axis=0)
    most = int(LETTERBOX_MOST * len(rows))
    thick = 0
    while thick <= most and _off(rows[thick], colour, _FLAT) <= 1 - _FLAT_SHARE:
        thick += 1
    if not LETTERBOX_LEAST * len(rows) <= thick <= most:
        return None
    behind = rows[thick : thick + _SOFT]
    sharp = any(_off(row, colour, _SHARP) > _SHARP_SHARE for row in behind)
    return (thick, colour) if sharp else None


def _off(row: NDArray[np.uint8], colour: Colour, levels: float) -> float:
    """Give the share of a row's pixels that lie more than `levels` off in any channel."""
    return float((np.abs(row - colour).max(axis=1) > levels).mean())
