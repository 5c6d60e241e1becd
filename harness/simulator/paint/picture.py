"""Paint one picture: place, figures, weather, words, finish."""

from dataclasses import dataclass, replace

from PIL import Image

from harness.simulator.paint.brief import Brief
from harness.simulator.paint.canvas import Canvas
from harness.simulator.paint.character import Character, invent
from harness.simulator.paint.colour import Rgb, oklch
from harness.simulator.paint.creature import paint_creature, strike
from harness.simulator.paint.extras import WORN
from harness.simulator.paint.finish import FINISHES, finish
from harness.simulator.paint.indoors import paint_abstract, paint_room, paint_studio
from harness.simulator.paint.land import paint_blossoms, paint_country
from harness.simulator.paint.lettering import paint_sign
from harness.simulator.paint.mood import Mood, Rng, decide_mood
from harness.simulator.paint.objects import OBJECTS
from harness.simulator.paint.pen import Pen
from harness.simulator.paint.shop import paint_shop
from harness.simulator.paint.sky import paint_frame, paint_light, paint_space, paint_weather
from harness.simulator.paint.town import paint_town
from harness.simulator.paint.words import CREATURES

_INDOORS = {
    "shop": paint_shop,
    "room": paint_room,
    "studio": paint_studio,
    "space": paint_space,
    "abstract": paint_abstract,
}
_FOCUS = {
    "meadow": ("house", "tree", "balloon"),
    "forest": ("house", "flower"),
    "sea": ("boat",),
    "beach": ("boat", "balloon"),
    "mountain": ("house", "balloon"),
    "desert": ("balloon", "car"),
    "snow": ("house", "tree"),
    "room": ("mug", "flower", "bottle"),
    "studio": ("mug", "bottle", "flower"),
    "space": ("rocket",),
    "city": ("car", "tree"),
}
_OPEN = ("meadow", "forest", "sea", "mountain", "desert", "room", "abstract")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be painted.

    Attributes:
        brief: What the prompt asks for.
        size: Width and height in pixels.
        cast: Characters known from references or from earlier turns.
        version: A key of `FINISHES`.
    """

    brief: Brief
    size: tuple[int, int]
    cast: tuple[Character, ...] = ()
    version: str = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where a figure stands, in shares of the picture's width and height.

    Attributes:
        foot: Its feet.
        size: Its height as a share of the picture's.
        lean: Degrees.
        flip: Whether it looks to the left.
    """

    foot: tuple[float, float]
    size: float
    lean: float
    flip: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """A picture with what a later edit must know of it.

    Attributes:
        image: The picture, RGB.
        who: The first figure, or None where there is none.
        stand: Where it stands, or None.
    """

    image: Image.Image
    who: Character | None
    stand: Stand | None


def paint(order: Order, rng: Rng) -> Painted:
    """Paint `order`; equal generators give equal pictures, composed alike at every size."""
    style = FINISHES[order.version]
    brief = order.brief
    place = brief.place or _OPEN[brief.seed % len(_OPEN)]
    canvas = Canvas(Image.new("RGB", order.size), flat=style.poster)
    mood = decide_mood(brief, place, rng, poster=style.poster)
    _paint_place(canvas, place, brief, mood, rng)
    paint_light(canvas, mood, rng)
    stand, who = _paint_subjects(canvas, order, place, mood, rng)
    paint_weather(canvas, brief.extras, mood, rng)
    paint_frame(canvas, mood, rng)
    if brief.quote:
        paint_sign(canvas, brief.quote, mood, rng)
    return Painted(image=finish(canvas.image, style, rng), who=who, stand=stand)


def _paint_place(canvas: Canvas, place: str, brief: Brief, mood: Mood, rng: Rng) -> None:
    if place == "city":
        paint_town(canvas, brief.extras, mood, rng)
    elif place in _INDOORS:
        _INDOORS[place](canvas, mood, rng)
    else:
        paint_country(canvas, place, mood, rng)
    if place == "meadow":
        paint_blossoms(canvas, mood, rng)


def _figures(order: Order, rng: Rng) -> tuple[Character, ...]:
    if order.cast:
        return order.cast[:4]
    named = [name for name in order.brief.subjects if name in CREATURES]
    hue = order.brief.hues[0] if order.brief.hues else None
    return tuple(invent(name, rng, hue) for name in named[:3])


def _paint_subjects(
    canvas: Canvas, order: Order, place: str, mood: Mood, rng: Rng
) -> tuple[Stand | None, Character | None]:
    figures = _figures(order, rng)
    small = bool(figures) or not order.brief.subjects
    for name in _things(order, place, peopled=bool(figures), rng=rng):
        stand = _stand(rng, tall=0.24 if small else 0.52, near=0.40 if small else 0.17)
        _paint_thing(canvas, name, _grounded(name, stand, mood), mood, order, rng)
    if not figures:
        return None, None
    room = 0.78 if {"umbrella", "kite"} & set(order.brief.extras) else 1.0
    first = _stand(rng, tall=room * (0.70 if len(figures) == 1 else 0.54), near=0.10)
    for index, who in reversed(list(enumerate(figures))):
        shift = 0.0 if index == 0 else (0.30 if index % 2 else -0.30) * (1 + index // 3)
        stand = first if index == 0 else _beside(first, shift, rng)
        _paint_figure(canvas, who, stand, order, mood, rng)
    return first, figures[0]


def _things(order: Order, place: str, *, peopled: bool, rng: Rng) -> list[str]:
    """Choose objects: those named, or one that the place calls for."""
    worn = order.brief.extras
    named = [name for name in order.brief.subjects if name in OBJECTS and name not in worn]
    if "traffic" in worn and "car" in named:
        named.remove("car")
    if named or peopled or "traffic" in worn:
        return named[:2]
    return [str(rng.choice(_FOCUS[place]))] if place in _FOCUS else []


def _stand(rng: Rng, *, tall: float, near: float) -> Stand:
    size = tall * float(rng.uniform(0.78, 1.30))
    return Stand(
        foot=(
            0.5 + near * float(rng.uniform(-1, 1)),
            0.54 + size * 0.5 + float(rng.uniform(-0.07, 0.07)),
        ),
        size=size,
        lean=float(rng.normal(0, 6)),
        flip=bool(rng.random() < 0.5),
    )


def _grounded(name: str, stand: Stand, mood: Mood) -> Stand:
    """Stand a thing upright, and on the ground unless it flies."""
    low = 0.0 if name in {"balloon", "rocket"} else min(0.94, mood.horizon + 0.07)
    foot = (stand.foot[0], max(stand.foot[1], low))
    return replace(stand, foot=foot, lean=stand.lean / 6)


def _beside(first: Stand, shift: float, rng: Rng) -> Stand:
    size = first.size * float(rng.uniform(0.75, 0.95))
    foot = (first.foot[0] + shift, first.foot[1] - float(rng.uniform(0, 0.05)))
    return Stand(foot=foot, size=size, lean=float(rng.normal(0, 4)), flip=bool(rng.random() < 0.5))


def pen_for(canvas: Canvas, stand: Stand, mood: Mood) -> Pen:
    """Put a pen where a figure stands; narrow pictures make it smaller, never cut."""
    size = min(stand.size * canvas.h, stand.size * canvas.w * 1.25)
    foot_y = stand.foot[1] * canvas.h - (stand.size * canvas.h - size) * 0.5
    foot = (stand.foot[0] * canvas.w, foot_y)
    return Pen(canvas=canvas, mood=mood, foot=foot, size=size, lean=stand.lean, flip=stand.flip)


def _paint_thing(
    canvas: Canvas, name: str, stand: Stand, mood: Mood, order: Order, rng: Rng
) -> None:
    pen = pen_for(canvas, stand, mood)
    hue, chroma = order.brief.hues[0] if order.brief.hues else (float(rng.uniform(0, 360)), 0.14)
    tone = oklch(float(rng.uniform(0.5, 0.72)), chroma, hue)
    if name not in {"rocket", "balloon"}:
        pen.shadow(0.6 if name in {"car", "boat", "house"} else 0.4)
    OBJECTS[name](pen, tone)


def _paint_figure(
    canvas: Canvas, who: Character, stand: Stand, order: Order, mood: Mood, rng: Rng
) -> None:
    pen = pen_for(canvas, stand, mood)
    halo = pen.at(0, 0.5)
    canvas.glow(halo, (pen.size * 0.95, pen.size * 0.95), mood.low, 0.28)
    pen.shadow()
    pose = strike(rng)
    paint_creature(pen, who, pose)
    for name in order.brief.extras:
        if name in WORN and not (name == "kite" and "balloon" not in order.brief.subjects):
            WORN[name](pen, extra_tone(order.brief, name, who))


def extra_tone(brief: Brief, name: str, who: Character) -> Rgb:
    """Choose the colour of something worn: the one named, else one of its own."""
    if brief.hues:
        return oklch(0.60, max(0.03, brief.hues[-1][1]), brief.hues[-1][0])
    usual = {"hat": 30.0, "planet": 255.0, "surfboard": 60.0, "umbrella": 15.0, "glasses": 280.0}
    return oklch(0.58, 0.15, usual[name]) if name in usual else who.accent
