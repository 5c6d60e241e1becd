"""Lay the effects of a drift test on one scale, beside values that people know."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from string import ascii_lowercase

from harness.model.drift import Drift, Effect
from harness.model.plants import MEASURED_ON
from harness.report.drift_views import KNOWN, BarView, ScaleView, TickView
from harness.report.drift_words import channel_words, loud, of_p, of_size

AIR = 0.06
"""Share of the scale that is left free at its upper end."""

At = Callable[[float], float]
"""Gives where a value stands, per cent of the scale."""


def scale(drift: Drift, plants: Mapping[str, float]) -> ScaleView | None:
    """Lay a test's effects on a scale; None where it has none."""
    effects = [effect for effect in drift.effects if math.isfinite(effect.size)]
    if not effects:
        return None
    known = {name: size for name, size in plants.items() if math.isfinite(size)}
    at = places(effects, (drift.matters, *known.values()))
    return ScaleView(
        zero=at(0.0),
        ticks=tuple(_ticks(drift.matters, known, at)),
        bars=tuple(bar(drift, effect, at) for effect in effects),
        measured=MEASURED_ON if plants is KNOWN else "",
    )


def places(effects: Iterable[Effect], known: Iterable[float]) -> At:
    """Span a scale from no change, or the lowest interval, to the largest value."""
    ends = [end for e in effects for end in (e.low, e.size, e.high) if math.isfinite(end)]
    low, high = min(0.0, *ends), max(0.0, *ends, *known)
    width = max((high - low) * (1 + AIR), 1e-9)

    def at(value: float) -> float:
        inside = value if math.isfinite(value) else (high if value > 0 else low)
        return round(100 * (inside - low) / width, 2)

    return at


def _ticks(matters: float, known: Mapping[str, float], at: At) -> Iterator[TickView]:
    said = f"the change that matters here, as set: {of_size(matters)}"
    yield TickView(sign="!", said=said, at=at(matters), set=True)
    ordered = sorted(known.items(), key=lambda item: item[1])
    for sign, (name, size) in zip(ascii_lowercase, ordered, strict=False):
        yield TickView(sign=sign, said=f"{name}: {of_size(size)}", at=at(size))


def bar(drift: Drift, effect: Effect, at: At) -> BarView:
    """Lay one effect on a scale with its interval."""
    low, high = at(effect.low), at(effect.high)
    p = drift.channels.get(effect.channel)
    return BarView(
        name=channel_words(effect.channel),
        size=of_size(effect.size),
        interval=f"{of_size(effect.low)} to {of_size(effect.high)}",
        p="" if p is None else of_p(p),
        at=at(effect.size),
        low=low,
        wide=round(max(high - low, 0.0), 2),
        moved=loud(drift, effect.channel),
    )
