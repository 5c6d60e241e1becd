"""Show what was asked: prompts, reference pictures in their order, every parameter."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from harness.model.request import Parameters
from harness.model.suite import Turn, Variant
from harness.report.answer_views import Prompt
from harness.report.shots import Scene, numbered, reference_shot
from harness.report.views import Fact
from harness.report.words import count_of

_NAMES = {
    "image_size": "size",
    "aspect_ratio": "ratio",
    "modalities": "answers as",
    "include_thoughts": "thoughts",
    "extra": "also sent",
}
"""Names for people; any other parameter bears its own."""
_LEFT = ("image_size", "aspect_ratio", "modalities")
"""What the model chooses where it is not asked for, which is worth saying."""
_APART = "system_instruction"
"""Too long for a row of facts."""


def prompts(variant: Variant, scene: Scene) -> tuple[Prompt, ...]:
    """Give every turn as it was asked."""
    return tuple(
        _prompt(index, turn, variant=variant, scene=scene)
        for index, turn in enumerate(variant.turns)
    )


def _prompt(index: int, turn: Turn, *, variant: Variant, scene: Scene) -> Prompt:
    count = len(turn.references)
    model = Fact(name="model", value=variant.model)
    same = index > 0 and turn.parameters == variant.turns[index - 1].parameters
    return Prompt(
        label=numbered("prompt", "turn", index, len(variant.turns)),
        text=turn.prompt,
        same=same,
        system="" if same else turn.parameters.system_instruction or "",
        parameters=() if same else (model, *parameters(turn.parameters)),
        references=tuple(
            reference_shot(reference, scene, index=place, count=count)
            for place, reference in enumerate(turn.references)
        ),
        order=_order(turn),
    )


def _order(turn: Turn) -> str:
    if not turn.references:
        return ""
    count, where = len(turn.references), "before" if turn.references_first else "after"
    order = " in this order" if count > 1 else ""
    return f"{count_of(count, 'reference')}, sent{order} {where} the prompt"


def parameters(asked: Parameters) -> tuple[Fact, ...]:
    """Give every parameter that was set, and what is left to the model.

    All fields are walked, so that none that is added later is left out.
    """
    facts = []
    for field in fields(asked):
        value = getattr(asked, field.name)
        said = "" if value is False and field.default is False else told(value)
        if not said and field.name in _LEFT:
            said = "left to the model"
        if said and field.name != _APART:
            name = _NAMES.get(field.name, field.name.replace("_", " "))
            facts.append(Fact(name=name, value=said))
    return tuple(facts)


def told(value: object) -> str:
    """Put a parameter's value into words; empty where nothing is set."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return str(value).lower()
    several = isinstance(value, tuple | Mapping) or is_dataclass(value)
    return ", ".join(_each(value)) if several else str(value)


def _each(value: object) -> Iterator[str]:
    """Tell what has several parts: items, named ones, or a value object's fields."""
    if isinstance(value, tuple):
        yield from map(_item, value)
    elif isinstance(value, Mapping):
        yield from (f"{key}: {_json(item)}" for key, item in value.items())
    elif is_dataclass(value):
        yield " ".join(told(getattr(value, field.name)) for field in fields(value)).strip()


def _item(value: object) -> str:
    """Tell one of several; a pair is a name with its value."""
    if isinstance(value, tuple) and len(value) == 2:
        name, setting = value
        return f"{told(name)}: {told(setting)}"
    return told(value)


def _json(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
