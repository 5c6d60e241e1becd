"""Say what a draw without replacement tells of a share of all things that it was drawn from."""

from math import exp, fsum, lgamma


def share_interval(count: int, of: int, *, total: int, level: float = 0.95) -> tuple[float, float]:
    """Give the interval of a share that holds the true one at least as often as it says.

    Exact, from the hypergeometric law, by the tails' way of Clopper and Pearson (Buonaccorsi
    1987). Where everything was drawn it is the share itself; where little of much was drawn
    it is their interval. A draw spread over strata by their sizes varies less than the law
    says, so that the interval errs to the wide side.

    Args:
        count: Hits among the drawn, 0 to `of`.
        of: How many were drawn, 0 to `total`.
        total: How many there are to draw from; of none the interval is 0 to 1.
        level: How often such intervals hold the true share, at the least.
    """
    if not total:
        return 0.0, 1.0
    tail = (1 - level) / 2
    low = _fewest(count, of, total=total, tail=tail)
    high = total - _fewest(of - count, of, total=total, tail=tail)
    return low / total, high / total


def _fewest(count: int, of: int, *, total: int, tail: float) -> int:
    """Give the fewest hits in all of which `count` or more drawn ones are no surprise."""
    low, high = count, total - of + count
    while low < high:  # the chance only grows with the hits there are
        middle = (low + high) // 2
        if _chance(count, of, hits=middle, total=total) > tail:
            high = middle
        else:
            low = middle + 1
    return low


def _chance(count: int, of: int, *, hits: int, total: int) -> float:
    """Give the chance that `of` drawn ones hold `count` hits or more."""
    least, most = max(count, of - (total - hits)), min(of, hits)
    every = _ways(total, of)
    logs = (_ways(hits, n) + _ways(total - hits, of - n) - every for n in range(least, most + 1))
    return fsum(map(exp, logs))


def _ways(every: int, some: int) -> float:
    """Give the logarithm of how many ways there are to choose some of all."""
    return lgamma(every + 1) - lgamma(some + 1) - lgamma(every - some + 1)
