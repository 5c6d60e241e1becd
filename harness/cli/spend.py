"""Show a plan, and ask before money is spent (DESIGN law 1)."""

import os
import sys
from typing import TYPE_CHECKING

from harness.cli.shared import err
from harness.errors import SpendingRefused

if TYPE_CHECKING:
    from rich.table import Table

    from harness.evaluate.plan import Plan, PlanRow


def confirm_spending(plan: "Plan", *, yes: bool, max_cost: float | None) -> None:
    """Ask whether to go on; what costs nothing is not asked for.

    Raises:
        SpendingRefused: it was not agreed to.
    """
    if all(row.free for row in plan.to_do):
        return
    said = price_line(plan)
    cap = "no cap" if max_cost is None else f"cap ${max_cost:.2f}"
    if yes and max_cost is not None:
        err().print(f"{said}, {cap}", markup=False)
        return
    if not sys.stdin.isatty() or os.environ.get("CI"):
        raise SpendingRefused(
            f"{said}; without a terminal this needs --yes and --max-cost, e.g. "
            f"--yes --max-cost {plan.ceiling_usd:.2f}"
        )
    err().print(f"{said}, {cap}. Generate? [y/N] ", markup=False, end="")
    if not yes and sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise SpendingRefused("not confirmed; nothing was spent")


def price_line(plan: "Plan") -> str:
    """Say what is to be done and what it costs, in one line."""
    paid = [row for row in plan.to_do if not row.free]
    return (
        f"{len(plan.to_do)} answers to generate, {len(paid)} of them paid: "
        f"about ${plan.expected_usd:.2f}, at most ${plan.ceiling_usd:.2f}"
    )


def plan_table(plan: "Plan") -> "Table":
    """Draw the plan: a line for each variant's turn, its samples counted."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("variant", "pixels", "tokens", "recorded", "stale", "missing"):
        table.add_column(column, justify="left" if column == "variant" else "right")
    table.add_column("expected", justify="right")
    table.add_column("ceiling", justify="right")
    table.add_column("why", overflow="fold")
    groups: dict[tuple[str, int], list[PlanRow]] = {}
    for row in plan.rows:
        groups.setdefault((f"{row.variant.suite}/{row.variant.id}", row.turn), []).append(row)
    for (name, turn), rows in groups.items():
        table.add_row(*_cells(name, turn, rows))
    return table


def _cells(name: str, turn: int, rows: "list[PlanRow]") -> list[str]:
    from rich.markup import escape

    to_do = [row for row in rows if row.standing != "recorded"]
    counts = [sum(row.standing == kind for row in rows) for kind in _KINDS]
    first = rows[0]
    several = len(first.variant.turns) > 1
    return [
        escape(f"{name} turn {turn + 1}" if several else name),
        first.pixels,
        str(first.picture_tokens or "?"),
        *(str(count) if count else "." for count in counts),
        _money([row.expected_usd for row in to_do]),
        _money([row.ceiling_usd for row in to_do]),
        escape(to_do[0].why if to_do else ""),
    ]


_KINDS = ("recorded", "stale", "missing")


def _money(prices: list[float | None]) -> str:
    if None in prices:
        return "unknown"
    return f"${sum(price or 0 for price in prices):.2f}" if prices else "."
