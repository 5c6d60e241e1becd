"""The verbs that people decide with: baseline, approve."""

from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import epochs, growing, shared
from harness.cli.shared import By, Json, Suites, Why

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.evaluate.workspace import Workspace
    from harness.model.baseline import DecisionSet, Epoch
    from harness.model.run import Run
    from harness.model.suite import Suite
    from harness.store.baselines import Undo

UNNAMED = "unnamed"
"""Nobody unless told: no user name goes into a file by itself."""

app = typer.Typer(no_args_is_help=True, help="The reference sample: grow, pin, show, restore.")
app.command()(growing.grow)
app.command()(epochs.show)
app.command()(epochs.restore)


@app.command()
def pin(
    recording: Annotated[str, typer.Argument(help="Recording whose sessions are pinned.")],
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
    pinned = pin_suites(shared.suites_of(here, suites), here, by=by or UNNAMED, why=why, wish=wish)
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
        _print_json("epochs", "epochs", found)
        return
    from harness.report.words import count_of

    for epoch in found:
        cells = len({(sample.cell, sample.arm) for sample in epoch.samples})
        simulated = ", simulated" if epoch.simulated else ""
        restores = f", restores {epoch.restores}" if epoch.restores else ""
        shared.say(
            f"{epoch.suite}: {epoch.id}: {len(epoch.samples)} answers of {cells} cells from "
            f"{count_of(len(epoch.sessions), 'session')} of {epoch.recording!r}, by {epoch.by}"
            f"{restores}{simulated}"
        )
    if not found:
        shared.say("no epoch is pinned; pin one: harness baseline pin main")


def approve(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Run id, its end, or last.")] = "last",
    every: Annotated[bool, typer.Option("--all", help="Accept every undecided picture.")] = False,
    unseen: Annotated[bool, typer.Option("--unseen", help="Say that nobody looked.")] = False,
    by: By = "",
    why: Why = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take the last decisions back.")] = False,
    as_json: Json = False,
) -> None:
    """Record decisions on a run's pictures; what is accepted unseen stays marked so."""
    from harness.errors import UsageError
    from harness.loader import load_suites
    from harness.store.runs import find_run, load_run

    here = shared.workspace()
    judged = load_run(find_run(here.reports, run))
    suites = load_suites([here.root / result.path for result in judged.suites])
    if undo:
        _undo(suites, here, by=by or UNNAMED, why=why, as_json=as_json)
        return
    if not (every and unseen and by and why):
        raise UsageError(
            "say --all --unseen --by NAME --why TEXT: pictures are accepted without being "
            "shown, so it must be said who does it and why"
        )
    _accept(judged, suites, here, by=by, why=why, as_json=as_json)


def _accept(
    run: "Run",
    suites: "Sequence[Suite]",
    here: "Workspace",
    *,
    by: str,
    why: str,
    as_json: bool,
) -> None:
    from harness.evaluate.baseline import approve_all

    sets = approve_all(run, suites, here, by=by, why=why)
    if as_json:
        _print_json("approved", "sets", sets)
        return
    for decided in sets:
        shared.say(f"✔ {decided.suite}: {len(decided.decisions)} pictures accepted, unseen")
    shared.say("next    harness run     (undo: harness approve --undo)")


def _undo(
    suites: "Sequence[Suite]", here: "Workspace", *, by: str, why: str, as_json: bool
) -> None:
    from harness.evaluate.baseline import undo

    taken = undo(suites, here, by=by, why=why)
    if as_json:
        _print_json("undone", "undone", list(taken.values()))
        return
    for suite, single in taken.items():
        shared.say(f"✔ {suite}: {single.undone} is taken back")
    shared.say("next    harness run")


def _print_json(kind: str, field: str, items: "Sequence[Epoch | DecisionSet | Undo]") -> None:
    from harness.store.codec import encode

    shared.print_json(shared.document(kind, **{field: [encode(item) for item in items]}))
