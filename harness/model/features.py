"""Say what was measured of pictures beside each single one's own measures.

Measures are figures; what they are held against stands in a suite's checks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from harness.model.arm import Arm
from harness.model.checks import Consistency, Question
from harness.model.verdict import Finding


class EditKind(StrEnum):
    """How much an edit changed, in order."""

    LOCAL = "local"
    LARGE = "large"
    REGENERATED = "regenerated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What changed from one picture to another.

    Attributes:
        before: sha256 of the first.
        after: sha256 of the second.
        columns: Tiles across.
        rows: Tiles down.
        colour: Mean colour difference of each tile, row by row (CIE76, Lab), the tone taken out.
        structure: 1 - structural similarity of each tile, row by row.
        changed: Tiles beyond the limits, row by row.
        components: In how many pieces they lie.
        kind: How much changed.
        shift: By which the second is moved, as a share of width and height.
        tone: Median difference of L, a and b, which is taken out before.
        ratio: `"16:9 -> 1:1"` where the ratio changed; empty where not.
        frame: The part of the second that was compared, in fractions of its width and height:
            left, top, right, bottom; all of it where the ratio is kept.
        version: What measured it.
        unmeasurable: Why it could not be measured; empty where it could.
    """

    before: str
    after: str
    columns: int = 0
    rows: int = 0
    colour: tuple[float, ...] = ()
    structure: tuple[float, ...] = ()
    changed: tuple[bool, ...] = ()
    components: int = 0
    kind: EditKind = EditKind.LOCAL
    shift: tuple[float, float] = (0.0, 0.0)
    tone: tuple[float, float, float] = (0.0, 0.0, 0.0)
    ratio: str = ""
    frame: tuple[float, ...] = (0.0, 0.0, 1.0, 1.0)
    version: str = ""
    unmeasurable: str = ""

    @property
    def share(self) -> float:
        """Share of the tiles that changed, 0 to 1."""
        return sum(self.changed) / len(self.changed) if self.changed else 0.0


@dataclass(frozen=True, kw_only=True)
class Looks:
    """How far pictures lie apart in look, by one measure.

    Attributes:
        measure: Its name, e.g. `"look"`.
        version: What computed it; distances of two versions are never mixed.
        names: sha256 of the pictures.
        rows: Distances: a row a picture, in the order of `names`; symmetric, 0 on the diagonal.
        unmeasurable: Why a picture has no look, by sha256.
        unavailable: Why nothing could be measured, and what to do; empty where it could.
        pinned: The version that the baseline was pinned with; empty where none is pinned.
    """

    measure: str
    version: str = ""
    pinned: str = ""
    names: tuple[str, ...] = ()
    rows: tuple[tuple[float, ...], ...] = ()
    unmeasurable: Mapping[str, str] = field(default_factory=dict)
    unavailable: str = ""

    @property
    def is_square(self) -> bool:
        """Tell whether every picture has a distance to every other."""
        counts = [len(self.rows), *(len(row) for row in self.rows)]
        return all(count == len(self.names) for count in counts)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    def distance(self, first: str, second: str) -> float | None:
        """Give the distance of two pictures by sha256; None where one was not measured."""
        one, two = self._places.get(first), self._places.get(second)
        return None if one is None or two is None else self.rows[one][two]


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """Whose pictures are held against each other in look: one character in one arm.

    Attributes:
        name: For people: the names of its reference sets.
        measure: What measures it.
        arm: Who drew it; arms are never mixed.
        references: sha256 of the pictures that show how it looks.
        drawn: sha256 of the samples' final pictures of it, over all variants.
        accepted: sha256 of the accepted pictures of it, drawn in this run or before.
        others: sha256 of other characters' pictures in the suite: the negative control.
        other_names: Who they are.
    """

    name: str
    measure: str
    arm: Arm
    references: tuple[str, ...]
    drawn: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()

    def is_of(self, check: Consistency, arm: Arm) -> bool:
        """Tell whether a check asks for this character, drawn in that arm."""
        mine = (tuple(sorted(self.references)), self.measure, self.arm)
        return mine == (check.character, check.measure, arm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What OCR reads in a picture.

    Attributes:
        sha256: Of the picture.
        language: Tesseract's word for the language that it was read in.
        lines: Text of each pass, its words parted by single spaces: plain, then inverted.
        version: What read it: engine, language, passes.
        unmeasurable: Why it could not be read; empty where it could.
    """

    sha256: str
    language: str
    lines: tuple[str, ...] = ()
    version: str = ""
    unmeasurable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A model's answer to a question about a picture.

    Attributes:
        sha256: Of the picture.
        model: Who answered.
        question: What was asked.
        answer: `"yes"`, `"no"`, `"0"` to `"4"`; empty where there is none.
        why: The model's reason in its words; may be empty.
        problem: Why there is no answer; empty where there is one.
        recorded: An answer is recorded, good or not.
        cost_usd: Its price, or what it is expected to be where none is recorded; None where it
            cannot be told.
    """

    sha256: str
    model: str
    question: Question
    answer: str = ""
    why: str = ""
    problem: str = ""
    recorded: bool = False
    cost_usd: float | None = None

    @property
    def good(self) -> bool:
        """It is an answer, and one that the suite calls good; a run.json may hold anything."""
        if self.question.at_least is None:
            return self.answer == self.question.expect
        return self.answer in tuple("01234") and int(self.answer) >= self.question.at_least


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How often a model's answers to a question agree with people's decisions.

    An accepted picture should be answered well, a rejected one not. Only pictures that a
    person decided on and that the model answered about are counted.

    Attributes:
        model: Who answered.
        question: What was asked.
        agreed: How many answers agree.
        accepted: How many of the pictures are accepted.
        rejected: How many are rejected.
    """

    model: str
    question: Question
    agreed: int
    accepted: int
    rejected: int

    def __str__(self) -> str:
        of = self.accepted + self.rejected
        return (
            f"agrees with people in {self.agreed} of {of} "
            f"({self.accepted} accepted, {self.rejected} rejected)"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What a check of the suite's own found on a variant."""

    variant: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Features:
    """Everything that the checks of a suite need beside each picture's own measures.

    Attributes:
        looks: A measure each.
        characters: Whose pictures are held against each other in look, a character and arm each.
        controls: sha256 of the distractors that ship with the package, where they were measured.
        edits: A pair of pictures each.
        readings: A picture and a language each.
        replies: A picture and a question each.
        agreements: A question each, where people decided on pictures that it is asked about.
        custom: A variant each, by its id for people.
        of_shard: What needs the whole suite is left out: only a share of it is here.
    """

    looks: tuple[Looks, ...] = ()
    characters: tuple[Character, ...] = ()
    controls: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    readings: tuple[Reading, ...] = ()
    replies: tuple[Reply, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    custom: tuple[Noted, ...] = ()
    of_shard: bool = False

    def look(self, measure: str) -> Looks | None:
        return next((looks for looks in self.looks if looks.measure == measure), None)

    def edit(self, before: str, after: str) -> Edit | None:
        return self._edits.get((before, after))

    def reading(self, sha256: str, language: str) -> Reading | None:
        return self._readings.get((sha256, language))

    def reply(self, sha256: str, *, model: str, question: Question) -> Reply | None:
        return self._replies.get((sha256, model, question))

    def agreement(self, *, model: str, question: Question) -> Agreement | None:
        asked = (model, question)
        return next((a for a in self.agreements if (a.model, a.question) == asked), None)

    @cached_property
    def _edits(self) -> Mapping[tuple[str, str], Edit]:
        return {(edit.before, edit.after): edit for edit in self.edits}

    @cached_property
    def _readings(self) -> Mapping[tuple[str, str], Reading]:
        return {(reading.sha256, reading.language): reading for reading in self.readings}

    @cached_property
    def _replies(self) -> Mapping[tuple[str, str, Question], Reply]:
        return {(reply.sha256, reply.model, reply.question): reply for reply in self.replies}
