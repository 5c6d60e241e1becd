"""Merge checks, the nearest winning, and turn them into the model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.loader.check_forms import ChecksForm
from harness.loader.findings import At
from harness.loader.opinion_forms import ConsistencyForm
from harness.loader.opinions import (
    NO_PICTURE,
    NOTHING_BEFORE,
    Scene,
    ask,
    consistencies,
    customs,
    edit,
    text,
)
from harness.loader.place import Path
from harness.model.checks import AnswerText, Checks


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Checks as they are written in one place.

    Attributes:
        form: The checks.
        path: Where they stand.
        own: On the turn itself, not above it.
    """

    form: ChecksForm
    path: Path
    own: bool = False

    @property
    def sets(self) -> Iterator[tuple[Path, str]]:
        """Name the reference sets that checks ask for, each with its place."""
        for place, form in _each(self.form.consistency, (*self.path, "consistency")):
            for index, name in enumerate(form.references or ()):
                yield (*place, "references", index), name

    @property
    def functions(self) -> Iterator[tuple[Path, At, str]]:
        """Name the suite's own checks, each with its place."""
        names = self.form.custom or ()
        for index, name in enumerate(names):
            is_key = isinstance(names, dict)
            step: str | int = name if is_key else index
            yield (*self.path, "custom", step), At.KEY if is_key else At.VALUE, name


def _each(
    forms: ConsistencyForm | Sequence[ConsistencyForm] | None, path: Path
) -> Iterator[tuple[Path, ConsistencyForm]]:
    if isinstance(forms, ConsistencyForm):
        yield path, forms
        return
    for index, form in enumerate(forms or ()):
        yield (*path, index), form


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """A check that is in force.

    Attributes:
        value: As a form holds it.
        path: Where it stands.
        own: On the turn itself.
    """

    value: Any
    path: Path
    own: bool


class CheckReader:
    """Turns checks into the model, equal ones once: the variants of a suite share them."""

    def __init__(self) -> None:
        self._known: dict[object, Checks] = {}

    def read(self, written: Sequence[Written], scene: Scene) -> Checks:
        """Give the checks of a turn; the forms outlive this reader."""
        told = [checks for checks in written if checks.form.model_fields_set]
        key = (tuple(id(checks.form) for checks in told), scene.decisive)
        if key not in self._known:
            self._known[key] = to_checks(told, scene)
        return self._known[key]


def to_checks(written: Sequence[Written], scene: Scene) -> Checks:
    """Merge what is `written`, the nearest last, for a turn that gives the `scene`.

    A check that the turn gives nothing to hold to is left out where it is inherited, and a
    problem where it is written on the turn.
    """
    given: dict[str, _Given] = {}
    for checks in written:
        for name, value in checks.form.given().items():
            given[name] = _Given(value=value, path=(*checks.path, name), own=checks.own)
    return Checks(**_plain(given, scene), **_of_pictures(given, scene))


def _plain(given: Mapping[str, _Given], scene: Scene) -> dict[str, Any]:
    """Give the checks that any answer can be held to."""
    found: dict[str, Any] = {}
    for name, check in given.items():
        match name, check.value:
            case _, None:
                pass
            case "pictures", count:
                found["pictures"] = count
            case "answer_text", form:
                rate = scene.rate(form.max_bad, check.path)
                found[name] = AnswerText(contains=tuple(form.contains), max_bad=rate)
            case "latency", form:
                found["latency_max_s"] = float(form.max_s)
            case "cost", form:
                found["cost_max_usd"] = float(form.max_usd)
            case "custom", forms:
                found[name] = tuple(customs(forms, scene, check.path))
            case _:
                pass  # it looks at a picture
    return found


def _of_pictures(given: Mapping[str, _Given], scene: Scene) -> dict[str, Any]:
    """Give the checks that look at a picture."""
    found: dict[str, Any] = {}
    for name, check in given.items():
        if name not in _PICTURED or check.value is None or not _applies(name, check, scene):
            continue
        match name, check.value:
            case "consistency", forms:
                placed = _each(forms, check.path)
                found[name] = tuple(consistencies(placed, scene, own=check.own))
            case "edit", form:
                found[name] = edit(form, scene, check.path)
            case "text", form:
                found[name] = text(form, scene, check.path)
            case "ask", form:
                found[name] = ask(form, scene, check.path)
            case _:
                pass  # any answer can be held to it
    return found


_PICTURED = ("consistency", "edit", "text", "ask")


def _applies(name: str, check: _Given, scene: Scene) -> bool:
    why = NOTHING_BEFORE if name == "edit" and not scene.comparable else ""
    why = why if scene.pictures else NO_PICTURE
    if why and check.own and scene.certain:
        scene.findings.problem(check.path, why)
    return not why
