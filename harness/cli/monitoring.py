"""The verb that watches an arm over time: monitor."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import completing, shared
from harness.cli.monitored import said_of, show_status, show_step
from harness.cli.options import Endpoint, ExecutorOption, Jobs, MaxCost, Model
from harness.cli.progress import progress
from harness.cli.shared import By, Json, Why

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.evaluate.monitor import Looked
    from harness.evaluate.monitor_draw import Wanted
    from harness.evaluate.plan import Plan
    from harness.evaluate.workspace import Workspace
    from harness.model.suite import Suite
    from harness.report.alarm import Alarm

STYLES = {"CHANGED": "bold red", "SUSPECT": "yellow", "NOT ENOUGH DATA": "magenta"}
STDOUT = Path("-")

SuiteFile = Annotated[
    Path,
    typer.Argument(metavar="SUITE", help="The suite's file.", autocompletion=completing.suites),
]


def monitor(
    suite: SuiteFile,
    status: Annotated[
        bool, typer.Option("--status", help="How it stands; fails where a look is overdue.")
    ] = False,
    ack: Annotated[
        str | None, typer.Option(metavar="INCIDENT", help="Acknowledge it: its id, or last.")
    ] = None,
    close: Annotated[
        str | None, typer.Option(metavar="INCIDENT", help="Close it: its id, or last.")
    ] = None,
    closing: Annotated[
        str | None,
        typer.Option("--as", help='Why it is closed: "false alarm", "new epoch", fixed.'),
    ] = None,
    by: By = "",
    why: Why = "",
    control: Annotated[
        str | None,
        typer.Option(
            metavar="ENDPOINT", help="Repeat a confirmation there: gateway only, or both?"
        ),
    ] = None,
    endpoint: Endpoint = None,
    model: Model = None,
    jobs: Jobs = None,
    executor: ExecutorOption = None,
    max_cost: MaxCost = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before spending.")] = False,
    allow_unknown_price: Annotated[
        bool, typer.Option(help="Spend on models without a known price.")
    ] = False,
    fail_on: Annotated[
        str | None, typer.Option(help="suspect: exit with 1 where a look says SUSPECT.")
    ] = None,
    notify: Annotated[
        list[Path] | None,
        typer.Option(help="Append a JSON line to FILE, or write FILE.md; - is stdout."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Look afresh, and hold what comes against the epoch: screen, then confirm. Spends money.

    Exits with 0 where no change is seen, or SUSPECT; with 1 where it is CHANGED; with 3 where
    there is not enough data. HARNESS_WEBHOOK names a Slack-compatible webhook for alarms.
    """
    from harness.evaluate.monitor_draw import Wanted
    from harness.evaluate.workspace import Wish

    _refuse_two(status=status, ack=ack, close=close, closing=closing)
    here = shared.workspace(jobs=jobs, max_cost=max_cost, executor=executor)
    found = shared.suites_of(here, [suite])
    wish = Wish(endpoint=endpoint, model=model)
    if status:
        raise typer.Exit(show_status(found, here, wish, as_json=as_json))
    only = _only(found, suite)
    if ack is not None or close is not None:  # "", of an unset variable, is no look to pay for
        said = said_of(ack=ack, close=close, closing=closing, by=by, why=why)
        show_step(only, here, said, as_json=as_json)
        _remember(only, here)
        return
    wanted = Wanted(
        wish=wish,
        control=control or "",
        allow_unknown_price=allow_unknown_price,
        confirm=lambda screen, whole: _agree(screen, whole, here, yes=yes),
    )
    suspect = "suspect" in _fail_on(fail_on)
    code = _look(only, here, wanted, notify=notify or [], suspect=suspect, as_json=as_json)
    _remember(only, here)
    raise typer.Exit(code)


def _refuse_two(*, status: bool, ack: str | None, close: str | None, closing: str | None) -> None:
    """Refuse flags of which one would be passed over."""
    from harness.errors import UsageError

    if status + (ack is not None) + (close is not None) > 1:
        raise UsageError("say one of --status, --ack and --close")
    if closing and close is None:
        raise UsageError(f"--as {closing!r}: say which incident by --close INCIDENT")


def _only(found: "Sequence[Suite]", path: Path) -> "Suite":
    from harness.errors import UsageError

    if len(found) != 1:
        raise UsageError(f"{path}: {len(found)} suites; a monitor looks at one: name its file")
    return found[0]


def _fail_on(text: str | None) -> set[str]:
    """Read `--fail-on`; changed and incomplete always fail a look.

    Raises:
        UsageError: there is no such word.
    """
    from harness.errors import UsageError

    known = {"suspect", "changed", "incomplete"}
    words = {word for word in (text or "").replace(" ", "").split(",") if word}
    if words - known:
        raise UsageError(
            f"--fail-on {sorted(words - known)[0]!r}: say suspect; CHANGED and not enough data "
            "always exit with 1 and 3"
        )
    return words


def _agree(screen: "Plan", whole: "Plan", here: "Workspace", *, yes: bool) -> None:
    """Ask once, for the screen and for a confirmation if it comes to that."""
    from harness.cli.spend import confirm_spending
    from harness.evaluate.price_words import price_line

    if len(whole.due) > len(screen.due) and not all(row.free for row in whole.due):
        shared.remark(f"screen: {price_line(screen)}; with a confirmation, where it fires:")
    confirm_spending(whole, yes=yes, max_cost=here.settings.max_cost)


def _look(
    suite: "Suite",
    here: "Workspace",
    wanted: "Wanted",
    *,
    notify: "Sequence[Path]",
    suspect: bool,
    as_json: bool,
) -> int:
    from dataclasses import replace

    from harness.cli.asking import say_ending
    from harness.errors import UsageError
    from harness.evaluate.monitor import look_at
    from harness.evaluate.monitor_tell import alarm_of, post, webhook_of, write

    if as_json and STDOUT in notify:
        raise UsageError("--json and --notify -: both are for stdout; say one of them")
    webhook = webhook_of(here.environ)
    try:
        with progress() as told:
            done = look_at(suite, here, replace(wanted, progress=told, ending=say_ending))
    except KeyboardInterrupt:
        shared.remark(
            "interrupted: what had arrived is kept in the look's recording and judged by nobody; "
            f"the next look begins anew: harness monitor {suite.path}",
            style="red",
        )
        raise typer.Exit(130) from None
    alarm = alarm_of(done.look, suite, here)
    complaints = [*write(alarm, [path for path in notify if path != STDOUT]), post(alarm, webhook)]
    page, trouble = _page(alarm, done, here)
    _show(alarm, page, as_json=as_json, line=STDOUT in notify)
    for complaint in filter(None, (*complaints, trouble)):
        shared.remark(f"warning: {complaint}", style="yellow")
    return _code(done, suspect=suspect)


def _remember(suite: "Suite", here: "Workspace") -> None:
    """Add what is new beside the suite to a history that is set; its failure is a warning."""
    from harness.evaluate.history import remember

    if complaint := remember(here, suites=[here.root / suite.path]):
        shared.remark(f"warning: {complaint}", style="yellow")


def _code(done: "Looked", *, suspect: bool) -> int:
    from harness.errors import SpendingRefused
    from harness.model.drift import Shift

    verdict = done.look.verdict
    if verdict is Shift.NOT_ENOUGH_DATA:
        return 4 if isinstance(done.stopped, SpendingRefused) else 3
    return int(verdict is Shift.CHANGED or (suspect and verdict is Shift.SUSPECT))


def _page(alarm: "Alarm", done: "Looked", here: "Workspace") -> "tuple[Path | None, str]":
    """Write the look's page; that it cannot be written changes nothing that was found."""
    from harness.errors import StoreError
    from harness.evaluate.monitor_page import write_look

    if not done.steps:
        return None, ""
    try:
        return write_look(alarm, done.steps, here), ""
    except StoreError as error:
        return None, str(error)


def _show(alarm: "Alarm", page: "Path | None", *, as_json: bool, line: bool) -> None:
    """Show a look: facts, pictures, verdict, its file, the next command."""
    from harness.report.alarm import document, facts, json_line, next_command
    from harness.store.codec import encode

    if as_json:
        shared.print_json({**document(alarm), "steps": encode(alarm.look)})
        return
    say = shared.remark if line else shared.say_hanging
    if alarm.look.simulated:
        say("simulated pictures: they say nothing about a model")
    for fact in facts(alarm):
        say(f"    {fact}", style="dim")
    for shown in alarm.pictures:
        say(f"    {shown.side} picture of {shown.cell}: {shown.path or shown.sha256}", style="dim")
    say(alarm.look.said, style=STYLES.get(alarm.look.verdict.value, "green"))
    if alarm.look.recording:
        folder = Path(alarm.suite).with_suffix(".monitor")
        say(f"look    {folder / alarm.look.id}.json")
    if page is not None:
        say(f"report  {page}")
    say(f"next    {next_command(alarm)}")
    if line:
        typer.echo(json_line(alarm))
