"""Paint a shop's front: wall, awning, lit windows, door, pavement."""

from harness.simulator.paint.canvas import Canvas, Shade, noise, points
from harness.simulator.paint.colour import mix, oklch, relit
from harness.simulator.paint.mood import Mood, Rng
from harness.simulator.paint.objects import OBJECTS
from harness.simulator.paint.pen import Pen


def paint_shop(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    """Paint one shop across the whole picture, with room for a sign above the awning."""
    hue = float(rng.uniform(0, 360))
    dim = 0.55 if mood.dark else 1.0
    wall = oklch(float(rng.uniform(0.34, 0.86)) * dim, 0.07, hue)
    _block(
        canvas,
        (-0.02, -0.02, 1.02, 1.02),
        Shade(relit(wall, 0.06), relit(wall, -0.12), mood.toward),
    )
    canvas.veil(noise(rng, (40, 60), 9) * 0.16, mood.shadow)
    ground = mix(mood.near, (120, 116, 118), 0.6)
    foot = float(rng.uniform(0.84, 0.90))
    _block(
        canvas, (-0.02, foot, 1.02, 1.02), Shade(relit(ground, 0.06), relit(ground, -0.12), 90.0)
    )
    door = float(rng.choice([0.06, 0.40, 0.74]))
    panes = [left for left in (0.06, 0.29, 0.52, 0.75) if abs(left - door) > 0.12]
    for left in panes:
        _pane(canvas, (left, 0.40, left + 0.20, foot - 0.08), mood, rng)
    _door(canvas, (door, 0.40, door + 0.18, foot), relit(wall, -0.18), mood)
    _awning(canvas, mood, rng)


def _block(canvas: Canvas, box: tuple[float, float, float, float], fill: Shade) -> None:
    left, top, right, bottom = box
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    canvas.shape(points((x * canvas.w, y * canvas.h) for x, y in corners), fill)


def _pane(canvas: Canvas, box: tuple[float, float, float, float], mood: Mood, rng: Rng) -> None:
    left, top, right, bottom = box
    warm = oklch(0.88 if mood.dark else 0.78, 0.10, float(rng.uniform(65, 95)))
    frame = oklch(0.30, 0.03, 60)
    outer = (left - 0.008, top - 0.012, right + 0.008, bottom + 0.012)
    _block(canvas, outer, Shade(frame, relit(frame, -0.08), 90.0))
    _block(canvas, box, Shade(relit(warm, 0.06), relit(warm, -0.22), 80.0))
    middle = ((left + right) / 2 * canvas.w, (top + bottom) / 2 * canvas.h)
    glow = canvas.unit * 0.22
    canvas.glow(middle, (glow, glow), (255, 236, 190), 0.5 if mood.dark else 0.25)
    name = str(rng.choice(["flower", "mug", "bottle", "tree"]))
    size = min((bottom - top) * canvas.h * 0.55, (right - left) * canvas.w * 0.8)
    pen = Pen(canvas=canvas, mood=mood, foot=(middle[0], bottom * canvas.h), size=size)
    OBJECTS[name](pen, oklch(0.56, 0.13, float(rng.uniform(0, 360))))
    slant = [(left, top), (left + 0.06, top), (left + 0.01, bottom), (left, bottom)]
    canvas.shape(points((x * canvas.w, y * canvas.h) for x, y in slant), (255, 255, 255), 0.16)


def _door(
    canvas: Canvas,
    box: tuple[float, float, float, float],
    tone: tuple[int, int, int],
    mood: Mood,
) -> None:
    left, top, right, bottom = box
    _block(canvas, box, Shade(relit(tone, 0.05), relit(tone, -0.08), mood.toward))
    glass = (left + 0.03, top + 0.05, right - 0.03, bottom - 0.14)
    light = oklch(0.84 if mood.dark else 0.66, 0.07, 80)
    _block(canvas, glass, Shade(relit(light, 0.06), relit(light, -0.15), 100.0))
    knob = ((right - 0.018) * canvas.w, (top * 0.4 + bottom * 0.6) * canvas.h)
    canvas.glow(knob, (canvas.unit * 0.014, canvas.unit * 0.014), (240, 210, 140), 1.0)


def _awning(canvas: Canvas, mood: Mood, rng: Rng) -> None:
    tone = relit(mood.accent, -0.08)
    top, bottom = float(rng.uniform(0.25, 0.29)), 0.40
    count = int(rng.integers(7, 12))
    for index in range(count):
        share, beyond = index / count, (index + 1) / count
        stripe = (
            tone if index % 2 else mix((248, 244, 234), mood.shadow, 0.35 if mood.dark else 0.0)
        )
        corners = [(0.03 + 0.94 * share, top), (0.03 + 0.94 * beyond, top), (beyond, bottom)]
        corners += [((share + beyond) / 2, bottom + 0.035), (share, bottom)]
        placed = points((x * canvas.w, y * canvas.h) for x, y in corners)
        canvas.shape(placed, Shade(relit(stripe, 0.04), relit(stripe, -0.14), 90.0))
    cast = noise(rng, (8, 8), 2) * 0.1 + 0.35
    strip = (0, round(0.43 * canvas.h), canvas.w, round(0.50 * canvas.h))
    canvas.veil(cast * (1 - rng.random() * 0.2), mood.shadow, strip)
