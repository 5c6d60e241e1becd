"""Say whether the distribution of answers has moved: a calibrated answer and its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Shift(StrEnum):
    """A drift verdict."""

    NOT_ENOUGH_DATA = "NOT ENOUGH DATA"
    NO_CHANGE_SEEN = "NO CHANGE SEEN"
    SUSPECT = "SUSPECT"
    CHANGED = "CHANGED"
    EQUIVALENT = "EQUIVALENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How large a change is, in one channel.

    Attributes:
        channel: Name of the channel.
        size: Energy distance over the mean distance within the reference; may be below 0.
        low: Lower end of its interval.
        high: Upper end of its interval.
        level: Nominal level of the interval, e.g. .95.
    """

    channel: str
    size: float
    low: float
    high: float
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A picture that drove a result.

    Attributes:
        sha256: Of the picture.
        fresh: It is of the fresh sample, else of the reference.
        weight: How much nearer it lies to its own side than to the other, standardised.
    """

    sha256: str
    fresh: bool
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CellDrift:
    """One cell of a test.

    Attributes:
        suite: Id of the suite.
        variant: The variant's id for people.
        turn: 0-based.
        cell: Its digest.
        old: Answers of the reference that were tested.
        new: Fresh answers that were tested.
        p: Its own p; to be read only after the whole was rejected.
        q: The same, adjusted over cells (Benjamini and Hochberg).
        moved: It is named: the whole was rejected and q is at most .10.
        effect: In its largest channel; None where the reference says nothing.
        witnesses: Pictures that drove the result, the strongest first, of both sides.
    """

    suite: str
    variant: str
    turn: int
    cell: str
    old: int
    new: int
    p: float
    q: float
    moved: bool
    effect: Effect | None = None
    witnesses: tuple[Witness, ...] = ()

    @property
    def name(self) -> str:
        """For people: suite, variant and turn."""
        turn = f" turn {self.turn + 1}" if self.turn else ""
        return f"{self.suite}/{self.variant}{turn}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Something told beside the test, which decides nothing: tokens, latency, delivery.

    Attributes:
        name: E.g. `"thought tokens"`.
        old: The reference's figure, worded.
        new: The fresh sample's figure, worded.
        p: Of a permutation test of its own; None where none was made.
    """

    name: str
    old: str
    new: str
    p: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What one test of many cells says.

    Attributes:
        verdict: The answer.
        said: The same as one sentence of plain words with its numbers.
        alpha: False-alarm rate of the test.
        p: Of the whole; never 0.
        p_all: Of "everything moved a little".
        p_few: Of "few cells moved a lot".
        smallest_p: The smallest p that this design can reach.
        draws: Labellings beside the observed one.
        seed: Of the labellings.
        power: How often a change that matters would be seen by this design; None unknown.
        seen: The smallest effect seen with the power that is due; None unknown.
        matters: The effect that matters, as set.
        margin: The margin of equivalence, as set.
        unit: What was permuted: answers or sessions.
        effects: Over all cells, a channel each, the largest first.
        channels: p of each channel alone.
        cells: What was tested.
        left_out: What was not, a line each.
        beside: Told beside, deciding nothing.
        sessions: How many sessions each side has: reference, fresh.
        recorded: First and last time of each side: reference from, to, fresh from, to.
        provisional: Day effects were not measurable: SUSPECT at most.
        simulated: Some of the pictures were painted by the simulator.
    """

    verdict: Shift
    said: str
    alpha: float
    p: float
    p_all: float
    p_few: float
    smallest_p: float
    draws: int
    seed: int
    power: float | None
    seen: float | None
    matters: float
    margin: float
    unit: str = "answers"
    effects: tuple[Effect, ...] = ()
    channels: Mapping[str, float] = field(default_factory=dict)
    cells: tuple[CellDrift, ...] = ()
    left_out: tuple[str, ...] = ()
    beside: tuple[Beside, ...] = ()
    sessions: tuple[int, ...] = (0, 0)
    recorded: tuple[str, ...] = ("", "", "", "")
    provisional: bool = False
    simulated: bool = False

    @property
    def effect(self) -> Effect | None:
        """The largest effect over all cells."""
        return self.effects[0] if self.effects else None

    @property
    def moved(self) -> tuple[CellDrift, ...]:
        """The cells that are named, the clearest first."""
        return tuple(sorted((c for c in self.cells if c.moved), key=lambda c: (c.q, c.p)))
