"""Paint things that are the subject of a picture and have no face."""

import math
from collections.abc import Callable
from typing import Final

from harness.simulator.paint.colour import Rgb, mix, oklch, relit
from harness.simulator.paint.land import paint_tree
from harness.simulator.paint.pen import Pen

PaintObject = Callable[[Pen, Rgb], None]
_GLASS: Rgb = (196, 222, 236)


def _car(pen: Pen, tone: Rgb) -> None:
    body = [(-0.80, 0.14), (-0.78, 0.34), (-0.46, 0.40), (0.50, 0.40), (0.80, 0.30), (0.80, 0.14)]
    roof = [(-0.50, 0.38), (-0.32, 0.64), (0.24, 0.64), (0.52, 0.38)]
    pen.soft(roof, pen.shade(relit(tone, -0.04)))
    for left, right in ((-0.40, -0.06), (-0.01, 0.38)):
        pen.hard([(left, 0.40), (left + 0.12, 0.59), (right - 0.11, 0.59), (right, 0.40)], _GLASS)
    pen.soft(body, pen.shade(tone))
    pen.line([(-0.74, 0.25), (0.76, 0.25)], 0.02, relit(tone, 0.16))
    for x in (-0.46, 0.46):
        pen.blob((x, 0.13), (0.155, 0.155), (34, 34, 40))
        pen.blob((x, 0.13), (0.08, 0.08), (190, 195, 202))
    pen.blob((0.78, 0.29), (0.04, 0.045), (255, 244, 200))


def _boat(pen: Pen, tone: Rgb) -> None:
    pen.line([(0, 0.2), (0, 1.0)], 0.022, (92, 66, 50))
    pen.hard([(0.03, 0.30), (0.03, 0.98), (0.46, 0.32)], pen.shade((248, 244, 234)))
    pen.hard(
        [(-0.03, 0.32), (-0.03, 0.86), (-0.36, 0.34)], pen.shade(mix(tone, (255, 255, 255), 0.35))
    )
    hull = [(-0.55, 0.25), (-0.40, 0.03), (0.36, 0.03), (0.60, 0.27)]
    pen.hard(hull, pen.shade(tone))
    pen.line([(-0.53, 0.23), (0.58, 0.25)], 0.03, (250, 250, 250))


def _house(pen: Pen, tone: Rgb) -> None:
    wall = mix(tone, (250, 242, 228), 0.55)
    pen.hard([(0.20, 0.66), (0.20, 0.96), (0.31, 0.96), (0.31, 0.66)], relit(wall, -0.25))
    pen.hard([(-0.42, 0.0), (-0.42, 0.55), (0.42, 0.55), (0.42, 0.0)], pen.shade(wall))
    pen.hard([(-0.54, 0.52), (0, 0.94), (0.54, 0.52)], pen.shade(relit(tone, -0.12)))
    pen.soft([(-0.08, 0.0), (-0.08, 0.30), (0.08, 0.30), (0.08, 0.0)], relit(tone, -0.25))
    pane = (255, 224, 150) if pen.mood.dark else _GLASS
    for x in (-0.26, 0.26):
        pen.hard([(x - 0.09, 0.22), (x - 0.09, 0.42), (x + 0.09, 0.42), (x + 0.09, 0.22)], pane)
        pen.line([(x, 0.22), (x, 0.42)], 0.014, relit(wall, -0.3))


def _tree(pen: Pen, tone: Rgb) -> None:
    leaf = oklch(0.52 if not pen.mood.dark else 0.34, 0.12, 140)
    paint_tree(pen.canvas, pen.foot, pen.size, mix(leaf, tone, 0.2), conifer=False)


def _flower(pen: Pen, tone: Rgb) -> None:
    green = oklch(0.55, 0.12, 140)
    for sway, top, size in ((-0.26, 0.62, 0.75), (0.28, 0.56, 0.7), (0.0, 0.84, 1.0)):
        pen.line([(0, 0), (sway * 0.5, top * 0.5), (sway, top)], 0.022, green)
        for step in range(8):
            bloom = pen.moved(sway, top, 0.16 * size, step * 45.0)
            bloom.blob((0, 0.55), (0.30, 0.55), pen.shade(tone))
        pen.blob((sway, top), (0.055 * size, 0.055 * size), oklch(0.80, 0.15, 85))
    pen.soft([(0, 0.1), (-0.22, 0.22), (-0.30, 0.38), (-0.1, 0.24)], pen.shade(green))


def _mug(pen: Pen, tone: Rgb) -> None:
    for step in range(26):
        turn = -1.25 + step * 0.1
        at = (0.33 + 0.20 * math.cos(turn), 0.42 + 0.24 * math.sin(turn))
        pen.blob(at, (0.05, 0.05), relit(tone, -0.08))
    side = [(-0.36, 0.06), (-0.38, 0.80), (0.38, 0.80), (0.36, 0.06), (0.20, 0.0), (-0.20, 0.0)]
    pen.hard(side, pen.shade(tone))
    pen.blob((0, 0.80), (0.38, 0.085), relit(tone, 0.10))
    pen.blob((0, 0.795), (0.335, 0.066), (84, 52, 36))
    for x in (-0.12, 0.02, 0.15):
        steam = pen.at(x, 1.02)
        pen.canvas.glow(steam, (pen.size * 0.07, pen.size * 0.24), (255, 255, 255), 0.35)


def _bottle(pen: Pen, tone: Rgb) -> None:
    body = [(-0.20, 0.0), (-0.21, 0.58), (-0.08, 0.74), (-0.08, 0.90), (0.08, 0.90), (0.08, 0.74)]
    pen.hard([*body, (0.21, 0.58), (0.20, 0.0)], pen.shade(tone, 1.5))
    pen.hard(
        [(-0.095, 0.88), (-0.095, 1.0), (0.095, 1.0), (0.095, 0.88)], pen.shade(relit(tone, -0.25))
    )
    pen.hard([(-0.205, 0.16), (-0.205, 0.44), (0.205, 0.44), (0.205, 0.16)], (246, 240, 228))
    pen.line([(-0.12, 0.35), (0.12, 0.35)], 0.02, relit(tone, -0.2))
    pen.line([(-0.09, 0.27), (0.09, 0.27)], 0.014, relit(tone, -0.1))
    pen.line([(-0.13, 0.50), (-0.13, 0.58)], 0.03, relit(tone, 0.25))


def _rocket(pen: Pen, tone: Rgb) -> None:
    pen.canvas.glow(pen.at(0, -0.05), (pen.size * 0.3, pen.size * 0.4), (255, 190, 90), 0.9)
    pen.soft([(-0.09, 0.10), (0, -0.22), (0.09, 0.10)], (255, 214, 120))
    for side in (-1, 1):
        pen.hard([(0.12 * side, 0.34), (0.32 * side, 0.02), (0.13 * side, 0.10)], pen.shade(tone))
    hull = [(-0.15, 0.10), (-0.19, 0.45), (0, 1.0), (0.19, 0.45), (0.15, 0.10)]
    pen.soft(hull, pen.shade((236, 236, 240)))
    pen.soft([(-0.105, 0.78), (0, 1.0), (0.105, 0.78), (0, 0.75)], pen.shade(tone))
    pen.blob((0, 0.56), (0.085, 0.085), relit(tone, -0.2))
    pen.blob((0, 0.56), (0.06, 0.06), _GLASS)


def _balloon(pen: Pen, tone: Rgb) -> None:
    for x in (-0.08, 0.08):
        pen.line([(x, 0.14), (x * 2.2, 0.40)], 0.008, (80, 60, 48))
    pen.soft([(-0.33, 0.70), (-0.14, 0.36), (0.14, 0.36), (0.33, 0.70), (0, 1.0)], pen.shade(tone))
    pen.soft(
        [(-0.11, 0.70), (-0.05, 0.36), (0.05, 0.36), (0.11, 0.70), (0, 1.0)],
        pen.shade((250, 240, 222)),
    )
    pen.soft([(-0.09, 0.0), (-0.10, 0.14), (0.10, 0.14), (0.09, 0.0)], pen.shade((150, 104, 66)))


OBJECTS: Final[dict[str, PaintObject]] = {
    "car": _car,
    "boat": _boat,
    "house": _house,
    "tree": _tree,
    "flower": _flower,
    "mug": _mug,
    "bottle": _bottle,
    "rocket": _rocket,
    "balloon": _balloon,
}
