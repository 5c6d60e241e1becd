"""Turn a request into pictures: choose pixels, cast and scene, or a change to the last one."""

import numpy as np
from PIL import Image

from harness.simulator.ask import Ask, Part
from harness.simulator.outcome import unmarked
from harness.simulator.paint.brief import Brief, read_brief
from harness.simulator.paint.character import Character
from harness.simulator.paint.edit import Change, apply_change, asks_to_keep
from harness.simulator.paint.memory import recall
from harness.simulator.paint.picture import Order, Painted, paint
from harness.simulator.paint.reference import cast_of
from harness.simulator.rules import picture_size


def make_picture(ask: Ask, version: str, rng: np.random.Generator) -> Painted:
    """Paint what `ask` wants: an edit of the last picture, or a scene of its own."""
    prompt = unmarked(ask.prompt)
    brief = read_brief(prompt)
    last = _last_picture(ask)
    change = last is not None and (not brief.place or asks_to_keep(prompt))
    sent = ask.pictures()
    if last is None and len(sent) == 1 and asks_to_keep(prompt):
        last, change = ask.turns[-1].parts[_index_of_picture(ask.turns[-1].parts)], True
    if last is not None and last.data is not None and change and _readable(last.data):
        known = recall(last.signature or b"")
        edit = Change(brief=brief, picture=last.data, size=_pixels(ask, last.data), known=known)
        return apply_change(edit, rng)
    return _scene(ask, brief, last, version, rng)


def _scene(
    ask: Ask, brief: Brief, last: Part | None, version: str, rng: np.random.Generator
) -> Painted:
    sent = ask.pictures()
    cast: tuple[Character, ...] = cast_of(sent)
    known = recall(last.signature or b"") if last else None
    if known is not None and not cast:
        cast = (known[0],)
    if ask.system:
        brief = read_brief(f"{unmarked(ask.prompt)}\n{ask.system}")
    source = sent[0] if sent else (last.data if last else None)
    order = Order(brief=brief, size=_pixels(ask, source), cast=cast, version=version)
    return paint(order, rng)


def make_draft(ask: Ask, version: str, rng: np.random.Generator) -> Image.Image:
    """Paint an interim picture, as the model shows while it thinks: small, its own try."""
    brief = read_brief(unmarked(ask.prompt))
    wide, tall = _pixels(ask, None)
    scale = 640 / max(wide, tall)
    size = (round(wide * scale), round(tall * scale))
    order = Order(brief=brief, size=size, cast=cast_of(ask.pictures()), version=version)
    return paint(order, rng).image


def pixels_of(ask: Ask) -> tuple[int, int]:
    """Tell width and height of the picture that `ask` wants."""
    last, sent = _last_picture(ask), ask.pictures()
    source = (last.data if last else None) or (sent[0] if sent else None)
    return _pixels(ask, source)


def _index_of_picture(parts: tuple[Part, ...]) -> int:
    return next((index for index, part in enumerate(parts) if part.data is not None), 0)


def _last_picture(ask: Ask) -> Part | None:
    for turn in reversed(ask.turns):
        if turn.role == "model":
            final = [part for part in turn.parts if part.data is not None and not part.thought]
            if final:
                return final[-1]
    return None


def _readable(data: bytes) -> bool:
    return data[4:8] != b"ftyp"


def _pixels(ask: Ask, source: bytes | None) -> tuple[int, int]:
    shape = picture_size(source) if source and _readable(source) else None
    return ask.offer.picture_size(ratio=ask.ratio, size=ask.size or "1K", source=shape)
