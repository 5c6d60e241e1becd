"""Paint rooms, the photographer's studio, and pictures that show no place at all."""

import math

import numpy as np

from harness.simulator.paint.canvas import Canvas, Shade, noise, points, ring, smooth
from harness.simulator.paint.colour import Rgb, lch, mix, oklch, relit
from harness.simulator.paint.mood import Mood, Rng
from harness.simulator.paint.sky import grid, paint_planet


def _rect(
    left: float, top: float, right: float, bottom: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return points([(left, top), (right, top), (right, bottom), (left, bottom)])


def paint_room(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    """Paint a room: wall, floor or table, window, shelf, pictures, a lamp, a plant."""
    hue = float(rng.uniform(0, 360))
    light = float(rng.uniform(0.22, 0.46) if mood.dark else rng.uniform(0.40, 0.90))
    wall = oklch(light, float(rng.uniform(0.03, 0.09)), hue)
    canvas.shape(
        _rect(-9, -9, canvas.w + 9, canvas.h + 9),
        Shade(relit(wall, 0.08), relit(wall, -0.14), mood.toward),
    )
    floor = oklch(
        float(rng.uniform(0.30, 0.72)) * (0.7 if mood.dark else 1), 0.07, float(rng.uniform(45, 75))
    )
    edge = max(0.55, mood.horizon) * canvas.h
    canvas.shape(
        _rect(-9, edge, canvas.w + 9, canvas.h + 9),
        Shade(relit(floor, 0.05), relit(floor, -0.14), 90.0),
    )
    _paint_boards(canvas, edge, floor, rng)
    canvas.shape(_rect(-9, edge, canvas.w + 9, edge + canvas.unit * 0.012), relit(wall, 0.12))
    furniture = [_paint_window, _paint_shelf, _paint_pictures, _paint_lamp, _paint_plant]
    places = rng.permutation([0.08, 0.30, 0.52, 0.74, 0.94])
    for index in rng.permutation(len(furniture))[: int(rng.integers(2, 5))]:
        furniture[index](canvas, float(places[index]) * canvas.w, edge, mood, rng)


def _paint_boards(canvas: Canvas, edge: float, floor: Rgb, rng: Rng) -> None:
    vanish = float(rng.uniform(0.2, 0.8)) * canvas.w
    for share in np.linspace(-1.2, 2.2, 22):
        line = points(
            [(vanish + (share * canvas.w - vanish) * 0.4, edge), (share * canvas.w, canvas.h)]
        )
        canvas.stroke(line, max(1.0, canvas.unit / 500), relit(floor, -0.10), 0.5)


def _paint_window(canvas: Canvas, x: float, edge: float, mood: Mood, rng: Rng) -> None:
    wide, tall = canvas.unit * float(rng.uniform(0.22, 0.42)), edge * float(rng.uniform(0.45, 0.72))
    left, top = x - wide / 2, edge * float(rng.uniform(0.08, 0.2))
    frame = relit(mood.low, 0.08, 0.3) if not mood.dark else (92, 84, 90)
    gap = canvas.unit * 0.014
    canvas.glow((x, top + tall / 2), (wide * 1.5, tall * 1.2), mood.sun, 0.35)
    canvas.shape(_rect(left - gap, top - gap, left + wide + gap, top + tall + gap), frame)
    canvas.shape(_rect(left, top, left + wide, top + tall), Shade(mood.high, mood.low, 90.0))
    hill = smooth(
        points(
            [
                (left, top + tall),
                (left, top + tall * 0.7),
                (x, top + tall * 0.58),
                (left + wide, top + tall * 0.75),
                (left + wide, top + tall),
            ]
        ),
        6,
    )
    canvas.shape(np.clip(hill, [left, top], [left + wide, top + tall]), mood.far)
    canvas.shape(_rect(x - gap / 3, top, x + gap / 3, top + tall), frame)
    canvas.shape(_rect(left, top + tall * 0.45, left + wide, top + tall * 0.45 + gap * 0.7), frame)
    slant = (x - canvas.w / 2) * -0.5
    beam = [
        (left, edge),
        (left + wide, edge),
        (left + wide + slant, canvas.h),
        (left + slant, canvas.h),
    ]
    canvas.shape(points(beam), mood.sun, 0.22)


def _paint_shelf(canvas: Canvas, x: float, edge: float, mood: Mood, rng: Rng) -> None:
    wide = canvas.unit * float(rng.uniform(0.28, 0.5))
    wood = oklch(0.46, 0.07, float(rng.uniform(40, 75)))
    for level in range(int(rng.integers(2, 4))):
        y = edge * (0.30 + 0.24 * level)
        at = x - wide / 2
        while at < x + wide / 2 - wide * 0.08:
            thick = wide * float(rng.uniform(0.04, 0.10))
            tall = canvas.unit * float(rng.uniform(0.06, 0.12))
            book = oklch(0.62 * (0.6 if mood.dark else 1), 0.10, float(rng.uniform(0, 360)))
            canvas.shape(
                _rect(at, y - tall, at + thick, y),
                Shade(relit(book, 0.06), relit(book, -0.08), 180.0),
            )
            at += thick * (1.05 if rng.random() < 0.8 else 2.2)
        canvas.shape(_rect(x - wide / 2, y, x + wide / 2, y + canvas.unit * 0.016), wood)


def _paint_pictures(canvas: Canvas, x: float, edge: float, mood: Mood, rng: Rng) -> None:
    for index in range(int(rng.integers(1, 4))):
        size = canvas.unit * float(rng.uniform(0.06, 0.13))
        at = (x + (index - 1) * canvas.unit * 0.2, edge * float(rng.uniform(0.22, 0.5)))
        box = (at[0] - size * 0.8, at[1] - size, at[0] + size * 0.8, at[1] + size)
        canvas.shape(_rect(*box), relit(mood.shadow, 0.1))
        inner = (box[0] + size * 0.1, box[1] + size * 0.1, box[2] - size * 0.1, box[3] - size * 0.1)
        tone = oklch(0.80, 0.09, float(rng.uniform(0, 360)))
        canvas.shape(_rect(*inner), Shade(tone, mix(tone, mood.accent, 0.4), 70.0))
        canvas.shape(ring(at, (size * 0.35, size * 0.35)), mood.accent)


def _paint_lamp(canvas: Canvas, x: float, edge: float, mood: Mood, rng: Rng) -> None:
    drop = edge * float(rng.uniform(0.12, 0.42))
    size = canvas.unit * float(rng.uniform(0.05, 0.09))
    warm = oklch(0.92, 0.10, 80)
    canvas.stroke(points([(x, -9), (x, drop)]), canvas.unit * 0.006, mood.shadow)
    canvas.glow((x, drop + size), (size * 7, size * 7), warm, 0.55 if mood.dark else 0.3)
    cone = [
        (x - size * 0.35, drop),
        (x + size * 0.35, drop),
        (x + size, drop + size),
        (x - size, drop + size),
    ]
    canvas.shape(points(cone), Shade(relit(mood.accent, 0.12), relit(mood.accent, -0.15), 150.0))
    canvas.shape(ring((x, drop + size), (size, size * 0.18)), warm)


def _paint_plant(canvas: Canvas, x: float, edge: float, mood: Mood, rng: Rng) -> None:
    size = canvas.unit * float(rng.uniform(0.22, 0.36))
    foot = edge + canvas.unit * 0.06
    green = oklch(0.50 if not mood.dark else 0.34, 0.10, float(rng.uniform(125, 165)))
    for angle in rng.uniform(-65, 65, 11):
        turn = math.radians(float(angle))
        tip = (x + size * math.sin(turn), foot - size * (0.35 + 0.65 * math.cos(turn)))
        mid = ((x + tip[0]) / 2, (foot - size * 0.3 + tip[1]) / 2)
        lean = (size * 0.07 * math.cos(turn), size * 0.07 * math.sin(turn))
        leaf = [
            (x, foot - size * 0.28),
            (mid[0] - lean[0], mid[1] - lean[1]),
            tip,
            (mid[0] + lean[0], mid[1] + lean[1]),
        ]
        canvas.shape(smooth(points(leaf), 6), Shade(relit(green, 0.12), relit(green, -0.08), 90.0))
    pot = [
        (x - size * 0.2, foot - size * 0.3),
        (x + size * 0.2, foot - size * 0.3),
        (x + size * 0.14, foot),
        (x - size * 0.14, foot),
    ]
    clay = oklch(0.60, 0.10, 45)
    canvas.shape(points(pot), Shade(relit(clay, 0.1), relit(clay, -0.12), 160.0))


def paint_studio(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    """Paint a paper backdrop with a sweep of light and a few plain bodies."""
    rows, columns = grid(canvas, 64)
    y, x = np.mgrid[0 : 1 : rows * 1j, 0 : 1 : columns * 1j]
    hue = float(rng.uniform(0, 360))
    lightness = float(rng.uniform(0.45, 0.90)) * (0.6 if mood.dark else 1)
    back = np.array(oklch(lightness, float(rng.uniform(0.02, 0.10)), hue), dtype=float)
    spot = np.array([rng.uniform(0.1, 0.9), rng.uniform(0.15, 0.7)])
    away = np.hypot((x - spot[0]) * canvas.w / canvas.h, y - spot[1])[..., None]
    light = np.array(mix(mood.sun, (255, 255, 255), 0.4), dtype=float)
    field = back + (light - back) * np.exp(-((away / 0.5) ** 2)) * 0.55
    canvas.backdrop(field * (1.0 - 0.35 * np.clip(away - 0.35, 0, 1)))
    floor = oklch(
        min(0.95, lightness + float(rng.uniform(-0.22, 0.16))),
        0.05,
        hue + float(rng.uniform(-40, 40)),
    )
    top = max(0.58, mood.horizon) * canvas.h
    sweep = np.clip(np.linspace(0, 2.2, 24), 0, 1)[:, None] * np.ones((24, 4))
    canvas.veil(sweep * 0.85, floor, (0, round(top), canvas.w, canvas.h))
    for _ in range(int(rng.integers(2, 5))):
        _paint_body(canvas, mood, rng, hue, top)


def _paint_body(canvas: Canvas, mood: Mood, rng: Rng, hue: float, top: float) -> None:
    size = canvas.unit * float(rng.uniform(0.10, 0.30))
    x = canvas.w * float(rng.choice([rng.uniform(0, 0.28), rng.uniform(0.72, 1)]))
    foot = top + canvas.unit * float(rng.uniform(0.02, 0.16))
    tone = oklch(
        float(rng.uniform(0.45, 0.88)) * (0.7 if mood.dark else 1),
        0.09,
        hue + float(rng.choice([0, 30, 150, 180, 210])),
    )
    shade = Shade(relit(tone, 0.10), relit(tone, -0.20), mood.toward, 0.8)
    canvas.glow((x, foot), (size * 1.0, size * 0.16), mood.shadow, 0.7)
    match int(rng.integers(0, 4)):
        case 0:
            canvas.shape(ring((x, foot - size * 0.5), (size * 0.5, size * 0.5)), shade)
        case 1:
            canvas.shape(_rect(x - size * 0.3, foot - size * 1.5, x + size * 0.3, foot), shade)
        case 2:
            arch = np.concatenate(
                [
                    ring((x, foot - size), (size * 0.45, size * 0.45))[72:],
                    points([(x + size * 0.45, foot), (x - size * 0.45, foot)]),
                ]
            )
            canvas.shape(arch, shade)
        case _:
            canvas.shape(_rect(x - size * 0.7, foot - size * 0.4, x + size * 0.7, foot), shade)


def paint_abstract(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    """Paint large overlapping forms in one family of colours."""
    rows, columns = grid(canvas, 64)
    hue = lch(mood.accent)[2]
    first, second = (
        np.array(oklch(level, 0.08, hue + turn), dtype=float)
        for level, turn in ((0.82, 0), (0.55, 50))
    )
    canvas.backdrop(first + (second - first) * noise(rng, (rows, columns), 2, 2)[..., None])
    for _ in range(int(rng.integers(5, 9))):
        at = (float(rng.random()) * canvas.w, float(rng.random()) * canvas.h)
        size = canvas.unit * float(rng.uniform(0.10, 0.40))
        tone = oklch(
            float(rng.uniform(0.35, 0.88)), 0.12, hue + float(rng.choice([0, 15, -20, 30, 170]))
        )
        shade = Shade(relit(tone, 0.12), relit(tone, -0.14), float(rng.uniform(0, 360)), 0.5)
        spikes = rng.uniform(0.65, 1.2, int(rng.integers(4, 8)))
        turn = np.linspace(0, 2 * math.pi, len(spikes), endpoint=False)
        blob = np.stack(
            [at[0] + np.cos(turn) * spikes * size, at[1] + np.sin(turn) * spikes * size], axis=1
        )
        canvas.shape(smooth(blob + canvas.unit * 0.015, 12), mood.shadow, 0.18)
        canvas.shape(smooth(blob, 12), shade, float(rng.uniform(0.75, 1.0)))
    if rng.random() < 0.6:
        paint_planet(canvas, mood, rng)
