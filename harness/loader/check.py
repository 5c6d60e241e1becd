"""Hold a part of the document against its form, and note everything that does not fit."""

import copy
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from harness.loader.explain import explain
from harness.loader.findings import At, Findings
from harness.loader.place import Path
from harness.loader.scalars import kind_of

F = TypeVar("F", bound=BaseModel)


def check(
    form: type[F], value: object, path: Path, findings: Findings, *, skip: int = 0
) -> F | None:
    """Read `value`, which stands at `path`, as a `form`.

    What is wrong is noted; what is right is given all the same, so that more can be
    found in it: the keys that are wrong are as if they were not there.

    Args:
        form: The form.
        value: What is read.
        path: Where it stands.
        findings: Where problems go.
        skip: How many first steps of a place in `value` the document does not have.

    Returns:
        None where nothing usable is left.
    """
    if not isinstance(value, dict):
        findings.problem(path, f"must be a mapping, is {kind_of(value)}; write keys and values")
        return None
    try:
        return form.model_validate(value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            if not findings.full:
                _note_one(detail, (*path, *detail["loc"][skip:]), findings)
        return salvage(form, value)


def salvage(form: type[F], value: Mapping[str, object]) -> F | None:
    """Read what is right in `value`; None where something is wrong that cannot be left out."""
    try:
        return form.model_validate(value)
    except ValidationError as error:
        places = [detail["loc"] for detail in error.errors(include_url=False)]
    left = copy.deepcopy(dict(value))
    for place in places:
        _drop(left, place)
    try:
        return form.model_validate(left)
    except ValidationError:
        return None


def _drop(value: dict[str, Any], place: Path) -> None:
    """Delete the innermost key of a mapping on the way to `place`."""
    for step, after in zip(place, (*place, None)[1:], strict=True):
        if not isinstance(step, str) or step not in value:
            return
        inner = value[step]
        if not isinstance(inner, dict) or after not in inner:
            del value[step]
            return
        value = inner


def _note_one(detail: ErrorDetails, path: Path, findings: Findings) -> None:
    where = findings.shown(path)
    if detail["type"] == "missing":
        key = str(detail["loc"][-1])
        findings.missing(where, key, explain(detail, (*where, key)))
        return
    at = At.KEY if detail["type"] == "extra_forbidden" else At.VALUE
    findings.problem(where, explain(detail, where), at=at)
