"""The verb that collects a reference sample over days: baseline grow."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import completing, shared
from harness.cli.asking import asked_of, order_of, suites_asked, wish_of
from harness.cli.options import Endpoint, Jobs, MaxCost
from harness.cli.progress import progress
from harness.cli.recording import code_of
from harness.cli.shared import Json, Recording
from harness.evaluate.price_words import cap_for
from harness.report.words import count_of

if TYPE_CHECKING:
    from harness.evaluate.grow import Goal, Growth, Step
    from harness.evaluate.record import Recorded
    from harness.evaluate.unfinished import Asked
    from harness.evaluate.workspace import Workspace
    from harness.model.suite import Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grown:
    """What there is after a call, and what comes next.

    Attributes:
        suite: Id of the suite.
        recording: Where it lies.
        goal: What it is to become.
        growth: What is there.
        enough: The reference sample is there.
        following: The next command.
        cron: The line of a crontab that gives it once a day; empty where nothing is left.
    """

    suite: str
    recording: str
    goal: "Goal"
    growth: "Growth"
    enough: bool
    following: str
    cron: str


CRON = "17 6 * * *"
"""At which minute, hour and day a line of a crontab grows: once a day, off the full hour."""


def grow(
    suite: Annotated[
        Path,
        typer.Argument(metavar="SUITE", help="The suite's file.", autocompletion=completing.suites),
    ],
    sessions: Annotated[
        int | None,
        typer.Option(min=1, help="Sessions on different days.", show_default="drift.sessions"),
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option(
            min=1, help="Answers a cell of this session.", show_default="what is left, in shares"
        ),
    ] = None,
    recording: Recording = None,
    endpoint: Endpoint = None,
    jobs: Jobs = None,
    max_cost: MaxCost = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before spending.")] = False,
    same_day: Annotated[
        bool, typer.Option("--same-day", help="Add a session to a day that has one.")
    ] = False,
    allow_unknown_price: Annotated[
        bool, typer.Option(help="Spend on models without a known price.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Collect one session of the reference sample: each call adds one, on a day of its own.

    Exits with 5 where today has its session, with 0 and the next command where enough are
    there.
    """
    from harness.evaluate.grow import next_step

    here = shared.workspace(recording=recording, jobs=jobs, max_cost=max_cost)
    asked = asked_of(
        live="missing",
        suites=[suite],
        keyword=None,
        tags=None,
        samples=None,
        recording=recording,
        endpoint=endpoint,
        model=None,
        record_only=True,
        allow_unknown_price=allow_unknown_price,
    )
    one = _only(suites_asked(here, asked), suite)
    goal = _goal(one, sessions=sessions, samples=samples, same_day=same_day)
    step = next_step(one, here, goal=goal, asked=asked)
    made = None if step is None else _collected(step, here, goal, yes=yes)
    grown = _grown(one, here, goal=goal, asked=asked)
    if as_json:
        shared.print_json(_document(grown, step, made))
    else:
        _show(grown, step, made)
    raise typer.Exit(0 if made is None else code_of(made))


def _only(found: "tuple[Suite, ...]", path: Path) -> "Suite":
    from harness.errors import UsageError

    if len(found) != 1:
        raise UsageError(f"{path}: {count_of(len(found), 'suite')}; grow one suite a call")
    return found[0]


def _goal(suite: "Suite", *, sessions: int | None, samples: int | None, same_day: bool) -> "Goal":
    from harness.evaluate.grow import Goal

    watch = suite.watch
    return Goal(
        sessions=sessions or watch.sessions,
        reference=watch.reference,
        samples=samples,
        same_day=same_day,
    )


def _collected(step: "Step", here: "Workspace", goal: "Goal", *, yes: bool) -> "Recorded":
    from harness.evaluate.grow import unquestioned
    from harness.evaluate.record import record

    again = ", gone on with" if step.asked.sessions else ""
    shared.remark(
        f"session {step.number} of {goal.sessions}{again}: up to {step.asked.samples} answers a "
        f"cell, of which {step.before.reached} are there"
    )
    with progress() as told:
        order = order_of(step.asked, here, yes=yes, told=told)
        found = map(unquestioned, suites_asked(here, step.asked))
        return record(tuple(found), here, order)


def _grown(suite: "Suite", here: "Workspace", *, goal: "Goal", asked: "Asked") -> _Grown:
    """Look what there is now."""
    from harness.evaluate.grow import growth_of

    growth = growth_of(suite, here, wish_of(asked.endpoint, None))
    enough = growth.is_enough(goal)
    again = _command(asked, goal)
    pin = ["harness", "baseline", "pin", here.settings.recording, *asked.suites]
    pin += ["--endpoint", asked.endpoint] if asked.endpoint else []
    return _Grown(
        suite=suite.id,
        recording=here.settings.recording,
        goal=goal,
        growth=growth,
        enough=enough,
        following=shlex.join(pin) if enough else again,
        cron="" if enough else _cron(again, suite, here, growth=growth, goal=goal, asked=asked),
    )


def _command(asked: "Asked", goal: "Goal") -> str:
    words = ["harness", "baseline", "grow", *asked.suites, "--sessions", str(goal.sessions)]
    words += ["--recording", asked.recording] if asked.recording else []
    words += ["--endpoint", asked.endpoint] if asked.endpoint else []
    return shlex.join(words)


def _cron(
    command: str,
    suite: "Suite",
    here: "Workspace",
    *,
    growth: "Growth",
    goal: "Goal",
    asked: "Asked",
) -> str:
    """Give a crontab's line, with the cap under which the next session is bought whole."""
    from harness.evaluate.grow import next_plan

    wish = wish_of(asked.endpoint, None)
    plan = next_plan(suite, here, growth=growth, goal=goal, wish=wish)
    paid = any(not row.free for row in plan.due)
    cap = f" --yes --max-cost {cap_for(plan)}" if paid else ""
    return f"{CRON} cd {shlex.quote(str(Path.cwd()))} && {command}{cap}"


def _show(grown: _Grown, step: "Step | None", made: "Recorded | None") -> None:
    growth, goal = grown.growth, grown.goal
    for line in made.complaints if made else ():
        shared.remark(line, style="red")
    if made is not None and step is not None:
        shared.say(
            f"session {step.number} of {goal.sessions}: {made.kept} of {made.wanted} answers are "
            f"recorded, ${made.spent_usd:.2f} spent"
        )
    days = f", on the days {', '.join(growth.calendar)}" if growth.calendar else ""
    shared.say(
        f"{grown.suite}: {growth.reached} of {goal.reference} answers a cell, of "
        f"{count_of(growth.counted(goal), 'session')} of {goal.sessions}{days}"
    )
    if growth.missing:
        shared.say(f"{count_of(growth.missing, 'answer')} of them are missing", style="yellow")
    if len(growth.calendar) < growth.counted(goal):
        shared.say(
            "sessions of one day do not show what differs between days: a monitor stays "
            "PROVISIONAL",
            style="yellow",
        )
    _show_next(grown, whole=made is None or made.whole)


def _show_next(grown: _Grown, *, whole: bool) -> None:
    if grown.enough and whole:
        shared.say(f"next    {grown.following}")
    elif not whole:
        shared.say(f"next    {grown.following}     (today: it goes on with this session)")
    else:
        shared.say(f"cron    {grown.cron}")
        shared.say(f"next    come back on another day; then: {grown.following}")


def _document(grown: _Grown, step: "Step | None", made: "Recorded | None") -> dict[str, object]:
    growth, goal = grown.growth, grown.goal
    fields: dict[str, object] = {
        "suite": grown.suite,
        "recording": grown.recording,
        "arms": [arm.name for arm in growth.arms],
        "enough": grown.enough,
        "answers": growth.reached,
        "reference": goal.reference,
        "missing": growth.missing,
        "sessions": growth.counted(goal),
        "sessions_wanted": goal.sessions,
        "days": list(growth.calendar),
        "session": None,
        "next": grown.following,
        "cron": grown.cron,
    }
    if step is not None and made is not None:
        fields["session"] = {
            "number": step.number,
            "kept": made.kept,
            "wanted": made.wanted,
            "spent_usd": made.spent_usd,
            "failures": list(made.complaints),
        }
    return shared.document("growth", **fields)
