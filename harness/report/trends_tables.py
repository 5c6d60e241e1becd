"""Lay figures in tables: words to the left, figures to the right, the newest first."""

from collections.abc import Sequence

from harness.history.trends import Day, Looked, Month
from harness.report.trends_views import Cell, Table
from harness.report.words import count_of, money


def figure(text: str) -> Cell:
    """Give a cell that holds a figure."""
    return Cell(text=text, is_figure=True)


def table(
    heads: Sequence[str], rows: Sequence[tuple[Cell, ...]], *, words: int, last_words: int = 0
) -> Table:
    """Give a table whose first `words` columns, and the last ones, are text."""
    last = len(heads) - last_words
    told = (Cell(text=h, is_figure=words <= n < last) for n, h in enumerate(heads))
    return Table(heads=tuple(told), rows=tuple(rows))


def arm_of(point: Day | Looked) -> str:
    """Name an arm, with whether its pictures are simulated."""
    return f"{point.arm} (simulated)" if point.simulated else point.arm


def months_table(months: Sequence[Month]) -> Table | None:
    """Give what each month cost; None of none."""
    if not months:
        return None
    rows = [
        (
            Cell(text=month.month),
            Cell(text=month.endpoint),
            figure(count_of(month.calls, "call")),
            figure(money(month.spent_usd)),
            figure(money(month.open_usd) if month.open_usd else "nothing"),
        )
        for month in sorted(months, key=lambda month: month.month, reverse=True)
    ]
    return table(("month", "endpoint", "calls", "spent", "may still be charged"), rows, words=2)
