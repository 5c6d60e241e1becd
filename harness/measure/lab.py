"""Turn sRGB pixels into CIE Lab, in which a distance is a difference that is seen."""

import numpy as np
from numpy.typing import NDArray

from harness.measure.pixels import Pixels

Lab = NDArray[np.float32]
"""Shape (H, W, 3): L 0..100, a and b about -128..127."""

_LEVELS = np.arange(256) / 255
_LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4).astype(
    np.float32
)
# IEC 61966-2-1, sRGB to XYZ; each row is divided by the white D65 (.95047, 1, 1.08883).
_TO_XYZ = np.array(
    [
        [0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339 / 1.08883, 0.1191920 / 1.08883, 0.9503041 / 1.08883],
    ],
    dtype=np.float32,
)
_KNEE = (6 / 29) ** 3


def lab(pixels: Pixels) -> Lab:
    """Convert: sRGB, linear light, XYZ under D65, Lab (CIE 15)."""
    xyz = _LINEAR[pixels] @ _TO_XYZ.T
    cubed = np.where(xyz > _KNEE, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = cubed[..., 0], cubed[..., 1], cubed[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1).astype(np.float32)
