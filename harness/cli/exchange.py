"""The verb that gives recordings to other tools: cassette export."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli import completing, shared
from harness.cli.shared import Json, Recording
from harness.recording.forms import Form
from harness.report.words import count_of


def export(
    suite: Annotated[
        str,
        typer.Argument(
            help="Id of the suite.", show_default=False, autocompletion=completing.recorded
        ),
    ],
    folder: Annotated[
        Path, typer.Option("-o", "--output", help="Folder to write into.", show_default=False)
    ],
    recording: Recording = None,
    form: Annotated[Form, typer.Option(help="What to write.")] = Form.YAML,
    as_json: Json = False,
) -> None:
    """Write a recording as cassettes of stock vcrpy, one for each of its own."""
    from harness.evaluate.exports import export_cassettes

    here = shared.workspace(recording=recording)
    made = export_cassettes(here, suite, recording=recording, folder=folder, form=form)
    answers, altered = sum(m.answers for m in made), sum(m.altered for m in made)
    if altered:
        shared.remark(
            f"{count_of(altered, 'answer')} not byte for byte what the service sent: "
            "rebuilt, scrubbed, or without signatures",
            style="yellow",
        )
    if as_json:
        rows = [{"file": str(m.file), "answers": m.answers, "altered": m.altered} for m in made]
        fields = {"suite": suite, "form": form.value, "answers": answers, "files": rows}
        shared.print_json(shared.document("export", **fields))
        return
    shared.say(
        f"✔ {count_of(answers, 'answer')} exported into {count_of(len(made), 'cassette')} of vcrpy"
    )
    shared.say(f"files   {folder}/*.{form}")
