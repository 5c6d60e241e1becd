"""Decide the light of a picture: hour, palette, where the sun stands, how deep the haze is."""

from dataclasses import dataclass

import numpy as np

from harness.simulator.paint.brief import Brief
from harness.simulator.paint.colour import Rgb, mix, oklch

Rng = np.random.Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """The light and the palette that everything in a picture shares.

    Attributes:
        hour: `day`, `morning`, `sunset`, `night` or `overcast`.
        high: Sky at the top.
        low: Sky at the horizon.
        sun: Colour of the light.
        far: Colour of land in the distance.
        near: Colour of land at the viewer's feet.
        accent: One lively colour.
        sun_at: Where the light stands, in shares of width and height.
        horizon: Height of the horizon as a share of the picture's, from the top.
        toward: Direction of the light, degrees, 0 right, 90 up.
    """

    hour: str
    high: Rgb
    low: Rgb
    sun: Rgb
    far: Rgb
    near: Rgb
    accent: Rgb
    sun_at: tuple[float, float]
    horizon: float
    toward: float

    @property
    def dark(self) -> bool:
        return self.hour == "night"

    @property
    def shadow(self) -> Rgb:
        return mix(self.near, (10, 12, 28), 0.75)


_HOURS = ("day", "day", "morning", "sunset", "sunset", "overcast", "night")
_LAND: dict[str, tuple[float, float, float]] = {
    # place: hue, chroma, lightness of the ground
    "city": (265, 0.03, 0.46),
    "shop": (40, 0.03, 0.56),
    "forest": (140, 0.09, 0.46),
    "sea": (222, 0.11, 0.52),
    "beach": (205, 0.10, 0.66),
    "mountain": (165, 0.07, 0.48),
    "desert": (55, 0.13, 0.70),
    "snow": (240, 0.02, 0.92),
    "room": (60, 0.05, 0.60),
    "studio": (60, 0.03, 0.80),
    "space": (285, 0.06, 0.36),
    "meadow": (128, 0.12, 0.62),
    "abstract": (20, 0.08, 0.60),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sky:
    """Lightness, chroma, hue and how far the hue drifts; at the top, at the horizon, of light."""

    top: tuple[float, float, float, float]
    low: tuple[float, float, float, float]
    sun: tuple[float, float, float]


_SKIES = {
    "night": _Sky(top=(0.17, 0.06, 275, 35), low=(0.42, 0.10, 275, 35), sun=(0.92, 0.04, 95)),
    "sunset": _Sky(top=(0.50, 0.14, 300, 45), low=(0.82, 0.16, 52, 28), sun=(0.90, 0.13, 75)),
    "morning": _Sky(top=(0.74, 0.09, 250, 50), low=(0.92, 0.07, 45, 35), sun=(0.95, 0.07, 85)),
    "overcast": _Sky(top=(0.68, 0.045, 245, 40), low=(0.88, 0.03, 220, 60), sun=(0.93, 0.02, 240)),
    "day": _Sky(top=(0.65, 0.14, 238, 24), low=(0.90, 0.05, 215, 30), sun=(0.97, 0.06, 95)),
}


def _sky(hour: str, rng: Rng) -> tuple[Rgb, Rgb, Rgb]:
    """Choose top, horizon and light."""
    sky, drift, light = _SKIES[hour], float(rng.uniform(-1, 1)), float(rng.uniform(-0.07, 0.07))
    turn = float(rng.choice([-170, -60, 40, 70])) if hour == "night" else 0.0
    top, low = (
        oklch(level + light, chroma, hue + more + spread * drift)
        for (level, chroma, hue, spread), more in ((sky.top, 0.0), (sky.low, turn))
    )
    return top, low, oklch(*sky.sun)


def decide_mood(brief: Brief, place: str, rng: Rng, *, poster: bool = False) -> Mood:
    """Choose the light of one sample; what the prompt leaves open is the dice's."""
    hour = brief.hour or str(rng.choice(_HOURS if place != "space" else ("night",)))
    high, low, sun = _sky(hour, rng)
    hue, chroma, lightness = _LAND[place]
    dim = {"night": 0.42, "sunset": 0.80, "overcast": 0.92}.get(hour, 1.0)
    hue += float(rng.uniform(-22, 22))
    near = oklch(lightness * dim * float(rng.uniform(0.72, 1.12)), chroma, hue)
    named, strength = brief.hues[0] if brief.hues else (float(rng.uniform(0, 360)), 0.16)
    if poster:
        high, low = oklch(0.78, 0.14, 95 + named / 6), oklch(0.70, 0.17, 40)
    sun_x = float(rng.uniform(0.06, 0.94))
    return Mood(
        hour=hour,
        high=high,
        low=low,
        sun=sun,
        far=mix(near, low, 0.62),
        near=near,
        accent=oklch(0.68 if hour != "night" else 0.76, max(strength, 0.03), named),
        sun_at=(sun_x, float(rng.uniform(0.08, 0.46))),
        horizon=float(rng.uniform(0.34, 0.80)) if not poster else float(rng.uniform(0.72, 0.80)),
        toward=150.0 - 120.0 * sun_x,
    )
