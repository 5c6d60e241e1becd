"""Say by how much answers may have got worse: pairs against a margin, labels within cases.

Two claims, two tests, each exact in its own way.

*No worse*: every pair of answers of one case gives a difference `d` in -1 to 1. Against the
claim that the mean worsening reaches `m` a gambler stakes a share of her money on each pair;
if the claim held, her fair game would multiply the money by 20 at most one time in 20 (Ville;
Waudby-Smith and Ramdas 2024). So the bound holds for any distribution, whatever differs
between cases (by the inequality of means), and with no failure on either side it is the rule
of three: 29 pairs for a tenth, 36 with the stake spread over several shares as here.

*Worse*: the labels old and new are permuted within each case, as everywhere in the house.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

STAKES = ((0.95, 0.5), (0.5, 0.25), (0.2, 0.25))
"""Shares of the money that are staked, and how much of it is played so: fixed beforehand.

A stake of all is ruined by the first failure: of 80 pairs that fail 1 time in 50 on both sides
it called .28 no worse, this calls .66, at the price of none where nothing fails.
"""

_TIES = 1e-9
_STEPS = 40  # of a bisection over 2: far below any figure that is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """The values of one case; larger is worse.

    Attributes:
        old: Of the older answers, in the order that they were recorded.
        new: Of the new ones.
    """

    old: tuple[float, ...]
    new: tuple[float, ...]

    @property
    def pairs(self) -> int:
        return min(len(self.old), len(self.new))

    @property
    def difference(self) -> float:
        """Mean of the new ones less the mean of the old ones."""
        return math.fsum(self.new) / len(self.new) - math.fsum(self.old) / len(self.old)


def worsening(strata: Sequence[Stratum]) -> float:
    """Give the mean difference over the cases, weighted by their pairs."""
    pairs = sum(stratum.pairs for stratum in strata)
    return math.fsum(stratum.pairs * stratum.difference for stratum in strata) / pairs


def differences(strata: Sequence[Stratum]) -> Values:
    """Pair the answers of each case; where one side has more, a pair holds a mean of some.

    Returns:
        Shape (pairs,), each -1 to 1, independent given the cases.
    """
    found: list[float] = []
    for stratum in strata:
        for old, new in zip(
            *(_dealt(values, stratum.pairs) for values in (stratum.old, stratum.new)), strict=True
        ):
            found.append(new - old)
    return np.asarray(found, dtype=np.float64)


def _dealt(values: Sequence[float], groups: int) -> list[float]:
    dealt = [values[start::groups] for start in range(groups)]
    return [math.fsum(group) / len(group) for group in dealt]


def evidence_below(pairs: Values, margin: float) -> float:
    """Give the gambler's money against "the mean worsening is `margin` or more"."""
    gains = (margin - pairs) / (1.0 - margin)  # -1 to (1 + margin) / (1 - margin)
    money = 0.0
    for stake, share in STAKES:
        with np.errstate(divide="ignore"):
            money += share * math.exp(min(float(np.log1p(stake * gains).sum()), 700.0))
    return money


def upper_bound(pairs: Values, *, alpha: float) -> float | None:
    """Give what the mean worsening is below, but for a chance of alpha; None where nothing is."""
    low, high = float(pairs.mean()) if pairs.size else 1.0, 1.0 - 1e-9
    if not pairs.size or evidence_below(pairs, high) < 1.0 / alpha:
        return None
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (
            (low, middle) if evidence_below(pairs, middle) >= 1.0 / alpha else (middle, high)
        )
    return high


def fewest(margin: float, *, alpha: float) -> int:
    """Count the pairs, all of them good, without which no margin can be shown to be kept."""
    pairs = 1
    while evidence_below(np.zeros(pairs), margin) < 1.0 / alpha:
        pairs += max(1, pairs // 50)
    while pairs > 1 and evidence_below(np.zeros(pairs - 1), margin) >= 1.0 / alpha:
        pairs -= 1
    return pairs


def expected_pairs(pairs: Values, margin: float, *, alpha: float) -> int:
    """Say how many pairs like these would show that the margin is kept; 0 where none would."""
    gains = (margin - pairs) / (1.0 - margin)
    needed = []
    for stake, share in STAKES:
        with np.errstate(divide="ignore"):
            growth = float(np.log1p(stake * gains).mean())
        if growth > 1e-6:
            needed.append(math.log(1.0 / (alpha * share)) / growth)
    return math.ceil(min(needed)) if needed else 0


def permuted_p(strata: Sequence[Stratum], *, draws: int, seed: int) -> float:
    """Give the chance of so much worsening where old and new are one; ties count, never 0."""
    generator = np.random.default_rng(seed)
    weight = sum(stratum.pairs for stratum in strata)
    drawn = np.zeros(draws)
    for stratum in strata:
        together = np.asarray([*stratum.old, *stratum.new])
        many = generator.permuted(np.tile(together, (draws, 1)), axis=1)
        split = len(stratum.old)
        moved = many[:, split:].mean(axis=1) - many[:, :split].mean(axis=1)
        drawn += moved * (stratum.pairs / weight)
    return float(1 + np.count_nonzero(drawn >= worsening(strata) - _TIES)) / (draws + 1)


def smallest_p(strata: Sequence[Stratum]) -> float:
    """Give the smallest p that these values could have reached, however they were labelled."""
    return math.prod(_most_extreme(stratum) for stratum in strata)


def _most_extreme(stratum: Stratum) -> float:
    """Give the share of labellings that call the worst values new."""
    ordered = sorted((*stratum.old, *stratum.new), reverse=True)
    taken = len(stratum.new)
    last = ordered[taken - 1]
    ties = sum(abs(value - last) <= _TIES for value in ordered)
    needed = sum(abs(value - last) <= _TIES for value in ordered[:taken])
    return math.comb(ties, needed) / math.comb(len(ordered), taken)


def mean_bound(strata: Sequence[Stratum], *, alpha: float) -> float | None:
    """Bound the mean worsening of values without a range by Student's t; None for too few.

    For prices, which hardly vary within a case: an approximation, unlike `upper_bound`.
    """
    freedom = sum(len(stratum.old) + len(stratum.new) - 2 for stratum in strata)
    if freedom < 3:
        return None
    weight = sum(stratum.pairs for stratum in strata)
    variance = math.fsum(
        (stratum.pairs / weight) ** 2 * (_of_mean(stratum.old) + _of_mean(stratum.new))
        for stratum in strata
    )
    return worsening(strata) + _student(1.0 - alpha, freedom) * math.sqrt(variance)


def _of_mean(values: Sequence[float]) -> float:
    """Give the variance of a mean; of one value none is known."""
    if len(values) < 2:
        return 0.0
    return float(np.var(values, ddof=1)) / len(values)


def _student(probability: float, freedom: int) -> float:
    """Give the quantile of Student's t (Abramowitz and Stegun 26.7.5), freedom 3 or more."""
    from statistics import NormalDist

    z = NormalDist().inv_cdf(probability)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3
