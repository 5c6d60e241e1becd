"""The verbs that obtain and judge: run, plan, report."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import shared
from harness.cli.progress import progress
from harness.cli.shared import Json, Recording, Suites
from harness.cli.spend import confirm_spending, price_line, show_plan
from harness.cli.verdicts import show_run

if TYPE_CHECKING:
    from harness.evaluate.obtain import Order
    from harness.evaluate.run import RunDone
    from harness.evaluate.workspace import Workspace

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
    output: Outputs = None,
    as_json: Json = False,
) -> None:
    """Replay recordings, judge them, write a report. Spends nothing unless --live is given."""
    here = shared.workspace(
        recording=recording, jobs=jobs, max_cost=max_cost or None, fail_on=_set_of(fail_on)
    )
    found = shared.suites_of(here, suites, keyword=keyword, tags=tag or (), samples=samples)
    flags = _repeated(suites, keyword=keyword, recording=recording)
    with progress() as told:
        order = _order(
            here, live, endpoint, model, yes=yes, unknown=allow_unknown_price, flags=flags
        )
        order = _told(order, told)
        if record_only:
            raise typer.Exit(_record_only(found, here, order))
        from harness.evaluate.run import run_suites

        done = run_suites(found, here, order)
    _write_reports(done, here, output or [])
    _show(done, here, as_json=as_json)
    from harness.evaluate.exits import exit_code

    code = exit_code(done.run, fail_on=here.settings.fail_on, stopped=done.stopped)
    raise typer.Exit(code)


def _set_of(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    return tuple(name for name in text.replace(" ", "").split(",") if name not in ("", "none"))


def _repeated(paths: list[Path] | None, *, keyword: str | None, recording: str | None) -> str:
    """Give the part of the command line that a next command repeats."""
    import shlex

    words = [str(path) for path in paths or ()]
    words += ["-k", keyword] if keyword else []
    words += ["--recording", recording] if recording else []
    return " ".join(shlex.quote(word) for word in words)


def _order(
    here: "Workspace",
    live: str,
    endpoint: str | None,
    model: str | None,
    *,
    yes: bool,
    unknown: bool,
    flags: str,
) -> "Order":
    from harness.errors import UsageError
    from harness.evaluate.obtain import Order
    from harness.evaluate.workspace import Wish
    from harness.runner.chains import Live

    try:
        wanted = Live(live)
    except ValueError:
        raise UsageError(f"--live {live!r}: say one of none, missing, all") from None
    asked = f" --endpoint {endpoint}" if endpoint else ""
    return Order(
        live=wanted,
        wish=Wish(endpoint=endpoint, model=model),
        allow_unknown_price=unknown,
        confirm=lambda plan: confirm_spending(plan, yes=yes, max_cost=here.settings.max_cost),
        command=" ".join(f"harness run {flags} --live missing{asked}".split()),
    )


def _told(order: "Order", told: object) -> "Order":
    from dataclasses import replace

    return replace(order, progress=told)  # type: ignore[arg-type]  # what progress() gives


def _record_only(found: object, here: "Workspace", order: "Order") -> int:
    from harness.evaluate.obtain import obtain
    from harness.evaluate.workspace import FREE
    from harness.runner.spending import Purse

    purse = Purse(here.settings.max_cost, free=FREE)
    obtained, stopped = obtain(found, here, order, purse=purse)  # type: ignore[arg-type]
    samples = [s for o in obtained for chain in o.samples for s in chain]
    kept = sum(s.receipt is not None for s in samples)
    shared.say(f"{kept} of {len(samples)} answers are recorded, ${purse.spent_usd:.2f} spent")
    for sample in samples:
        if sample.failure is not None:
            shared.remark(f"{sample.key.id}: {sample.failure.message}", style="red")
    if stopped is not None:
        shared.remark(str(stopped), style="red")
        return stopped.exit_code
    return 0 if kept == len(samples) else 3


def _write_reports(done: "RunDone", here: "Workspace", outputs: list[Path]) -> None:
    from harness.evaluate.reporting import write_all

    write_all(done.run, done.folder, here, outputs=outputs)


def _show(done: "RunDone", here: "Workspace", *, as_json: bool) -> None:
    if as_json:
        from harness.store.runs import run_document

        shared.print_json(run_document(done.run))
        return
    show_run(done.run, done.folder)
    if done.stopped is not None:
        shared.remark(str(done.stopped), style="red")


def plan(
    suites: Suites = None,
    live: LiveOption = "missing",
    recording: Recording = None,
    endpoint: Endpoint = None,
    model: Model = None,
    keyword: Keyword = None,
    tag: Tags = None,
    samples: Samples = None,
    jobs: Jobs = None,
    as_json: Json = False,
) -> None:
    """Show what is recorded, stale and missing, and what the rest would cost."""
    from harness.evaluate.plan import plan_suites

    here = shared.workspace(recording=recording, jobs=jobs)
    found = shared.suites_of(here, suites, keyword=keyword, tags=tag or (), samples=samples)
    order = _order(here, live, endpoint, model, yes=False, unknown=False, flags="")
    made = plan_suites(found, here, wish=order.wish, live=order.live)
    if as_json:
        shared.print_json(plan_document(made))
        return
    show_plan(made)
    minutes = made.seconds(jobs=here.settings.jobs) / 60
    shared.say(f"{price_line(made)}; about {minutes:.0f} min with -j {here.settings.jobs}")
    if made.to_do:
        flags = _repeated(suites, keyword=keyword, recording=recording)
        shared.say(f"next    {' '.join(f'harness run {flags} --live {order.live}'.split())}")


def plan_document(plan: object) -> dict[str, object]:
    """Give the plan as one JSON document."""
    from harness.evaluate.plan import Plan

    assert isinstance(plan, Plan)
    rows = [
        {
            "suite": row.variant.suite,
            "variant": row.variant.id,
            "sample": row.sample,
            "turn": row.turn,
            "arm": row.arm.name,
            "standing": row.standing.value,
            "why": row.why,
            "pixels": row.pixels,
            "picture_tokens": row.picture_tokens,
            "expected_usd": row.expected_usd,
            "ceiling_usd": row.ceiling_usd,
        }
        for row in plan.rows
    ]
    totals = {"expected_usd": plan.expected_usd, "ceiling_usd": plan.ceiling_usd}
    return {"format": "gemini-image-harness/plan", "version": 1, "rows": rows, **totals}


def report(
    name: Annotated[str, typer.Argument(metavar="RUN", help="Run id, its end, or last.")] = "last",
    output: Outputs = None,
    as_json: Json = False,
) -> None:
    """Write a run's pages anew from what is kept of it."""
    from harness.evaluate.reporting import write_all
    from harness.store.runs import find_run, load_run, run_document

    here = shared.workspace()
    folder = find_run(here.reports, name)
    loaded = load_run(folder)
    write_all(loaded, folder, here, outputs=output or [])
    if as_json:
        shared.print_json(run_document(loaded))
    else:
        show_run(loaded, folder)
