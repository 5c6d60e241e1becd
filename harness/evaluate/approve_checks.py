"""Refuse reviews that are not of this run: another report, unknown sheets, cells, pictures."""

from collections.abc import Iterator, Mapping, Sequence

from harness.judging.merging import MergedSheet, contradictions
from harness.judging.settling import misfits
from harness.judging.sheets import Sheet
from harness.model.review import Review
from harness.model.run import Run
from harness.model.showing import NOTHING_MORE
from harness.model.suite import Suite
from harness.report.data import report_digest


def strange(run: Run, suites: Sequence[Suite], reviews: Sequence[Review]) -> Iterator[str]:
    """Say which reviews are of something else."""
    here = {suite.id for suite in suites}
    for result in run.suites:
        if result.suite not in here:
            yield f"run {run.id} judged {result.suite}, which is no suite here"
    yield from _alike(reviews)
    shown = report_digest(run, NOTHING_MORE)
    for review in reviews:
        if review.run != run.id:
            yield (
                f"{name_of(review)}: reviews run {review.run}, not {run.id}; "
                f"say: harness approve {review.run} --from {name_of(review)}"
            )
        elif review.report and review.report != shown:
            yield (
                f"{name_of(review)}: was made on a report of other sheets ({review.report[:8]}; "
                f"the run's are {shown[:8]}); review the run's own: harness report {run.id}"
            )


def _alike(reviews: Sequence[Review]) -> Iterator[str]:
    """Say which names are one but for capitals: a person would count twice for a quorum."""
    known: dict[str, Review] = {}
    for review in reviews:
        other = known.setdefault(review.reviewer.casefold(), review)
        if other.reviewer != review.reviewer:
            yield (
                f"{name_of(review)}: is by {review.reviewer!r}, {name_of(other)} by "
                f"{other.reviewer!r}: nobody can tell whether that is one person; "
                "write the name in one way, or two names"
            )


def unfit(
    found: Mapping[str, Sheet], reviews: Sequence[Review], spoken: Sequence[MergedSheet]
) -> Iterator[str]:
    """Say which words are on what the run does not hold, or contradict each other."""
    suites = {sheet.judged.variant.suite for sheet in found.values()}
    for review in reviews:
        for vote in review.votes:
            if vote.suite not in suites:
                yield f"{name_of(review)}: {vote.item}: the run judged no suite {vote.suite!r}"
        said = [vote.item for vote in review.votes]
        said += [preference.item for preference in review.preferences]
        said += [resolution.item for resolution in review.resolutions]
        for item in said:
            if item not in found:
                yield f"{name_of(review)}: {item}: no sheet of the run"
    for merged in spoken:
        if merged.item in found:
            yield from misfits(found[merged.item], merged)
    yield from contradictions(reviews)


def name_of(review: Review) -> str:
    """Give what a message calls a review: its file, else its reviewer."""
    return review.source or review.reviewer
