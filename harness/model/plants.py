"""Say how large the effect of a known change is, so that people know what a number means."""

from collections.abc import Mapping
from types import MappingProxyType

MEASURED_ON = "50 real pictures of one prompt by an older model (two grids of 25), 16 v 4"

NAMED: Mapping[str, float] = MappingProxyType(
    {
        "saturation-20": 0.01,
        "cast-5": 0.08,
        "jpeg-30": 0.12,
        "sepia-35": 0.12,
        "zoom-5": 0.19,
        "sharpen": 0.20,
        "noise": 0.23,
        "cast-10": 0.28,
        "slight-blur": 0.29,
        "contrast-15": 0.29,
        "zoom-20": 0.32,
        "bright-10": 0.34,
        "mirror": 0.36,
        "half-resolution": 0.51,
        "letterbox": 0.54,
        "upscale": 0.55,
        "blur": 0.68,
    }
)
"""The effect of each plant of `harness.measure.plants`, the smallest first: energy distance
over the mean distance within the reference, in its largest channel, on `MEASURED_ON`.

Measured by tools/prove_plants.py, whose page has every channel and another set of pictures.
Two samples without a change differ by 0.00.
"""
