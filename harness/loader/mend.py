"""Read what is right in a mapping that holds something wrong, so that more can be found in it."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from harness.loader.place import Path

F = TypeVar("F", bound=BaseModel)

AS_LIST = "<list>"
AS_MAPPING = "<mapping>"
_BRANCHES = frozenset({AS_LIST, AS_MAPPING})
"""Names of a value's two forms, which pydantic puts into places and no document has."""

_MOST_ROUNDS = 6
_NEEDED: Mapping[str, Any] = {
    "version": 1,
    "suite": "unnamed",
    "id": "unnamed",
    "prompt": "none",
    "turns": [{"prompt": "none"}],
}
"""What stands for a value that a form cannot do without."""

_ITEMS: Mapping[object, Any] = {
    "turns": {"prompt": "none"},
    "exclude": {},
    "include": {},
    "references": "unknown",
}
"""What stands for an item of a list whose other items keep their places."""


def mend(
    form: type[F], value: Mapping[str, object], errors: Sequence[ErrorDetails]
) -> tuple[F | None, list[ErrorDetails]]:
    """Read `value` without what is wrong in it.

    A wrong key is as if it were not there; what cannot be left out is stood in for.

    Args:
        form: The form.
        value: What is read.
        errors: What is wrong in it.

    Returns:
        What is right, or None; and errors of the whole that only now show.
    """
    left = copy.deepcopy(dict(value))
    late: list[ErrorDetails] = []
    for _ in range(_MOST_ROUNDS):
        for error in reversed(errors):  # the last item of a list first: no other one moves
            _mend_one(left, error)
        try:
            return form.model_validate(left), late
        except ValidationError as again:
            errors = errors_of(again)
        late += [error for error in errors if not error["loc"]]
    return None, late


def errors_of(error: ValidationError) -> list[ErrorDetails]:
    """List what is wrong, each at its place in the document."""
    found = error.errors(include_url=False)
    for detail in found:
        detail["loc"] = tuple(step for step in detail["loc"] if step not in _BRANCHES)
    return found


def _mend_one(value: dict[str, Any], error: ErrorDetails) -> None:
    holders = _holders(value, error["loc"])
    if not error["loc"]:
        _choose_prompt(value)
    elif error["type"] == "missing" and error["loc"][-1] in _NEEDED:
        key = str(error["loc"][-1])
        inner = holders[-1][0][holders[-1][1]] if holders else value
        inner[key] = copy.deepcopy(_NEEDED[key])
    elif holders:
        _replace(holders)


def _choose_prompt(value: dict[str, Any]) -> None:
    """Let a case have one of prompt and turns."""
    if "turns" in value:
        value.pop("prompt", None)
    else:
        value["prompt"] = _NEEDED["prompt"]


def _holders(value: Any, place: Path) -> list[tuple[Any, Any]]:  # noqa: ANN401  # any document
    """Give every list and mapping on the way to `place`, with the step that is taken in it."""
    holders = []
    for step in place:
        keyed = isinstance(value, dict) and step in value
        placed = isinstance(value, list) and isinstance(step, int) and step < len(value)
        if not keyed and not placed:
            break
        holders.append((value, step))
        value = value[step]
    return holders


def _replace(holders: list[tuple[Any, Any]]) -> None:
    """Leave out the innermost value, or let another stand for it."""
    holder, step = holders[-1]
    parent = holders[-2][1] if len(holders) > 1 else None
    known = _ITEMS.get(parent) if isinstance(holder, list) else _NEEDED.get(step)
    if known is not None and holder[step] != known:
        holder[step] = copy.deepcopy(known)
    elif isinstance(holder, list) and (known is not None or parent == "modalities"):
        del holders[-2][0][parent]
    else:
        del holder[step]
