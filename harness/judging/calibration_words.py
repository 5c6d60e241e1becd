"""Word what calibrating a suite found: one sentence of plain words with its numbers."""

from collections.abc import Sequence

from harness.model.calibration import DayEffect, Rate
from harness.stats.labellings import Design, smallest_p

_MANY = 10_000


def said_of(halves: Sequence[Rate], days: DayEffect, *, differ: bool, armed: bool) -> str:
    """Say the whole: random halves, day effects, and what follows for the monitor."""
    parts = [_halves_said(halves, armed=armed), days_said(days)]
    if differ:
        parts.append(f"sessions are the unit: {sessions_said(0.05)}; {sessions_said(0.01)}")
    if not armed:
        parts.append("the monitor is not armed")
    elif not days.measurable:
        parts.append("the monitor runs as PROVISIONAL: SUSPECT at most")
    return "; ".join(parts)


def _halves_said(halves: Sequence[Rate], *, armed: bool) -> str:
    told = [rate_said(rate) for rate in halves if rate.of]
    if not told:
        return "too few answers: no random halves of them could alarm"
    kept = "keeps its promise" if armed else "does NOT keep its promise"
    return f"random halves (a check of the implementation) alarm in {', '.join(told)}: it {kept}"


def rate_said(rate: Rate) -> str:
    """Word a rate with its interval, e.g. `9 of 400 at .05 (interval 0.8 % to 4.9 %)`."""
    interval = f"interval {100 * rate.low:.1f} % to {100 * rate.high:.1f} %"
    return f"{rate.alarms} of {rate.of} at {alpha_said(rate.alpha)} ({interval})"


def alpha_said(alpha: float) -> str:
    """Word a rate as is usual in tests, e.g. `.05`."""
    return f"{alpha:.4f}".rstrip("0").removeprefix("0")


def days_said(days: DayEffect) -> str:
    """Say whether sessions differ, and whether that could be told."""
    if not days.measurable:
        where = f"{_count(days.sessions, 'session')} on {_count(days.days, 'day')}"
        where += f", {days.needed} are needed"
        seen = f", though sessions differ already (p = {days.p:.4f})" if days.found else ""
        return f"day effects not measurable: {where}{seen}"
    assert days.p is not None
    size = f", effect {days.effect.size:.3f} in {days.effect.channel}" if days.effect else ""
    verdict = "sessions differ" if days.found else "no day effect seen"
    return f"{verdict} over {days.sessions} sessions (p = {days.p:.4f}{size})"


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def sessions_said(alpha: float) -> str:
    """Say how many sessions a test at that rate needs, with one fresh session and with three."""
    one, three = sessions_needed(alpha, fresh=1), sessions_needed(alpha, fresh=3)
    at = alpha_said(alpha)
    return f"a test at {at} needs {one} sessions of reference for 1 fresh one, or {three} for 3"


def sessions_needed(alpha: float, *, fresh: int) -> int:
    """Give the fewest sessions of reference with which a test at `alpha` can alarm.

    Sessions are permuted whole: of R + 1 sessions each is the fresh one once, so that R must
    be 19 for .05 and 99 for .01 (DRIFT section 5).
    """
    designs = (Design(old=count, new=fresh) for count in range(1, _MANY))
    return next(d.old for d in designs if smallest_p((d,), draws=10**9) <= alpha)
