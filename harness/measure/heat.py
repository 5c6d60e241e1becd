"""Draw what changed over the picture after: the rest paled, each changed piece outlined."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from harness.measure.derivatives import Derivative, Kind
from harness.measure.pixels import open_image
from harness.model.features import Edit

HEAT_VERSION = "heat/1"
"""Part of the key of a cache of heat maps."""

_SIDE, _QUALITY = 640, 80
_PALE = 0.62  # how far what did not change goes towards a light grey
_GROUND = (236, 236, 236)
# Magenta of IBM's colour-blind safe palette, and near black: seen on any ground.
_LINE, _HALO = (220, 38, 127), (20, 20, 20)
_DARK, _WIDTH = 0.35, 3


def heat_map(data: bytes, edit: Edit) -> Derivative:
    """Make a WebP of at most 640 px a side that shows where the picture changed.

    What did not change is pale and grey. What changed keeps its own colours within a magenta
    line with a dark edge: lightness alone tells both apart, so no one needs to see the colour.
    Where nothing changed all of it is pale. What was not compared, as the ratio changed, is
    dark.

    Args:
        data: Bytes of the picture after.
        edit: Its map; one that is `unmeasurable` draws the picture as it is.

    Raises:
        ImageError: as `pixels.open_image`.
    """
    image = open_image(data, keep_long=_SIDE * 3 // 2)
    image.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    drawn = _drawn(image, edit) if edit.changed else image
    out = BytesIO()
    drawn.save(out, "WEBP", quality=_QUALITY, method=4)
    return Derivative(
        kind=Kind.PREVIEW, data=out.getvalue(), width=drawn.width, height=drawn.height
    )


def _drawn(image: Image.Image, edit: Edit) -> Image.Image:
    places = _places(image.size, edit)
    changed = places.inside & _spread(edit, places)
    drawn = np.where(changed[..., None], np.asarray(image, dtype=np.float32), _paled(image))
    drawn = np.where(places.framed[..., None], drawn, drawn * _DARK)
    line = changed & ~ndimage.binary_erosion(changed, iterations=_WIDTH)
    halo = ndimage.binary_dilation(changed, iterations=_WIDTH - 1) & ~changed
    drawn[halo] = _HALO
    drawn[line] = _LINE
    return Image.fromarray(drawn.round().clip(0, 255).astype(np.uint8))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Of each pixel of the picture after: its tile, and whether it has one.

    Attributes:
        rows: Shape (H,): row of the tile, clipped to the grid.
        columns: Shape (W,): column of the tile, clipped to the grid.
        inside: Shape (H, W): it lies on the grid.
        framed: Shape (H, W): it lies in the part that was compared.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    inside: NDArray[np.bool_]
    framed: NDArray[np.bool_]


def _places(size: tuple[int, int], edit: Edit) -> _Places:
    """Follow frame and shift back: the grid lies on the picture before."""
    left, top, right, bottom = edit.frame
    across = ((np.arange(size[0]) + 0.5) / size[0] - left) / (right - left)
    down = ((np.arange(size[1]) + 0.5) / size[1] - top) / (bottom - top)
    columns = np.floor((across - edit.shift[0]) * edit.columns).astype(np.intp)
    rows = np.floor((down - edit.shift[1]) * edit.rows).astype(np.intp)
    return _Places(
        rows=rows.clip(0, edit.rows - 1),
        columns=columns.clip(0, edit.columns - 1),
        inside=np.logical_and.outer(_below(rows, edit.rows), _below(columns, edit.columns)),
        framed=np.logical_and.outer(_below(down, 1), _below(across, 1)),
    )


def _below(places: NDArray[np.number], end: int) -> NDArray[np.bool_]:
    return (places >= 0) & (places < end)


def _spread(edit: Edit, places: _Places) -> NDArray[np.bool_]:
    """Tell of each pixel whether its tile changed."""
    grid = np.array(edit.changed, dtype=np.bool_).reshape(edit.rows, edit.columns)
    return grid[np.ix_(places.rows, places.columns)]


def _paled(image: Image.Image) -> NDArray[np.float32]:
    grey = np.asarray(image.convert("L"), dtype=np.float32)[..., None]
    return grey * (1 - _PALE) + np.array(_GROUND, dtype=np.float32) * _PALE
