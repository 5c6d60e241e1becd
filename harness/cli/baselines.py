"""The verbs that people decide with: baseline, approve."""

from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import shared
from harness.cli.shared import By, Json, Suites, Why

if TYPE_CHECKING:
    from harness.model.baseline import Epoch

app = typer.Typer(no_args_is_help=True, help="The reference sample: pin it, list its epochs.")


@app.command()
def pin(
    recording: Annotated[str, typer.Argument(help="Recording whose sessions are pinned.")],
    suites: Suites = None,
    by: By = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Pin every recorded answer as the reference sample, unselected: a new epoch."""
    from harness.evaluate.baseline import pin as pin_suite

    here = shared.workspace(recording=recording)
    epochs = [
        pin_suite(suite, here, by=by or _user(), why=why)
        for suite in shared.suites_of(here, suites)
    ]
    _show(epochs, as_json=as_json)
    if not as_json:
        shared.say("next    git add the new files below suites/, then: harness run")


@app.command("list")
def list_epochs(suites: Suites = None, as_json: Json = False) -> None:
    """List the epochs of each suite, oldest first."""
    here = shared.workspace()
    found = shared.suites_of(here, suites)
    _show([e for suite in found for e in here.baselines(suite).epochs()], as_json=as_json)


def _show(epochs: "list[Epoch]", *, as_json: bool) -> None:
    if as_json:
        from harness.store.codec import encode

        document = {"format": "gemini-image-harness/epochs", "version": 1}
        shared.print_json(document | {"epochs": [encode(epoch) for epoch in epochs]})
        return
    for epoch in epochs:
        cells = len({(sample.cell, sample.arm) for sample in epoch.samples})
        simulated = ", simulated" if epoch.simulated else ""
        shared.say(
            f"{epoch.suite}: {epoch.id}: {len(epoch.samples)} answers of {cells} cells from "
            f"{len(epoch.sessions)} sessions of {epoch.recording!r}, by {epoch.by}{simulated}"
        )
    if not epochs:
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
        _undo(suites, here, by=by or _user(), why=why)
        return
    if not (every and unseen and by and why):
        raise UsageError(
            "say --all --unseen --by NAME --why TEXT: pictures are accepted without being "
            "shown, so it must be said who does it and why"
        )
    from harness.evaluate.baseline import approve_all

    sets = approve_all(judged, suites, here, by=by, why=why)
    if as_json:
        from harness.store.codec import encode

        shared.print_json(
            {
                "format": "gemini-image-harness/approved",
                "version": 1,
                "sets": [encode(s) for s in sets],
            }
        )
        return
    for decided in sets:
        shared.say(f"✔ {decided.suite}: {len(decided.decisions)} pictures accepted, unseen")
    shared.say("next    harness run     (undo: harness approve --undo)")


def _undo(suites: object, here: object, *, by: str, why: str) -> None:
    from collections.abc import Sequence

    from harness.errors import DecisionError
    from harness.evaluate.baseline import undo
    from harness.evaluate.workspace import Workspace

    assert isinstance(here, Workspace)
    assert isinstance(suites, Sequence)
    done = 0
    for suite in suites:
        try:
            taken = undo(suite, here, by=by, why=why)
        except DecisionError:
            continue
        shared.say(f"✔ {suite.id}: {taken.undone} is taken back")
        done += 1
    if not done:
        raise DecisionError("no decisions are in force, nothing to undo")


def _user() -> str:
    """Name nobody unless told: no user name goes into a file by itself."""
    return "unnamed"
