"""Show what the history says: a table of arms a suite, tiny lines, and what happened."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from harness.cli import shared
from harness.report.words import count_of, days, duration, money, visible

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

    from harness.evaluate.history import Trends
    from harness.history.trends import Day, Looked, Trend

STEPS = "▁▂▃▄▅▆▇█"
POINTS = 20
"""Points of a tiny line, the last ones."""
MARKS = 12
"""Things that happened that are shown, the last ones; `--json` has all."""
_HEADS = ("days", "answers", "refused", "an answer", "", "median", "90 %", "", "thoughts")


def show_trends(found: "Trends", page: "Path | None" = None) -> None:
    """Print every suite, then the verdict, the page, the database and the next command."""
    for trend in found.suites:
        shared.say(trend.suite, style="bold")
        if trend.days:
            shared.out().print(_table(trend.days))
        for line in (*_drift(trend), *_judged(trend), *_happened(trend)):
            shared.say(f"    {line}")
        shared.say("")
    for month in found.months[-MARKS:]:
        held = f", and {money(month.open_usd)} open" if month.open_usd else ""
        shared.say(f"{month.month} {month.endpoint}: {money(month.spent_usd)} spent{held}")
    shared.say(_verdict(found), style="bold")
    shared.say(f"history {found.where}")
    if page is not None:
        shared.say(f"report  {page}")
    shared.say(f"next    {_next(found, page)}")


def tiny_line(values: Sequence[float | None]) -> str:
    """Draw the last of `values` from least to most, one letter each; a gap where one is None."""
    shown = values[-POINTS:]
    told = [value for value in shown if value is not None]
    if len(told) < 2:
        return ""
    low, span = min(told), max(told) - min(told)
    return "".join(" " if value is None else _step(value, low, span) for value in shown)


def _step(value: float, low: float, span: float) -> str:
    return STEPS[round((value - low) / span * (len(STEPS) - 1))] if span else STEPS[0]


def _table(found: "Sequence[Day]") -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("    arm", overflow="fold")
    for head in _HEADS:
        table.add_column(head, justify="left" if not head else "right", no_wrap=True)
    for arm, group in groupby(found, key=lambda day: day.arm):
        of_arm = list(group)
        simulated = " (simulated)" if any(day.simulated for day in of_arm) else ""
        cells = [visible(cell) for cell in _cells(of_arm)]
        table.add_row(Text(f"    {visible(arm)}{simulated}"), *map(Text, cells))
    return table


def _cells(found: "Sequence[Day]") -> Iterator[str]:
    """Word an arm's days: counts over all, times and prices of the last day, lines over all."""
    answers = sum(day.answers for day in found)
    last = found[-1]
    yield str(len(found))
    yield str(answers)
    yield f"{sum(day.refusals for day in found) / answers:.1%}"
    yield money(last.usd_mean)
    yield tiny_line([day.usd_mean for day in found])
    yield duration(last.seconds_median)
    yield duration(last.seconds_p90)
    yield tiny_line([day.seconds_median for day in found])
    yield "not told" if last.thoughts is None else f"{last.thoughts:,.0f}"


def _drift(trend: "Trend") -> Iterator[str]:
    for arm in trend.arms:
        looks = [look for look in trend.looks if look.arm == arm]
        if looks:
            last = looks[-1]
            line = tiny_line([look.effect for look in looks])
            told = f"{_effect(last)}{_provisional(last)} {line}".rstrip()
            made = count_of(len(looks), "look")
            yield f"drift   {arm}: {made}, last {last.verdict} on {last.at[:10]}{told}"


def _effect(look: "Looked") -> str:
    if look.effect is None:
        return ""
    matters = "" if look.matters is None else f", {look.matters:.2f} matters"
    return f", effect {look.effect:.2f} in {look.channel}{matters}"


def _provisional(look: "Looked") -> str:
    said = [" PROVISIONAL"] if look.provisional else []
    return "".join([*said, *([" (simulated)"] if look.simulated else [])])


def _judged(trend: "Trend") -> Iterator[str]:
    if not trend.judgings:
        return
    last = trend.judgings[-1]
    failed = sorted(last.failed.items(), key=lambda item: (-item[1], item[0]))
    why = ", ".join(f"{name} {count}" for name, count in failed) or "nothing failed"
    line = tiny_line([sum(judging.failed.values()) for judging in trend.judgings])
    runs = count_of(len(trend.judgings), "run")
    yield f"judged  {runs}, last {last.status} on {last.at[:10]}: {why} {line}".rstrip()


def _happened(trend: "Trend") -> Iterator[str]:
    left = len(trend.marks) - MARKS
    if left > 0:
        yield f"... {left} earlier"
    for mark in trend.marks[-MARKS:]:
        arm = f"{mark.arm}: " if mark.arm else ""
        yield f"{mark.at[:10]}  {mark.kind}: {arm}{mark.said}"


def _verdict(found: "Trends") -> str:
    recorded = [day for trend in found.suites for day in trend.days]
    runs = sum(len(trend.judgings) for trend in found.suites)
    looks = sum(len(trend.looks) for trend in found.suites)
    if not (recorded or runs or looks):
        return "the history is empty: nothing was run here, or nothing since that day"
    answers = count_of(sum(day.answers for day in recorded), "answer")
    span = days(day.day for day in recorded)
    said = f"recorded answers of {span}, nothing was generated" if span else "no dated answer"
    still = [name for trend in found.suites for name in trend.open]
    alarm = f"; open: {', '.join(still)}" if still else ""
    return f"{said}: {answers}, {count_of(runs, 'run')}, {count_of(looks, 'look')}{alarm}"


def _next(found: "Trends", page: "Path | None") -> str:
    if not any(trend.days or trend.judgings or trend.looks for trend in found.suites):
        return "harness run"
    return "harness trends --json" if page else "harness trends --html reports/trends.html"
