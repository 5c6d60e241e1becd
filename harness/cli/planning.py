"""The verb that says what a run would do and cost: plan."""

from typing import TYPE_CHECKING

from harness.cli import shared
from harness.cli.running import (
    Endpoint,
    Jobs,
    Keyword,
    LiveOption,
    Model,
    Samples,
    Tags,
    live_of,
    repeated,
    wish_of,
)
from harness.cli.shared import Json, Recording, Suites
from harness.cli.spend import price_line, show_plan

if TYPE_CHECKING:
    from harness.evaluate.plan import Plan


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
    from harness.report.words import duration

    here = shared.workspace(recording=recording, jobs=jobs)
    found = shared.suites_of(here, suites, keyword=keyword, tags=tag or (), samples=samples)
    wish = wish_of(endpoint, model)
    made = plan_suites(found, here, wish=wish, live=live_of(live))
    if as_json:
        shared.print_json(plan_document(made))
        return
    show_plan(made)
    seconds = made.seconds(jobs=here.settings.jobs)
    time = f"; about {duration(seconds)} with -j {here.settings.jobs}" if seconds else ""
    shared.say(f"{price_line(made)}{time}")
    same = repeated(
        suites, {"-k": keyword, "--tag": tag, "--samples": samples, "--recording": recording}, wish
    )
    again = "all" if made.live == "all" else "missing"
    shared.say(f"next    {same} --live {again}" if made.to_do else f"next    {same}")


def plan_document(plan: "Plan") -> dict[str, object]:
    """Give the plan as one JSON document."""
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
    return shared.document("plan", rows=rows, **totals)
