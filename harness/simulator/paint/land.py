"""Paint open country: ridges, woods, dunes, water, shore."""

from dataclasses import dataclass

import numpy as np

from harness.simulator.paint.canvas import Canvas, Shade, noise, points, ring, smooth
from harness.simulator.paint.colour import Rgb, mix, oklch, relit
from harness.simulator.paint.mood import Mood, Rng
from harness.simulator.paint.sky import paint_sky


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """What makes one kind of land differ from another.

    Attributes:
        rough: 0 for rolling, 1 for jagged ridges.
        relief: Height of a ridge as a share of the picture's.
        layers: Ridges from the horizon to the viewer.
        trees: Chance of trees on a ridge.
        cap: Whether peaks carry snow.
        water: Whether water lies in front of the horizon.
        shore: Whether sand lies before the water.
    """

    rough: float
    relief: float
    layers: int
    trees: float = 0.0
    cap: bool = False
    water: bool = False
    shore: bool = False


COUNTRIES = {
    "meadow": Country(rough=0.1, relief=0.12, layers=5, trees=0.35),
    "forest": Country(rough=0.25, relief=0.16, layers=5, trees=1.0),
    "mountain": Country(rough=0.9, relief=0.42, layers=5, trees=0.6, cap=True),
    "desert": Country(rough=0.0, relief=0.18, layers=5),
    "snow": Country(rough=0.5, relief=0.22, layers=4, trees=0.5),
    "sea": Country(rough=0.6, relief=0.12, layers=2, water=True),
    "beach": Country(rough=0.4, relief=0.14, layers=2, water=True, shore=True),
}


def paint_country(canvas: Canvas, place: str, mood: Mood, rng: Rng) -> None:
    """Paint sky and land of `place`, a key of `COUNTRIES`."""
    country = COUNTRIES[place]
    paint_sky(canvas, mood, rng)
    for layer in range(country.layers):
        depth = (layer + 1) / (country.layers + (1 if country.water else 0))
        _paint_ridge(canvas, country, mood, rng, depth)
    if country.water:
        _paint_water(canvas, mood, rng)
    if country.shore:
        _paint_shore(canvas, mood, rng)
    _paint_ground_light(canvas, mood, rng)


def _profile(
    rng: Rng, rough: float, steps: int = 220
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    x = np.linspace(0, 1, steps)
    line = np.zeros(steps)
    for octave in range(1, 8):
        knots = rng.uniform(-1, 1, 2 + 2**octave)
        spread = np.interp(x * (len(knots) - 1), np.arange(len(knots)), knots)
        soft = np.convolve(np.pad(spread, 12, mode="edge"), np.hanning(25) / 12, "same")[12:-12]
        keep = (0.30 + 0.28 * rough) ** octave if octave > 1 else 0.45
        line += (spread * rough + soft * (1 - rough)) * keep
    return np.asarray(line, dtype=np.float64)


def _paint_ridge(canvas: Canvas, country: Country, mood: Mood, rng: Rng, depth: float) -> None:
    line = _profile(rng, country.rough * (1 - 0.4 * depth))
    base = (
        mood.horizon + (1.02 - mood.horizon) * (depth - 0.2) ** 1.5 if depth > 0.2 else mood.horizon
    )
    lift = country.relief * (1.15 - depth * 0.75)
    if country.cap and depth < 0.5:
        line = np.maximum(line, _peaks(rng, len(line)) + 0.35 * line)
    x = np.linspace(-0.02, 1.02, len(line)) * canvas.w
    y = (base - lift * (0.45 + line)) * canvas.h
    tone = mix(mood.far, mood.near, depth**1.2)
    outline = np.concatenate(
        [np.stack([x, y], axis=1), points([(canvas.w * 1.02, canvas.h + 2), (-9, canvas.h + 2)])]
    )
    canvas.shape(outline, Shade(relit(tone, 0.05), relit(tone, -0.10), 90.0))
    if country.cap and depth < 0.6:
        _paint_caps(canvas, np.stack([x, y], axis=1), mood, rng)
    if rng.random() < country.trees and (depth > 0.45 or not country.cap):
        _paint_trees(canvas, np.stack([x, y], axis=1), tone, rng, depth)


def _peaks(rng: Rng, steps: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    x, line = np.linspace(0, 1, steps), np.full(steps, -1.0)
    for _ in range(int(rng.integers(2, 5))):
        top, steep = float(rng.uniform(0.35, 1.05)), float(rng.uniform(2.2, 4.5))
        line = np.maximum(line, top - np.abs(x - float(rng.random())) * steep)
    return np.asarray(line, dtype=np.float64)


def _paint_caps(
    canvas: Canvas,
    ridge: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    mood: Mood,
    rng: Rng,
) -> None:
    line = float(np.quantile(ridge[:, 1], 0.42)) + rng.normal(0, 0.010, len(ridge)) * canvas.h
    lower = np.maximum(ridge[:, 1], np.minimum(line, ridge[:, 1] + 0.12 * canvas.h))
    snow = mix((246, 249, 255), mood.low, 0.25 if not mood.dark else 0.7)
    for start in range(len(ridge) - 1):
        if ridge[start, 1] >= line[start] and ridge[start + 1, 1] >= line[start + 1]:
            continue
        strip = points(
            [
                (ridge[start, 0], ridge[start, 1]),
                (ridge[start + 1, 0], ridge[start + 1, 1]),
                (ridge[start + 1, 0] + 0.7, lower[start + 1]),
                (ridge[start, 0], lower[start]),
            ]
        )
        canvas.shape(strip, snow, 0.92)


def _paint_trees(
    canvas: Canvas,
    ridge: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    tone: Rgb,
    rng: Rng,
    depth: float,
) -> None:
    conifer = bool(rng.random() < 0.6)
    centre, spread = float(rng.random()), float(rng.uniform(0.15, 0.6))
    for _ in range(int(46 - 34 * depth)):
        share = float(rng.normal(centre, spread))
        if not 0 <= share < 1:
            continue
        x, y = ridge[int(share * (len(ridge) - 1))]
        size = canvas.unit * (0.035 + 0.22 * depth**1.6) * float(rng.uniform(0.6, 1.25))
        leaf = relit(tone, float(rng.uniform(-0.14, -0.02)), 1.15)
        paint_tree(canvas, (float(x), float(y) + size * 0.08), size, leaf, conifer=conifer)


def paint_tree(
    canvas: Canvas, foot: tuple[float, float], size: float, leaf: Rgb, *, conifer: bool
) -> None:
    """Plant a tree of height `size` pixels."""
    x, y = foot
    trunk = [(x - size * 0.03, y), (x + size * 0.03, y), (x, y - size * 0.6)]
    canvas.shape(points(trunk), mix(leaf, (70, 48, 36), 0.7))
    shade = Shade(relit(leaf, 0.10), relit(leaf, -0.12), 120.0, 0.6)
    if conifer:
        for low, high, wide in ((0.12, 0.62, 0.26), (0.36, 0.84, 0.20), (0.60, 1.0, 0.13)):
            tier = [(x - size * wide, y - size * low), (x + size * wide, y - size * low)]
            canvas.shape(points([*tier, (x, y - size * high)]), shade)
        return
    for across, up, radius in ((-0.17, 0.55, 0.20), (0.17, 0.58, 0.19), (0.0, 0.74, 0.25)):
        at = (x + size * across, y - size * up)
        canvas.shape(ring(at, (size * radius, size * radius * 0.92)), shade)


def _paint_water(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    top = round(mood.horizon * canvas.h)
    far, near = mix(mood.low, mood.near, 0.35), mix(mood.near, mood.high, 0.45)
    if mood.dark:
        near = mix(near, (8, 12, 30), 0.5)
    band = [(-9, top), (canvas.w + 9, top), (canvas.w + 9, canvas.h + 9), (-9, canvas.h + 9)]
    canvas.shape(points(band), Shade(far, near, 90.0))
    ripples = noise(rng, (90, 70), int(rng.integers(3, 7)), 4)[::3]
    canvas.veil(np.clip(ripples * 1.5 - 0.8, 0, 1) * 0.5, mood.high, (0, top, canvas.w, canvas.h))
    glint = mix(mood.sun, (255, 255, 255), 0.3)
    for _ in range(130):
        down = float(rng.random()) ** 1.5
        y = top + down * (canvas.h - top)
        spread = (0.04 + 0.16 * down) * canvas.w
        x = float(rng.normal(mood.sun_at[0] * canvas.w, spread))
        size = canvas.unit * (0.008 + 0.035 * down)
        canvas.shape(ring((x, y), (size, size * 0.10))[::8], glint, float(rng.uniform(0.15, 0.6)))


def _paint_shore(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    left, right = (float(rng.uniform(0.15, 0.95)) for _ in range(2))
    top = mood.horizon + 0.04
    wave = _profile(rng, 0.0, 60) * 0.05
    share = np.linspace(0, 1, 60)
    y = (top + (1 - top) * (left + (right - left) * share) * 0.8 + wave) * canvas.h
    x = np.linspace(-0.02, 1.02, 60) * canvas.w
    feet = points([(canvas.w * 1.02, canvas.h + 9), (-9, canvas.h + 9)])
    sand = oklch(0.86 if not mood.dark else 0.42, 0.06, 80)
    for shift, tone, alpha in ((-0.020, (255, 255, 255), 0.55), (0.0, relit(sand, -0.12), 0.9)):
        edge = np.stack([x, y + shift * canvas.h], axis=1)
        canvas.shape(np.concatenate([edge, feet]), tone, alpha)
    edge = np.stack([x, y + 0.025 * canvas.h], axis=1)
    canvas.shape(np.concatenate([edge, feet]), Shade(sand, relit(sand, -0.08), 90.0))


def _paint_ground_light(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    top = round(min(0.96, mood.horizon + 0.06) * canvas.h)
    streaks = noise(rng, (24, 40), int(rng.integers(2, 6)), 3)
    fade = np.linspace(0, 1, 24)[:, None] ** 0.6
    dark = np.clip(streaks * 1.6 - 0.75, 0, 1) * fade
    canvas.veil(dark * 0.5, mood.shadow, (0, top, canvas.w, canvas.h))
    light = np.clip(0.5 - streaks, 0, 1) * fade
    canvas.veil(light * 0.5, mix(mood.sun, mood.near, 0.4), (0, top, canvas.w, canvas.h))


def paint_blossoms(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    """Strew small flowers and grass over the foreground."""
    for _ in range(70):
        down = float(rng.random()) ** 0.7
        y = (mood.horizon + 0.1 + (0.92 - mood.horizon) * down) * canvas.h
        at = (float(rng.random()) * canvas.w, y)
        size = canvas.unit * (0.002 + 0.010 * down)
        tone = mix(mood.accent, (255, 255, 255), float(rng.uniform(0, 0.5)))
        canvas.shape(smooth(ring(at, (size, size * 0.7))[::18], 4), tone, 0.85)
