"""The verbs that read suites only: validate, schema."""

from typing import Annotated

import typer

from harness.cli import shared
from harness.cli.shared import Json, Suites


def validate(suites: Suites = None, as_json: Json = False) -> None:
    """Check suites without any network; every problem at once, with file:line:column."""
    here = shared.workspace()
    found = shared.suites_of(here, suites)
    samples = sum(v.samples * len(v.turns) for suite in found for v in suite.variants)
    if as_json:
        shared.print_json(
            {
                "format": "gemini-image-harness/validation",
                "version": 1,
                "problems": [],
                "suites": [
                    {"suite": suite.id, "variants": [variant.id for variant in suite.variants]}
                    for suite in found
                ],
            }
        )
        return
    for suite in found:
        shared.say(f"✔ {suite.path}: {len(suite.case_ids)} cases, {len(suite.variants)} variants")
    shared.say(f"all well: {len(found)} suites, {samples} answers asked for")
    shared.say("next    harness plan")


def schema(
    output: Annotated[
        str | None, typer.Option("-o", "--output", help="Write to FILE instead of stdout.")
    ] = None,
) -> None:
    """Print the JSON Schema of suites, for editors."""
    from pathlib import Path

    from harness.loader import json_schema
    from harness.store.files import dump_json, write_atomic

    if output is None:
        shared.print_json(json_schema())
    else:
        write_atomic(Path(output), dump_json(json_schema()))
        shared.remark(f"written to {output}")
