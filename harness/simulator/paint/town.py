"""Paint towns: skylines in layers, lit windows, streets, neon, traffic in the air."""

import numpy as np
from PIL import Image

from harness.simulator.paint.canvas import Canvas, Shade, points, ring
from harness.simulator.paint.colour import Rgb, mix, oklch, relit
from harness.simulator.paint.mood import Mood, Rng
from harness.simulator.paint.sky import paint_sky


def paint_town(canvas: Canvas, extras: tuple[str, ...], mood: Mood, rng: Rng) -> None:
    """Paint a town under the sky; `extras` may hold `neon` and `traffic`."""
    paint_sky(canvas, mood, rng)
    skyline = float(rng.uniform(-1, 1))
    for depth in (0.15, 0.4, 0.68, 1.0):
        _paint_row(canvas, mood, rng, depth, skyline)
        canvas.veil(np.linspace(0.02, 0.30, 12)[:, None] * np.ones((12, 4)), mood.low)
    _paint_street(canvas, mood, rng)
    if mood.hour in {"night", "overcast", "sunset"}:
        _mirror(canvas, mood)
    if "neon" in extras or mood.dark:
        _paint_neon(canvas, mood, rng)
    if "traffic" in extras:
        _paint_traffic(canvas, mood, rng)


def _paint_row(canvas: Canvas, mood: Mood, rng: Rng, depth: float, skyline: float) -> None:
    wall = mix(mood.far, relit(mood.near, -0.12), depth)
    gap = float(rng.uniform(0.15, 0.85)) if depth > 0.6 else -1.0
    x = -0.05
    while x < 1.02:
        wide = float(rng.uniform(0.05, 0.13)) * (0.5 + 0.8 * depth)
        lean = 1 + skyline * (2 * x - 1) * 0.55
        tall = float(rng.uniform(0.14, 0.50)) * (0.75 + 0.5 * depth) * lean
        if abs(x + wide / 2 - gap) > 0.16 * (1.3 - 0.3 * depth) or gap < 0:
            box = (x * canvas.w, (mood.horizon - tall) * canvas.h, wide * canvas.w, tall * canvas.h)
            _paint_tower(canvas, box, relit(wall, float(rng.uniform(-0.05, 0.07))), mood, rng)
        x += wide * float(rng.uniform(0.85, 1.25))


def _paint_tower(
    canvas: Canvas, box: tuple[float, float, float, float], wall: Rgb, mood: Mood, rng: Rng
) -> None:
    left, top, wide, tall = box
    foot = mood.horizon * canvas.h + canvas.h * 0.03
    roof = _roof(left, top, wide, tall, int(rng.integers(0, 4)))
    corners = [(left, foot), *roof, (left + wide, foot)]
    canvas.shape(points(corners), Shade(relit(wall, 0.06), relit(wall, -0.06), mood.toward))
    glow = oklch(0.86, 0.11, float(rng.choice([75, 85, 95, 210])))
    pane = glow if mood.dark or mood.hour == "sunset" else mix(mood.high, wall, 0.45)
    columns, rows = max(2, round(wide / canvas.unit * 42)), max(3, round(tall / canvas.unit * 32))
    lit = rng.random((rows, columns)) < (0.38 if mood.dark else 0.62)
    for row in range(rows):
        for column in range(columns):
            if lit[row, column]:
                x = left + wide * (column + 0.28) / columns
                y = top + tall * (row + 0.4) / rows
                size = (wide / columns * 0.45, tall / rows * 0.5)
                canvas.image.paste(
                    pane, (round(x), round(y), round(x + size[0]) + 1, round(y + size[1]) + 1)
                )


def _roof(
    left: float, top: float, wide: float, tall: float, kind: int
) -> list[tuple[float, float]]:
    right, step = left + wide, top - tall * 0.08
    inner, outer = left + wide * 0.25, left + wide * 0.75
    forms = (
        [(left, top), (left + wide / 2, top - tall * 0.12), (right, top)],
        [(left, top), (inner, top), (inner, step), (outer, step), (outer, top), (right, top)],
        [(left, top + tall * 0.07), (right, top - tall * 0.04)],
        [(left, top), (right, top)],
    )
    return forms[kind]


def _paint_street(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    top, bottom = mood.horizon * canvas.h, canvas.h + 9.0
    vanish = float(rng.uniform(0.2, 0.8)) * canvas.w
    ground = relit(mood.near, -0.06 if not mood.dark else -0.02)
    band = points([(-9, top), (canvas.w + 9, top), (canvas.w + 9, bottom), (-9, bottom)])
    canvas.shape(band, Shade(mix(ground, mood.low, 0.35), relit(ground, -0.10), 90.0))
    spread = canvas.w * float(rng.uniform(0.35, 0.8))
    road = [
        (vanish - 6, top),
        (vanish + 6, top),
        (vanish + spread, bottom),
        (vanish - spread, bottom),
    ]
    canvas.shape(points(road), Shade(mix(mood.shadow, mood.low, 0.30), mood.shadow, 90.0))
    for step in range(7):
        near, far = (step + 0.55) / 7, step / 7
        y0, y1 = (top + (bottom - top) * share**1.7 for share in (far, near))
        half0, half1 = (canvas.w * 0.012 * share for share in (far + 0.02, near))
        dash = [
            (vanish - half0, y0),
            (vanish + half0, y0),
            (vanish + half1, y1),
            (vanish - half1, y1),
        ]
        canvas.shape(points(dash), mix(mood.sun, mood.low, 0.3), 0.55)


def _mirror(canvas: Canvas, mood: Mood) -> None:
    """Let the wet street give back what stands over it."""
    top = round(mood.horizon * canvas.h)
    tall = canvas.h - top
    above = canvas.image.crop((0, max(0, top - tall), canvas.w, top))
    small = above.resize((120, 10), Image.Resampling.BOX).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    fade = np.linspace(190 if mood.dark else 90, 10, 24)[:, None] * np.ones((24, 4))
    mask = Image.fromarray(fade.astype(np.uint8)).resize((canvas.w, tall))
    glow = small.point(lambda level: min(255, round(level * 1.7)))
    canvas.image.paste(glow.resize((canvas.w, tall), Image.Resampling.BICUBIC), (0, top), mask)


def _paint_neon(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    for _ in range(int(rng.integers(5, 10))):
        hue = float(rng.choice([330, 200, 160, 300, 40])) + float(rng.uniform(-15, 15))
        tone = oklch(0.76, 0.19, hue)
        x, y = float(rng.random()) * canvas.w, float(rng.uniform(0.25, 1)) * mood.horizon * canvas.h
        long = canvas.unit * float(rng.uniform(0.04, 0.14))
        upright = rng.random() < 0.6
        end = (x, y + long) if upright else (x + long, y)
        canvas.glow((x, y + long / 2), (long * 1.3, long * 1.3), tone, 0.5)
        canvas.stroke(points([(x, y), end]), canvas.unit * 0.009, mix(tone, (255, 255, 255), 0.25))
        floor = (x, mood.horizon * canvas.h + (mood.horizon * canvas.h - y) * 0.45 + long / 2)
        canvas.glow(floor, (long * 0.5, long * 2.2), tone, 0.35)


def _paint_traffic(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    for _ in range(int(rng.integers(5, 10))):
        size = canvas.unit * float(rng.uniform(0.025, 0.10))
        at = (
            float(rng.random()) * canvas.w,
            float(rng.uniform(0.08, 0.8)) * mood.horizon * canvas.h,
        )
        tone = oklch(0.62, 0.15, float(rng.uniform(0, 360)))
        ahead = 1.0 if rng.random() < 0.5 else -1.0
        canvas.glow((at[0] - ahead * size, at[1]), (size * 2.2, size * 0.25), (255, 80, 70), 0.7)
        canvas.glow((at[0], at[1] + size * 0.3), (size, size * 0.5), mood.accent, 0.8)
        canvas.shape(
            ring(at, (size, size * 0.24)), Shade(relit(tone, 0.15), relit(tone, -0.2), 90.0)
        )
        cabin = (at[0] - ahead * size * 0.1, at[1] - size * 0.16)
        canvas.shape(
            ring(cabin, (size * 0.48, size * 0.2)), mix(mood.high, (220, 240, 255), 0.6), 0.9
        )
        canvas.glow((at[0] + ahead * size, at[1]), (size * 0.5, size * 0.3), (255, 250, 220), 0.9)
