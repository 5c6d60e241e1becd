"""Word a drift verdict: one sentence of plain words with its numbers."""

from collections.abc import Sequence

from harness.judging.pools import SESSIONS, Pool
from harness.model.drift import CellDrift, Effect

NAMED = 3
"""Cells that a sentence names."""


def number(value: float) -> str:
    """Word a share, a p or an effect: `.012`, `1.3`; never a false 0."""
    if not value or abs(value) >= 0.9995:
        return f"{value:.3g}"
    digits = 2 if abs(value) >= 0.1 else 3
    text = f"{value:.{digits}f}".rstrip("0") if abs(value) >= 0.001 else f"{value:.1g}"
    return text.replace("0.", ".", 1) if "e" not in text else text


def sizes(pools: Sequence[Pool]) -> str:
    """Word how much was tested: `10 cells, 16 v 4 answers each`."""
    cells = f"{len(pools)} cell{'' if len(pools) == 1 else 's'}"
    olds, news = ([len(side) for side in sides] for sides in _sides(pools))
    each = " each" if len(pools) > 1 else ""
    return f"{cells}, {_span(olds)} v {_span(news)} answers{each}"


def cannot_alarm(pools: Sequence[Pool], *, smallest: float, alpha: float, unit: str) -> str:
    """Say that a design can never alarm."""
    units = "sessions as units" if unit == SESSIONS else sizes(pools)
    return (
        f"{units} can reach p = {number(smallest)} at the least, above alpha = {number(alpha)}: "
        f"no change could be told from chance; {_more(unit)}"
    )


def nothing_to_see(pools: Sequence[Pool]) -> str:
    """Say that all answers ended alike and none has a picture: no channel says anything."""
    return (
        f"nothing can be seen over {sizes(pools)}: no answer of either side has a picture that "
        "can be read, and in each cell all ended alike"
    )


def nothing_to_test(left_out: Sequence[str]) -> str:
    """Say that no cell has answers on both sides."""
    why = f" ({'; '.join(left_out)})" if left_out else ""
    return f"no cell has two answers or more on both sides{why}; record more answers"


def too_weak(pools: Sequence[Pool], *, p: float, power: float, due: float, matters: float) -> str:
    """Say that nothing was seen, and that what matters might have been missed."""
    return (
        f"nothing was seen over {sizes(pools)} (p = {number(p)}), but a change of "
        f"{number(matters)}, which matters, would be seen in only {_percent(power)} of such tests "
        f"in the channel that needs most, {_percent(due)} are due; {_more('')}"
    )


def nothing_seen(
    pools: Sequence[Pool], *, p: float, alpha: float, seen: float | None, due: float
) -> str:
    """Say that no change was seen, and which would have been."""
    would = ""
    if seen is not None:
        would = (
            f"; a change of {number(seen)} in any channel would be seen in {_percent(due)} of such "
            "tests"
        )
    return f"no change seen over {sizes(pools)} (p = {number(p)}, alpha {number(alpha)}){would}"


def changed(
    pools: Sequence[Pool],
    *,
    p: float,
    alpha: float,
    effect: Effect | None,
    moved: Sequence[CellDrift],
) -> str:
    """Say that the answers have moved, how far, and where."""
    size = ""
    if effect is not None:
        span = f"{number(effect.low)} to {number(effect.high)}"
        size = f"; effect {number(effect.size)} ({span}) in {effect.channel}"
    where = ""
    if moved:
        names = ", ".join(cell.name for cell in moved[:NAMED])
        more = f" and {len(moved) - NAMED} more" if len(moved) > NAMED else ""
        where = f"; moved: {names}{more}"
    tested = f"p = {number(p)}, alpha {number(alpha)}"
    return f"the answers have moved over {sizes(pools)} ({tested}){size}{where}"


def equivalent(*, upper: float, margin: float, level: float) -> str:
    """Say that both sides are as good as equal."""
    return (
        f"as good as equal: the largest effect lies below {number(upper)} with "
        f"{_percent(level)} confidence, within the margin of {number(margin)}"
    )


def provisional(days: int, due: int) -> str:
    """Say why a result is no more than a suspicion."""
    return (
        f"; provisional: the reference has sessions on {days} day{'' if days == 1 else 's'}, "
        f"{due} are due, so day effects are not measurable"
    )


def _sides(pools: Sequence[Pool]) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    return [pool.old for pool in pools], [pool.new for pool in pools]


def _span(counts: Sequence[int]) -> str:
    low, high = min(counts, default=0), max(counts, default=0)
    return str(low) if low == high else f"{low} to {high}"


def _more(unit: str) -> str:
    return "record more sessions" if unit == SESSIONS else "record more answers or more cells"


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")
