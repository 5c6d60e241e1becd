"""Draw charts: plain Vega-Lite specifications, whose colours are the page's own properties.

An SVG's colours may be `var(--name)`: so the drawing turns dark, and prints, with the page.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from harness.history.trends import DECISIONS, EPOCH, INCIDENT, MODEL_VERSION, PROMPT
from harness.model.drift import Shift
from harness.report.trends_time import dates, gaps, milliseconds, moment
from harness.report.trends_views import Chart, Happened
from harness.report.words import shortened

Spec = dict[str, object]
"""A JSON object."""

SIGNS = {MODEL_VERSION: "V", PROMPT: "P", EPOCH: "B", DECISIONS: "D", INCIDENT: "I"}
"""The letter of each kind of thing that happens."""
HEIGHT = 240
LONGEST_NAME = 60
ALL_ZERO = 0.1
"""Up to where an axis reaches on which every value is 0."""
MOST_SIGNS = 3
"""Signs of one day that stand in a chart; the list has all."""
LEVELS, LINE_OF_SIGNS = 3, 16
"""Lines of signs above a chart, and their height in pixels."""
WIDTH_OF_SIGN = 1 / 36
"""Of a character of a sign, as a share of a chart on a phone."""
COLOURS = tuple(f"var(--line-{number})" for number in range(1, 7))
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
_DASHES = {
    MODEL_VERSION: [6, 4],
    PROMPT: [1, 0],
    EPOCH: [2, 3],
    DECISIONS: [1, 5],
    INCIDENT: [1, 0],
}
_KINDS = {
    Shift.NO_CHANGE_SEEN.value: "circle",
    Shift.EQUIVALENT.value: "square",
    Shift.NOT_ENOUGH_DATA.value: "cross",
    Shift.SUSPECT.value: "triangle-up",
    Shift.CHANGED.value: "diamond",
    "within its limits": "circle",
    "failed": "diamond",
    "new pictures": "circle",
    "replay": "cross",
}
"""Shapes of kinds, in the order of the legend."""
_INK, _SOFT, _LINE = "var(--ink)", "var(--soft)", "var(--line)"
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What all layers of a chart share.

    Attributes:
        chart: What is drawn.
        labels: Of its lines, by their names; none is another's.
        colours: Of its lines, in the order of the labels.
        span: First and last millisecond of the axis of time.
    """

    chart: Chart
    labels: Mapping[str, str]
    colours: tuple[str, ...]
    span: tuple[int, int]

    @property
    def x(self) -> Spec:
        """Give the axis of time."""
        scale: Spec = {"type": "utc", "domain": [*map(moment, self.span)], "nice": False}
        return {"field": "at", "type": "temporal", "scale": scale, "axis": dates(self.span)}

    def lines(self, layer: Spec, **encoding: Spec) -> Spec:
        """Give a layer that shows the lines, each in its colour."""
        shared: Spec = {"x": self.x, "y": _upright(self.chart), "color": self.colour}
        return layer | {"encoding": shared | encoding}

    @property
    def colour(self) -> Spec:
        alone = len(self.labels) == 1 and "@" not in next(iter(self.labels))
        return {
            "field": "name",
            "type": "nominal",
            "scale": {"domain": list(self.labels.values()), "range": list(self.colours)},
            "legend": None if alone else {"title": None},
        }


def spec(
    chart: Chart, happened: Sequence[Happened], *, names: Sequence[str], span: tuple[int, int]
) -> Spec:
    """Give a chart's specification; the script gives its width.

    Args:
        chart: What is drawn.
        happened: What stands upright in it, with its sign.
        names: Of the lines that may be in it: each has its own colour in all charts.
        span: First and last millisecond of the axis of time.
    """
    frame = _frame(chart, names, span)
    layers = [*_band(frame), *_happened(frame, happened), _intervals(frame), _line(frame)]
    return {
        "height": HEIGHT,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": list(_rows(frame))},
        "layer": [*layers, _points(frame)],
        "config": _config(),
    }


def _frame(chart: Chart, names: Sequence[str], span: tuple[int, int]) -> _Frame:
    there = {point.name for point in chart.points}
    labels: dict[str, str] = {}
    colours = []
    for place, name in enumerate(names):
        if name in there:
            label = shortened(name, limit=LONGEST_NAME)
            labels[name] = f"{label} ({place + 1})" if label in labels.values() else label
            colours.append(COLOURS[place % len(COLOURS)])
    return _Frame(chart=chart, labels=labels, colours=tuple(colours), span=span)


def _rows(frame: _Frame) -> Iterator[Spec]:
    for name, group in groupby(frame.chart.points, key=lambda point: point.name):
        line, label = list(group), frame.labels[name]
        for point in line:
            yield {
                "at": milliseconds(point.at),
                "name": label,
                "value": point.value,
                "low": point.low,
                "high": point.high,
                "kind": point.kind,
                "said": point.said,
            }
        for at in gaps(line):
            yield {"at": at, "name": label, "value": None}


def _upright(chart: Chart) -> Spec:
    axis = {"title": chart.axis, "format": chart.format, "tickCount": 5}
    scale: Spec = {"zero": True}
    if all(not point.value and not point.high for point in chart.points):
        scale["domain"] = [0, chart.finest or ALL_ZERO]
    least: Spec = {"axis": axis | {"tickMinStep": chart.finest}, "scale": scale}
    return {"field": "value", "type": "quantitative"} | least


def _band(frame: _Frame) -> Iterator[Spec]:
    """Shade what does not matter, and draw a line where it begins to."""
    if frame.chart.band is None:
        return
    data = {"values": [{"zero": 0, "top": frame.chart.band}]}
    top: Spec = {"field": "top", "type": "quantitative"}
    yield {
        "data": data,
        "mark": {"type": "rect", "color": "var(--band)", "aria": False},
        "encoding": {"y": {"field": "zero", "type": "quantitative"}, "y2": {"field": "top"}},
    }
    yield {
        "data": data,
        "mark": {"type": "rule", "color": _INK, "strokeDash": [8, 4], "aria": False},
        "encoding": {"y": top},
    }
    yield {
        "data": data,
        "mark": {"type": "text", "color": _INK, "align": "left", "baseline": "bottom", "dx": 4,
                 "dy": -3, "fontSize": 13, "text": "matters from here", "aria": False},
        "encoding": {"y": top, "x": {"value": 0}},
    }  # fmt: skip


def _happened(frame: _Frame, happened: Sequence[Happened]) -> Iterator[Spec]:
    """Draw an upright line for each kind and day, and the signs of the day above it."""
    lines = sorted({(milliseconds(one.at[:10]), one.kind) for one in happened})
    for kind, dash in _DASHES.items():
        at = [{"at": time} for time, of in lines if of == kind]
        if at:
            wide = 2.5 if kind == INCIDENT else 1.25
            mark = {"type": "rule", "color": _SOFT, "strokeDash": dash, "strokeWidth": wide}
            yield {
                "data": {"values": at},
                "mark": mark | {"aria": False},
                "encoding": {"x": frame.x},
            }
    for level, signs in enumerate(_levels(happened, frame)):
        yield {
            "data": {"values": signs},
            "mark": {"type": "text", "color": _INK, "baseline": "bottom", "fontSize": 13,
                     "dy": -4 - LINE_OF_SIGNS * level, "fontWeight": 650, "aria": False},
            "encoding": {"x": frame.x, "y": {"value": 0}, "text": {"field": "signs"}},
        }  # fmt: skip


def _levels(happened: Sequence[Happened], frame: _Frame) -> Sequence[Sequence[Spec]]:
    """Lay each day's signs on the lowest of some lines on which they stand free."""
    days = sorted({one.at[:10] for one in happened})
    levels: list[list[Spec]] = [[] for _ in range(LEVELS)]
    free = [0.0] * LEVELS
    for day in days:
        at, signs = milliseconds(day), _signs(happened, day)
        half = len(signs) * WIDTH_OF_SIGN * (frame.span[1] - frame.span[0]) / 2
        level = next((n for n in range(LEVELS) if free[n] <= at - half), LEVELS - 1)
        levels[level].append({"at": at, "signs": signs})
        free[level] = at + half
    return [level for level in levels if level]


def _signs(happened: Sequence[Happened], day: str) -> str:
    found = [one.sign for one in happened if one.at[:10] == day]
    more = "…" if len(found) > MOST_SIGNS else ""
    return " ".join(found[:MOST_SIGNS]) + more


def _intervals(frame: _Frame) -> Spec:
    layer: Spec = {
        "transform": [{"filter": "isValid(datum.low) && isValid(datum.high)"}],
        "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.45, "aria": False},
    }
    low: Spec = _upright(frame.chart) | {"field": "low"}
    return frame.lines(layer, y=low, y2={"field": "high"})


def _line(frame: _Frame) -> Spec:
    mark = {"type": "line", "strokeWidth": 2, "invalid": "break-paths-filter-domains"}
    return frame.lines({"mark": mark | {"aria": False}})


def _points(frame: _Frame) -> Spec:
    points = frame.chart.points
    kinds = [kind for kind in _KINDS if any(point.kind == kind for point in points)]
    shape: Spec = {"field": "kind" if kinds else "name", "type": "nominal"}
    if kinds:
        shape["scale"] = {"domain": kinds, "range": [_KINDS[kind] for kind in kinds]}
        shape["legend"] = {"title": None}
    else:
        names = list(frame.labels.values())
        shapes = [SHAPES[COLOURS.index(colour)] for colour in frame.colours]
        shape |= {"scale": {"domain": names, "range": shapes}, "legend": {"title": None}}
    layer: Spec = {
        "transform": [{"filter": "isValid(datum.value)"}],
        "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
    }
    told: Spec = {"field": "said", "type": "nominal"}
    return frame.lines(layer, shape=shape, tooltip=told, description=told)


def _config() -> Spec:
    return {
        "background": "transparent",
        "font": _FONT,
        "view": {"stroke": None},
        "padding": {"top": 8, "left": 4, "right": 12, "bottom": 4},
        "axis": {
            "labelColor": _SOFT, "titleColor": _SOFT, "gridColor": _LINE, "domainColor": _SOFT,
            "tickColor": _SOFT, "labelFontSize": 14, "titleFontSize": 14, "titleFontWeight": 400,
            "gridOpacity": 0.6,
        },
        "axisX": {"grid": False, "labelOverlap": "greedy", "labelFlush": True},
        "legend": {
            "orient": "bottom", "direction": "vertical", "labelColor": _INK, "labelFontSize": 14,
            "labelLimit": 0, "symbolSize": 110, "symbolOpacity": 1, "rowPadding": 4,
            "symbolFillColor": _SOFT,
        },
    }  # fmt: skip
