"""Say which share of a run's sheets people accept, by those of the random draw alone.

The rate speaks of all sheets of the run that hold an answer. What was looked at because it had
failed or moved feeds no rate, unless it was drawn too.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.judging.merging import MergedSheet, Result
from harness.judging.selecting import answered
from harness.judging.sheets import sheets
from harness.model.baseline import Acceptance
from harness.model.review import Review
from harness.model.run import Run
from harness.stats.finite import share_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The share of a run's sheets that people accept.

    Attributes:
        share: Of the drawn sheets that were decided on; None where none was.
        low: Lower end of the interval: every drawn sheet that is open counts as rejected.
        high: Upper end of it: every one counts as accepted.
        level: How often such intervals hold the share of all sheets, at the least.
    """

    share: float | None
    low: float
    high: float
    level: float = 0.95


def acceptance_of(
    run: Run, reviews: Sequence[Review], merged: Sequence[MergedSheet]
) -> Mapping[str, Acceptance]:
    """Count what became of the drawn sheets, by suite; empty where nothing was drawn.

    Where nobody drew and every sheet that holds an answer was voted on, all of them count: a
    census needs no draw. The draws of several reviews add up.

    Args:
        run: What was reviewed.
        reviews: Of this run.
        merged: What they come to.
    """
    population = {s.id: s.judged.variant.suite for s in sheets(run) if answered(s)}
    results = {sheet.item: sheet for sheet in merged}
    drawn = {item for review in reviews for item in review.drawn if item in population}
    if not drawn and all(_spoken_of(results.get(item)) for item in population):
        drawn = {*population}
    if not drawn:
        return {}
    totals = Counter(population.values())
    found: dict[str, list[Result]] = {suite: [] for suite in totals}
    for item in population:
        if item in drawn:
            result = results[item].result if item in results else Result.UNDECIDED
            found[population[item]].append(result)
    return {suite: _counted(each, totals[suite]) for suite, each in found.items()}


def _spoken_of(sheet: MergedSheet | None) -> bool:
    return sheet is not None and bool(sheet.casts or sheet.resolved)


def _counted(results: Sequence[Result], total: int) -> Acceptance:
    counts = Counter(results)
    accepted, rejected = counts[Result.ACCEPTED], counts[Result.REJECTED]
    return Acceptance(
        accepted=accepted,
        rejected=rejected,
        open=len(results) - accepted - rejected,
        total=total,
    )


def together(parts: Iterable[Acceptance]) -> Acceptance | None:
    """Add the suites up; None where there are none.

    Each sheet of the run had the same chance to be drawn, so that sums weigh them alike.
    """
    every = tuple(parts)
    if not every:
        return None
    return Acceptance(
        accepted=sum(part.accepted for part in every),
        rejected=sum(part.rejected for part in every),
        open=sum(part.open for part in every),
        total=sum(part.total for part in every),
    )


def rate(counted: Acceptance, *, level: float = 0.95) -> Rate:
    """Give the rate with its interval, exact for a draw from so many sheets."""
    decided = counted.accepted + counted.rejected
    low, _ = share_interval(counted.accepted, counted.drawn, total=counted.total, level=level)
    most = counted.accepted + counted.open
    _, high = share_interval(most, counted.drawn, total=counted.total, level=level)
    share = counted.accepted / decided if decided else None
    return Rate(share=share, low=low, high=high, level=level)


def rate_said(counted: Acceptance) -> str:
    """Say the rate in one sentence: what was drawn, what came of it, of what it speaks."""
    found = rate(counted)
    if found.share is None:
        return f"no rate: none of {counted.drawn} drawn sheets was decided on"
    if counted.open:
        drawn = _with_open(counted)
        if counted.drawn == counted.total:
            return f"{drawn} of them all"
    elif counted.drawn == counted.total:
        return f"{found.share:.1%} of all {counted.total} sheets with an answer are accepted"
    else:
        drawn = f"{found.share:.1%} of {counted.drawn} drawn sheets are accepted"
    return (
        f"{drawn}; of all {counted.total} sheets with an answer it is {found.low:.1%} to "
        f"{found.high:.1%}, with {found.level:.0%} confidence"
    )


def _with_open(counted: Acceptance) -> str:
    """Say what is known while some sheets are open; where all were looked at, none was drawn."""
    least = counted.accepted / counted.drawn
    most = (counted.accepted + counted.open) / counted.drawn
    of = "sheets" if counted.drawn == counted.total else "drawn sheets"
    return (
        f"{counted.accepted} of {counted.drawn} {of} are accepted, {counted.rejected} "
        f"rejected and {counted.open} open, so {least:.1%} to {most:.1%}"
    )
