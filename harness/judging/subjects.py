"""Say how drift sees one answer: by whom and when, how it ended, and what its picture is like."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.model.sample import Sample
from harness.model.suite import Turn

if TYPE_CHECKING:
    from harness.measure.description import Description


_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T\d{6}Z")
"""How the id of a session begins that the recorder named: by its time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subject:
    """One answer, selected by nobody.

    Attributes:
        suite: Id of the suite.
        variant: The variant's id for people.
        turn: 0-based.
        cell: Digest of what was declared.
        chain: The conversation or sample that it belongs to, unique over both sides' sessions.
        session: The run of the recorder that obtained it.
        arm: Who answered, `model@endpoint`.
        outcome: How the call ended.
        picture: sha256 of its picture; empty where there is none.
        description: Of the picture; None where there is none, or it cannot be read.
        embedding: Of the picture by the suite's embedder; None where there is none.
        thoughts: Thinking tokens; None where not told.
        seconds: How long the answer took; None where not measured.
        usd: Its price; None where it cannot be told.
        recorded_at: ISO 8601, UTC; may be empty.
        simulated: The simulator painted it.
        model_version: As answered; may be empty.
        response_id: As answered; may be empty.
        sample: The answer itself, without its pictures; None where no recording holds it.
        asked: What was asked; None where the suite asks for it no more.
    """

    suite: str
    variant: str
    turn: int
    cell: str
    chain: str
    session: str
    arm: str
    outcome: str
    picture: str = ""
    description: "Description | None" = field(default=None, repr=False)
    embedding: "Description | None" = field(default=None, repr=False)
    thoughts: int | None = None
    seconds: float | None = None
    usd: float | None = None
    recorded_at: str = ""
    simulated: bool = False
    model_version: str = ""
    response_id: str = ""
    sample: Sample | None = field(default=None, repr=False)
    asked: Turn | None = field(default=None, repr=False)

    @property
    def place(self) -> tuple[str, str]:
        """The suite and the cell that it is an answer of."""
        return self.suite, self.cell

    @property
    def day(self) -> str:
        """The UTC day on which it was recorded, else its session began; empty where not told."""
        if self.recorded_at:
            return self.recorded_at[:10]
        stamp = _STAMP.match(self.session)
        return "-".join(stamp.groups()) if stamp else ""


def sessions_of(subjects: Iterable[Subject]) -> tuple[str, ...]:
    """Name the sessions of some answers, oldest first."""
    first: dict[str, str] = {}
    for subject in subjects:
        known = first.get(subject.session, subject.recorded_at)
        first[subject.session] = min(known, subject.recorded_at)
    return tuple(sorted(first, key=lambda session: (first[session], session)))


def days_of(subjects: Iterable[Subject]) -> int:
    """Count the different UTC days on which the sessions of some answers began."""
    subjects = tuple(subjects)
    begun: dict[str, str] = {}
    for subject in subjects:
        begun[subject.session] = min(begun.get(subject.session, "~"), subject.day or "~")
    return len({day for day in begun.values() if day != "~"})


def without_repeats(
    old: Sequence[Subject], new: Sequence[Subject]
) -> tuple[tuple[Subject, ...], tuple[Subject, ...], int]:
    """Leave out every answer whose picture is byte for byte an earlier one's of its cell.

    They were not generated anew, but handed out by a cache, or the recording was copied. A
    fresh answer that is handed out again is no fresh answer: of a picture that both sides hold
    the reference keeps its own, and the fresh side has none.

    What comes from a cache tells nothing of how pictures look, so that the level holds. Where
    a model itself makes the same bytes again it does not quite: what is common then stands in
    the reference, what is rare on both sides. Of 200 suites without a change (10 cells, 16 v
    10) .015 were rejected at .01 where 6 of 10 answers were one of 8 pictures like all others,
    .06 where these differed from the rest; with 4 fresh ones .015 in both. Leaving out all
    copies on both sides would be exact there too, but leaves nothing of a recording that was
    copied and gone on with.

    Returns:
        The reference, the fresh sample, and how many were left out.
    """
    seen: set[tuple[str, str]] = set()

    def fresh(subject: Subject) -> bool:
        name = (subject.cell, subject.picture)
        known = bool(subject.picture) and name in seen
        seen.add(name)
        return not known

    kept = tuple(filter(fresh, old)), tuple(filter(fresh, new))
    return *kept, len(old) + len(new) - len(kept[0]) - len(kept[1])
