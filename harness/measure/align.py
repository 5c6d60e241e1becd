"""Find by how much one picture is moved against another, and move it back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

Plane = NDArray[np.float32]
"""Shape (H, W): one value a pixel."""

_BLUR = 1.0
"""Standard deviation in pixels of the blur before: the phase of fine noise says nothing."""

_AROUND = 2
"""Pixels around the peak that its place and its height are taken of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """By how much the second picture is moved, in pixels to the right and down.

    Attributes:
        across: Pixels to the right.
        down: Pixels down.
        response: How sure that is: 1 for a moved copy, near 0 for another picture.
    """

    across: float = 0.0
    down: float = 0.0
    response: float = 0.0


def shift_between(before: Plane, after: Plane) -> Shift:
    """Correlate the phases of two grey planes of one shape under a Hann window.

    The response is the share of the correlation that lies in the 5x5 pixels around its peak;
    its centroid gives the place to a fraction of a pixel.
    """
    surface = _phase_correlation(before, after)
    peak = np.unravel_index(int(surface.argmax()), surface.shape)
    down, across = (int(place) for place in peak)
    near = np.arange(-_AROUND, _AROUND + 1)
    rows, columns = surface.shape
    patch = surface[np.ix_((down + near) % rows, (across + near) % columns)].clip(min=0)
    total = float(patch.sum())
    if total <= 0:
        return Shift()
    down_by = down + float((patch.sum(axis=1) * near).sum()) / total
    across_by = across + float((patch.sum(axis=0) * near).sum()) / total
    return Shift(
        across=_signed(across_by, columns), down=_signed(down_by, rows), response=min(total, 1.0)
    )


def _phase_correlation(before: Plane, after: Plane) -> Plane:
    rows, columns = before.shape
    window = np.outer(np.hanning(rows), np.hanning(columns)).astype(np.float32)
    first, second = (fft.rfft2(_smooth(plane) * window) for plane in (before, after))
    cross = second * np.conj(first)
    cross /= np.maximum(np.abs(cross), 1e-9)
    surface: Plane = fft.irfft2(cross, s=before.shape).astype(np.float32)
    return surface


def _smooth(plane: Plane) -> Plane:
    blurred: Plane = ndimage.gaussian_filter(plane, _BLUR)
    centred: Plane = blurred - blurred.mean()
    return centred


def _signed(place: float, length: int) -> float:
    """Read a place past the middle as a move to the other side."""
    return place - length if place > length / 2 else place


def moved_back(planes: NDArray[np.float32], shift: Shift) -> NDArray[np.float32]:
    """Undo a shift of a picture of shape (H, W, C); its edge is repeated where it ends."""
    by = (-shift.down, -shift.across, 0.0)
    back: NDArray[np.float32] = ndimage.shift(planes, by, order=1, mode="nearest")
    return back


def seen(shape: tuple[int, int], shift: Shift) -> NDArray[np.bool_]:
    """Mark the pixels that a picture moved back still has; the others lie past its edge."""
    rows = np.arange(shape[0]) + shift.down
    columns = np.arange(shape[1]) + shift.across
    inside_rows = (rows >= 0) & (rows <= shape[0] - 1)
    inside_columns = (columns >= 0) & (columns <= shape[1] - 1)
    return np.logical_and.outer(inside_rows, inside_columns)
