"""Write trends.html: what changed in words, then charts, each with its table.

The page is whole without JavaScript: the tables hold every figure. A script draws the
charts where it may run.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.history.trends import Trend
from harness.report.assets import bring, libraries
from harness.report.packing import script
from harness.report.render import template
from harness.report.trends_series import charts
from harness.report.trends_specs import SIGNS, Spec, spec
from harness.report.trends_tables import months_table
from harness.report.trends_time import span_of
from harness.report.trends_views import (
    Chart,
    Drawn,
    Happened,
    LibraryView,
    SuiteView,
    TrendsPage,
    TrendsReport,
)
from harness.report.trends_words import Key, said, steps
from harness.report.words import count_of, days, visible
from harness.stats.steps import Step
from harness.store.files import write_atomic

__all__ = ["NAME", "TrendsReport", "write_trends"]

NAME = "trends.html"
_LIBRARIES = ("vega", "vega-lite", "vega-interpreter")
_THEME, _SCRIPT, _STYLE = "theme.js", "trends.js", "trends.css"


def write_trends(report: TrendsReport, path: Path, *, index: str = "") -> Path:
    """Write the page, the script with its drawings, and what it loads, beside each other.

    Args:
        report: What is shown.
        path: The page.
        index: The run's page beside it; empty for none.

    Returns:
        The page's path.

    Raises:
        StoreError: the folder cannot be written.
    """
    drawings: dict[str, Spec] = {}
    suites = _suites(report, drawings)
    laid = bring(path.parent, (*_LIBRARIES, _THEME, _SCRIPT, _STYLE))
    data = f"{path.stem}-data.js"
    page = TrendsPage(
        span=days(_times(report)),
        since=report.since,
        run=report.run,
        suites=suites,
        months=months_table(report.months),
        simulated=any(suite.simulated for suite in suites),
        index=index,
        data=data,
        scripts=tuple(laid[name] for name in (*_LIBRARIES, _SCRIPT)),
        theme=laid[_THEME],
        style=laid[_STYLE],
        libraries=_loaded(),
        unread=report.unread,
    )
    write_atomic(path.parent / data, script("__TRENDS__", _shown(drawings)))
    html = template("trends.html.jinja", tell=visible).render(page=page)
    write_atomic(path, html.encode())
    return path


def _shown(tree: object) -> object:
    """Make every text in a tree one that may be shown."""
    if isinstance(tree, dict):
        return {key: _shown(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_shown(value) for value in tree]
    return visible(tree) if isinstance(tree, str) else tree


def _loaded() -> tuple[LibraryView, ...]:
    return tuple(
        LibraryView(name=library.name, version=library.version, licence=library.licence)
        for library in libraries()
        if library.name in _LIBRARIES
    )


def _suites(report: TrendsReport, drawings: dict[str, Spec]) -> tuple[SuiteView, ...]:
    found = {trend.suite: charts(trend, report) for trend in report.suites}
    stepped = steps(found)
    return tuple(
        _suite(place, trend, found[trend.suite], stepped, drawings)
        for place, trend in enumerate(report.suites, start=1)
    )


def _suite(
    place: int,
    trend: Trend,
    found: Sequence[Chart],
    stepped: Mapping[Key, Step],
    drawings: dict[str, Spec],
) -> SuiteView:
    happened = _happened(trend)
    anchor = f"suite-{place}"
    span = span_of([*(p.at for chart in found for p in chart.points), *(h.at for h in happened)])
    drawn = tuple(Drawn(key=f"{anchor}-{c.id}", chart=c, alt=_alt(c)) for c in found)
    for one in drawn:
        names = trend.arms if set(trend.arms) >= _names(one.chart) else sorted(_names(one.chart))
        drawings[one.key] = spec(one.chart, happened, names=names, span=span)
    return SuiteView(
        anchor=anchor,
        name=trend.suite,
        said=said(trend, found, happened=happened, stepped=stepped),
        charts=drawn,
        happened=happened,
        simulated=_is_simulated(trend),
    )


def _names(chart: Chart) -> set[str]:
    return {point.name for point in chart.points}


def _is_simulated(trend: Trend) -> bool:
    found = [day.simulated for day in trend.days] + [look.simulated for look in trend.looks]
    found += [point.simulated for point in trend.kept] + [run.simulated for run in trend.judgings]
    return any(found)


def _happened(trend: Trend) -> tuple[Happened, ...]:
    """Number what happened by its kind."""
    counts: Counter[str] = Counter()
    found = []
    for mark in trend.marks:
        counts[mark.kind] += 1
        sign = f"{SIGNS.get(mark.kind, '?')}{counts[mark.kind]}"
        one = Happened(sign=sign, at=mark.at, kind=mark.kind, said=mark.said, arm=mark.arm)
        found.append(one)
    return tuple(found)


def _alt(chart: Chart) -> str:
    """Say a chart in a sentence: what, how many points, the newest of each line."""
    newest = {point.name: point.said for point in chart.points if point.value is not None}
    told = "; ".join(newest.values())
    return f"{chart.title}: {count_of(len(chart.points), 'point')}. Newest: {told}"


def _times(report: TrendsReport) -> list[str]:
    found = []
    for trend in report.suites:
        found += [day.day for day in trend.days]
        found += [look.at for look in trend.looks] + [run.at for run in trend.judgings]
    return found
