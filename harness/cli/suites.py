"""The verbs that read suites only: validate, schema."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import shared
from harness.cli.announcing import AUTO, FormatOption, annotate_problems, annotating
from harness.cli.shared import Json, Suites
from harness.errors import Problem, SuiteError
from harness.report.words import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from harness.evaluate.branches import Fault
    from harness.evaluate.workspace import Workspace
    from harness.model.suite import Suite


def validate(suites: Suites = None, form: FormatOption = AUTO, as_json: Json = False) -> None:
    """Check suites, recordings and decisions without any network; every problem at once.

    What a merge left is named too: both sides in a file, decisions that contradict.
    """
    here = shared.workspace()
    with annotating(form) as forge:
        found, warnings = _checked(here, suites, as_json=as_json)
    annotate_problems((), forge, warnings=map(_problem, warnings))
    shared.remark_unready(found, here)
    samples = sum(v.samples * len(v.turns) for suite in found for v in suite.variants)
    if as_json:
        rows = [{"suite": s.id, "variants": [v.id for v in s.variants]} for s in found]
        shared.print_json(
            shared.document("validation", problems=[], warnings=_rows(warnings), suites=rows)
        )
        return
    for suite in found:
        shared.say(
            f"✔ {suite.path}: {count_of(len(suite.case_ids), 'case')}, "
            f"{count_of(len(suite.variants), 'variant')}"
        )
    shared.say(
        f"all well: {count_of(len(found), 'suite')}, {count_of(samples, 'answer')} asked for"
    )
    shared.say("next    harness plan")


def _checked(
    here: "Workspace", paths: "Sequence[Path] | None", *, as_json: bool
) -> "tuple[tuple[Suite, ...], list[Fault]]":
    """Give the suites and the warnings on what lies beside them, which are told.

    Raises:
        SuiteError: something has to be mended; it is printed already where `as_json`.
    """
    from harness.evaluate.branches import conflicts, faults

    found: tuple[Suite, ...] = ()
    problems: tuple[Problem, ...] = ()
    told: tuple[str, ...] = ()
    try:
        found = shared.suites_of(here, paths)
        every = faults(found, here)
    except SuiteError as error:  # who mends a suite after a merge mends the rest with it
        problems, told, every = error.problems, error.warnings, conflicts(here)
    warnings = [fault for fault in every if not fault.is_error]
    errors: list[Problem | Fault] = [*problems, *(fault for fault in every if fault.is_error)]
    if errors and as_json:
        rows = {"problems": _rows(errors), "warnings": _rows(warnings)}
        shared.print_json(shared.document("validation", **rows, suites=[]))
    if errors:
        said = (*told, *(str(fault.problem) for fault in warnings))
        raise SuiteError(tuple(map(_problem, errors)), said)
    for fault in warnings:
        shared.remark(f"warning: {fault.problem}", style="yellow")
    return found, warnings


def _problem(found: "Problem | Fault") -> Problem:
    return found if isinstance(found, Problem) else found.problem


def _rows(found: "Iterable[Problem | Fault]") -> list[dict[str, object]]:
    """Give each problem as JSON; one of a file of ours with its kind."""
    from dataclasses import asdict

    return [
        asdict(each) if isinstance(each, Problem) else {"kind": each.kind, **asdict(each.problem)}
        for each in found
    ]


def schema(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write to FILE instead of stdout.")
    ] = None,
) -> None:
    """Print the JSON Schema of suites, for editors."""
    from harness.loader import json_schema
    from harness.store.files import dump_json, write_atomic

    if output is None:
        shared.print_json(json_schema())
    else:
        write_atomic(output, dump_json(json_schema()))
        shared.remark(f"written to {output}")
