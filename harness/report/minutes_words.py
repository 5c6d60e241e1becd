"""Say how far reviewers agree and what they prefer, in sentences, and name their meeting."""

from collections.abc import Sequence

from harness.judging.agreement import Agreed, Preferences
from harness.model.review import Review
from harness.model.run import Run
from harness.report.words import count_of, joined
from harness.stats.agreement import Alpha


def title_of(run: Run, reviews: Sequence[Review]) -> str:
    """Name the meeting; where nobody did, what was reviewed."""
    meetings = joined((review.meeting for review in reviews), empty="")
    suites = joined((suite.suite for suite in run.suites), empty="nothing")
    return f"Minutes: {meetings}" if meetings else f"Minutes of the review of {suites}"


def agreement_lines(agreed: Agreed) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give what is told of agreement, and what the appendix tells."""
    if not agreed.of:
        return ("No sheet was decided on by two people, so that agreement is not known.",), ()
    split = count_of(len(agreed.split), "sheet")
    raw = (
        f"Of the pairs of choices on one sheet {agreed.same} of {agreed.of} are the same "
        f"({agreed.same / agreed.of:.0%}); the reviewers are divided on {split}. "
        "Each one's first word counts: in a second round everybody sees the others'."
    )
    return (raw,), (_alpha(agreed.alpha),)


def _alpha(alpha: Alpha) -> str:
    if alpha.value is None:
        return f"Krippendorff's alpha cannot be computed: {alpha.why}."
    value = (
        f"Krippendorff's alpha (nominal) is {alpha.value:.2f} over {count_of(alpha.items, 'sheet')}"
    )
    if alpha.low is None or alpha.high is None:
        return f"{value}; {alpha.why}."
    return (
        f"{value}, 95% interval {alpha.low:.2f} to {alpha.high:.2f} (resampled sheets). 1 is "
        "perfect agreement and 0 what chance gives. Where nearly all is accepted it is low "
        "though people agree: read the raw agreement and the split list first."
    )


def preference_lines(found: Preferences | None) -> tuple[str, ...]:
    """Say which side of blind pairs is preferred; nothing where there were none."""
    if found is None:
        return ()
    pairs = found.candidate
    beside = f"Left out of the share: {found.even} even or tied, {found.bad} bad on both sides."
    if not pairs.of:
        return (f"Blind pairs: nobody preferred a side. {beside}",)
    return (
        f"Blind pairs: the candidate is preferred on {pairs.count} of "
        f"{count_of(pairs.of, 'sheet')} with a preference ({pairs.count / pairs.of:.0%}, 95% "
        f"interval {pairs.low:.0%} to {pairs.high:.0%}; sign test p = {pairs.p:.3f}). {beside}",
        f"The left side was chosen {found.left} of {found.sides} times; about half is fair.",
    )
