"""Say what is checked on the samples of a turn, beside the contract."""

from dataclasses import dataclass, field

from harness.model.reference import Reference
from harness.model.verdict import Status

LOOK = "look"
"""The measure of look that needs nothing beside numpy."""

ASK_MODEL = "gemini-3.8-flash"
"""Who is asked about pictures unless a suite says otherwise (ai.google.dev: stable, Nov 2026)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many of a variant's samples may fail an opinion check.

    Attributes:
        bad: Allowed failures, 0 or more.
        of: Out of how many, 1 or more.
    """

    bad: int
    of: int

    def allows(self, *, bad: int, of: int) -> bool:
        """Tell whether `bad` of `of` is no larger a share than this rate."""
        return bad * self.of <= self.bad * of

    def __str__(self) -> str:
        return f"{self.bad} of {self.of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerText:
    """Text expected in the answer's text parts.

    Attributes:
        contains: Every one of these stands in the text; case is ignored.
        max_bad: How many samples may fail.
    """

    contains: tuple[str, ...]
    max_bad: Rate


def consistency_name(character: str, measure: str) -> str:
    """Name what is found of a character by a measure, which is said where it is not `look`."""
    by = "" if measure == LOOK else f" by {measure}"
    return f"consistency[{character}{by}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """A character that keeps its look.

    Attributes:
        name: The character for people: the names of its reference sets, joined by `+`.
        references: How it looks.
        measure: `"look"`, `"keypoints"`, or the name of an embedder.
        max_bad: How many samples may lie beyond the limit that accepted samples set.
        level: FAIL or WARN, what too many of them are.
    """

    name: str
    references: tuple[Reference, ...]
    measure: str = LOOK
    max_bad: Rate
    level: Status = Status.FAIL

    @property
    def finding(self) -> str:
        """Name its findings, so that two measures of one character can be told apart."""
        return consistency_name(self.name, self.measure)

    @property
    def character(self) -> tuple[str, ...]:
        """Name the character by its references' bytes: equal sets are one character."""
        return tuple(sorted({reference.blob.sha256 for reference in self.references}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A rectangle of a picture, in fractions of its width and height, 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EditLimits:
    """What an edit may change of the picture before it.

    Attributes:
        changed_share_max: Largest share of the tiles that may change, 0 to 1; None for no limit.
        expect: `"local"`, `"large"` or `"regenerated"`: no more than this; empty for no limit.
        must_change: Each of these changes somewhere.
        must_keep: None of these changes anywhere.
        max_bad: How many samples may fail.
        level: FAIL or WARN, what too many of them are.
    """

    changed_share_max: float | None = None
    expect: str = ""
    must_change: tuple[Region, ...] = ()
    must_keep: tuple[Region, ...] = ()
    max_bad: Rate
    level: Status = Status.FAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureText:
    """Text expected in the picture, read by OCR.

    Attributes:
        contains: Each of these is to be read somewhere.
        error_max: Largest character error rate in the best window, 0 to 1.
        language: Tesseract's word for it, e.g. `"eng"`.
        max_bad: How many samples may fail.
        level: WARN unless asked otherwise: on photographic ground 60 % of correct text fails.
    """

    contains: tuple[str, ...]
    error_max: float = 0.1
    language: str = "eng"
    max_bad: Rate
    level: Status = Status.WARN


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question about the picture, put to a model.

    Attributes:
        text: The question.
        at_least: The lowest good answer on a scale of 0 to 4; None for a yes/no question.
        expect: The good answer to a yes/no question: `"yes"` or `"no"`.
    """

    text: str
    at_least: int | None = None
    expect: str = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Questions put to a model about every picture.

    Attributes:
        model: Id of the model that answers, as sent.
        endpoint: Who is asked; None: who made the picture.
        questions: At least one.
        max_bad: How many samples may fail, for each question.
        level: WARN unless asked otherwise.
    """

    model: str
    endpoint: str | None = None
    questions: tuple[Question, ...]
    max_bad: Rate
    level: Status = Status.WARN


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom:
    """A check that a Python function makes.

    Attributes:
        name: An entry point of `harness.checks`, or `file.py:function` in the suite's folder.
        options: What the suite gives it, as JSON text.
        max_bad: How many samples may fail.
    """

    name: str
    options: str = "{}"
    max_bad: Rate

    @property
    def check(self) -> str:
        """Name the check in findings."""
        return f"custom:{self.name}"

    @property
    def file(self) -> str:
        """Give the file of its code in the suite's folder; empty where it is installed."""
        return self.name.partition(":")[0] if self.is_file else ""

    @property
    def is_file(self) -> bool:
        """Tell whether its code lies in the suite's folder."""
        return ":" in self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What is checked on the samples of a turn, beside the contract.

    Attributes:
        pictures: Exact number of final pictures; None means at least one where pictures are asked.
        answer_text: Text expected in the answer's text.
        latency_max_s: Longest allowed time of an answer, in seconds.
        cost_max_usd: Highest allowed price of an answer, in US dollars.
        consistency: Characters that keep their look.
        edit: What the turn may change of the picture before it.
        text: Text expected in the picture.
        ask: Questions about the picture.
        custom: Checks of the suite's own.
    """

    pictures: int | None = None
    answer_text: AnswerText | None = None
    latency_max_s: float | None = None
    cost_max_usd: float | None = None
    consistency: tuple[Consistency, ...] = ()
    edit: EditLimits | None = None
    text: PictureText | None = None
    ask: Ask | None = None
    custom: tuple[Custom, ...] = field(default=())
