"""Open what a first round left: sheets that are split, under discussion or under quorum."""

from collections.abc import Sequence

from harness.judging.merging import Result, merge, open_sheets
from harness.judging.selecting import minutes
from harness.judging.sheets import sheets
from harness.model.review import Planned, Review, ReviewPlan, Why
from harness.model.run import Run

_WHY = {
    Result.SPLIT: Why.SPLIT,
    Result.DISCUSS: Why.DISCUSSED,
    Result.UNDER_QUORUM: Why.UNDER_QUORUM,
}
_ORDER = tuple(_WHY.values())


def second_round(run: Run, reviews: Sequence[Review], *, quorum: int = 1) -> ReviewPlan:
    """Choose the sheets of a second round; everyone's marks go with them.

    Split ones come first, then those under discussion, then those under quorum. What is
    resolved is not opened again. A sheet that the first round drew stays a drawn one.

    Args:
        run: What was reviewed.
        reviews: Of the first round, at least one; a chair's that came later among them.
        quorum: How many have to accept.
    """
    ids = [sheet.id for sheet in sheets(run)]
    known = {*ids}
    drawn = {item for review in reviews for item in review.drawn}
    merged = merge(reviews, quorum=quorum, items=ids)
    left = [(_WHY[sheet.result], sheet.item) for sheet in open_sheets(merged)]
    left = sorted((o for o in left if o[1] in known), key=lambda each: _ORDER.index(each[0]))
    return ReviewPlan(
        run=run.id,
        take=reviews[0].take,
        seed=reviews[0].seed,
        sheets=tuple(_planned(item, why, random=item in drawn) for why, item in left),
        round=2,
        reviews=tuple(reviews),
        minutes=minutes(len(left)),
    )


def _planned(item: str, why: Why, *, random: bool) -> Planned:
    return Planned(item=item, why=(why, Why.RANDOM) if random else (why,), random=random)
