"""Make the review that a person would give of a run: everything seen, a word on each sheet."""

from dataclasses import replace

from harness.judging.settling import cell_of
from harness.judging.sheets import sheets
from harness.model.baseline import Choice
from harness.model.review import PictureVote, Resolution, Review, Vote
from harness.model.showing import NOTHING_MORE
from harness.report.data import report_digest
from harness.store.baselines import accepted_of_cell

A, R, D = Choice.ACCEPT, Choice.REJECT, Choice.DISCUSS
AT = "2026-11-20T09:00:00Z"


def vote_on(sheet, choice, *, before="", bad=(), **changes):
    cell, arm = cell_of(sheet)
    suite, variant, turn = sheet.place
    pictures = tuple(
        PictureVote(sample=s.key.sample, sha256=s.picture, seen=True, bad=s.key.sample in bad)
        for s in sheet.samples
        if s.picture
    )
    vote = Vote(
        item=sheet.id, suite=suite, variant=variant, turn=turn, cell=cell, arm=arm, choice=choice,
        pictures=pictures, accepted_before=before, at=AT,
    )  # fmt: skip
    return replace(vote, **changes)


def review_of(run, by, *choices, sets=(), resolutions=(), **changes):
    """Give a review; `choices` are said of the run's sheets in order, None of nothing.

    A choice may be a dict of what else to change on the vote.
    """
    votes = []
    for sheet, told in zip(sheets(run), choices, strict=False):
        if told is not None:
            told = told if isinstance(told, dict) else {"choice": told}
            before = accepted_of_cell(tuple(sets), *cell_of(sheet))
            votes.append(vote_on(sheet, **{"before": before, **told}))
    review = Review(
        run=run.id, report=report_digest(run, NOTHING_MORE), tool="0", reviewer=by,
        votes=tuple(votes), resolutions=resolutions, source=f"{by}.json",
    )  # fmt: skip
    return replace(review, **changes)


def resolution(run, number, choice, reason="the glove has five fingers"):
    item = [sheet.id for sheet in sheets(run)][number]
    return Resolution(item=item, choice=choice, reason=reason, at="2026-11-20T11:00:00Z")
