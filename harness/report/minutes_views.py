"""Put what a meeting decided on a run into the sections of its minutes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.judging.acceptance import rate_said
from harness.judging.agreement import Agreed, Preferences
from harness.judging.merging import Cast, MergedSheet, Resolved, Result
from harness.judging.selecting import reviewable
from harness.judging.sheets import Sheet, sheets
from harness.model.baseline import Acceptance, Choice
from harness.model.review import Review
from harness.model.run import Run
from harness.model.showing import Showing
from harness.report.minutes_words import agreement_lines, preference_lines, title_of
from harness.report.summary import headline
from harness.report.words import count_of, days, joined, shortened

MOST_PICTURES = 120
"""Thumbs within the page, 15 KB each at most."""
_LONGEST = 300
_MOST_MISSED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The rate of the last time.

    Attributes:
        run: Which run it was of.
        at: When it was decided, ISO 8601.
        counted: What became of the drawn sheets.
    """

    run: str
    at: str
    counted: Acceptance


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything that minutes are written from.

    Attributes:
        run: What was reviewed.
        showing: Who is responsible, and which picture stands for a cell.
        reviews: Of all rounds.
        merged: What they come to, in the suites' order; only sheets of the run.
        strange: Marks on sheets that the run does not have.
        counted: What became of the drawn sheets; None where none were drawn.
        before: The rate of the last time; None where none is kept.
        agreed: How far the reviewers agree.
        preferences: Of blind pairs; None where there were none.
    """

    run: Run
    showing: Showing
    reviews: tuple[Review, ...]
    merged: tuple[MergedSheet, ...]
    strange: int
    counted: Acceptance | None
    before: Before | None
    agreed: Agreed
    preferences: Preferences | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One sheet in the minutes.

    Attributes:
        item: Its id.
        owner: Who is responsible for its case; empty for nobody.
        marks: What each one said, a sentence each.
        resolved: What the chair said; empty for nothing.
        picture: sha256 of the picture that stands for it; empty for none.
    """

    item: str
    owner: str
    marks: tuple[str, ...]
    resolved: str
    picture: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Divided:
    """A sheet that divided the reviewers, or that the chair resolved.

    Attributes:
        item: Its id.
        said: Who chose what.
        came_to: What became of it, and why.
    """

    item: str
    said: str
    came_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Sheets with one result.

    Attributes:
        name: Of the result, capitalised.
        icon: Beside it.
        tone: Class of its colour: a status.
        rows: Its sheets.
    """

    name: str
    icon: str
    tone: str
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """Everything that the minutes print, top to bottom.

    Attributes:
        run: Id of the run.
        title: Names the meeting; where nobody did, what was reviewed.
        reviewers: Who, and when they decided.
        simulated: Some pictures were painted by the simulator.
        verdict: What the run found, a sentence each.
        rate: The acceptance rate, and the last time's, a sentence each.
        sections: Sheets by result, those that wait for somebody first; accepted ones last.
        agreement: How far the reviewers agree, a sentence each.
        divided: Sheets that reviewers chose differently on, or that the chair resolved.
        pairs: The same by two reviewers: both names, how many the same, of how many.
        preference: Which side of blind pairs is better, a sentence each; empty for none.
        appendix: Alpha, a sentence each.
        missed: Ids of sheets that nobody decided on.
        left_out: What else is not in these minutes, a sentence each.
        sources: The files that they are made from.
    """

    run: str
    title: str
    reviewers: str
    simulated: bool
    verdict: tuple[str, ...]
    rate: tuple[str, ...]
    sections: tuple[Section, ...]
    agreement: tuple[str, ...]
    divided: tuple[Divided, ...]
    pairs: tuple[tuple[str, str, str], ...]
    preference: tuple[str, ...]
    appendix: tuple[str, ...]
    missed: tuple[str, ...]
    left_out: tuple[str, ...]
    sources: tuple[str, ...]


_SECTIONS = (
    (Result.REJECTED, "Rejected", "✖", "FAIL"),
    (Result.SPLIT, "Split, not resolved", "▲", "WARN"),
    (Result.DISCUSS, "To be discussed", "?", "NEW"),
    (Result.UNDER_QUORUM, "Under quorum", "○", "UNRECORDED"),
    (Result.ACCEPTED, "Accepted", "✔", "PASS"),
)
_VERBS = {Choice.ACCEPT: "accepts", Choice.REJECT: "rejects", Choice.DISCUSS: "wants to discuss"}


def minutes_of(record: Record) -> Minutes:
    """Put a meeting's record into sections."""
    known = {sheet.id: sheet for sheet in sheets(record.run)}
    rows = {m.item: _row(m, known[m.item], record.showing) for m in record.merged}
    agreement, appendix = agreement_lines(record.agreed)
    return Minutes(
        run=record.run.id,
        title=title_of(record.run, record.reviews),
        reviewers=_reviewers(record.reviews),
        simulated=record.run.simulated,
        verdict=tuple(_verdict(record)),
        rate=tuple(_rate(record)),
        sections=tuple(_sections(record.merged, rows)),
        agreement=agreement,
        divided=tuple(_divided(m) for m in record.merged if _divides(m, record.agreed)),
        pairs=tuple((p.first, p.second, f"{p.same} of {p.of}") for p in record.agreed.pairs),
        preference=preference_lines(record.preferences),
        appendix=appendix,
        missed=_missed(record.merged, known)[:_MOST_MISSED],
        left_out=tuple(_left_out(record, known)),
        sources=tuple(review.source.rpartition("/")[2] for review in record.reviews),
    )


def pictures_of(minutes: Minutes) -> tuple[str, ...]:
    """Give sha256 of the pictures that a page of these minutes shows."""
    rows = [row for section in minutes.sections for row in section.rows]
    return tuple(dict.fromkeys(row.picture for row in rows if row.picture))[:MOST_PICTURES]


def _reviewers(reviews: Sequence[Review]) -> str:
    times = [vote.at for review in reviews for vote in review.votes]
    times += [each.at for review in reviews for each in review.resolutions]
    names = joined((review.reviewer for review in reviews), empty="nobody")
    when = days(times)
    return f"{names}, {when}" if when else names


def _verdict(record: Record) -> Iterator[str]:
    yield f"{headline(record.run)}."
    for suite in record.run.suites:
        shown = record.showing.suite(suite.suite)
        said = shown.drift.said if shown.drift else shown.untested
        if said:
            yield f"{suite.suite}: {said}"


def _rate(record: Record) -> Iterator[str]:
    if record.counted is None:
        yield (
            "No acceptance rate: nothing was drawn at random, and not every sheet was decided on. "
            "Sheets that were chosen for a reason say nothing of the others."
        )
    else:
        yield f"Acceptance rate: {rate_said(record.counted)}."
    if record.before is None:
        yield "Last time: no rate is kept of these suites."
    else:
        before = record.before
        yield f"Last time (run {before.run}, {before.at[:10]}): {rate_said(before.counted)}."


def _sections(merged: Sequence[MergedSheet], rows: Mapping[str, SheetRow]) -> Iterator[Section]:
    for result, name, icon, tone in _SECTIONS:
        own = tuple(rows[each.item] for each in merged if each.result is result)
        yield Section(name=name, icon=icon, tone=tone, rows=own)


def _row(merged: MergedSheet, sheet: Sheet, showing: Showing) -> SheetRow:
    variant = sheet.judged.variant
    order = (*showing.cell(sheet.place).order, *(sample.picture for sample in sheet.samples))
    own = {sample.picture for sample in sheet.samples}
    return SheetRow(
        item=sheet.id,
        owner=showing.suite(variant.suite).owner(variant.case),
        marks=tuple(_cast(cast) for cast in merged.casts),
        resolved=_resolved(merged.resolved),
        picture=next((sha256 for sha256 in order if sha256 and sha256 in own), ""),
    )


def _cast(cast: Cast) -> str:
    vote = cast.vote
    reasons = f" ({', '.join(vote.reasons)})" if vote.reasons else ""
    changed = f", and first chose {cast.changed.value}" if cast.changed else ""
    bad = [f"{p.sample + 1}{_in_brackets(p.reasons)}" for p in vote.pictures if p.bad]
    marked = f"; marks bad: sample {', '.join(bad)}" if bad else ""
    note = f": {shortened(vote.note, limit=_LONGEST)}" if vote.note.strip() else ""
    return f"{cast.by} {_VERBS[vote.choice]}{reasons}{changed}{marked}{note}"


def _in_brackets(reasons: Sequence[str]) -> str:
    return f" ({', '.join(reasons)})" if reasons else ""


def _resolved(resolved: Resolved | None) -> str:
    if resolved is None:
        return ""
    said = resolved.resolution
    reason = shortened(said.reason, limit=_LONGEST)
    return f"{resolved.by} resolves: {said.choice.value}, because {reason}"


def _divides(merged: MergedSheet, agreed: Agreed) -> bool:
    return merged.item in agreed.split or merged.resolved is not None


def _divided(merged: MergedSheet) -> Divided:
    said = ((choice.value, merged.said(choice)) for choice in Choice)
    return Divided(
        item=merged.item,
        said="; ".join(f"{choice}: {', '.join(names)}" for choice, names in said if names),
        came_to=_resolved(merged.resolved) or f"not resolved: {merged.result.value}",
    )


def _missed(merged: Sequence[MergedSheet], known: Mapping[str, Sheet]) -> tuple[str, ...]:
    undecided = (each.item for each in merged if each.result is Result.UNDECIDED)
    return tuple(item for item in undecided if reviewable(known[item]))


def _left_out(record: Record, known: Mapping[str, Sheet]) -> Iterator[str]:
    missed = len(_missed(record.merged, known))
    looked_at = sum(map(reviewable, known.values()))
    if missed:
        yield f"Decided on by nobody: {missed} of {count_of(looked_at, 'sheet')}."
    if missed > _MOST_MISSED:
        yield f"The first {_MOST_MISSED} of them are named."
    if absent := len(known) - looked_at:
        yield f"{count_of(absent, 'sheet')} held nothing to look at: nothing of it is recorded."
    if record.strange:
        yield f"{count_of(record.strange, 'mark')} on sheets that this run does not have."
