"""Turn what the history knows of a suite into charts, each with its table."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harness.history.trends import Day, Judging, Kept, Looked, Month, Trend
from harness.report.drift_words import channel_words, of_p, of_size
from harness.report.trends_views import Cell, Chart, Point, Table, TrendsReport
from harness.report.words import count_of, duration, money

DRIFT, CONSISTENCY, CHECKS = "drift", "consistency", "checks"


def _share(value: float) -> str:
    return f"{value:.1%}"


def _tokens(value: float) -> str:
    return f"{value:,.0f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
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


_MEASURES = (
    _Measure(
        id="refusals",
        title="Refusals",
        lead="Share of a day's answers that the model refused, or whose prompt was blocked.",
        axis="refused",
        format=".0%",
        value=lambda day: day.refused,
        tell=_share,
    ),
    _Measure(
        id="cost",
        title="Cost",
        lead="US dollars an answer, the mean of a day.",
        axis="US dollars an answer",
        format="$.3f",
        value=lambda day: day.usd_mean,
        tell=money,
    ),
    _Measure(
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
    _Measure(
        id="thoughts",
        title="Thinking tokens",
        lead="Thinking tokens an answer, the mean of a day.",
        axis="thinking tokens",
        format=",~s",
        value=lambda day: day.thoughts,
        tell=_tokens,
    ),
    _Measure(
        id="tokens",
        title="Picture tokens",
        lead="Tokens of pictures an answer, the mean of a day. They follow the size.",
        axis="picture tokens",
        format=",~s",
        value=lambda day: day.picture_tokens,
        tell=_tokens,
    ),
)


def charts(trend: Trend, report: TrendsReport) -> tuple[Chart, ...]:
    """Give the charts of a suite that have a point to show, the gravest first."""
    found = [
        _drift(trend.looks),
        _kept(trend.kept, report),
        *(_of_days(measure, trend.days) for measure in _MEASURES),
        _checks(trend.judgings, report),
    ]
    return tuple(chart for chart in found if any(p.value is not None for p in chart.points))


def months_table(months: Sequence[Month]) -> Table | None:
    """Give what each month cost; None of none."""
    if not months:
        return None
    rows = [
        (
            Cell(text=month.month),
            Cell(text=month.endpoint),
            _figure(count_of(month.calls, "call")),
            _figure(money(month.spent_usd)),
            _figure(money(month.open_usd) if month.open_usd else "nothing"),
        )
        for month in sorted(months, key=lambda month: month.month, reverse=True)
    ]
    return _table(("month", "endpoint", "calls", "spent", "may still be charged"), rows, words=2)


def _of_days(measure: _Measure, days: Sequence[Day]) -> Chart:
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


def _of_day(measure: _Measure, day: Day) -> Point:
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


def _day_table(measure: _Measure, days: Sequence[Day]) -> Table:
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
        told = (_figure("not told" if v is None else measure.tell(v)) for v in figures)
        rows.append((Cell(text=day.day), Cell(text=_arm(day)), _figure(f"{day.answers:,}"), *told))
    return _table(heads, rows, words=2)


def _arm(point: Day | Looked) -> str:
    return f"{point.arm} (simulated)" if point.simulated else point.arm


def _drift(looks: Sequence[Looked]) -> Chart:
    set_as = [look.matters for look in looks if look.matters is not None]
    heads = ("time", "arm", "verdict", "effect", "channel", "p of the screen", "confirmed", "cost")
    rows = [
        (
            Cell(text=look.at[:16].replace("T", " ")),
            Cell(text=_arm(look)),
            Cell(text=_verdict(look)),
            _figure(_effect(look)),
            Cell(text=channel_words(look.channel) if look.channel else ""),
            _figure("" if look.screen_p is None else of_p(look.screen_p)),
            _figure("" if look.confirm_p is None else of_p(look.confirm_p)),
            _figure(money(look.spent_usd)),
        )
        for look in sorted(looks, key=lambda look: look.at, reverse=True)
    ]
    return Chart(
        id=DRIFT,
        title="Drift",
        lead="Effect of each look of the monitor against the reference sample, with its interval. "
        "0 is no change; inside the band it does not matter, as it was set.",
        axis="effect",
        format="~g",
        points=tuple(sorted(map(_of_look, looks), key=lambda point: (point.name, point.at))),
        table=_table(heads, rows, words=3),
        band=set_as[-1] if set_as else None,
        tell=of_size,
        stepping=False,
    )


def _of_look(look: Looked) -> Point:
    where = f" in {channel_words(look.channel)}" if look.channel else ""
    return Point(
        at=look.at,
        name=look.arm,
        value=look.effect,
        low=look.low,
        high=look.high,
        kind=look.verdict,
        said=f"{look.at[:10]}, {look.arm}: {_verdict(look)}, effect {_effect(look)}{where}",
    )


def _verdict(look: Looked) -> str:
    return f"PROVISIONAL {look.verdict}" if look.provisional else look.verdict


def _effect(look: Looked) -> str:
    if look.effect is None:
        return "not measured"
    if look.low is None or look.high is None:
        return of_size(look.effect)
    return f"{of_size(look.effect)} ({of_size(look.low)} to {of_size(look.high)})"


def _kept(kept: Sequence[Kept], report: TrendsReport) -> Chart:
    heads = ("recorded", "character", "recording", "distance", "variants", "failed", "run")
    rows = [
        (
            Cell(text=point.at[:10]),
            Cell(text=_character(point)),
            Cell(text=point.recording),
            _figure(f"{point.mean:.2f}"),
            _figure(f"{point.variants:,}"),
            _figure(f"{point.failed:,}"),
            Cell(text=point.run, href=report.href(point.run)),
        )
        for point in sorted(kept, key=lambda point: point.at, reverse=True)
    ]
    return Chart(
        id=CONSISTENCY,
        title="Consistency",
        lead="Distance of a character's pictures from the nearest reference, in look and not in "
        "identity: the mean over its variants. Lower is nearer.",
        axis="distance",
        format="~g",
        points=tuple(_of_kept(point) for point in kept),
        table=_table(heads, rows, words=3, last_words=1),
        tell=lambda value: f"{value:.2f}",
    )


def _of_kept(point: Kept) -> Point:
    failed = f", {point.failed} failed" if point.failed else ""
    return Point(
        at=point.at,
        name=_character(point),
        value=point.mean,
        kind="failed" if point.failed else "within its limits",
        said=f"{point.at[:10]}, {_character(point)}: {point.mean:.2f} over "
        f"{count_of(point.variants, 'variant')}{failed}; {point.recording}",
    )


def _character(point: Kept) -> str:
    return point.name.partition("[")[2].removesuffix("]") or point.name


def _checks(judgings: Sequence[Judging], report: TrendsReport) -> Chart:
    heads = ("time", "run", "recording", "status", "of", "samples", "failed", "errors", "which")
    rows = [
        (
            Cell(text=judging.at[:16].replace("T", " ")),
            Cell(text=judging.run, href=report.href(judging.run)),
            Cell(text=judging.recording),
            Cell(text=judging.status),
            Cell(text=_news(judging)),
            _figure(f"{judging.samples:,}"),
            _figure(f"{sum(judging.failed.values()):,}"),
            _figure(f"{judging.errors:,}"),
            Cell(text=", ".join(_which(judging)) or "nothing failed"),
        )
        for judging in sorted(judgings, key=lambda judging: judging.at, reverse=True)
    ]
    return Chart(
        id=CHECKS,
        title="Failed checks",
        lead="Findings that failed, run by run. A replay judges old pictures again: no news.",
        axis="failed",
        format="~s",
        points=tuple(map(_of_judging, judgings)),
        table=_table(heads, rows, words=5, last_words=1),
        tell=_tokens,
        stepping=False,
        finest=1.0,
    )


def _of_judging(judging: Judging) -> Point:
    failed = sum(judging.failed.values())
    return Point(
        at=judging.at,
        name="failed findings",
        value=failed,
        kind=_news(judging),
        said=f"{judging.at[:16]}, {judging.run}, {_news(judging)} of {judging.recording}: "
        f"{judging.status}, {', '.join(_which(judging)) or 'nothing failed'}",
    )


def _news(judging: Judging) -> str:
    return "new pictures" if judging.generated else "replay"


def _which(judging: Judging) -> Iterator[str]:
    for name, count in sorted(judging.failed.items(), key=lambda item: (-item[1], item[0])):
        yield f"{name} {count}"


def _figure(text: str) -> Cell:
    return Cell(text=text, is_figure=True)


def _table(
    heads: Sequence[str], rows: Sequence[tuple[Cell, ...]], *, words: int, last_words: int = 0
) -> Table:
    """Give a table whose first `words` columns, and the last ones, are text."""
    last = len(heads) - last_words
    told = (Cell(text=h, is_figure=words <= n < last) for n, h in enumerate(heads))
    return Table(heads=tuple(told), rows=tuple(rows))
