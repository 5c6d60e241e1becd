"""The verb that obtains and judges: run."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import shared
from harness.cli.announcing import AUTO, FormatOption, Pictures, annotating, announce
from harness.cli.asking import asked_of, order_of, rest_of, resumed, shared_out, suites_asked
from harness.cli.options import (
    AllowCode,
    Anchor,
    Arms,
    Endpoint,
    ExecutorOption,
    Jobs,
    Keyword,
    LiveOption,
    MaxCost,
    Model,
    Outputs,
    Samples,
    ShardOption,
    Tags,
    set_of,
)
from harness.cli.parting import run_and_show_parts
from harness.cli.progress import progress
from harness.cli.recording import arms_to_record, record_and_show
from harness.cli.shared import Json, Recording, Suites
from harness.cli.verdicts import show_run
from harness.cli.weighing import tell_weight
from harness.errors import SpendingRefused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from harness.evaluate.forge import Forge
    from harness.evaluate.order import Order
    from harness.evaluate.run import RunDone
    from harness.evaluate.unfinished import Asked
    from harness.evaluate.workspace import Workspace
    from harness.model.suite import Suite


def run(
    suites: Suites = None,
    live: LiveOption = "none",
    record_only: Annotated[bool, typer.Option(help="Record, do not judge.")] = False,
    recording: Recording = None,
    endpoint: Endpoint = None,
    model: Model = None,
    arms: Arms = None,
    anchor: Anchor = None,
    keyword: Keyword = None,
    tag: Tags = None,
    samples: Samples = None,
    shard: ShardOption = None,
    jobs: Jobs = None,
    executor: ExecutorOption = None,
    max_cost: MaxCost = None,
    batch: Annotated[
        bool, typer.Option("--batch", help="Generate by batch jobs: half price, within 24 hours.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before spending.")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the live run that was stopped.")
    ] = False,
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
    allow_code: AllowCode = False,
    output: Outputs = None,
    form: FormatOption = AUTO,
    pictures: Pictures = None,
    as_json: Json = False,
) -> None:
    """Replay recordings, judge them, write a report. Spends nothing unless --live is given."""
    from harness.evaluate.exits import exit_code
    from harness.evaluate.reporting import check_outputs
    from harness.evaluate.run import run_suites

    asked = asked_of(
        live=live,
        suites=suites,
        keyword=keyword,
        tags=tag,
        samples=samples,
        recording=recording,
        endpoint=endpoint,
        model=model,
        batch=batch,
        record_only=record_only,
        allow_unknown_price=allow_unknown_price,
        arms=arms,
        anchor=anchor,
        shard=shard,
    )
    flags = {"jobs": jobs, "max_cost": max_cost, "fail_on": set_of(fail_on), "replay": replay}
    flags |= {"pictures": pictures, "executor": executor}
    asked = resumed(asked, shared.workspace().reports) if resume else asked
    here = shared.workspace(allow_code=allow_code, recording=asked.recording, **flags)
    check_outputs(output or [])
    with annotating(form) as forge:
        found, here, share = shared_out(suites_asked(here, asked), here, asked)
    with progress() as told:
        order = order_of(
            asked, here, yes=yes, told=told, arms=arms_to_record(asked, found, here), shard=share
        )
        _go_otherwise(asked, found, here, order, outputs=output or [], forge=forge, as_json=as_json)
        done = run_suites(found, here, order)
    done = _with_rest(done, found, here, order)
    _keep_and_show(done, here, output or [], forge=forge, as_json=as_json)
    tell_weight(done.folder, only_heavy=True)
    raise typer.Exit(exit_code(done.run, fail_on=here.settings.fail_on))


def _go_otherwise(
    asked: "Asked",
    found: "Sequence[Suite]",
    here: "Workspace",
    order: "Order",
    *,
    outputs: "Sequence[Path]",
    forge: "Forge",
    as_json: bool,
) -> None:
    """Record alone, or judge suite by suite, and exit; do nothing where it is one run."""
    from harness.evaluate.parts import is_large

    if asked.record_only or order.arms:
        raise typer.Exit(record_and_show(asked, found, here, order, as_json=as_json))
    if is_large(found, order):
        raise typer.Exit(
            run_and_show_parts(found, here, order, outputs=outputs, forge=forge, as_json=as_json)
        )


def _with_rest(
    done: "RunDone", found: "Sequence[Suite]", here: "Workspace", order: "Order"
) -> "RunDone":
    """Say what a run that reached its cap has left to do, and what goes on with it."""
    if not isinstance(done.stopped, SpendingRefused):
        return done
    left, command = rest_of(found, here, order)
    return replace(done, run=replace(done.run, command=command), left=left)


def _keep_and_show(
    done: "RunDone",
    here: "Workspace",
    outputs: "Sequence[Path]",
    *,
    forge: "Forge",
    as_json: bool,
) -> None:
    """Keep the run and show it; verdicts are shown also where it cannot be kept."""
    from harness.evaluate.reporting import keep

    missed = ""
    try:
        missed = keep(done.run, done.folder, here, outputs=outputs, forge=forge)
    finally:
        _show(done, as_json=as_json)
        announce(done.run, forge, root=here.root)
    if missed:
        shared.remark(missed, style="yellow")


def _show(done: "RunDone", *, as_json: bool) -> None:
    if as_json:
        from harness.store.runs import run_document

        shared.print_json(run_document(done.run))
    else:
        show_run(done.run, done.folder)
    if done.stopped is not None:
        shared.remark(str(done.stopped), style="red")
    if done.left:
        shared.remark(f"left    {done.left}; {done.run.command} goes on")
