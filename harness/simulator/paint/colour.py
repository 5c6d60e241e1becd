"""Mix colours that agree with each other: OKLCH in, sRGB out (Ottosson 2020)."""

import math

import numpy as np
from numpy.typing import NDArray

Rgb = tuple[int, int, int]

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LMS = np.linalg.inv(_TO_LMS)
_FROM_LAB = np.linalg.inv(_TO_LAB)


def oklab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn sRGB values 0..255, shape (..., 3), to OKLab (lightness 0..1)."""
    part = rgb / 255.0
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T)


def srgb(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn OKLab, shape (..., 3), to sRGB values 0..255, clipped to what a screen shows."""
    linear = np.clip(((lab @ _FROM_LAB.T) ** 3) @ _FROM_LMS.T, 0.0, 1.0)
    part = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(part * 255.0)


def _rgb(values: NDArray[np.float64]) -> Rgb:
    red, green, blue = (round(float(value)) for value in values)
    return red, green, blue


def oklch(lightness: float, chroma: float, hue: float) -> Rgb:
    """Make a colour of lightness 0..1, chroma 0..0.3 and hue in degrees."""
    angle = math.radians(hue)
    lab = np.array([lightness, chroma * math.cos(angle), chroma * math.sin(angle)])
    return _rgb(srgb(lab))


def lch(colour: Rgb) -> tuple[float, float, float]:
    """Take a colour apart: lightness 0..1, chroma, hue in degrees 0..360."""
    light, a, b = (float(value) for value in oklab(np.array(colour, dtype=np.float64)))
    return light, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360.0


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """Go from `one` (share 0) to `other` (share 1) by an even path."""
    first, second = (oklab(np.array(colour, dtype=np.float64)) for colour in (one, other))
    return _rgb(srgb(first + (second - first) * share))


def relit(colour: Rgb, by: float, chroma: float = 1.0) -> Rgb:
    """Make `colour` lighter (`by` > 0) or darker, its chroma scaled."""
    lightness, saturation, hue = lch(colour)
    return oklch(min(0.98, max(0.05, lightness + by)), saturation * chroma, hue)


def difference(one: Rgb, other: Rgb) -> float:
    """Tell how unlike two colours look: 0 is equal, black to white is 1."""
    first, second = (oklab(np.array(colour, dtype=np.float64)) for colour in (one, other))
    return float(np.linalg.norm(first - second))
