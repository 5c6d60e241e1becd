"""The verbs on recordings: cassette import, cassette ls."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from harness.cli import shared
from harness.cli.shared import Json, Recording

app = typer.Typer(no_args_is_help=True, help="The recordings.")


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="vcrpy cassettes, YAML or JSON.")],
    suite: Annotated[str, typer.Option(help="Id of the suite to make.", show_default=False)],
    recording: Recording = None,
    skip_refused: Annotated[
        bool, typer.Option("--skip-refused", help="Import the rest where something is refused.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a recording, and the suite that fits it, from other tools' cassettes."""
    from harness.evaluate.imports import import_cassettes

    here = shared.workspace(recording=recording)
    made = import_cassettes(files, here, name=suite, skip_refused=skip_refused)
    for line in made.refused:
        shared.remark(f"not imported: {line}", style="yellow")
    if as_json:
        counts = {"suite": made.suite.id, "answers": made.answers, "refused": list(made.refused)}
        shared.print_json(shared.document("import", **counts))
        return
    shared.say(f"✔ {made.answers} answers imported into suite {made.suite.id}")
    shared.say(f"next    harness run {made.suite.path}")


@app.command("ls")
def ls(as_json: Json = False) -> None:
    """List recordings with their arms, times and answers."""
    from harness.evaluate.recordings import list_recordings

    found = list_recordings(shared.workspace())
    if as_json:
        shared.print_json(shared.document("recordings", recordings=[asdict(r) for r in found]))
        return
    for row in found:
        note = ", simulated" if row.simulated else ""
        arms = ", ".join(row.arms)
        shared.say(f"{row.suite}/{row.recording}: {row.answers} answers, {arms}{note}")
    if not found:
        shared.say("nothing is recorded; record: harness run --live missing --endpoint simulator")
