"""Rule on each criterion of a changed question: no worse, worse, undecided, not enough data."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.regression import PRICE, Criterion, Margins, Ruling
from harness.stats.worsening import (
    Stratum,
    differences,
    expected_pairs,
    fewest,
    mean_bound,
    permuted_p,
    smallest_p,
    upper_bound,
    worsening,
)

DRAWS = 1_999
"""Labellings drawn for a p; the smallest one is .0005."""

FEW_PRICES = 4
"""Pairs below which nothing is said of prices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The values of one criterion.

    Attributes:
        name: Of the criterion.
        strata: A case each; prices as shares of the case's older mean price.
        old: Mean of the older answers; of prices in US dollars.
        new: Mean of the new ones.
    """

    name: str
    strata: tuple[Stratum, ...]
    old: float
    new: float

    @property
    def pairs(self) -> int:
        return sum(stratum.pairs for stratum in self.strata)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the two tests gave on a criterion.

    Attributes:
        margin: What still counts as no worse.
        worse: Estimate.
        bound: Upper bound; None for too few.
        p: By permutation.
        limit: Above this p is chance.
        least: Pairs without which nothing could be shown.
        needed: Pairs that are expected to decide.
    """

    margin: float
    worse: float
    bound: float | None
    p: float
    limit: float
    least: int
    needed: int


def rulings(held: Sequence[Held], margins: Margins) -> tuple[Criterion, ...]:
    """Rule on every criterion.

    NO WORSE of all of them is wrong at most as often as of one: each must be shown. WORSE of
    any is kept to alpha by Bonferroni over the criteria that could reach it at all (Tarone
    1990): one in which no answer is bad cannot, and costs nothing.

    Args:
        held: Each has a stratum at least.
        margins: How much worse still counts as no worse.
    """
    limit = worse_limit([smallest_p(each.strata) for each in held], alpha=margins.alpha)
    return tuple(_ruled(each, margins, limit=limit) for each in held)


def worse_limit(smallest: Sequence[float], *, alpha: float) -> float:
    """Give the p below which a criterion is worse: alpha over those that could reach it."""
    for count in range(1, len(smallest) + 1):
        if sum(p <= alpha / count for p in smallest) <= count:
            return alpha / count
    return alpha / max(len(smallest), 1)


def _ruled(held: Held, margins: Margins, *, limit: float) -> Criterion:
    found = _priced(held, margins, limit) if held.name == PRICE else _shared(held, margins, limit)
    ruling = _ruling(held, found)
    return Criterion(
        name=held.name,
        ruling=ruling,
        said=_said(held, found, ruling, once_in=round(1 / margins.alpha)),
        margin=found.margin,
        old=held.old,
        new=held.new,
        worse=found.worse,
        bound=found.bound,
        p=found.p,
        pairs=held.pairs,
        cases=len(held.strata),
        needed=found.needed if ruling in (Ruling.UNDECIDED, Ruling.NOT_ENOUGH) else 0,
    )


def _shared(held: Held, margins: Margins, limit: float) -> _Found:
    pairs = differences(held.strata)
    least = fewest(margins.margin, alpha=margins.alpha)
    expected = expected_pairs(pairs, margins.margin, alpha=margins.alpha)
    return _Found(
        margin=margins.margin,
        worse=worsening(held.strata),
        bound=upper_bound(pairs, alpha=margins.alpha),
        p=permuted_p(held.strata, draws=DRAWS, seed=0),
        limit=limit,
        least=least,
        needed=max(expected, least) if expected else 0,
    )


def _priced(held: Held, margins: Margins, limit: float) -> _Found:
    return _Found(
        margin=margins.cost,
        worse=worsening(held.strata),
        bound=mean_bound(held.strata, alpha=margins.alpha),
        p=permuted_p(held.strata, draws=DRAWS, seed=0),
        limit=limit,
        least=FEW_PRICES,
        needed=0,
    )


def _ruling(held: Held, found: _Found) -> Ruling:
    if held.pairs >= found.least and found.bound is not None and found.bound < found.margin:
        return Ruling.NO_WORSE
    if found.p <= found.limit:
        return Ruling.WORSE
    return Ruling.NOT_ENOUGH if held.pairs < found.least else Ruling.UNDECIDED


def _said(held: Held, found: _Found, ruling: Ruling, *, once_in: int) -> str:
    match ruling:
        case Ruling.NO_WORSE:
            sure = found.p <= found.limit
            within = ", worse by more than chance, but within it" if sure else ""
            tail = f"the margin is {_size(held, found.margin)}{within}"
            return f"{_figures(held, found)}; {_bounded(held, found, once_in)}; {tail}"
        case Ruling.WORSE:
            said = f"chance alone does so much with p {found.p:.2g} (limit {found.limit:.2g})"
            return f"{_figures(held, found)}; {said}"
        case Ruling.UNDECIDED:
            return (
                f"{_figures(held, found)}; {_bounded(held, found, once_in)}, "
                f"and the margin is {_size(held, found.margin)}{_more(held, found)}"
            )
        case Ruling.NOT_ENOUGH:
            return (
                f"{_figures(held, found)}; {found.least} pairs are the fewest that could show "
                f"a margin of {_size(held, found.margin)} to be kept"
            )


def _figures(held: Held, found: _Found) -> str:
    pairs = f"{held.pairs} pair{'' if held.pairs == 1 else 's'} in {_cases(held)}"
    if held.name == PRICE:
        return f"${held.old:.4f} then, ${held.new:.4f} now ({found.worse:+.1%}, {pairs})"
    return f"{held.old:.3f} then, {held.new:.3f} now ({found.worse:+.3f}, {pairs})"


def _cases(held: Held) -> str:
    count = len(held.strata)
    return f"{count} case{'' if count == 1 else 's'}"


def _bounded(held: Held, found: _Found, once_in: int) -> str:
    if found.bound is None:
        return "no bound can be given"
    said = f"worse by less than {_size(held, found.bound)}"
    return f"{said} but for one time in {once_in}"


def _size(held: Held, value: float) -> str:
    return f"{value:.1%}" if held.name == PRICE else f"{value:.3f}"


def _more(held: Held, found: _Found) -> str:
    if not found.needed:
        return "; as the figures stand, more answers would not show it to be kept"
    more = max(found.needed - held.pairs, 1)
    return f"; about {found.needed:,} pairs like these would decide, {more:,} more"
