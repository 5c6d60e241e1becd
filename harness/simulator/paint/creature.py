"""Paint a figure: one build for all kinds, each with its own ears, tail and face."""

from dataclasses import dataclass, replace

from harness.simulator.paint.character import Character
from harness.simulator.paint.colour import Rgb, mix, relit
from harness.simulator.paint.mood import Rng
from harness.simulator.paint.pen import Pen

HEAD = (0.0, 0.66)  # centre of the head in the figure's own measure
CROWN = 0.90  # where a hat sits
_INK: Rgb = (32, 26, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """How a figure stands in one picture.

    Attributes:
        turn: Where the face looks, -1 to 1 across.
        arms: How high each arm is raised, 0 to 1.
        tail: Sway of the tail, -1 to 1.
        eyes: Openness of the eyes, 0 to 1.
    """

    turn: float = 0.0
    arms: tuple[float, float] = (0.1, 0.1)
    tail: float = 0.3
    eyes: float = 1.0


def strike(rng: Rng) -> Pose:
    """Choose a pose."""
    return Pose(
        turn=float(rng.uniform(-1, 1)),
        arms=(float(rng.random()), float(rng.random()) ** 2),
        tail=float(rng.uniform(-0.6, 1)),
        eyes=1.0 if rng.random() < 0.85 else 0.12,
    )


def paint_creature(pen: Pen, who: Character, pose: Pose) -> None:
    """Paint `who`, from the parts behind to the face in front."""
    _paint_tail(pen, who, pose)
    _paint_torso(pen, who, pose)
    _paint_ears(pen, who)
    _paint_head(pen, who)
    _paint_marks(pen, who)
    _paint_face(replace(pen, foot=pen.at(0.030 * pose.turn, 0)), who, pose)
    _paint_arms(pen, who, pose)


def _paint_tail(pen: Pen, who: Character, pose: Pose) -> None:
    sway = 0.10 * pose.tail
    if who.species == "fox":
        brush = [(0.08, 0.10), (0.28, 0.06), (0.46, 0.22), (0.47 + sway, 0.44), (0.36 + sway, 0.56)]
        pen.soft([*brush, (0.31, 0.40), (0.24, 0.24)], pen.shade(who.body))
        tip = [(0.47 + sway, 0.40), (0.465 + sway, 0.47), (0.36 + sway, 0.565), (0.36 + sway, 0.44)]
        pen.soft(tip, pen.shade(who.belly, 0.5))
    elif who.species in {"cat", "dog"}:
        path = [(0.12, 0.12), (0.28, 0.12), (0.36 + sway, 0.26), (0.33 + 2 * sway, 0.42)]
        pen.line(path, 0.07 if who.species == "dog" else 0.05, relit(who.body, -0.05))
    elif who.species in {"bear", "rabbit"}:
        pen.blob((0.22, 0.15), (0.07, 0.07), pen.shade(mix(who.body, who.belly, 0.5)))


def _paint_torso(pen: Pen, who: Character, pose: Pose) -> None:
    bird = who.species in {"owl", "penguin"}
    foot_tone = (226, 150, 60) if bird else relit(who.body, -0.12)
    for side in (-0.11, 0.11):
        pen.blob((side, 0.035), (0.09, 0.045), pen.shade(foot_tone))
    wide = 0.27 if bird else 0.205
    if who.species == "robot":
        pen.soft([(-0.20, 0.06), (-0.22, 0.42), (0.22, 0.42), (0.20, 0.06)], pen.shade(who.body))
        pen.soft([(-0.12, 0.14), (-0.12, 0.34), (0.12, 0.34), (0.12, 0.14)], pen.shade(who.belly))
        return
    egg = [(-wide, 0.18), (-wide * 0.72, 0.42), (0, 0.50), (wide * 0.72, 0.42), (wide, 0.18)]
    pen.soft([*egg, (wide * 0.6, 0.04), (-wide * 0.6, 0.04)], pen.shade(who.body))
    shift = 0.03 * pose.turn
    pen.blob((shift, 0.22), (wide * 0.62, 0.165), pen.shade(who.belly, 0.6))
    if who.species == "owl":
        for row, column in ((0, -1), (0, 0), (0, 1), (1, -0.5), (1, 0.5), (2, 0)):
            at = (shift + column * 0.075, 0.30 - row * 0.075)
            pen.blob(at, (0.026, 0.018), relit(mix(who.body, who.belly, 0.4), -0.02))


def _paint_ears(pen: Pen, who: Character) -> None:
    inner = mix(who.belly, (236, 150, 150), 0.45)
    for side in (-1, 1):
        match who.species:
            case "fox" | "cat":
                top = 0.99 if who.species == "fox" else 0.95
                ear = [(0.27 * side, 0.70), (0.245 * side, top), (0.06 * side, 0.85)]
                pen.hard(ear, pen.shade(relit(who.body, -0.03)))
                pen.hard(
                    [(0.235 * side, 0.77), (0.222 * side, top - 0.07), (0.12 * side, 0.84)], inner
                )
            case "dog":
                flap = [
                    (0.17 * side, 0.86),
                    (0.29 * side, 0.80),
                    (0.33 * side, 0.58),
                    (0.25 * side, 0.52),
                ]
                pen.soft([*flap, (0.19 * side, 0.66)], pen.shade(relit(who.body, -0.14)))
            case "bear":
                pen.blob((0.20 * side, 0.855), (0.085, 0.085), pen.shade(who.body))
                pen.blob((0.20 * side, 0.85), (0.05, 0.05), inner)
            case "rabbit":
                pen.blob((0.11 * side, 0.99), (0.062, 0.20), pen.shade(who.body), -9.0 * side)
                pen.blob((0.11 * side, 0.98), (0.034, 0.15), inner, -9.0 * side)
            case "owl":
                tuft = [(0.27 * side, 0.76), (0.27 * side, 0.96), (0.08 * side, 0.84)]
                pen.soft(tuft, pen.shade(relit(who.body, -0.08)))
            case "robot":
                pen.line([(0.14 * side, 0.84), (0.18 * side, 0.98)], 0.022, relit(who.body, -0.2))
                pen.blob((0.18 * side, 0.985), (0.032, 0.032), who.accent)
            case _:
                pass


def _paint_head(pen: Pen, who: Character) -> None:
    x, y = HEAD
    if who.species == "robot":
        box = [(-0.26, 0.50), (-0.27, 0.84), (0.27, 0.84), (0.26, 0.50)]
        pen.soft(box, pen.shade(who.body))
        pen.soft([(-0.19, 0.57), (-0.20, 0.77), (0.20, 0.77), (0.19, 0.57)], relit(who.body, -0.30))
        return
    if who.species == "person":
        pen.blob((x, y), (0.215, 0.225), pen.shade(mix((232, 190, 160), who.belly, 0.35)))
        hair = [
            (-0.235, 0.64),
            (-0.20, 0.88),
            (0, 0.93),
            (0.20, 0.88),
            (0.235, 0.64),
            (0.15, 0.79),
            (-0.06, 0.80),
        ]
        pen.soft(hair, pen.shade(relit(who.body, -0.22)))
        return
    wide = 0.285 if who.species in {"fox", "owl", "cat"} else 0.265
    face = [
        (-wide, y),
        (-wide * 0.72, y + 0.19),
        (0, y + 0.235),
        (wide * 0.72, y + 0.19),
        (wide, y),
    ]
    chin = y - (0.215 if who.species != "fox" else 0.235)
    pen.soft(
        [*face, (wide * 0.55, y - 0.17), (0, chin), (-wide * 0.55, y - 0.17)], pen.shade(who.body)
    )


def _stripes(pen: Pen, dark: Rgb) -> None:
    for x in (-0.075, 0.0, 0.075):
        pen.line([(x * 1.15, 0.88 - abs(x) * 0.4), (x * 0.8, 0.80)], 0.026, dark)
    for side in (-1, 1):
        pen.line([(0.19 * side, 0.30), (0.13 * side, 0.29)], 0.026, dark)
        pen.line([(0.20 * side, 0.22), (0.15 * side, 0.21)], 0.026, dark)


def _spots(pen: Pen, dark: Rgb) -> None:
    for x, y, size in ((-0.15, 0.80, 0.032), (0.02, 0.855, 0.026), (0.17, 0.79, 0.036)):
        pen.blob((x, y), (size, size * 0.8), dark)
    pen.blob((0.16, 0.33), (0.03, 0.035), dark)


def _mask(pen: Pen, dark: Rgb) -> None:
    for side in (-1, 1):
        pen.blob((0.115 * side, 0.685), (0.095, 0.075), dark, -18.0 * side)


def _patch(pen: Pen, dark: Rgb) -> None:
    pen.blob((0.12, 0.70), (0.105, 0.10), dark)


_MARKS = {"stripes": _stripes, "spots": _spots, "mask": _mask, "patch": _patch}


def _paint_marks(pen: Pen, who: Character) -> None:
    if who.mark in _MARKS and who.species not in {"robot", "person"}:
        _MARKS[who.mark](pen, relit(mix(who.body, who.accent, 0.18), -0.20))


def _owl_face(pen: Pen, who: Character) -> None:
    for side in (-1, 1):
        pen.blob((0.115 * side, 0.675), (0.125, 0.125), pen.shade(who.belly, 0.5))
    beak = [(-0.035, 0.63), (0, 0.655), (0.035, 0.63), (0, 0.55)]
    pen.soft(beak, pen.shade((233, 158, 52)))


def _penguin_face(pen: Pen, who: Character) -> None:
    pen.blob((0, 0.63), (0.20, 0.155), pen.shade(who.belly, 0.5))
    pen.soft([(-0.06, 0.61), (0, 0.64), (0.06, 0.61), (0, 0.565)], (236, 160, 58))


def _fox_face(pen: Pen, who: Character) -> None:
    for side in (-1, 1):
        cheek = [(0.02, 0.60), (0.16, 0.66), (0.27, 0.60), (0.15, 0.49), (0.02, 0.44)]
        pen.soft([(x * side, y) for x, y in cheek], pen.shade(who.belly, 0.5))
    _nose(pen, 0.545)


def _furry_face(pen: Pen, who: Character) -> None:
    pen.blob((0, 0.565), (0.125, 0.085), pen.shade(who.belly, 0.5))
    _nose(pen, 0.60)


def _nose(pen: Pen, y: float) -> None:
    pen.blob((0, y), (0.036, 0.026), _INK)
    pen.line([(0, y - 0.02), (0, y - 0.045), (0.03, y - 0.06)], 0.009, _INK)


def _person_face(pen: Pen, who: Character) -> None:
    mouth = mix(who.accent, (150, 70, 70), 0.8)
    pen.line([(-0.05, 0.565), (0, 0.55), (0.05, 0.565)], 0.012, mouth)


def _robot_face(pen: Pen, who: Character) -> None:
    pen.line([(-0.08, 0.60), (0.08, 0.60)], 0.018, who.accent)


_FACES = {
    "owl": _owl_face,
    "penguin": _penguin_face,
    "fox": _fox_face,
    "person": _person_face,
    "robot": _robot_face,
}


def _paint_face(pen: Pen, who: Character, pose: Pose) -> None:
    _FACES.get(who.species, _furry_face)(pen, who)
    _paint_eyes(pen, who, pose)


def _paint_eyes(pen: Pen, who: Character, pose: Pose) -> None:
    size = 0.068 if who.species == "owl" else 0.040
    tone = who.accent if who.species == "robot" else _INK
    for side in (-1, 1):
        at = (0.115 * side, 0.68)
        pen.blob(at, (size, size * (0.15 + 1.05 * pose.eyes)), tone)
        if pose.eyes > 0.5:
            pen.blob((at[0] + 0.016, at[1] + 0.018), (size * 0.32, size * 0.32), (255, 255, 255))


def _paint_arms(pen: Pen, who: Character, pose: Pose) -> None:
    for side, raised in ((-1, pose.arms[0]), (1, pose.arms[1])):
        shoulder = (0.165 * side, 0.40)
        hand = (side * (0.27 + 0.07 * raised), 0.20 + 0.36 * raised)
        if who.species in {"owl", "penguin"}:
            wing = [
                (0.20 * side, 0.42),
                (hand[0] + 0.05 * side, hand[1] + 0.02),
                (hand[0], hand[1] - 0.05),
            ]
            pen.soft([*wing, (0.22 * side, 0.20)], pen.shade(relit(who.body, -0.09)))
        else:
            pen.line([shoulder, hand], 0.095, pen.shade(relit(who.body, -0.02), 0.7))
            pen.blob(hand, (0.055, 0.055), pen.shade(relit(who.body, -0.10)))
    neck = [(-0.17, 0.475), (0, 0.435), (0.17, 0.475), (0.175, 0.41), (0, 0.365), (-0.175, 0.41)]
    pen.soft(neck, pen.shade(who.accent))
    pen.soft(
        [(0.06, 0.40), (0.14, 0.40), (0.15, 0.25), (0.08, 0.25)],
        pen.shade(relit(who.accent, -0.03)),
    )
