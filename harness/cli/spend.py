"""Show a plan, and ask before money is spent (DESIGN law 1)."""

import os
import sys
from typing import TYPE_CHECKING

from harness.cli.shared import err, out, remark, say
from harness.errors import SpendingRefused
from harness.evaluate.price_words import cap_for, price_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.evaluate.plan import Plan, PlanRow


def confirm_spending(plan: "Plan", *, yes: bool, max_cost: float | None) -> None:
    """Ask whether to go on; what costs nothing is not asked for.

    Raises:
        SpendingRefused: it was not agreed to.
    """
    if all(row.free for row in plan.due):
        return
    cap = "no cap" if max_cost is None else f"cap ${max_cost:.2f}"
    said = f"{price_line(plan)}, {cap}"
    if not yes and _asks():
        err().print(f"{said}. Generate? [y/N] ", end="")
        yes = sys.stdin.readline().strip().lower() in ("y", "yes")
        if not yes:
            raise SpendingRefused("not confirmed; nothing was spent")
    elif yes and (max_cost is not None or _asks()):
        remark(said)
    else:
        needs = (
            f"--yes and --max-cost, e.g. --yes --max-cost {cap_for(plan)}"
            if max_cost is None
            else "--yes"
        )
        raise SpendingRefused(f"{said}; without a terminal this needs {needs}")


def _asks() -> bool:
    """Tell whether somebody sits there who can answer."""
    return sys.stdin is not None and sys.stdin.isatty() and not os.environ.get("CI")


def show_plan(plan: "Plan") -> None:
    """Print the plan: a line for each variant's turn, and why it is not recorded."""
    from rich.text import Text

    groups: dict[str, list[PlanRow]] = {}
    asked = {(row.variant.suite, row.variant.id, row.arm) for row in plan.rows}
    several = len(asked) > len({(suite, variant) for suite, variant, _ in asked})
    for row in (*plan.rows, *plan.questions):
        groups.setdefault(_name(row, of_arm=several), []).append(row)
    width = max(map(len, groups), default=0)
    console = out()
    console.print(Text(_columns("variant", _HEADS, width), style="bold"))
    for name, rows in groups.items():
        console.print(Text(_columns(name, _cells(rows), width)))
        why = next((row.why for row in rows if row.why), "")
        if why:
            say(f"    {why}", style="dim")


_HEADS = ("pixels", "tokens", "recorded", "stale", "missing", "expected", "ceiling")


def _columns(name: str, cells: "Sequence[str]", width: int) -> str:
    return f"{name:<{width}} " + " ".join(f"{cell:>10}" for cell in cells)


def _name(row: "PlanRow", *, of_arm: bool) -> str:
    if row.named is not None:
        return f"{row.variant.suite}: questions to {row.arm.name}"
    name = f"{row.variant.suite}/{row.variant.id}"
    name = f"{name} turn {row.turn + 1}" if len(row.variant.turns) > 1 else name
    return f"{name} {row.arm.name}" if of_arm else name


def _cells(rows: "list[PlanRow]") -> list[str]:
    to_do = [row for row in rows if row.standing != "recorded"]
    counts = [sum(row.standing == kind for row in rows) for kind in _KINDS]
    return [
        rows[0].pixels,
        "text" if rows[0].named else str(rows[0].picture_tokens or "?"),
        *(str(count) if count else "." for count in counts),
        _money([row.expected_usd for row in to_do], free=rows[0].free),
        _money([row.ceiling_usd for row in to_do], free=rows[0].free),
    ]


_KINDS = ("recorded", "stale", "missing")


def _money(prices: list[float | None], *, free: bool) -> str:
    if prices and free:
        return "free"
    if None in prices:
        return "unknown"
    return f"${sum(price or 0 for price in prices):.2f}" if prices else "."
