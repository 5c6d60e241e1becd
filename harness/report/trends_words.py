"""Say in words, first, what changed over time: alarms, drift, steps, and what stood beside them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from harness.history.trends import Looked, Trend
from harness.model.drift import Shift
from harness.model.verdict import Status
from harness.report.drift_words import channel_words, of_p, of_size
from harness.report.trends_views import Chart, Happened, Point, Said
from harness.report.words import ICONS, count_of
from harness.stats.steps import FEWEST, Step, holm, step

ALPHA = 0.05
"""How often a page may tell a step that is none."""

Key = tuple[str, str, str]
"""Suite, chart and line."""

_DRIFT = {
    Shift.CHANGED.value: Status.FAIL,
    Shift.SUSPECT.value: Status.WARN,
    Shift.NOT_ENOUGH_DATA.value: Status.UNRECORDED,
}

_FIRST = (Status.FAIL, Status.WARN, Status.UNRECORDED, Status.PASS)
"""What is told, in this order: what cannot be told stands below what changed."""


def steps(charts: Mapping[str, Sequence[Chart]]) -> Mapping[Key, Step]:
    """Find the steps that stand when all lines of a page are looked at together.

    Args:
        charts: By suite.
    """
    found: dict[Key, Step] = {}
    for suite, of_suite in charts.items():
        for chart in of_suite:
            for name, line in _lines(chart):
                values = [p.value for p in line if p.value is not None]
                tested = step(values) if chart.stepping and len(set(values)) > 1 else None
                if tested is not None:
                    found[suite, chart.id, name] = tested
    stand = holm([tested.p for tested in found.values()], alpha=ALPHA)
    return {key: found[key] for key, stands in zip(found, stand, strict=True) if stands}


def said(
    trend: Trend,
    charts: Sequence[Chart],
    *,
    happened: Sequence[Happened],
    stepped: Mapping[Key, Step],
) -> tuple[Said, ...]:
    """Say what changed in a suite, the gravest first.

    Args:
        trend: What the history knows.
        charts: The suite's.
        happened: With their signs.
        stepped: The page's steps.
    """
    found = [*_alarms(trend), *_looks(trend), *_steps(trend, charts, happened, stepped)]
    found += [*_versions(happened), *_still(trend, charts, stepped)]
    return tuple(sorted(found, key=lambda one: _FIRST.index(one.status)))


def _said(status: Status, text: str, *, word: str = "") -> Said:
    return Said(status=status, word=word or status.value, icon=ICONS[status], text=text)


def _lines(chart: Chart) -> Iterator[tuple[str, list[Point]]]:
    for name, group in groupby(chart.points, key=lambda point: point.name):
        yield name, list(group)


def _alarms(trend: Trend) -> Iterator[Said]:
    for name in trend.open:
        look = next((look for look in trend.looks if look.id == name), None)
        of = f", {look.arm}, since {look.at[:10]}" if look else ""
        yield _said(Status.FAIL, f"An incident is open: {name}{of}.")


def _looks(trend: Trend) -> Iterator[Said]:
    for arm in trend.arms:
        looks = [look for look in trend.looks if look.arm == arm]
        if looks:
            last = looks[-1]
            made = count_of(len(looks), "look")
            text = f"{arm}: {_verdict(last)} on {last.at[:10]}{_effect(last)}; {made} in all."
            yield _said(_DRIFT.get(last.verdict, Status.PASS), text)


def _verdict(look: Looked) -> str:
    provisional = "PROVISIONAL " if look.provisional else ""
    simulated = " (simulated)" if look.simulated else ""
    return f"{provisional}{look.verdict}{simulated}"


def _effect(look: Looked) -> str:
    if look.effect is None:
        return ""
    ends = look.low is not None and look.high is not None
    interval = f" ({of_size(look.low or 0)} to {of_size(look.high or 0)})" if ends else ""
    matters = "" if look.matters is None else f", {of_size(look.matters)} matters"
    return f", effect {of_size(look.effect)}{interval} in {channel_words(look.channel)}{matters}"


def _steps(
    trend: Trend,
    charts: Sequence[Chart],
    happened: Sequence[Happened],
    stepped: Mapping[Key, Step],
) -> Iterator[Said]:
    for chart in charts:
        for name, line in _lines(chart):
            found = stepped.get((trend.suite, chart.id, name))
            if found is not None:
                known = [point.at[:10] for point in line if point.value is not None]
                beside = _beside(happened, after=known[found.at - 1], until=known[found.at])
                text = f"{chart.title}, {name}: {_moved(chart, found, known)}{beside}."
                yield _said(Status.WARN, text)


def _moved(chart: Chart, found: Step, days: Sequence[str]) -> str:
    way = "up" if found.after > found.before else "down"
    counts = f"{found.at} and {len(days) - found.at} points"
    return (
        f"a step {way} at {days[found.at]}, median {chart.tell(found.before)} before and "
        f"{chart.tell(found.after)} after ({counts}, p {of_p(found.p)})"
    )


def _beside(happened: Sequence[Happened], *, after: str, until: str) -> str:
    """Name what happened since the point before a step: it stands beside it, and proves nothing."""
    near = [one for one in happened if after < one.at[:10] <= until]
    return f"; beside it: {', '.join(f'{one.sign} {one.kind}' for one in near)}" if near else ""


def _versions(happened: Sequence[Happened]) -> Iterator[Said]:
    """Tell each arm's last change of its model version."""
    last = {one.arm: one for one in happened if one.kind == "model version"}
    for one in last.values():
        text = f"{one.arm}: model version {one.said} on {one.at[:10]} ({one.sign})."
        yield _said(Status.WARN, text)


def _still(trend: Trend, charts: Sequence[Chart], stepped: Mapping[Key, Step]) -> Iterator[Said]:
    """Say what was looked at and did not move, and what is too short to tell."""
    counts = {
        (chart.title, name): sum(point.value is not None for point in line)
        for chart in charts
        if chart.stepping
        for name, line in _lines(chart)
    }
    stepping = {
        (c.title, name) for c in charts for s, i, name in stepped if (s, i) == (trend.suite, c.id)
    }
    long = [key for key, count in counts.items() if count >= FEWEST and key not in stepping]
    short = [key for key, count in counts.items() if count < FEWEST]
    if long:
        text = f"No step is seen in {count_of(len(long), 'other line' if stepping else 'line')}."
        yield _said(Status.PASS, text)
    if short:
        text = (
            f"{count_of(len(short), 'line')} too short to tell a step: {FEWEST} points are needed."
        )
        yield _said(Status.UNRECORDED, text, word=Shift.NOT_ENOUGH_DATA.value)
    if not trend.looks:
        text = "No look of a monitor: drift is not watched here."
        yield _said(Status.UNRECORDED, text, word="NOT WATCHED")
