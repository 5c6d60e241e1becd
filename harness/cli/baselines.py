"""The verbs on the reference sample: baseline pin, list, grow, show, restore."""

from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import completing, epochs, growing, shared
from harness.cli.shared import By, Json, Suites, Why

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.model.baseline import Epoch

app = typer.Typer(no_args_is_help=True, help="The reference sample: grow, pin, show, restore.")
app.command()(growing.grow)
app.command()(epochs.show)
app.command()(epochs.restore)


@app.command()
def pin(
    recording: Annotated[
        str,
        typer.Argument(
            help="Recording whose sessions are pinned.", autocompletion=completing.recordings
        ),
    ],
    suites: Suites = None,
    endpoint: Annotated[
        str | None, typer.Option(help="Whose answers, where several recorded them.")
    ] = None,
    by: By = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Pin every recorded answer as the reference sample, unselected: a new epoch."""
    from harness.evaluate.baseline import pin as pin_suites
    from harness.evaluate.workspace import Wish

    here = shared.workspace(recording=recording)
    wish = Wish(endpoint=endpoint)
    pinned = pin_suites(
        shared.suites_of(here, suites), here, by=by or shared.UNNAMED, why=why, wish=wish
    )
    _show(pinned, as_json=as_json)
    if not as_json:
        shared.say("next    harness baseline show  # and commit the new files below suites/")


@app.command("list")
def list_epochs(suites: Suites = None, as_json: Json = False) -> None:
    """List the epochs of each suite, oldest first."""
    here = shared.workspace()
    found = shared.suites_of(here, suites)
    _show([e for suite in found for e in here.baselines(suite).epochs()], as_json=as_json)


def _show(found: "Sequence[Epoch]", *, as_json: bool) -> None:
    if as_json:
        from harness.store.codec import encode

        shared.print_json(shared.document("epochs", epochs=[encode(epoch) for epoch in found]))
        return
    from harness.report.words import count_of

    for epoch in found:
        cells = len({(sample.cell, sample.arm) for sample in epoch.samples})
        simulated = ", simulated" if epoch.simulated else ""
        restores = f", restores {epoch.restores}" if epoch.restores else ""
        shared.say(
            f"{epoch.suite}: {epoch.id}: {count_of(len(epoch.samples), 'answer')} of "
            f"{count_of(cells, 'cell')} from "
            f"{count_of(len(epoch.sessions), 'session')} of {epoch.recording!r}, by {epoch.by}"
            f"{restores}{simulated}"
        )
    if not found:
        shared.say("no epoch is pinned; pin one: harness baseline pin main")
