"""Paint what is above and around: sky, clouds, stars, weather, fields of light."""

import numpy as np

from harness.simulator.paint.canvas import Canvas, Shade, noise, points, ring, smooth
from harness.simulator.paint.colour import mix, oklch, relit
from harness.simulator.paint.mood import Mood, Rng


def grid(canvas: Canvas, long: int = 144) -> tuple[int, int]:
    """Tell rows and columns of a small field of the canvas' shape."""
    scale = long / max(canvas.w, canvas.h)
    return max(4, round(canvas.h * scale)), max(4, round(canvas.w * scale))


def paint_sky(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    """Cover the canvas with sky: gradient, light, clouds, and stars at night."""
    rows, columns = grid(canvas)
    y, x = np.mgrid[0 : 1 : rows * 1j, 0 : 1 : columns * 1j]
    down = np.clip(y / max(0.2, mood.horizon), 0, 1)[..., None] ** 0.8
    high, low, sun = (np.array(colour, dtype=float) for colour in (mood.high, mood.low, mood.sun))
    field = high + (low - high) * down
    wide = canvas.w / canvas.h
    away = np.hypot((x - mood.sun_at[0]) * wide, y - mood.sun_at[1])
    field += (sun - field) * (np.exp(-((away / 0.42) ** 2)) * (0.3 if mood.dark else 0.6))[
        ..., None
    ]
    cover, lumps = float(rng.uniform(0.30, 0.75)), int(rng.integers(2, 6))
    clouds = np.clip((noise(rng, (rows, columns), lumps, 5) - cover) * 3.2, 0, 1)
    lit = np.array(mix(mood.low, mood.sun, 0.6) if not mood.dark else mix(mood.high, mood.low, 0.6))
    shaded = np.array(mix(mood.high, mood.low, 0.35))
    body = lit + (shaded - lit) * np.clip(clouds * 1.1 - 0.25, 0, 1)[..., None]
    canvas.backdrop(field + (body - field) * (clouds * 0.85)[..., None])
    if mood.dark:
        paint_stars(canvas, mood.horizon, rng)
    elif rng.random() < 0.6:
        _paint_birds(canvas, mood, rng)
    if mood.hour != "overcast":
        _paint_disc(canvas, mood, rng)


def paint_stars(canvas: Canvas, down_to: float, rng: Rng, count: int = 90) -> None:
    """Strew stars over the upper part of the canvas."""
    size = canvas.unit / 900
    for _ in range(count):
        at = (float(rng.random()) * canvas.w, float(rng.random()) * canvas.h * down_to)
        radius = size * float(rng.uniform(0.5, 1.0)) * (2.2 if rng.random() < 0.08 else 1.0)
        canvas.shape(ring(at, (radius, radius))[::12], (250, 248, 235), float(rng.uniform(0.3, 1)))


def _paint_birds(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    centre = (
        float(rng.random()) * canvas.w,
        float(rng.uniform(0.1, 0.7)) * mood.horizon * canvas.h,
    )
    for _ in range(int(rng.integers(3, 8))):
        x = centre[0] + float(rng.normal(0, 0.12)) * canvas.unit
        y = centre[1] + float(rng.normal(0, 0.05)) * canvas.unit
        size = canvas.unit * float(rng.uniform(0.008, 0.018))
        wings = [(x - size, y - size * 0.5), (x - size * 0.4, y - size * 0.6), (x, y)]
        wings += [(x + size * 0.4, y - size * 0.6), (x + size, y - size * 0.5)]
        canvas.stroke(points(wings), size * 0.16, mood.shadow, 0.8)


def _paint_disc(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    at = (mood.sun_at[0] * canvas.w, mood.sun_at[1] * canvas.h)
    radius = canvas.unit * float(rng.uniform(0.025, 0.075)) * (1.4 if mood.hour == "sunset" else 1)
    for wide, alpha in ((7.0, 0.35), (2.6, 0.6)):
        canvas.glow(at, (radius * wide, radius * wide), mood.sun, alpha)
    canvas.shape(ring(at, (radius, radius)), mix(mood.sun, (255, 255, 255), 0.55), 0.95)
    if mood.dark and rng.random() < 0.5:
        bite = (at[0] + radius * 0.45, at[1] - radius * 0.1)
        canvas.shape(ring(bite, (radius * 0.92, radius * 0.92)), mix(mood.high, mood.low, 0.3))


def paint_light(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    """Let light and shade drift over the whole picture, as under moving clouds."""
    shape = grid(canvas, 24)
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    angle = float(rng.uniform(0, 2 * np.pi))
    tilt = np.clip(0.5 + 0.5 * (x * np.cos(angle) + y * np.sin(angle)), 0, 1)
    patches = noise(rng, shape, int(rng.integers(2, 4)), 2)
    dark = np.clip(0.75 * tilt + 0.45 * patches - 0.42, 0, 1)
    canvas.veil(dark * float(rng.uniform(0.35, 0.60)), mix(mood.shadow, mood.high, 0.30))
    bright = np.clip(1.15 - 1.2 * tilt - 0.5 * patches, 0, 1)
    canvas.veil(bright * (0.14 if mood.dark else 0.34), relit(mood.sun, 0.0, 1.6))


def paint_frame(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    """Put something large and out of focus before an edge, as a lens does."""
    kind = int(rng.integers(0, 4))
    if kind == 0:
        return
    left = bool(rng.random() < 0.5)
    tone = mix(relit(mood.near, -0.14), mood.shadow, 0.5)
    for _ in range(5):
        reach = canvas.unit * float(rng.uniform(0.28, 0.60))
        beyond = reach * float(rng.uniform(0.35, 0.6))
        x = -beyond if left else canvas.w + beyond
        y = float(rng.uniform(0, 0.45) if kind == 1 else rng.uniform(0.3, 1.1)) * canvas.h
        canvas.glow((x, y), (reach * 1.3, reach * 1.3), tone, 0.85)
    if kind == 3:
        for _ in range(9):
            at = (float(rng.random()) * canvas.w, float(rng.random()) * canvas.h)
            radius = canvas.unit * float(rng.uniform(0.012, 0.05))
            canvas.shape(ring(at, (radius, radius)), mix(mood.sun, mood.accent, 0.3), 0.13)


def paint_weather(canvas: Canvas, extras: tuple[str, ...], mood: Mood, rng: Rng) -> None:
    """Let it rain, snow or be foggy where the prompt says so."""
    if "fog" in extras:
        shape = grid(canvas, 48)
        canvas.veil(noise(rng, shape, 3) * 0.6, mix(mood.low, (235, 238, 240), 0.5))
    if "snowfall" in extras:
        for _ in range(120):
            at = (float(rng.random()) * canvas.w, float(rng.random()) * canvas.h)
            radius = canvas.unit * float(rng.uniform(0.0015, 0.006))
            canvas.shape(ring(at, (radius, radius))[::12], (250, 252, 255), 0.8)
    if "rain" in extras:
        lean = float(rng.uniform(-0.03, 0.03)) * canvas.unit
        for _ in range(110):
            x, y = float(rng.random()) * canvas.w, float(rng.random()) * canvas.h
            drop = points([(x, y), (x + lean, y + canvas.unit * 0.05)])
            canvas.stroke(drop, max(1.0, canvas.unit / 700), (220, 230, 245), 0.35)


def paint_space(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    """Paint deep space: nebula, stars and a planet or two."""
    rows, columns = grid(canvas)
    hue = float(rng.uniform(200, 340))
    night = np.array(oklch(0.14, 0.05, hue), dtype=float)
    first, second = np.array(oklch(0.55, 0.17, hue + 60)), np.array(oklch(0.62, 0.14, hue - 50))
    one = np.clip(noise(rng, (rows, columns), 2, 5) * 1.9 - 0.85, 0, 1)[..., None]
    two = np.clip(noise(rng, (rows, columns), 3, 5) * 2.1 - 1.05, 0, 1)[..., None]
    field = night + (first - night) * one * 0.9
    canvas.backdrop(field + (second - field) * two * 0.75)
    paint_stars(canvas, 1.0, rng, 170)
    for _ in range(int(rng.integers(1, 4))):
        paint_planet(canvas, mood, rng)


def paint_planet(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    """Hang a planet, sometimes with a ring, somewhere in the sky."""
    at = (float(rng.uniform(0.05, 0.95)) * canvas.w, float(rng.uniform(0.05, 0.75)) * canvas.h)
    radius = canvas.unit * float(rng.uniform(0.05, 0.30))
    hue = float(rng.uniform(0, 360))
    light, dark = oklch(0.82, 0.11, hue), oklch(0.22, 0.07, hue + 40)
    canvas.glow(at, (radius * 1.6, radius * 1.6), light, 0.35)
    canvas.shape(ring(at, (radius, radius)), Shade(light, dark, mood.toward, 1.0))
    if rng.random() < 0.5:
        band = ring(at, (radius * 1.75, radius * 0.42), float(rng.uniform(-30, 30)))
        front = np.concatenate([band[:73], (band[:73] - at)[::-1] * 0.86 + at])
        canvas.shape(smooth(front, 1), mix(light, (255, 255, 255), 0.4), 0.8)
