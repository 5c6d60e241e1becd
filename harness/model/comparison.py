"""Say what was found when two recordings or arms were held against each other."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.model.drift import Drift, Shift
from harness.model.provenance import Backend, Change, Provenance
from harness.model.regression import Regression, Ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How one side's answers were delivered.

    Attributes:
        usual: The most frequent delivery.
        backend: The back end that it fits.
        backends: Pictures by the name of the back end that each fits.
        digests: Answers by the digest of their delivery.
    """

    usual: Provenance
    backend: Backend
    backends: Mapping[str, int]
    digests: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison: its answers in the cells that both sides have.

    Attributes:
        name: As it was asked for, e.g. `"main"` or `"gemini-3-pro-image@gateway"`.
        arms: Who answered, by name, sorted.
        recordings: Names of the recordings, sorted.
        answers: How many answers, errors left out.
        failed: Answers that break the contract.
        checks: Answers that fail, by contract check.
        outcomes: Answers by outcome.
        delivery: How they were delivered.
        priced: Answers whose price is known.
        mean_usd: Mean price of these; None for none.
        mean_tokens: Mean of all tokens of an answer that reports them; None for none.
        timed: Answers that tell the service's own time.
        median_s: Median of these, seconds; None for none.
        median_wall_s: Median of request to last byte by our own clock; None where not measured.
        recorded_from: First time, ISO 8601; empty for none.
        recorded_to: Last time.
        simulated: Some of them were painted by the simulator.
    """

    name: str
    arms: tuple[str, ...]
    recordings: tuple[str, ...]
    answers: int
    failed: int
    checks: Mapping[str, int]
    outcomes: Mapping[str, int]
    delivery: Delivery
    priced: int
    mean_usd: float | None
    mean_tokens: float | None
    timed: int
    median_s: float | None
    median_wall_s: float | None
    recorded_from: str
    recorded_to: str
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One cell, on both sides.

    Attributes:
        suite: Id of the suite.
        variant: The variant's id for people.
        turn: 0-based.
        cell: Its digest.
        answers: How many on the first side and on the second.
        failed: How many of them break the contract.
    """

    suite: str
    variant: str
    turn: int
    cell: str
    answers: tuple[int, ...]
    failed: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that holds on one side and not on the other.

    Attributes:
        what: `"contract"` or `"delivery"`.
        said: A sentence with the figures of both sides.
        changes: The facts of a delivery that differ; empty for the contract.
    """

    what: str
    said: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearer:
    """Which of two sides lies nearer to a third arm, a known other model.

    Attributes:
        anchor: Name of the third arm.
        sizes: Energy distance of the first side and of the second from it, in mean distances
            within its answers, over all channels and cells.
        difference: The first less the second: above 0 the second side is nearer.
        low: Lower end of the difference's interval.
        high: Upper end.
        level: Nominal level of the interval.
        cells: How many cells could say something.
        nearer: Name of the nearer side; empty where the interval holds 0.
        said: The same as one sentence.
    """

    anchor: str
    sizes: tuple[float, ...]
    difference: float
    low: float
    high: float
    level: float
    cells: int
    nearer: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two sides, held against each other cell by cell.

    Attributes:
        sides: The first and the second.
        pairs: Cells that both have.
        unpaired: How many cells only the first has, and only the second.
        differences: What counts as found of contract and delivery; empty where nothing was.
        pictures: What the test on pictures of one size and compression says; None where no
            cell was held against another.
        levelled: Where pictures came in one size and compression, and were tested as they
            are: what the same says of them once they are levelled all the same. It decides
            nothing but the words on the model. None where they were levelled to be tested.
        repeated: Pictures of the second side that are byte for byte the first side's of that cell:
            somebody's cache or a copy of the recording; they are told and not tested.
        together: Both sides were recorded in the same sessions, call by call in turn.
        confounded: Why a change cannot be laid to the model alone; empty where it can.
        nearer: Which side is nearer to the anchor; None where none was named.
        said: The answers, a sentence each: contract, delivery, pictures, what follows.
        unseen: What such a comparison cannot see, a sentence each.
        regressions: What became of answers to questions that differ between the sides: they
            are never in the test.
    """

    sides: tuple[Side, ...]
    pairs: tuple[Pair, ...]
    unpaired: tuple[int, ...]
    differences: tuple[Difference, ...]
    pictures: Drift | None = None
    levelled: Drift | None = None
    repeated: int = 0
    together: bool = False
    confounded: str = ""
    nearer: Nearer | None = None
    said: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    regressions: tuple[Regression, ...] = ()

    @property
    def changed(self) -> bool:
        """Tell whether anything was found."""
        worse = any(found.ruling is Ruling.WORSE for found in self.regressions)
        moved = self.pictures is not None and self.pictures.verdict is Shift.CHANGED
        return bool(self.differences) or moved or worse

    @property
    def undecided(self) -> bool:
        """Tell whether there was too little to say anything of the pictures or the prompts."""
        unsettled = (Ruling.NOT_ENOUGH, Ruling.UNDECIDED)
        few = any(found.ruling in unsettled for found in self.regressions)
        return few or (self.pictures is not None and self.pictures.verdict is Shift.NOT_ENOUGH_DATA)

    @property
    def simulated(self) -> bool:
        """Tell whether the simulator painted some of it."""
        of_questions = any(found.simulated for found in self.regressions)
        return of_questions or any(side.simulated for side in self.sides)
