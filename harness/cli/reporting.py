"""The verb that writes a run's pages anew: report."""

from typing import Annotated

import typer

from harness.cli import shared
from harness.cli.options import Outputs
from harness.cli.shared import Json
from harness.cli.verdicts import show_run


def report(
    name: Annotated[str, typer.Argument(metavar="RUN", help="Run id, its end, or last.")] = "last",
    output: Outputs = None,
    as_json: Json = False,
) -> None:
    """Write a run's pages anew from what is kept of it."""
    from harness.evaluate.reporting import write_all
    from harness.store.runs import find_run, load_run, run_document

    here = shared.workspace()
    folder = find_run(here.reports, name)
    loaded = load_run(folder)
    write_all(loaded, folder, here, outputs=output or [])
    if as_json:
        shared.print_json(run_document(loaded))
    else:
        show_run(loaded, folder)
