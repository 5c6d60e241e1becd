"""Say how long an answer takes: a fixed time, or one drawn from what was recorded."""

from types import MappingProxyType
from typing import Final

import numpy as np

from harness.errors import UsageError
from harness.simulator.offer import Offer

RECORDED = "recorded"
_SECONDS: Final = MappingProxyType(
    {
        "gemini-3-pro-image": (16.8, 29.2),
        "gemini-3-pro-image-preview": (16.8, 29.2),
        "gemini-3.1-flash-lite-image": (2.3, 3.9),
        "gemini-2.5-flash": (5.6, 7.4),
    }
)
"""From `server-timing` at 1K, in seconds; a model that is absent here was not recorded."""
_UNRECORDED = (5.6, 7.4)  # an assumption: as 2.5-flash
_TIMES: Final = MappingProxyType({"512": 0.8, "1K": 1.0, "2K": 1.3, "4K": 2.0})
"""How much longer other sizes take: an assumption, none was recorded."""


def read_latency(text: str) -> float | str:
    """Read `recorded`, or seconds.

    Raises:
        UsageError: it is neither.
    """
    if text == RECORDED:
        return RECORDED
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0.0 <= seconds <= 3600.0:
        raise UsageError(f"--latency {text}: say seconds from 0 to 3600, or {RECORDED}")
    return seconds


def seconds_of(latency: float | str, offer: Offer, size: str, rng: np.random.Generator) -> float:
    """Draw the seconds of one answer."""
    if not isinstance(latency, str):
        return latency
    drawn = float(rng.uniform(*_SECONDS.get(offer.id, _UNRECORDED)))
    return drawn * _TIMES.get(size or "1K", 1.0)
