"""Merge what several reviewers said of a run: one result for each sheet, with everyone's marks.

The newest word of each reviewer on a sheet counts. Any rejection blocks, a quorum accepts, and
the chair's resolution outranks single votes and keeps them visible.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from harness.model.baseline import Choice
from harness.model.review import PictureVote, Resolution, Review, Vote

_NEVER = datetime.min.replace(tzinfo=UTC)


class Result(StrEnum):
    """What a sheet's votes come to."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DISCUSS = "discuss"
    SPLIT = "split"
    UNDER_QUORUM = "under quorum"
    UNDECIDED = "undecided"


OPEN = frozenset({Result.DISCUSS, Result.SPLIT, Result.UNDER_QUORUM})
"""Results that a second round has to settle; nothing is decided by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The newest word of one reviewer on a sheet.

    Attributes:
        by: The reviewer.
        vote: What they said.
        source: The file that it stands in.
        changed: What they had said before, where it was another choice.
    """

    by: str
    vote: Vote
    source: str = ""
    changed: Choice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The chair's newest word on a sheet.

    Attributes:
        by: The chair.
        resolution: What holds, and why.
        source: The file that it stands in.
    """

    by: str
    resolution: Resolution
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedSheet:
    """One sheet, with everyone's marks.

    Attributes:
        item: Its id.
        result: What the marks come to.
        casts: Everyone's newest word, in the order of the reviews.
        resolved: The chair's word, where there is one; it made the result.
    """

    item: str
    result: Result
    casts: tuple[Cast, ...] = ()
    resolved: Resolved | None = None

    def said(self, choice: Choice) -> tuple[str, ...]:
        """Name the reviewers of a choice."""
        return tuple(cast.by for cast in self.casts if cast.vote.choice is choice)

    def marks_of(self, sha256: str) -> tuple[tuple[str, PictureVote], ...]:
        """Give what each reviewer did with a picture."""
        marks = ((cast.by, mark) for cast in self.casts for mark in cast.vote.pictures)
        return tuple((by, mark) for by, mark in marks if mark.sha256 == sha256)


def merge(
    reviews: Sequence[Review], *, quorum: int = 1, items: Sequence[str] = ()
) -> tuple[MergedSheet, ...]:
    """Merge reviews of one run by sheet.

    Args:
        reviews: In any order; several of one reviewer add up, the newest word on a sheet counts.
        quorum: How many have to accept, at least 1.
        items: Ids of sheets, in the order wanted; those that nobody spoke of are undecided.
            Sheets that are not among them follow, in the order in which they were spoken of.
    """
    casts, resolved = _casts(reviews), _resolved(reviews)
    wanted = dict.fromkeys((*items, *casts, *resolved))
    return tuple(
        MergedSheet(
            item=item,
            result=_result(casts.get(item, ()), resolved.get(item), quorum=quorum),
            casts=casts.get(item, ()),
            resolved=resolved.get(item),
        )
        for item in wanted
    )


def open_sheets(merged: Sequence[MergedSheet]) -> tuple[MergedSheet, ...]:
    """Give the sheets that a second round is for: split, discussed, under quorum."""
    return tuple(sheet for sheet in merged if sheet.result in OPEN)


def contradictions(reviews: Sequence[Review]) -> tuple[str, ...]:
    """Say where nobody can tell which of two words holds.

    Two votes of one reviewer on one sheet that differ, where no time tells the newer one; two
    resolutions of one chair that do; and the resolutions of two chairs that differ, whenever
    they were written.
    """
    votes = [
        _Word(item=v.item, by=r.reviewer, choice=v.choice, at=when(v.at), source=r.source)
        for r in reviews
        for v in r.votes
    ]
    resolutions = [
        _Word(item=v.item, by=r.reviewer, choice=v.choice, at=when(v.at), source=r.source)
        for r in reviews
        for v in r.resolutions
    ]
    chairs = [word for words in _newest(resolutions).values() for word in words]
    of_votes = [_torn(words, "votes") for words in _newest(votes).values()]
    of_chairs = [_torn(words, "resolves") for words in _by_item(chairs).values()]
    return tuple(line for line in (*of_votes, *of_chairs) if line)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    item: str
    by: str
    choice: Choice
    at: datetime
    source: str


def _newest(words: Sequence[_Word]) -> Mapping[tuple[str, str], list[_Word]]:
    """Give each person's newest words on each sheet: several where they are of one time."""
    newest: dict[tuple[str, str], list[_Word]] = {}
    for word in words:
        held = newest.setdefault((word.item, word.by), [])
        if not held or word.at > held[0].at:
            held[:] = [word]
        elif word.at == held[0].at:
            held.append(word)
    return newest


def _by_item(words: Sequence[_Word]) -> Mapping[str, list[_Word]]:
    found: dict[str, list[_Word]] = {}
    for word in words:
        found.setdefault(word.item, []).append(word)
    return found


def _torn(words: Sequence[_Word], verb: str) -> str:
    """Say that words of one sheet differ; empty where they agree."""
    first = words[0]
    other = next((word for word in words if word.choice is not first.choice), None)
    if other is None:
        return ""
    one, two = (
        f"{word.by}{f' ({word.source})' if word.source else ''} {verb} {word.choice.value}"
        for word in (first, other)
    )
    return f"{first.item}: {one}, {two}, and nothing tells which holds; leave one of them out"


def when(at: str) -> datetime:
    """Read a time; one that says nothing is older than any other."""
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return _NEVER
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _casts(reviews: Sequence[Review]) -> Mapping[str, tuple[Cast, ...]]:
    newest: dict[str, dict[str, Cast]] = {}
    for review in reviews:
        for vote in review.votes:
            casts = newest.setdefault(vote.item, {})
            cast = Cast(by=review.reviewer, vote=vote, source=review.source)
            casts[cast.by] = _newer(cast, casts.get(cast.by))
    return {item: tuple(casts.values()) for item, casts in newest.items()}


def _newer(cast: Cast, other: Cast | None) -> Cast:
    """Give the newer of two words of one reviewer; of two of the same time the last one given."""
    if other is None:
        return cast
    old, new = (other, cast) if when(cast.vote.at) >= when(other.vote.at) else (cast, other)
    changed = old.vote.choice if old.vote.choice is not new.vote.choice else None
    return Cast(by=new.by, vote=new.vote, source=new.source, changed=changed)


def _resolved(reviews: Sequence[Review]) -> Mapping[str, Resolved]:
    newest: dict[str, Resolved] = {}
    for review in reviews:
        for resolution in review.resolutions:
            other = newest.get(resolution.item)
            if other is None or when(resolution.at) >= when(other.resolution.at):
                newest[resolution.item] = Resolved(
                    by=review.reviewer, resolution=resolution, source=review.source
                )
    return newest


_BY_CHAIR = {
    Choice.ACCEPT: Result.ACCEPTED,
    Choice.REJECT: Result.REJECTED,
    Choice.DISCUSS: Result.DISCUSS,
}


_ALONE = ((Choice.DISCUSS, Result.DISCUSS), (Choice.REJECT, Result.REJECTED))
"""What a choice makes of a sheet that nobody else accepts and rejects; the first one found."""


def _result(casts: Sequence[Cast], resolved: Resolved | None, *, quorum: int) -> Result:
    if resolved is not None:
        return _BY_CHAIR[resolved.resolution.choice]
    said = {cast.vote.choice for cast in casts}
    if {Choice.ACCEPT, Choice.REJECT} <= said:
        return Result.SPLIT
    if said == {Choice.ACCEPT}:
        return Result.ACCEPTED if len(casts) >= quorum else Result.UNDER_QUORUM
    return next((result for choice, result in _ALONE if choice in said), Result.UNDECIDED)
