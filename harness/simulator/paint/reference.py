"""Draw the sheets that characters are known by, and recognise characters on any picture."""

import hashlib
import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from harness.simulator.paint.canvas import Canvas, Shade, points
from harness.simulator.paint.character import SPECIES, Character, fitted, invent, recognise
from harness.simulator.paint.colour import difference, oklch
from harness.simulator.paint.creature import Pose, paint_creature
from harness.simulator.paint.encode import to_jpeg
from harness.simulator.paint.finish import FINISHES, finish
from harness.simulator.paint.mood import Mood
from harness.simulator.paint.pen import Pen
from harness.simulator.paint.words import SUBJECTS

_PLAIN = Pose(turn=0.0, arms=(0.15, 0.15), tail=0.4, eyes=1.0)
_STUDIO = Mood(
    hour="day",
    high=(232, 234, 236),
    low=(246, 246, 244),
    sun=(255, 252, 244),
    far=(225, 226, 226),
    near=(226, 226, 224),
    accent=(200, 120, 90),
    sun_at=(0.3, 0.1),
    horizon=0.8,
    toward=110.0,
)


def paint_reference(name: str, seed: int, size: tuple[int, int] = (768, 768)) -> bytes:
    """Draw a mascot on plain ground, as a JPEG marked as simulated.

    Args:
        name: What it is; a known animal makes that animal, any other word decides one.
        seed: Another seed, another mascot of that kind.
        size: Width and height in pixels.
    """
    rng = np.random.default_rng([seed, *hashlib.sha256(name.encode()).digest()[:8]])
    word = next((kind for kind in SPECIES if name.lower() in SUBJECTS[kind].split()), "")
    who = invent(word or str(rng.choice(SPECIES)), rng)
    return to_jpeg(finish(_sheet(who, size), FINISHES["same"], rng))


def _sheet(who: Character, size: tuple[int, int]) -> Image.Image:
    canvas = Canvas(Image.new("RGB", size))
    corners = [(-9, -9), (size[0] + 9, -9), (size[0] + 9, size[1] + 9), (-9, size[1] + 9)]
    canvas.shape(points(corners), Shade(oklch(0.97, 0.006, 90), oklch(0.92, 0.008, 90), 90.0))
    tall = min(size) * 0.78
    foot = (size[0] / 2, (size[1] + tall) / 2)
    pen = Pen(canvas=canvas, mood=_STUDIO, foot=foot, size=tall)
    pen.shadow(0.30)
    paint_creature(pen, who, _PLAIN)
    return canvas.image


@lru_cache(maxsize=1)
def _silhouettes() -> dict[str, NDArray[np.bool_]]:
    known = {}
    for species in SPECIES:
        grey = Character(
            species=species,
            body=(60, 60, 60),
            belly=(60, 60, 60),
            accent=(60, 60, 60),
            mark="plain",
        )
        canvas = Canvas(Image.new("RGB", (160, 160), "white"))
        pen = Pen(canvas=canvas, mood=_STUDIO, foot=(80.0, 142.0), size=125.0)
        paint_creature(pen, grey, _PLAIN)
        known[species] = fitted(np.asarray(canvas.image.convert("L")) < 235)
    return known


def character_in(data: bytes) -> Character:
    """Derive the character that the picture `data` shows; equal pixels, equal character.

    Bytes that Pillow cannot read (HEIC) still give a character of their own.
    """
    try:
        with Image.open(io.BytesIO(data)) as opened:
            opened.draft("RGB", (512, 512))
            return recognise(opened.convert("RGB"), _silhouettes())
    except (OSError, ValueError):
        digest = hashlib.sha256(data).digest()
        rng = np.random.default_rng(list(digest[:8]))
        return invent(SPECIES[digest[9] % len(SPECIES)], rng, (digest[10] * 360 / 256, 0.12))


def cast_of(pictures: tuple[bytes, ...]) -> tuple[Character, ...]:
    """Derive the characters of several references; likenesses of one are taken together."""
    cast: list[Character] = []
    for data in pictures:
        found = character_in(data)
        if not any(_alike(found, known) for known in cast):
            cast.append(found)
    return tuple(cast)


def _alike(one: Character, other: Character) -> bool:
    return one.species == other.species and difference(one.body, other.body) < 0.08
