"""Turn what the history knows of a suite into charts, each with its table."""

from collections.abc import Iterator, Sequence

from harness.history.trends import Judging, Kept, Looked, Trend
from harness.report.drift_words import channel_words, of_p, of_size
from harness.report.trends_days import MEASURES, of_days, tokens
from harness.report.trends_tables import arm_of, figure, table
from harness.report.trends_views import Cell, Chart, Point, TrendsReport
from harness.report.words import count_of, money

DRIFT, CONSISTENCY, CHECKS = "drift", "consistency", "checks"


def charts(trend: Trend, report: TrendsReport) -> tuple[Chart, ...]:
    """Give the charts of a suite that have a point to show, the gravest first."""
    found = [
        _drift(trend.looks),
        _kept(trend.kept, report),
        *(of_days(measure, trend.days) for measure in MEASURES),
        _checks(trend.judgings, report),
    ]
    return tuple(chart for chart in found if any(p.value is not None for p in chart.points))


def _drift(looks: Sequence[Looked]) -> Chart:
    set_as = [look.matters for look in looks if look.matters is not None]
    heads = ("time", "arm", "verdict", "effect", "channel", "p of the screen", "confirmed", "cost")
    rows = [
        (
            Cell(text=look.at[:16].replace("T", " ")),
            Cell(text=arm_of(look)),
            Cell(text=_verdict(look)),
            figure(_effect(look)),
            Cell(text=channel_words(look.channel) if look.channel else ""),
            figure("" if look.screen_p is None else of_p(look.screen_p)),
            figure("" if look.confirm_p is None else of_p(look.confirm_p)),
            figure(money(look.spent_usd)),
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
        table=table(heads, rows, words=3),
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
            figure(f"{point.mean:.2f}"),
            figure(f"{point.variants:,}"),
            figure(f"{point.failed:,}"),
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
        table=table(heads, rows, words=3, last_words=1),
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
            figure(f"{judging.samples:,}"),
            figure(f"{sum(judging.failed.values()):,}"),
            figure(f"{judging.errors:,}"),
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
        table=table(heads, rows, words=5, last_words=1),
        tell=tokens,
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
