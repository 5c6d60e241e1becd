"""The verbs that obtain and judge: run, plan, report."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import shared
from harness.cli.progress import progress
from harness.cli.shared import Json, Recording, Suites
from harness.cli.spend import confirm_spending
from harness.cli.verdicts import show_run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from harness.evaluate.obtain import Order, Progress
    from harness.evaluate.run import RunDone
    from harness.evaluate.workspace import Wish, Workspace
    from harness.model.suite import Suite
    from harness.runner.chain import Live

Keyword = Annotated[
    str | None, typer.Option("-k", help="Only variants whose id matches, e.g. 'fox and not 4K'.")
]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="Only cases with this tag.")]
Samples = Annotated[int | None, typer.Option(min=1, help="Samples a variant, for this call.")]
Endpoint = Annotated[str | None, typer.Option(help="Who is asked: gemini, simulator, ...")]
Model = Annotated[str | None, typer.Option(help="Model id, instead of the suite's.")]
Jobs = Annotated[int | None, typer.Option("-j", "--jobs", min=1, help="Calls in flight.")]
MaxCost = Annotated[float | None, typer.Option(min=0.0, help="Cap in US dollars.")]
LiveOption = Annotated[
    str, typer.Option(help="Generate what is missing, or all anew: none, missing, all.")
]
Outputs = Annotated[
    list[Path] | None,
    typer.Option("-o", "--output", help="Also write FILE.{json,junit.xml,md,html}."),
]


def run(
    suites: Suites = None,
    live: LiveOption = "none",
    record_only: Annotated[bool, typer.Option(help="Record, do not judge.")] = False,
    recording: Recording = None,
    endpoint: Endpoint = None,
    model: Model = None,
    keyword: Keyword = None,
    tag: Tags = None,
    samples: Samples = None,
    jobs: Jobs = None,
    max_cost: MaxCost = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before spending.")] = False,
    allow_unknown_price: Annotated[
        bool, typer.Option(help="Spend on models without a known price.")
    ] = False,
    fail_on: Annotated[
        str | None,
        typer.Option(help="Set of: failed, unreviewed, unrecorded, incomplete; or none."),
    ] = None,
    replay: Annotated[
        str | None,
        typer.Option(
            help="thin leaves recorded pictures where they lie; exact rebuilds every body.",
            show_default="thin",
        ),
    ] = None,
    output: Outputs = None,
    as_json: Json = False,
) -> None:
    """Replay recordings, judge them, write a report. Spends nothing unless --live is given."""
    from harness.evaluate.exits import exit_code
    from harness.evaluate.reporting import check_outputs
    from harness.evaluate.run import run_suites

    here = shared.workspace(
        recording=recording,
        jobs=jobs,
        max_cost=max_cost,
        fail_on=_set_of(fail_on),
        replay=replay,
    )
    check_outputs(output or [])
    found = shared.suites_of(here, suites, keyword=keyword, tags=tag or (), samples=samples)
    wish = wish_of(endpoint, model)
    same = repeated(
        suites, {"-k": keyword, "--tag": tag, "--samples": samples, "--recording": recording}, wish
    )
    with progress() as told:
        order = _order(here, live, wish, yes=yes, unknown=allow_unknown_price, same=same, told=told)
        if record_only:
            raise typer.Exit(_record_only(found, here, order, as_json=as_json))
        done = run_suites(found, here, order)
    _keep_and_show(done, here, output or [], as_json=as_json)
    raise typer.Exit(exit_code(done.run, fail_on=here.settings.fail_on, stopped=done.stopped))


def _set_of(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    return tuple(name for name in text.replace(" ", "").split(",") if name not in ("", "none"))


def wish_of(endpoint: str | None, model: str | None) -> "Wish":
    """Say who the command line asks for."""
    from harness.evaluate.workspace import Wish

    return Wish(endpoint=endpoint, model=model)


def repeated(
    paths: list[Path] | None,
    flags: "Mapping[str, str | int | list[str] | None]",
    wish: "Wish",
) -> str:
    """Give the command line again, up to --live: what a next command repeats."""
    words = ["harness", "run", *(str(path) for path in paths or ())]
    for name, value in {**flags, "--endpoint": wish.endpoint, "--model": wish.model}.items():
        for single in value if isinstance(value, list) else [value]:
            words += [] if single is None else [name, str(single)]
    return shlex.join(words)


def _order(
    here: "Workspace",
    live: str,
    wish: "Wish",
    *,
    yes: bool,
    unknown: bool,
    same: str,
    told: "Progress",
) -> "Order":
    from harness.evaluate.obtain import Order

    return Order(
        live=live_of(live),
        wish=wish,
        allow_unknown_price=unknown,
        confirm=lambda plan: confirm_spending(plan, yes=yes, max_cost=here.settings.max_cost),
        progress=told,
        command=f"{same} --live missing",
    )


def live_of(word: str) -> "Live":
    """Read the word of `--live`.

    Raises:
        UsageError: there is no such word.
    """
    from harness.errors import UsageError
    from harness.runner.chain import Live

    try:
        return Live(word)
    except ValueError:
        raise UsageError(f"--live {word!r}: say one of none, missing, all") from None


def _record_only(
    found: "Sequence[Suite]", here: "Workspace", order: "Order", *, as_json: bool
) -> int:
    from harness.evaluate.record import record

    made = record(found, here, order)
    if as_json:
        counts = {"kept": made.kept, "wanted": made.wanted, "spent_usd": made.spent_usd}
        shared.print_json(shared.document("recorded", **counts, failures=list(made.failures)))
    else:
        spent = f"${made.spent_usd:.2f} spent"
        shared.say(f"{made.kept} of {made.wanted} answers are recorded, {spent}")
    for line in made.complaints:
        shared.remark(line, style="red")
    if made.stopped is not None:
        return made.stopped.exit_code
    return 0 if made.kept == made.wanted else 3


def _keep_and_show(
    done: "RunDone", here: "Workspace", outputs: "Sequence[Path]", *, as_json: bool
) -> None:
    """Keep the run and show it; verdicts are shown also where it cannot be kept."""
    from harness.evaluate.reporting import keep

    try:
        keep(done.run, done.folder, here, outputs=outputs)
    finally:
        _show(done, as_json=as_json)


def _show(done: "RunDone", *, as_json: bool) -> None:
    if as_json:
        from harness.store.runs import run_document

        shared.print_json(run_document(done.run))
    else:
        show_run(done.run, done.folder)
    if done.stopped is not None:
        shared.remark(str(done.stopped), style="red")
