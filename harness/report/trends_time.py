"""Lay points on an axis of time: milliseconds, its ends, its names, and gaps in a line."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from harness.report.trends_views import Point

Spec = dict[str, object]
"""A JSON object."""

GAP = 3
"""A line breaks where its points lie this many times further apart than usual."""
MONTHS, SHORT = 200, 12
"""Days from which on an axis names months, and below which it names each day."""


def milliseconds(at: str) -> int:
    """Give a day or a time in milliseconds since 1970; one that is none is 0."""
    try:
        found = datetime.fromisoformat(at)
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return int(aware.timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0


def span_of(times: Sequence[str]) -> tuple[int, int]:
    """Give the axis of time that all `times` fit on, with some air."""
    known = [found for found in map(milliseconds, times) if found]
    if not known:
        return 0, 1
    day = int(timedelta(days=1).total_seconds() * 1000)
    air = max((max(known) - min(known)) // 40, day // 2)
    return min(known) - air, max(known) + air


def dates(span: tuple[int, int]) -> Spec:
    """Name days, or months where the axis is long; a short one has each day once."""
    days = (span[1] - span[0]) / timedelta(days=1).total_seconds() / 1000
    axis: Spec = {"title": None, "format": "%b %Y" if days > MONTHS else "%b %-d"}
    if days < SHORT:
        axis["tickCount"] = {"interval": "day", "step": 1}
    return axis | {"labelSeparation": 14}


def moment(at: int) -> Spec:
    """Give a time as Vega-Lite names one: a bare number would be taken for a year."""
    time = datetime.fromtimestamp(at / 1000, tz=UTC)
    parts: Spec = {"year": time.year, "month": time.month, "date": time.day}
    return parts | {"hours": time.hour, "minutes": time.minute, "utc": True}


def gaps(line: Sequence[Point]) -> Iterator[int]:
    """Give a time within each gap, where a point without a value breaks the line."""
    times = [milliseconds(point.at) for point in line]
    apart = [after - before for before, after in pairwise(times)]
    usual = median(apart) if apart else 0
    for before, after in pairwise(times):
        if after - before > GAP * usual:
            yield (before + after) // 2
