"""The verbs that read suites only: validate, schema."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli import shared
from harness.cli.announcing import AUTO, FormatOption, annotating
from harness.cli.shared import Json, Suites
from harness.errors import Problem, SuiteError
from harness.report.words import count_of


def validate(suites: Suites = None, form: FormatOption = AUTO, as_json: Json = False) -> None:
    """Check suites without any network; every problem at once, with file:line:column."""
    here = shared.workspace()
    try:
        with annotating(form):
            found = shared.suites_of(here, suites)
    except SuiteError as error:
        if as_json:
            _print_problems(error.problems)
        raise
    shared.remark_unready(found, here)
    samples = sum(v.samples * len(v.turns) for suite in found for v in suite.variants)
    if as_json:
        rows = [{"suite": s.id, "variants": [v.id for v in s.variants]} for s in found]
        shared.print_json(shared.document("validation", problems=[], suites=rows))
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


def _print_problems(problems: tuple[Problem, ...]) -> None:
    from dataclasses import asdict

    rows = [asdict(problem) for problem in problems]
    shared.print_json(shared.document("validation", problems=rows, suites=[]))


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
