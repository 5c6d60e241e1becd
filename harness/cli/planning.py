"""The verb that says what a run would do and cost: plan."""

from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import shared
from harness.cli.asking import arms_asked, asked_of, live_of, suites_asked, wish_of
from harness.cli.options import (
    Anchor,
    Arms,
    Endpoint,
    Jobs,
    Keyword,
    LiveOption,
    Model,
    Samples,
    Tags,
)
from harness.cli.shared import Json, Recording, Suites
from harness.cli.spend import show_plan
from harness.evaluate.command import command_of
from harness.evaluate.price_words import price_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from harness.evaluate.online_counts import Counted, Name
    from harness.evaluate.plan import Plan, PlanRow
    from harness.evaluate.unfinished import Asked
    from harness.evaluate.workspace import Wish, Workspace
    from harness.model.suite import Suite


def plan(
    suites: Suites = None,
    live: LiveOption = "missing",
    recording: Recording = None,
    endpoint: Endpoint = None,
    model: Model = None,
    arms: Arms = None,
    anchor: Anchor = None,
    keyword: Keyword = None,
    tag: Tags = None,
    samples: Samples = None,
    jobs: Jobs = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="Let the service count the prompts: free calls.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show what is recorded, stale and missing, and what the rest would cost."""
    from harness.evaluate.limits import refuse_over_limits
    from harness.evaluate.plan import plan_suites
    from harness.evaluate.prospect import foundations, months
    from harness.report.words import duration

    asked = asked_of(
        live="none",
        suites=suites,
        keyword=keyword,
        tags=tag,
        samples=samples,
        recording=recording,
        endpoint=endpoint,
        model=model,
        arms=arms,
        anchor=anchor,
    )
    here = shared.workspace(recording=recording, jobs=jobs)
    found = suites_asked(here, asked)
    shared.remark_unready(found, here)
    wish, several = wish_of(endpoint, model), _arms(asked, found, here, exact=exact)
    made = plan_suites(found, here, wish=wish, live=live_of(live), arms=several)
    refuse_over_limits(made.due, here)
    counts = _counted(made, found, here) if exact else None
    if as_json:
        shared.print_json(plan_document(made, counts))
        return
    show_plan(made)
    if counts is not None:
        show_counts(made, counts)
    seconds = made.seconds(jobs=here.settings.jobs)
    time = f"; about {duration(seconds)} with -j {here.settings.jobs}" if seconds else ""
    shared.say(f"{price_line(made)}{time}")
    for line in (*foundations(made, here), *months(made, here)):
        shared.say(line, style="dim")
    same = command_of(asked)
    again = "all" if made.live == "all" else "missing"
    shared.say(f"next    {same} --live {again}" if made.due else f"next    {same}")


def _arms(
    asked: "Asked", found: "Sequence[Suite]", here: "Workspace", *, exact: bool
) -> "tuple[Wish, ...]":
    from harness.errors import UsageError

    arms = arms_asked(asked, found, here)
    if exact and arms:
        raise UsageError("--exact counts the prompts of one arm: say it without --arms")
    return arms


def _counted(
    plan: "Plan", suites: "Sequence[Suite]", here: "Workspace"
) -> "Mapping[Name, Counted]":
    from harness.evaluate.online_counts import count

    return count(plan, suites, here)


def show_counts(plan: "Plan", counts: "Mapping[Name, Counted]") -> None:
    """Say what was counted, a line for each variant's turn, and what is then expected."""
    from harness.evaluate.online_counts import total

    seen: set[str] = set()
    for row in plan.to_do:
        name = f"{row.variant.suite}/{row.variant.id} turn {row.turn + 1}"
        if name not in seen:
            seen.add(name)
            shared.say(f"{name}: {_tokens(counts[row.variant.suite, row.key])}")
    if not all(row.free for row in plan.to_do):
        shared.say(f"with these prompts about ${total(plan, counts):.2f}")


def _tokens(counted: "Counted") -> str:
    if counted.whole:
        return f"{counted.tokens:,} prompt tokens"
    return f"{counted.tokens:,} prompt tokens beside the answers before it"


def plan_document(
    plan: "Plan", counts: "Mapping[Name, Counted] | None" = None
) -> dict[str, object]:
    """Give the plan as one JSON document, with what was counted."""
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
            **_count_of(row, counts),
        }
        for row in plan.rows
    ]
    totals = {"expected_usd": plan.expected_usd, "ceiling_usd": plan.ceiling_usd}
    if counts is not None:
        from harness.evaluate.online_counts import total

        totals |= {"exact_expected_usd": total(plan, counts)}
    questions = [
        {
            "suite": row.variant.suite,
            "answer": row.key.id,
            "arm": row.arm.name,
            "standing": row.standing.value,
            "why": row.why,
            "expected_usd": row.expected_usd,
            "ceiling_usd": row.ceiling_usd,
        }
        for row in plan.questions
    ]
    return shared.document("plan", rows=rows, questions=questions, **totals)


def _count_of(row: "PlanRow", counts: "Mapping[Name, Counted] | None") -> dict[str, object]:
    counted = (counts or {}).get((row.variant.suite, row.key))
    if counted is None:
        return {}
    return {
        "prompt_tokens": counted.tokens,
        "prompt_known": "whole" if counted.whole else "without the answers before it",
        "exact_expected_usd": counted.expected_usd,
    }
