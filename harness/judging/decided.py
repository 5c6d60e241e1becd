"""Hold a picture against what people decided: the same picture again, or a new one.

Never a fresh sample against one picture by distance: a fresh sample that is not the
same picture is NEW, not wrong.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.errors import FingerprintMismatch
from harness.measure.sameness import SAME_PICTURE_METHOD, bit_share, same_picture
from harness.model.baseline import Choice, Decision, DecisionSet
from harness.model.picture import Measures
from harness.model.sample import Sample
from harness.model.verdict import Finding, Status

_UNDECIDED = "nobody has decided on this picture yet; look at it: harness review"
_UNPROVED = (
    "like the accepted picture {} by committed measures, which nobody here held against its "
    "bytes; fetch it: harness cassette pull"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The decisions in force.

    Attributes:
        choices: Newest decision by (cell, sha256).
        sets: The set that each of them came with, by the same key.
    """

    choices: Mapping[tuple[str, str], Decision]
    sets: Mapping[tuple[str, str], DecisionSet]

    def accepted(self, sample: Sample) -> tuple[Decision, ...]:
        """Give the accepted pictures of the sample's cell and arm."""
        return tuple(
            decision
            for (cell, _), decision in self.choices.items()
            if cell == sample.cell
            and decision.arm == sample.arm
            and decision.choice is Choice.ACCEPT
        )


def decided_of(sets: tuple[DecisionSet, ...]) -> Decided:
    """Lay decision sets over each other, newest last."""
    choices: dict[tuple[str, str], Decision] = {}
    sources: dict[tuple[str, str], DecisionSet] = {}
    for decided in sets:
        for decision in decided.decisions:
            key = (decision.cell, decision.sha256)
            choices[key], sources[key] = decision, decided
    return Decided(choices=choices, sets=sources)


def same_again(
    sample: Sample, decided: Decided, measures: Mapping[str, Measures]
) -> Iterator[Finding]:
    """Find how the sample's picture stands to the decisions.

    Args:
        sample: Has a generation.
        decided: The decisions in force.
        measures: Of the sample's and of the accepted pictures, by sha256.
    """
    sha256 = sample.picture
    if not sha256:
        return
    key = (sample.cell, sha256)
    if key in decided.choices:
        status, message = _said(decided.choices[key], decided.sets[key])
    else:
        status, message = _again(sample, sha256, decided, measures)
    yield Finding(
        check="decided",
        status=status,
        message=message,
        sample=sample.key.sample,
        turn=sample.key.turn,
    )


def _said(decision: Decision, source: DecisionSet) -> tuple[Status, str]:
    unseen = ", unseen" if source.unseen else ""
    by = f"on {source.at[:10]} by {decision.by or source.by}{unseen}"
    note = decision.note or source.why
    reasons = f" ({', '.join(decision.reasons)})" if decision.reasons else ""
    match decision.choice:
        case Choice.ACCEPT:
            return Status.PASS, f"accepted {by}: the bytes are identical"
        case Choice.REJECT:
            told = f": {note}" if note else "" if reasons else ": no reason given"
            return Status.FAIL, f"rejected {by}{reasons}{told}"
        case Choice.DISCUSS:
            return Status.NEW, f"under discussion {by}: {note or 'no note'}"


def _again(
    sample: Sample, sha256: str, decided: Decided, measures: Mapping[str, Measures]
) -> tuple[Status, str]:
    own, told = measures.get(sha256), _UNDECIDED
    for decision in decided.accepted(sample):
        other = measures.get(decision.sha256)
        if own is None or other is None or not _same(own, other):
            continue
        if not other.absent:
            return Status.PASS, _remark(own, other)
        told = _UNPROVED.format(other.sha256[:8])
    return Status.NEW, told


def _same(own: Measures, other: Measures) -> bool:
    try:
        return same_picture(own, other)
    except FingerprintMismatch:
        return False


def _remark(own: Measures, other: Measures) -> str:
    first, second = own.fingerprint(SAME_PICTURE_METHOD), other.fingerprint(SAME_PICTURE_METHOD)
    assert first is not None
    assert second is not None
    share = bit_share(first, second)
    return (
        f"remark: the accepted picture {other.sha256[:8]} again, other bytes (re-encoded): "
        f"{round(share * first.bits)} of {first.bits} bits differ"
    )
