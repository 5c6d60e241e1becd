"""The verbs on epochs: baseline show, baseline restore."""

from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import shared
from harness.cli.shared import By, Json, Suites, Why
from harness.report.words import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.evaluate.epochs import ArmShown, EpochShown
    from harness.model.baseline import Epoch


def show(
    epoch: Annotated[
        str, typer.Argument(metavar="EPOCH", help="Epoch id, its end, or last.")
    ] = "last",
    suites: Suites = None,
    as_json: Json = False,
) -> None:
    """Show what an epoch holds, and what is missing before it can be watched. Spends nothing."""
    from harness.evaluate.epochs import shown

    here = shared.workspace()
    found = shown(shared.suites_of(here, suites), here, epoch)
    if as_json:
        shared.print_json(shared.document("epochs-shown", epochs=[_told(each) for each in found]))
        return
    for each in found:
        _show(each)
    shared.say(f"next    {_next(found)}")


def _told(shown: "EpochShown") -> dict[str, object]:
    """Give an epoch as JSON, without its samples, which lie in its own file."""
    from dataclasses import replace

    from harness.store.codec import encode

    header = encode(replace(shown.epoch, samples=()))
    header.pop("samples")
    return {
        **header,
        "answers": len(shown.epoch.samples),
        "in_force": shown.in_force,
        "arms": [encode(arm) for arm in shown.arms],
    }


def _show(shown: "EpochShown") -> None:
    epoch = shown.epoch
    force = "in force" if shown.in_force else "not in force"
    shared.say(f"{epoch.suite}: {epoch.id} ({force}), of {epoch.recording!r}", style="bold")
    why = f": {epoch.why}" if epoch.why else ""
    restores = f", restores {epoch.restores}" if epoch.restores else ""
    shared.say(f"  pinned {epoch.at} by {epoch.by}{why}{restores}")
    for arm in shown.arms:
        _show_arm(arm)
    if epoch.simulated:
        shared.say("  some of it was painted by the simulator", style="yellow")


def _show_arm(arm: "ArmShown") -> None:
    from harness.judging.drift_words import number

    spread = f"{arm.least}" if arm.least == arm.most else f"{arm.least} to {arm.most}"
    shared.say(
        f"  {arm.arm}: {count_of(arm.answers, 'answer')} of {count_of(arm.cells, 'cell')}, "
        f"{spread} each"
    )
    ended = ", ".join(f"{count} {name}" for name, count in sorted(arm.outcomes.items()))
    shared.say(f"    outcomes  {ended}")
    for session in arm.sessions:
        day = session.day or "day not told"
        shared.say(f"    session   {session.id} ({day}): {count_of(session.answers, 'answer')}")
    reach = "within" if arm.smallest_p <= arm.alpha else "above"
    shared.say(
        f"    smallest reachable p with {arm.fresh} fresh answers a cell: "
        f"{number(arm.smallest_p)}, {reach} drift.alpha {number(arm.alpha)}"
    )
    for line in arm.missing:
        shared.say(f"    missing   {line}", style="yellow")
    if not arm.missing:
        shared.say("    nothing is missing: it can be watched")


def _next(found: "Sequence[EpochShown]") -> str:
    """Give what brings the first of them on: grow what is small, else calibrate."""
    first = found[0]
    suite = first.path
    if not first.in_force:
        return f"harness baseline restore {first.epoch.id} --by NAME --why TEXT"
    short = any(arm.missing for arm in first.arms)
    return f"harness baseline grow {suite}" if short else f"harness calibrate {suite}"


def restore(
    epoch: Annotated[
        str, typer.Argument(metavar="EPOCH", help="Epoch id, or its end.", show_default=False)
    ],
    suites: Suites = None,
    by: By = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Take an older epoch into force again, as a new epoch. Deletes nothing, spends nothing."""
    from harness.errors import UsageError
    from harness.evaluate.epochs import restore as restored
    from harness.store.codec import encode

    if not (by and why):
        raise UsageError(
            "say --by NAME --why TEXT: which sample is the reference, a person decides"
        )
    here = shared.workspace()
    made = restored(shared.suites_of(here, suites), here, epoch, by=by, why=why)
    if as_json:
        shared.print_json(shared.document("epochs", epochs=[encode(made)]))
        return
    _show_restored(made)


def _show_restored(made: "Epoch") -> None:
    what = f"restores {made.restores}, and" if made.restores else "is the one pinned, and"
    shared.say(
        f"{made.suite}: {made.id} {what} is in force: {count_of(len(made.samples), 'answer')} of "
        f"{count_of(len(made.sessions), 'session')}"
    )
    shared.say(f"next    harness baseline show {made.id}  # and commit its file below suites/")
