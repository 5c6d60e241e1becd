"""Remember a picture in its signature, so that the next turn edits what is there."""

import json

from harness.simulator.paint.character import MARKS, SPECIES, Character
from harness.simulator.paint.colour import Rgb
from harness.simulator.paint.mood import Rng
from harness.simulator.paint.picture import Painted, Stand

_HEAD = b"\x12\xd1harness-simulator\x00"
_LONGEST = 2_000


def remember(painted: Painted | None, size: int, rng: Rng) -> bytes:
    """Write a signature: opaque bytes, at least `size` of them, that hold figure and place."""
    note = b"{}"
    if painted is not None and painted.who is not None and painted.stand is not None:
        who, stand = painted.who, painted.stand
        figure = [who.species, who.body, who.belly, who.accent, who.mark]
        place = [*stand.foot, stand.size, stand.lean, stand.flip]
        note = json.dumps({"who": figure, "stand": place}).encode()
    body = _HEAD + bytes(value ^ 0x5A for value in note) + b"\x00"
    return body + rng.bytes(max(0, size - len(body)))


def recall(signature: bytes) -> tuple[Character, Stand] | None:
    """Read a signature back; None for one that is not ours, or of a picture with no figure."""
    if not signature.startswith(_HEAD):
        return None
    hidden, _, _ = signature[len(_HEAD) : len(_HEAD) + _LONGEST].partition(b"\x00")
    try:
        note = json.loads(bytes(value ^ 0x5A for value in hidden))
        species, body, belly, accent, mark = note["who"]
        x, y, size, lean, flip = note["stand"]
        who = Character(
            species=_known(species, SPECIES),
            body=_rgb(body),
            belly=_rgb(belly),
            accent=_rgb(accent),
            mark=_known(mark, MARKS),
        )
        foot = (_within(x, 1), _within(y, 2))
        stand = Stand(foot=foot, size=_within(size, 2), lean=_within(lean, 90), flip=bool(flip))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return who, stand


def _known(word: object, words: tuple[str, ...]) -> str:
    if word not in words:
        raise ValueError(word)
    return str(word)


def _rgb(values: object) -> Rgb:
    if not isinstance(values, list) or len(values) != 3:
        raise ValueError(values)
    red, green, blue = (int(_within(value, 255)) for value in values)
    return max(0, red), max(0, green), max(0, blue)


def _within(value: object, limit: float) -> float:
    if not isinstance(value, int | float) or not abs(value) <= limit:
        raise ValueError(value)
    return float(value)
