"""The verb that people review a run with: review."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import completing, shared
from harness.cli.opening import open_browser
from harness.cli.shared import Json

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.evaluate.reviewing import Prepared, Wanted
    from harness.evaluate.workspace import Workspace
    from harness.model.run import Run
    from harness.review.keeper import Keeper

PAGE = "review.html"


def review(
    name: Annotated[
        str,
        typer.Argument(
            metavar="RUN", help="Run id, its end, or last.", autocompletion=completing.runs
        ),
    ] = "last",
    take: Annotated[
        int, typer.Option(min=0, help="Sheets at most: what needs people, then a draw; 0: all.")
    ] = 60,
    seed: Annotated[int, typer.Option(min=0, help="Of the draw; another one draws others.")] = 0,
    sources: Annotated[
        list[Path] | None,
        typer.Option(
            "--from", metavar="FILE", help="A review of the first round; opens what is left."
        ),
    ] = None,
    quorum: Annotated[int, typer.Option(min=1, help="How many have to accept a sheet.")] = 1,
    reviewer: Annotated[
        str, typer.Option("--as", metavar="NAME", help="Who reviews.", show_default=False)
    ] = "",
    meeting: Annotated[str, typer.Option(help="What it is for, as the minutes name it.")] = "",
    static: Annotated[
        bool, typer.Option("--static", help="No server: the page keeps and gives a file.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="On 127.0.0.1; 0 takes a free one.")
    ] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Open no browser.")] = False,
    minutes: Annotated[
        str, typer.Option(metavar="md|html", help="Write what was decided, and end.")
    ] = "",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where the minutes go.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Look at a run's pictures and decide: each decision is on disk at the key press."""
    from harness.evaluate.planning_review import Draw
    from harness.evaluate.reviewing import Wanted
    from harness.store.runs import find_run, load_run

    here = shared.workspace()
    folder = find_run(here.reports, name)
    run = load_run(folder)
    wanted = Wanted(
        draw=Draw(take=take, seed=seed),
        sources=tuple(sources or ()),
        quorum=quorum,
        reviewer=reviewer.strip(),
        meeting=meeting.strip(),
    )
    if minutes or output:
        from harness.cli.minutes import write

        write(run, folder, here, wanted, form=minutes, output=output, as_json=as_json)
    elif static:
        _lay_out(run, folder, here, wanted, as_json=as_json)
    else:
        _serve(run, folder, here, wanted, port=port, opens=not no_open, as_json=as_json)


def _lay_out(
    run: "Run", folder: Path, here: "Workspace", wanted: "Wanted", *, as_json: bool
) -> None:
    """Write the page, and say where it is."""
    from harness.evaluate.reviewing import decisions_name, prepare

    prepared = prepare(run, folder, here, wanted)
    if as_json:
        shared.print_json(_document(run, prepared, page=(folder / PAGE).as_posix()))
        return
    if not prepared.plan.sheets:
        _show_nothing(run, prepared, wanted, as_json=as_json)
        return
    _show_plan(prepared)
    shared.say(f"page    {folder / PAGE}")
    file = Path(decisions_name(run.id, wanted.reviewer or "NAME"))
    shared.say("next    open it, decide, press E; then, where the browser saved the file:")
    shared.say(f"        {approving(wanted, file)}")


def _serve(
    run: "Run",
    folder: Path,
    here: "Workspace",
    wanted: "Wanted",
    *,
    port: int,
    opens: bool,
    as_json: bool,
) -> None:
    """Serve the page until Ctrl-C, and say what to do with what was decided."""
    serve = _server(run.id)
    from harness.evaluate.reviewing import keeper_of, prepare

    keeper = keeper_of(run, folder, wanted)
    prepared = prepare(run, folder, here, wanted)
    if not prepared.plan.sheets:
        _show_nothing(run, prepared, wanted, as_json=as_json)
        return

    def announce(address: str) -> None:
        if as_json:
            file = keeper.path.as_posix()
            shared.print_json(_document(run, prepared, address=address, file=file))
        else:
            _show_plan(prepared)
            _show_address(address, keeper)
        sys.stdout.flush()
        if opens:
            open_browser(address)

    serve(folder, keeper, report=prepared.report, port=port, announce=announce)
    _show_end(keeper, wanted, tell=shared.remark if as_json else shared.say)


def _server(run: str) -> "Callable[..., None]":
    """Give the server.

    Raises:
        UsageError: what it is made of is not installed.
    """
    try:
        from harness.review.server import serve
    except ImportError as error:
        from harness.errors import UsageError

        raise UsageError(
            "the review server is not installed: pip install 'gemini-image-harness[review]', "
            f"or decide without it: harness review {run} --static"
        ) from error
    return serve


def _show_plan(prepared: "Prepared") -> None:
    """Say how much is to be looked at, and why."""
    from collections import Counter

    from harness.report.words import count_of

    plan = prepared.plan
    first = Counter(sheet.why[0].value for sheet in plan.sheets if sheet.why)
    why = ", ".join(f"{name} {count}" for name, count in first.items())
    sheets, minutes = count_of(len(plan.sheets), "sheet"), count_of(round(plan.minutes), "minute")
    which = "" if plan.round == 1 else f"round {plan.round}: "
    shared.say(f"{which}{sheets} to look at, about {minutes}{f': {why}' if why else ''}")


def _show_nothing(run: "Run", prepared: "Prepared", wanted: "Wanted", *, as_json: bool) -> None:
    """Say that no sheet needs a look: in a second round what was decided can be applied."""
    if as_json:
        shared.print_json(_document(run, prepared))
    elif prepared.plan.round == 1:
        shared.say("nothing to look at: the run has no answer")
        shared.say("next    harness run --live missing")
    else:
        shared.say("nothing is left open: all who spoke agree, or the chair resolved it")
        shared.say(f"next    {approving(wanted)}")


def _show_address(address: str, keeper: "Keeper") -> None:
    from harness.evaluate.reviewing import UNNAMED

    if keeper.reviewer == UNNAMED:
        shared.remark("say who reviews with --as NAME: it stands in the file and in the minutes")
    goes_on = " (goes on with what it holds)" if keeper.path.exists() else ""
    shared.say(f"keeps   {keeper.path}{goes_on}")
    shared.say(f"page    {address}")
    shared.say("        the address is a key: it opens the page to who has it; Ctrl-C ends it")


def _show_end(keeper: "Keeper", wanted: "Wanted", *, tell: "Callable[[str], None]") -> None:
    """Say what was decided, where it is, and the next command."""
    from harness.report.words import count_of

    held = keeper.review()
    if held is None:
        tell("nothing was decided")
        tell(f"next    harness review {keeper.run}")
        return
    tell(f"{count_of(len(held.votes) + len(held.resolutions), 'decision')} by {held.reviewer}")
    tell(f"file    {keeper.path}")
    tell(f"next    {approving(wanted, keeper.path)}")


def approving(wanted: "Wanted", *files: Path) -> str:
    """Give the command that applies the files of all rounds."""
    import shlex

    named = dict.fromkeys([*wanted.sources, *files])
    told = " ".join(f"--from {shlex.quote(str(path))}" for path in named)
    quorum = f" --quorum {wanted.quorum}" if wanted.quorum > 1 else ""
    return f"harness approve {told}{quorum}"


def _document(run: "Run", prepared: "Prepared", **more: str) -> dict[str, object]:
    plan = prepared.plan
    return shared.document(
        "review-plan",
        run=run.id,
        report=prepared.report,
        take=plan.take,
        seed=plan.seed,
        round=plan.round,
        minutes=plan.minutes,
        sheets=[
            {"item": each.item, "why": [why.value for why in each.why], "random": each.random}
            for each in plan.sheets
        ],
        **more,
    )
