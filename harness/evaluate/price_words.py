"""Say what a plan costs, in one line."""

import math
from typing import TYPE_CHECKING

from harness.report.words import count_of

if TYPE_CHECKING:  # to word a plan needs nothing of what makes one
    from collections.abc import Sequence

    from harness.evaluate.plan import Plan, PlanRow


def cap_for(plan: "Plan") -> str:
    """Give the cap under which everything is bought, in US dollars, rounded up."""
    cents = round(plan.ceiling_usd * 100, 7)  # 1.10 * 100 is a hair more than 110
    return f"{math.ceil(cents) / 100:.2f}"


def price_line(plan: "Plan") -> str:
    """Say what is to be done, by whom, and what it costs, in one line."""
    if not plan.due:
        rows = len(plan.rows)
        recorded = "the answer is" if rows == 1 else f"all {rows:,} answers are"
        return f"nothing to generate: {recorded} recorded, of {_arms(plan.rows)}"
    generate = f"{count_of(len(plan.to_do), 'answer')} to generate" if plan.to_do else ""
    ask = f"{count_of(len(plan.to_ask), 'question')} to ask" if plan.to_ask else ""
    said = f"{' and '.join(filter(None, (generate, ask)))}, of {_arms(plan.due)}"
    if all(row.free for row in plan.due):
        return f"{said}, which charges nothing"
    unknown = sum(row.ceiling_usd is None and not row.free for row in plan.due)
    more = f", and {unknown} of unknown price, which no cap counts" if unknown else ""
    return f"{said}: about ${plan.expected_usd:.2f}, at most ${plan.ceiling_usd:.2f}{more}"


def _arms(rows: "Sequence[PlanRow]") -> str:
    return ", ".join(sorted({row.arm.name for row in rows}))
