"""Choose what a review of a run looks at: the first round, or what it left for a second one."""

from collections.abc import Iterator, Sequence

from harness.errors import DecisionError
from harness.evaluate.workspace import Workspace
from harness.judging.rounds import second_round
from harness.judging.selecting import Draw, plan
from harness.judging.sheets import Sheet, sheets
from harness.model.baseline import Choice
from harness.model.review import Review, ReviewPlan
from harness.model.run import Run
from harness.model.showing import Showing
from harness.store.baselines import BaselineStore, latest_choices

__all__ = ["Draw", "plan_review"]


def plan_review(
    run: Run,
    showing: Showing,
    workspace: Workspace,
    *,
    draw: Draw,
    reviews: Sequence[Review] = (),
    quorum: int = 1,
) -> ReviewPlan:
    """Choose the sheets, in order, and say why each is among them.

    Args:
        run: What was judged.
        showing: What is known of its cells.
        workspace: Where its suites lie.
        draw: How many sheets are looked at, and by which lot; a second round passes it over.
        reviews: Of the first round; none for a first round.
        quorum: How many have to accept, in a second round.

    Raises:
        DecisionError: a review is of another run.
        StoreError: decisions of a suite cannot be read.
    """
    check_of_run(run, reviews)
    if reviews:
        return second_round(run, reviews, quorum=quorum)
    return plan(run, showing, draw=draw, discussed=frozenset(_discussed(run, workspace)))


def check_of_run(run: Run, reviews: Sequence[Review]) -> None:
    """Refuse reviews of another run.

    Raises:
        DecisionError: names the first of them.
    """
    for review in reviews:
        if review.run != run.id:
            raise DecisionError(
                f"{review.source or review.reviewer}: a review of run {review.run}, not of "
                f"{run.id}; give reviews of one run, or: harness review {review.run}"
            )


def _discussed(run: Run, workspace: Workspace) -> Iterator[str]:
    """Give the ids of sheets with a picture that is under discussion."""
    for result in run.suites:
        sets = BaselineStore(workspace.root / result.path).decision_sets()
        choices = latest_choices(sets)
        open_ = {key for key, d in choices.items() if d.choice is Choice.DISCUSS}
        own = (sheet for sheet in sheets(run) if sheet.judged.variant.suite == result.suite)
        yield from (sheet.id for sheet in own if open_ & {*_pictures(sheet)})


def _pictures(sheet: Sheet) -> Iterator[tuple[str, str]]:
    yield from ((sample.cell, sample.picture) for sample in sheet.samples if sample.picture)
