"""Map what changed from one picture to the next, tile by tile.

The constants are those that MEASURES section 8 ("edit map") was measured with. Its section 5
says how they hold: on pairs in which nothing changed 99.9 % of the tiles stay below 3.8 (dE)
and .18 (1 - structure); a patch of 2, 5 or 12 % of a picture is found with recall 1.0 and
IoU .99; quality 60, a shift of 2 px and a cast of 4 % change no tile.
"""

from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from harness.errors import ImageError
from harness.measure.align import Plane, Shift, moved_back, seen, shift_between
from harness.measure.framing import Frame, common_size, frame_of, framed, ratio_change
from harness.measure.lab import lab
from harness.measure.pixels import Pixels, open_image
from harness.model.blob import BlobRef
from harness.model.features import Edit, EditKind

TILES = 16
"""Tiles across and down."""

COLOUR_ABOVE = 6.0
"""Mean colour difference (CIE76, Lab) of a tile that changed; noise: 3.8 at 99.9 %."""

STRUCTURE_ABOVE = 0.35
"""1 - structural similarity of a tile that changed; noise: .18 at 99.9 %."""

LOCAL_SHARE, LOCAL_PIECES, REGENERATED_SHARE = 0.35, 3, 0.70
"""At most the first share in so many pieces is local; the last share and more regenerated.

Real pairs (MEASURES section 5): a hat put on 2.7 % in one piece, a top hat 26 %; a picture
that was made anew 70 %, a new scene or subject 97 to 100 %.
"""

_LONGEST, _SMALLEST = 512, 2 * TILES
_RESPONSE_ABOVE, _SHIFT_BELOW = 0.05, 0.06
_STILL = 0.1  # pixels: moving back by less only blurs
_COLOUR_BLUR, _STRUCTURE_BLUR, _STRUCTURE_C = 2.0, 3.0, 58.0
_TOUCHING = np.ones((3, 3), dtype=int)  # tiles that meet at a corner are one piece


def edit_map(before: bytes, after: bytes) -> Edit:
    """Compare two pictures; broken ones are described, never raised.

    Both are brought to at most 512 px in the first one's frame, the second is moved onto the
    first, and what the whole picture changed in tone is taken out. Where the ratio changed,
    the centre of the second that has the first's ratio is compared, and `ratio` says so.
    """
    blank = Edit(
        before=BlobRef.of(before).sha256, after=BlobRef.of(after).sha256, version=edits_version()
    )
    try:
        images = _opened(before, "before"), _opened(after, "after")
    except ImageError as error:
        return replace(blank, unmeasurable=str(error))
    return _filled(blank, *images)


@cache
def edits_version() -> str:
    """Name what `edit_map` computes and by what, as the key of a memo of its results."""
    libraries = (f"{name} {version(name)}" for name in ("numpy", "scipy", "pillow"))
    return " ".join(("edits/1", *libraries))


def _opened(data: bytes, which: str) -> Image.Image:
    try:
        return open_image(data, keep_long=_LONGEST * 3 // 2)
    except ImageError as error:
        raise ImageError(f"the picture {which}: {error}") from error


def _filled(blank: Edit, before: Image.Image, after: Image.Image) -> Edit:
    size = common_size(before.size, after.size, longest=_LONGEST)
    if min(size) < _SMALLEST:
        said = f"too small to tell what changed: {size[0]}x{size[1]} in common"
        return replace(blank, unmeasurable=f"{said}, {_SMALLEST} px are needed")
    frame = frame_of(before.size, after.size)
    compared = _compare(
        np.asarray(framed(before, Frame(), size)), np.asarray(framed(after, frame, size))
    )
    changed = (compared.colour > COLOUR_ABOVE) | (compared.structure > STRUCTURE_ABOVE)
    pieces = int(ndimage.label(changed, structure=_TOUCHING)[1])
    across, down = compared.shift.across / size[0], compared.shift.down / size[1]
    return replace(
        blank,
        columns=TILES,
        rows=TILES,
        colour=_row_by_row(compared.colour, 2),
        structure=_row_by_row(compared.structure, 4),
        changed=tuple(bool(tile) for tile in changed.flat),
        components=pieces,
        kind=_kind(float(changed.mean()), pieces),
        shift=(round(across, 5), round(down, 5)),
        tone=_three(compared.tone),
        ratio=ratio_change(before.size, after.size),
        frame=(frame.left, frame.top, frame.right, frame.bottom),
    )


def _kind(share: float, pieces: int) -> EditKind:
    if share >= REGENERATED_SHARE:
        return EditKind.REGENERATED
    local = share <= LOCAL_SHARE and pieces <= LOCAL_PIECES
    return EditKind.LOCAL if local else EditKind.LARGE


def _row_by_row(tiles: Plane, digits: int) -> tuple[float, ...]:
    return tuple(round(float(tile), digits) for tile in tiles.flat)


def _three(tone: NDArray[np.float32]) -> tuple[float, float, float]:
    light, red, yellow = (round(float(value), 2) for value in tone)
    return light, red, yellow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """Tiles of shape (TILES, TILES), and what was taken out before."""

    colour: Plane
    structure: Plane
    shift: Shift
    tone: NDArray[np.float32]


def _compare(before: Pixels, after: Pixels) -> _Compared:
    shift = _worth(shift_between(_grey(before), _grey(after)), before.shape[:2])
    if shift != Shift():
        moved = moved_back(after.astype(np.float32), shift)
        after = moved.round().clip(0, 255).astype(np.uint8)
    visible = seen(before.shape[:2], shift)
    colour, tone = _colour(before, after, visible)
    structure = np.where(visible, 1 - _structure(_grey(before), _grey(after)), 0)
    return _Compared(colour=_tiled(colour), structure=_tiled(structure), shift=shift, tone=tone)


def _worth(shift: Shift, shape: tuple[int, ...]) -> Shift:
    """Keep a shift that is sure, small and no noise; a picture made anew has none."""
    share = max(abs(shift.across) / shape[1], abs(shift.down) / shape[0])
    moved = max(abs(shift.across), abs(shift.down)) > _STILL
    sure = shift.response > _RESPONSE_ABOVE and share < _SHIFT_BELOW
    return shift if sure and moved else Shift()


def _grey(pixels: Pixels) -> Plane:
    return np.asarray(Image.fromarray(pixels).convert("L"), dtype=np.float32)


def _colour(
    before: Pixels, after: Pixels, visible: NDArray[np.bool_]
) -> tuple[Plane, NDArray[np.float32]]:
    """Give dE of each pixel, 0 past the edge, and the median difference taken out of it."""
    difference = _soft(lab(after)) - _soft(lab(before))
    tone = np.median(difference[visible], axis=0).astype(np.float32)
    distance = np.sqrt(((difference - tone) ** 2).sum(axis=-1))
    return np.where(visible, distance, 0).astype(np.float32), tone


def _soft(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    blurred: NDArray[np.float32] = ndimage.gaussian_filter(planes, (_COLOUR_BLUR, _COLOUR_BLUR, 0))
    return blurred


def _structure(before: Plane, after: Plane) -> Plane:
    """Give SSIM's contrast-structure term of each pixel (Wang et al. 2004, K2 = .03)."""
    first, second = _blurred(before), _blurred(after)
    variances = _blurred(before**2) - first**2 + _blurred(after**2) - second**2
    covariance = _blurred(before * after) - first * second
    return (2 * covariance + _STRUCTURE_C) / (variances + _STRUCTURE_C)


def _blurred(plane: Plane) -> Plane:
    blurred: Plane = ndimage.gaussian_filter(plane, _STRUCTURE_BLUR)
    return blurred


def _tiled(plane: NDArray[np.floating]) -> Plane:
    """Give the mean of each tile, its area counted exactly."""
    image = Image.fromarray(plane.astype(np.float32))
    return np.asarray(image.resize((TILES, TILES), Image.Resampling.BOX), dtype=np.float32)
