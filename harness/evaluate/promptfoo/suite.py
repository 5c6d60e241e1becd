"""Put prompts, tests and models together as a suite's document."""

import json
from collections.abc import Mapping, Sequence

from harness.evaluate.promptfoo.notes import Notes
from harness.evaluate.promptfoo.prompts import Template
from harness.evaluate.promptfoo.providers import Arm
from harness.evaluate.promptfoo.slugs import free, slug
from harness.evaluate.promptfoo.templates import fields, names_for, rewritten
from harness.evaluate.promptfoo.tests import Trial

Document = dict[str, object]
MOST_CASES = 10_000


def document_of(
    templates: Sequence[Template],
    trials: Sequence[Trial],
    arms: Sequence[Arm],
    *,
    head: Mapping[str, object],
    notes: Notes,
) -> Document:
    """Say the suite: a case for each prompt and each set of checks, tests as its axis.

    Args:
        templates: The prompts.
        trials: The tests.
        arms: The models; several are an axis.
        head: The keys that stand before.
        notes: Told what finds no place.
    """
    used = [name for template in templates for name in _used(template)]
    names = names_for(used, [t.text for t in templates] + [t.system for t in templates])
    for old, new in names.items():
        if old != new:
            notes.change(f"vars.{old}", f"is called {new} in the suite")
    cases: dict[str, Document] = {}
    for template in templates:
        for group in _grouped(template, trials, notes):
            if len(cases) >= MOST_CASES:
                notes.leave(template.path, f"more than {MOST_CASES:,} cases: this and others")
                break
            name = free(slug(_title(template, group), empty="case"), cases)
            cases[name] = {"id": name, **_case(template, group, arms, names)}
    one = {"defaults": _defaults(arms[0])} if len(arms) == 1 else {}
    model = {"model": arms[0].parameters["model"]} if arms else {}
    return {**head, **model, **{k: v for k, v in one.items() if v}, "cases": list(cases.values())}


def _used(template: Template) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*fields(template.text), *fields(template.system))))


def _defaults(arm: Arm) -> Document:
    return {key: value for key, value in arm.parameters.items() if key != "model"}


def _grouped(template: Template, trials: Sequence[Trial], notes: Notes) -> list[list[Trial]]:
    """Gather the tests of one set of checks that give every variable of the prompt a value."""
    used = _used(template)
    groups: dict[str, dict[tuple[str, ...], Trial]] = {}
    for trial in trials:
        absent = [name for name in used if name not in trial.values]
        if absent:
            notes.leave(trial.path, f"{template.path} has no value of {', '.join(absent)} in it")
            continue
        values = tuple(trial.values[name] for name in used)
        key = json.dumps(trial.checks, sort_keys=True, default=str)
        groups.setdefault(key, {}).setdefault(values, trial)
    return [list(group.values()) for group in groups.values()]


def _title(template: Template, group: Sequence[Trial]) -> str:
    """Call a case by its prompt, and by its test where it has one alone."""
    if len(group) == 1 and group[0].name:
        return group[0].name
    return template.label or " ".join(template.text.replace("{", " ").split()[:7])


def _case(
    template: Template, group: Sequence[Trial], arms: Sequence[Arm], names: Mapping[str, str]
) -> Document:
    case: Document = {"prompt": rewritten(template.text, names)}
    if template.system.strip():
        case["system_instruction"] = rewritten(template.system, names)
    matrix: Document = {}
    if _used(template):
        matrix["test"] = _points(template, group, names)
    if len(arms) > 1:
        matrix["model"] = [_arm(arm) for arm in arms]
    if matrix:
        case["matrix"] = matrix
    if group[0].checks:
        case["checks"] = dict(group[0].checks)
    return case


def _points(template: Template, group: Sequence[Trial], names: Mapping[str, str]) -> list[Document]:
    points: dict[str, Document] = {}
    for trial in group:
        values = {names[name]: trial.values[name] for name in _used(template)}
        told = trial.name or "-".join(values.values())
        label = free(slug(told[:200], empty="test"), points)
        points[label] = {"id": label, **values}
    return list(points.values())


def _arm(arm: Arm) -> Document:
    """Give a model as a value of the axis `model`, with what is set beside it."""
    return {"id": arm.id, "value": arm.parameters["model"], **_defaults(arm)}
