"""Say what a count of events tells of their rate, and how evidence adds up over looks."""

from collections.abc import Iterable
from math import sqrt

_DAYS_A_YEAR = 365.25


def rate_interval(count: int, of: int, *, level: float = 0.95) -> tuple[float, float]:
    """Give the interval of a rate that holds the true one at least as often as it says.

    Clopper and Pearson 1934. Its upper end alone is a bound of level (1 + level) / 2; for an
    upper 95 % bound ask for level .90.

    Args:
        count: Events, 0 to `of`.
        of: Trials; of none the interval is 0 to 1.
        level: How often such intervals hold the true rate, at the least.
    """
    from scipy.special import betaincinv  # late: every run loads this module, few ask for this

    tail = (1 - level) / 2
    low = float(betaincinv(count, of - count + 1, tail)) if count else 0.0
    high = float(betaincinv(count + 1, of - count, 1 - tail)) if count < of else 1.0
    return low, high


def accumulated(ps: Iterable[float]) -> float:
    """Add up small lasting evidence over looks, from the first look of an epoch on.

    Args:
        ps: p of each look's screen, in the order of the looks; above 0.
    """
    total = 1.0
    for p in ps:
        total = accumulate(total, p)
    return total


def accumulate(total: float, p: float) -> float:
    """Add one look to the slow accumulator: max(1, total) / (2 sqrt(p)).

    An e-CUSUM (Shin, Ramdas and Rinaldo 2024; DRIFT section 1). The bet 1 / (2 sqrt(p)) has a
    mean of at most 1 where p is honest given the looks before. Then it takes at least A looks
    on average until the total reaches A without a change. Looks that share one reference
    sample lean the same way, so that this is a guide and a crossing says SUSPECT at most.

    Args:
        total: After the look before; 1 at the beginning.
        p: Of this look, above 0 and at most 1.
    """
    return max(1.0, total) / (2 * sqrt(p))


def accumulator_threshold(*, years: float, days: float) -> float:
    """Give the total at which to speak: one false word in so many years, on average, at most.

    Args:
        years: Between two false words.
        days: Between two looks.
    """
    return years * _DAYS_A_YEAR / days
