"""Hold a part of the document against its form, and note everything that does not fit."""

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from harness.loader.explain import explain
from harness.loader.findings import At, Findings
from harness.loader.mend import errors_of, mend
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
        findings.spoil(path)
        return None
    try:
        return form.model_validate(value)
    except ValidationError as error:
        errors = errors_of(error)
    _note(errors, path, findings, skip=skip)
    found, late = mend(form, value, errors)
    _note(late, path, findings, skip=skip)
    return found


def _note(errors: Sequence[ErrorDetails], path: Path, findings: Findings, *, skip: int) -> None:
    """Note `errors` of the mapping at `path`; then nothing more is said of what is wrong."""
    for error in errors:
        if not findings.full:
            _note_one(error, (*path, *error["loc"][skip:]), findings)
    for error in errors:
        if _is_of_a_value(error):
            findings.spoil((*path, *error["loc"][skip:]))


def _is_of_a_value(error: ErrorDetails) -> bool:
    of_a_key = error["type"] in ("missing", "extra_forbidden") or "[key]" in error["loc"]
    return bool(error["loc"]) and not of_a_key


def _note_one(detail: ErrorDetails, path: Path, findings: Findings) -> None:
    where = findings.shown(path)
    if detail["type"] == "missing":
        key = str(detail["loc"][-1])
        findings.missing(where, key, explain(detail, (*where, key)))
        return
    at = At.KEY if detail["type"] == "extra_forbidden" else At.VALUE
    findings.problem(where, explain(detail, where), at=at)
