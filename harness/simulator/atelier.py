"""Turn a request into pictures: choose pixels, cast and scene, or a change to the last one."""

import numpy as np
from PIL import Image

from harness.simulator.ask import Ask, Part
from harness.simulator.outcome import unmarked
from harness.simulator.paint.brief import Brief, read_brief
from harness.simulator.paint.character import Character
from harness.simulator.paint.contents import Contents, read_contents
from harness.simulator.paint.edit import Change, apply_change, asks_to_keep
from harness.simulator.paint.memory import recall
from harness.simulator.paint.picture import Order, Painted, paint
from harness.simulator.paint.reference import cast_of
from harness.simulator.rules import picture_size


def make_picture(ask: Ask, version: str, rng: np.random.Generator) -> Painted:
    """Paint what `ask` wants: an edit of the last picture, or a scene of its own."""
    brief = read_brief(unmarked(ask.prompt))
    changed = _changed(ask, brief)
    if changed is not None and changed.data is not None:
        known, size = recall(changed.signature or b""), _pixels(ask, changed.data)
        edit = Change(brief=brief, picture=changed.data, size=size, known=known)
        return apply_change(edit, rng)
    return _scene(ask, brief, _last_picture(ask), version, rng)


def seen_before(ask: Ask) -> Contents:
    """Tell what is on the picture that `ask` wants changed, where it wants one changed."""
    changed = _changed(ask, read_brief(unmarked(ask.prompt)))
    if changed is None or changed.data is None:
        return frozenset()
    return read_contents(changed.data) or frozenset()


def _changed(ask: Ask, brief: Brief) -> Part | None:
    """Give the picture that is to be changed; None where a scene of its own is wanted."""
    prompt = unmarked(ask.prompt)
    last = _last_picture(ask)
    change = last is not None and (not brief.place or asks_to_keep(prompt))
    if last is None and len(ask.pictures()) == 1 and asks_to_keep(prompt):
        last, change = ask.turns[-1].parts[_index_of_picture(ask.turns[-1].parts)], True
    if last is None or last.data is None or not change or not _readable(last.data):
        return None
    return last


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
