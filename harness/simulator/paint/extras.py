"""Paint what a figure wears, holds or rides on."""

import math
from collections.abc import Callable
from typing import Final

from harness.simulator.paint.colour import Rgb, mix, oklch, relit
from harness.simulator.paint.creature import CROWN
from harness.simulator.paint.pen import Pen

PaintExtra = Callable[[Pen, Rgb], None]


def _hat(pen: Pen, tone: Rgb) -> None:
    crown = [
        (-0.15, CROWN - 0.05),
        (-0.135, CROWN + 0.12),
        (0, CROWN + 0.10),
        (0.135, CROWN + 0.12),
    ]
    pen.soft([*crown, (0.15, CROWN - 0.05)], pen.shade(tone))
    pen.blob((0, CROWN - 0.05), (0.30, 0.05), pen.shade(relit(tone, -0.05)))
    pen.line([(-0.145, CROWN - 0.005), (0.145, CROWN - 0.005)], 0.035, relit(tone, -0.25))


def _crown(pen: Pen, tone: Rgb) -> None:
    gold = oklch(0.82, 0.15, 88)
    teeth = [
        (-0.15, CROWN + 0.12),
        (-0.075, CROWN + 0.05),
        (0, CROWN + 0.15),
        (0.075, CROWN + 0.05),
    ]
    corners = [(-0.13, CROWN - 0.04), *teeth, (0.15, CROWN + 0.12), (0.13, CROWN - 0.04)]
    pen.hard(corners, pen.shade(gold))
    pen.blob((0, CROWN + 0.01), (0.025, 0.025), tone)


def _glasses(pen: Pen, tone: Rgb) -> None:
    for side in (-1, 1):
        pen.blob((0.115 * side, 0.68), (0.095, 0.085), relit(tone, -0.3))
        pen.blob((0.115 * side, 0.68), (0.075, 0.065), mix(tone, (210, 235, 250), 0.6))
        pen.line([(0.115 * side - 0.03, 0.66), (0.115 * side + 0.02, 0.72)], 0.012, (255, 255, 255))
    pen.line([(-0.03, 0.69), (0.03, 0.69)], 0.02, relit(tone, -0.3))


def _planet(pen: Pen, tone: Rgb) -> None:
    blue = tone
    pen.blob((0.02, CROWN + 0.17), (0.105, 0.105), pen.shade(blue, 1.6))
    pen.soft([(-0.06, CROWN + 0.19), (0.0, CROWN + 0.23), (0.04, CROWN + 0.18)], relit(blue, 0.12))
    pen.line(
        [(-0.15, CROWN + 0.13), (0.02, CROWN + 0.145), (0.19, CROWN + 0.22)],
        0.018,
        relit(blue, 0.25),
    )


def _surfboard(pen: Pen, tone: Rgb) -> None:
    board = [(-0.62, 0.02), (-0.3, -0.035), (0.25, -0.04), (0.68, 0.06), (0.3, 0.035), (-0.3, 0.03)]
    pen.soft(board, pen.shade(tone))
    pen.line([(-0.5, 0.008), (0.5, 0.012)], 0.012, (255, 255, 255))
    foam = [(-0.85, -0.10), (-0.5, -0.02), (-0.1, -0.075), (0.3, -0.03), (0.8, -0.10), (0, -0.17)]
    pen.soft(foam, (240, 248, 250))


def _map(pen: Pen, tone: Rgb) -> None:
    paper = (240, 230, 205)
    fold = [(-0.27, 0.20), (-0.27, 0.43), (-0.09, 0.40), (-0.09, 0.17)]
    for step in range(3):
        lift = 0.03 if step % 2 else 0.0
        sheet = [(x + 0.18 * step, y + lift) for x, y in fold]
        pen.hard(sheet, relit(paper, -0.05 * (step % 2)))
    pen.line([(-0.22, 0.26), (-0.1, 0.34), (0.05, 0.28), (0.2, 0.38)], 0.016, tone)
    pen.blob((0.2, 0.38), (0.02, 0.02), (214, 60, 50))


def _umbrella(pen: Pen, tone: Rgb) -> None:
    pen.line([(0.31, 0.2), (0.31, 1.10)], 0.018, (70, 52, 44))
    dome = [(-0.14, 1.02), (0.02, 1.22), (0.31, 1.30), (0.60, 1.22), (0.76, 1.02), (0.31, 1.08)]
    pen.soft(dome, pen.shade(tone))
    for x in (0.10, 0.31, 0.52):
        pen.line([(0.31, 1.28), (x, 1.05)], 0.008, relit(tone, -0.15))


def _kite(pen: Pen, tone: Rgb) -> None:
    for x, y, turn in ((0.42, 1.16, 0), (0.60, 1.02, 70), (0.27, 1.0, 150)):
        colour = tone if turn == 0 else oklch(0.70, 0.16, turn * 2.0)
        pen.line([(0.32, 0.45), (x, y - 0.13)], 0.008, (240, 240, 240))
        pen.blob((x, y), (0.105, 0.13), pen.shade(colour, 1.3))
        pen.blob((x - 0.035, y + 0.045), (0.02, 0.032), relit(colour, 0.2))


def _star(pen: Pen, tone: Rgb) -> None:
    gold = oklch(0.86, 0.16, 90)
    corners = []
    for index in range(10):
        reach = 0.10 if index % 2 == 0 else 0.045
        turn = math.pi / 2 + index * math.pi / 5
        corners.append((0.0 + reach * math.cos(turn), 0.27 + reach * math.sin(turn)))
    pen.hard(corners, pen.shade(gold))


def _blossom(pen: Pen, tone: Rgb) -> None:
    for step in range(6):
        turn = step * math.pi / 3
        at = (0.19 + 0.06 * math.cos(turn), 0.86 + 0.06 * math.sin(turn))
        pen.blob(at, (0.045, 0.045), pen.shade(tone))
    pen.blob((0.19, 0.86), (0.035, 0.035), oklch(0.86, 0.15, 92))


def _skateboard(pen: Pen, tone: Rgb) -> None:
    pen.soft(
        [(-0.42, 0.03), (-0.3, -0.02), (0.3, -0.02), (0.42, 0.03), (0, 0.025)], pen.shade(tone)
    )
    for x in (-0.25, 0.25):
        pen.blob((x, -0.055), (0.04, 0.04), (40, 40, 46))


def _cup(pen: Pen, tone: Rgb) -> None:
    pen.soft([(0.20, 0.20), (0.19, 0.36), (0.36, 0.36), (0.35, 0.20)], pen.shade(tone))
    pen.line([(0.365, 0.32), (0.41, 0.29), (0.36, 0.24)], 0.02, tone)
    pen.blob((0.275, 0.36), (0.085, 0.018), (74, 46, 34))


WORN: Final[dict[str, PaintExtra]] = {
    "hat": _hat,
    "crown": _crown,
    "glasses": _glasses,
    "planet": _planet,
    "surfboard": _surfboard,
    "map": _map,
    "umbrella": _umbrella,
    "kite": _kite,
    "star": _star,
    "blossom": _blossom,
    "skateboard": _skateboard,
    "cup": _cup,
}
