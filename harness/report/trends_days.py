"""Turn the days of a suite into charts: refusals, cost, latency and tokens of each arm."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.history.trends import Day
from harness.report.trends_tables import arm_of, figure, table
from harness.report.trends_views import Cell, Chart, Point, Table
from harness.report.words import count_of, duration, money


def share(value: float) -> str:
    """Say a share of 1."""
    return f"{value:.1%}"


def tokens(value: float) -> str:
    """Say a count, a mean one too."""
    return f"{value:,.0f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure that every day of an arm has."""

    id: str
    title: str
    lead: str
    axis: str
    format: str
    value: Callable[[Day], float | None]
    tell: Callable[[float], str]
    high: Callable[[Day], float | None] = lambda _day: None
    high_head: str = ""


MEASURES = (
    Measure(
        id="refusals",
        title="Refusals",
        lead="Share of a day's answers that the model refused, or whose prompt was blocked.",
        axis="refused",
        format=".0%",
        value=lambda day: day.refused,
        tell=share,
    ),
    Measure(
        id="cost",
        title="Cost",
        lead="US dollars an answer, the mean of a day.",
        axis="US dollars an answer",
        format="$.3f",
        value=lambda day: day.usd_mean,
        tell=money,
    ),
    Measure(
        id="latency",
        title="Latency",
        lead="Time of an answer: the median of a day, and up to where nine of ten stay within.",
        axis="seconds an answer",
        format="~g",
        value=lambda day: day.seconds_median,
        tell=duration,
        high=lambda day: day.seconds_p90,
        high_head="nine of ten within",
    ),
    Measure(
        id="thoughts",
        title="Thinking tokens",
        lead="Thinking tokens an answer, the mean of a day.",
        axis="thinking tokens",
        format=",~s",
        value=lambda day: day.thoughts,
        tell=tokens,
    ),
    Measure(
        id="tokens",
        title="Picture tokens",
        lead="Tokens of pictures an answer, the mean of a day. They follow the size.",
        axis="picture tokens",
        format=",~s",
        value=lambda day: day.picture_tokens,
        tell=tokens,
    ),
)


def of_days(measure: Measure, days: Sequence[Day]) -> Chart:
    """Give the chart of a measure; it may have no point to show."""
    return Chart(
        id=measure.id,
        title=measure.title,
        lead=measure.lead,
        axis=measure.axis,
        format=measure.format,
        points=tuple(_of_day(measure, day) for day in days),
        table=_day_table(measure, days),
        tell=measure.tell,
    )


def _of_day(measure: Measure, day: Day) -> Point:
    value, high = measure.value(day), measure.high(day)
    told = "not told" if value is None else measure.tell(value)
    within = f", nine of ten within {measure.tell(high)}" if high is not None else ""
    answers = count_of(day.answers, "answer")
    return Point(
        at=day.day,
        name=day.arm,
        value=value,
        low=value if high is not None else None,
        high=high,
        said=f"{day.day}, {day.arm}: {told}{within}; {answers}",
    )


def _day_table(measure: Measure, days: Sequence[Day]) -> Table:
    heads = (
        "day",
        "arm",
        "answers",
        measure.axis,
        *([measure.high_head] * bool(measure.high_head)),
    )
    rows = []
    for day in sorted(days, key=lambda day: day.day, reverse=True):
        figures = [measure.value(day), *([measure.high(day)] if measure.high_head else [])]
        told = (figure("not told" if v is None else measure.tell(v)) for v in figures)
        rows.append((Cell(text=day.day), Cell(text=arm_of(day)), figure(f"{day.answers:,}"), *told))
    return table(heads, rows, words=2)
