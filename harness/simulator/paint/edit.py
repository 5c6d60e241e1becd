"""Paint a small change over a picture that exists, and leave the rest as it was."""

import io
import re
from dataclasses import dataclass

import numpy as np
from PIL import Image

from harness.simulator.paint.brief import Brief
from harness.simulator.paint.canvas import Canvas
from harness.simulator.paint.character import Character
from harness.simulator.paint.colour import mix
from harness.simulator.paint.creature import CROWN
from harness.simulator.paint.extras import WORN
from harness.simulator.paint.lettering import paint_sign
from harness.simulator.paint.mood import Mood, Rng, decide_mood
from harness.simulator.paint.objects import OBJECTS
from harness.simulator.paint.pen import Pen
from harness.simulator.paint.picture import Painted, Stand, extra_tone, pen_for

_KEEP = re.compile(
    r"nothing else|else (?:the |un)|(?:keep|leave) (?:all|every|the)|same (?:scene|picture)"
)
_SOMEONE = Character(
    species="cat", body=(190, 140, 100), belly=(240, 230, 215), accent=(40, 110, 190), mark="plain"
)
_WEARABLE = frozenset({"flower", "mug", "balloon"})
_MIDDLE = Stand(foot=(0.5, 0.86), size=0.64, lean=0.0, flip=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be changed on which picture.

    Attributes:
        brief: What the prompt asks for.
        picture: The picture's bytes, known to be readable.
        size: Width and height of the answer.
        known: The figure on it and where it stands, or None.
    """

    brief: Brief
    picture: bytes
    size: tuple[int, int]
    known: tuple[Character, Stand] | None


def asks_to_keep(prompt: str) -> bool:
    """Tell whether a prompt says that everything else is to stay."""
    return bool(_KEEP.search(prompt.lower()))


def apply_change(change: Change, rng: Rng) -> Painted:
    """Paint the change; what it does not touch keeps its pixels."""
    with Image.open(io.BytesIO(change.picture)) as opened:
        image = opened.convert("RGB")
    if image.size != change.size:
        image = image.resize(change.size, Image.Resampling.LANCZOS)
    who, stand = change.known or (_SOMEONE, _MIDDLE)
    canvas = Canvas(image)
    mood = decide_mood(change.brief, "studio", rng)
    _paint_change(canvas, change.brief, pen_for(canvas, stand, mood), who, mood, rng)
    kept = change.known or (None, None)
    return Painted(image=canvas.image, who=kept[0], stand=kept[1])


def _paint_change(
    canvas: Canvas, brief: Brief, pen: Pen, who: Character, mood: Mood, rng: Rng
) -> None:
    someone = who is not _SOMEONE
    worn = [name for name in WORN if name in brief.extras and name != "kite"]
    things = [name for name in brief.subjects if name in OBJECTS]
    things = [name for name in things if not (someone and name in _WEARABLE)]
    if things and not someone:
        worn = []
    for name in worn:
        under = name == "hat" and "planet" in worn  # the colour named is the planet's
        WORN[name](pen, who.accent if under else extra_tone(brief, name, who))
    for name in things[:1]:
        OBJECTS[name](pen.moved(0.45, 0.02, 0.34), extra_tone(brief, name, who))
    if brief.quote:
        paint_sign(canvas, brief.quote, mood, rng)
    if brief.hour and not worn:
        night = brief.hour == "night"
        tone, share = ((14, 18, 52), 0.62) if night else (mix(mood.low, mood.sun, 0.3), 0.28)
        canvas.veil(np.full((2, 2), share), tone)
    elif not (worn or things or brief.quote):
        pen.blob((0.24, CROWN), (0.06, 0.06), pen.shade(extra_tone(brief, "", who)))
