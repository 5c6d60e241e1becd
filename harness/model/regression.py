"""Say what became of the answers when the question was changed: a prompt regression.

Another question is another cell, so nothing here says whether the model has changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

CONTRACT, PRICE = "contract", "price"
"""Criteria that have a rule of their own."""


class Ruling(StrEnum):
    """What holds of a criterion under the new question, against the older one.

    NO WORSE: the worsening is below the margin, at a known error rate. WORSE: the new answers
    are worse by more than chance, or a contract check fails that never failed. NOT ENOUGH DATA:
    so few answers that they could not have shown the first, had all of them been good.
    """

    NO_WORSE = "NO WORSE"
    UNDECIDED = "UNDECIDED"
    NOT_ENOUGH = "NOT ENOUGH DATA"
    WORSE = "WORSE"

    @property
    def severity(self) -> int:
        """0 for NO WORSE up to 3 for WORSE."""
        return list(Ruling).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """How much worse a new question may do and still count as no worse: `regression:`.

    Attributes:
        margin: Of shares and of the text's error rate, 0 to 1.
        cost: Of the mean price, as a share of the older one.
        alpha: How often NO WORSE may be said of a worsening as large as the margin, and how
            often WORSE of equal answers.
    """

    margin: float = 0.10
    cost: float = 0.10
    alpha: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Some words of a prompt: `"kept"`, `"gone"` or `"new"`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A parameter, or the references, as it was asked for and as it is; empty for not at all."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One case on both sides: what was asked, and which answers there are.

    Attributes:
        variant: The variant's id for people.
        turn: 0-based.
        prompts: The older prompt and the new one.
        words: What differs between them, in order; empty where they are alike.
        settings: Parameters and references that differ.
        answers: How many on each side.
        pictures: sha256 of the final pictures of each side, in order.
        figures: Mean of each criterion on both sides, as far as it is known of both.
    """

    variant: str
    turn: int
    prompts: tuple[str, str]
    words: tuple[Words, ...]
    settings: tuple[Setting, ...]
    answers: tuple[int, int]
    pictures: tuple[tuple[str, ...], tuple[str, ...]]
    figures: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion over all cases.

    Attributes:
        name: E.g. `"contract"`, `"text"`, `"price"`.
        ruling: What holds.
        said: That in a sentence, with its figures.
        margin: What still counts as no worse; of the price a share of the older one.
        old: Mean on the older side; of the price US dollars.
        new: Mean on the new side.
        worse: How much worse the new answers are: above 0 is worse.
        bound: The worsening is below this, but for one time in 1 / alpha; None for too few.
        p: Chance of so much worsening among answers to one question.
        pairs: Pairs of answers that were held against each other.
        cases: In how many cases.
        needed: Pairs that are expected to decide; 0 where it is decided or no number would.
    """

    name: str
    ruling: Ruling
    said: str
    margin: float
    old: float
    new: float
    worse: float
    bound: float | None
    p: float
    pairs: int
    cases: int
    needed: int = 0

    @property
    def samples(self) -> int:
        """Answers of a case, on both sides, that are expected to decide; 0 for no number."""
        return -(-self.needed // self.cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A contract check that fails under the new question and never failed under the older one.

    Attributes:
        check: Its name, e.g. `"image_size"`.
        failed: Answers that fail it now.
        answers: Out of how many.
        before: How many there were before, none of which failed it.
        variants: Where, by the ids for people.
    """

    check: str
    failed: int
    answers: int
    before: int
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Questioned:
    """One side: the answers to one wording of the questions.

    Attributes:
        name: As it was asked for, e.g. `"main"` or `"earlier"`.
        arms: Who answered, by name, sorted.
        answers: How many, over all cases.
        recorded_from: First time, ISO 8601; empty for none.
        recorded_to: Last time.
        simulated: Some of them were painted by the simulator.
    """

    name: str
    arms: tuple[str, ...]
    answers: int
    recorded_from: str
    recorded_to: str
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """What became of a suite's answers when its questions were changed.

    Attributes:
        suite: Id of the suite.
        sides: The older question's answers and the new one's.
        cases: What was asked otherwise; where it got worst stands first.
        criteria: What was held, the gravest first.
        broken: Contract checks that fail now and never failed.
        notes: What is to be known when this is read, a sentence each.
        left_out: What could not be held against each other, a sentence each.
    """

    suite: str
    sides: tuple[Questioned, Questioned]
    cases: tuple[Asked, ...]
    criteria: tuple[Criterion, ...]
    broken: tuple[Broken, ...] = ()
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def ruling(self) -> Ruling:
        """The gravest of the criteria; WORSE where the contract is newly broken."""
        if self.broken:
            return Ruling.WORSE
        found = [criterion.ruling for criterion in self.criteria]
        return max(found, key=lambda ruling: ruling.severity, default=Ruling.NOT_ENOUGH)

    @property
    def simulated(self) -> bool:
        return any(side.simulated for side in self.sides)
