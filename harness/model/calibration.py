"""Say what a suite's own answers tell of its test: real false-alarm rates, noise, day effects."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.model.drift import Effect

ANSWERS, SESSIONS = "answers", "sessions"
"""What a test permutes: single answers (chains whole), or whole sessions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often a test alarmed where nothing had changed, or saw what had.

    Attributes:
        alpha: False-alarm rate that the test was made for.
        alarms: How often it rejected.
        of: How many tests were made.
        low: Lower end of the interval of the true rate (Clopper and Pearson).
        high: Upper end of it.
        level: Of the interval.
    """

    alpha: float
    alarms: int
    of: int
    low: float
    high: float
    level: float

    @property
    def rate(self) -> float:
        """The share; 0 where no test was made."""
        return self.alarms / self.of if self.of else 0.0

    @property
    def holds(self) -> bool:
        """The test keeps its promise, as far as can be told: alpha is not below the interval."""
        return self.low <= self.alpha


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEffect:
    """Whether sessions differ from each other, where the model should not have changed.

    Attributes:
        sessions: How many sessions have answers.
        days: On how many different days (UTC) they began.
        needed: Days without which day effects are not measurable.
        alpha: At or below which p a day effect is found.
        p: That sessions differ: answers permuted over sessions within each cell; None
            where no cell has two sessions of two answers.
        effect: Energy distance of two sessions over the mean distance within all, mean over
            the cells, in its largest channel; None where p is.
    """

    sessions: int
    days: int
    needed: int
    alpha: float
    p: float | None = None
    effect: Effect | None = None

    @property
    def measurable(self) -> bool:
        """Enough sessions on different days were recorded to tell."""
        return self.days >= self.needed and self.p is not None

    @property
    def found(self) -> bool:
        """Sessions differ: no single answer may be taken for independent of the others."""
        return self.p is not None and self.p <= self.alpha


@dataclass(frozen=True, slots=True, kw_only=True)
class CellNoise:
    """How far answers of one cell lie apart.

    Attributes:
        variant: The variant's id for people.
        turn: 0-based.
        cell: Its digest.
        answers: How many were used.
        sessions: Of how many sessions.
        within: Mean distance between two answers, by channel, in the channel's own unit.
        noise: The same over the mean of all cells, mean over the channels: 1 is usual.
    """

    variant: str
    turn: int
    cell: str
    answers: int
    sessions: int
    within: Mapping[str, float] = field(default_factory=dict)
    noise: float = 1.0

    @property
    def name(self) -> str:
        """For people: variant and turn."""
        return f"{self.variant} turn {self.turn + 1}" if self.turn else self.variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What calibrating found; one immutable file.

    Attributes:
        id: Name of the file without its ending, e.g. `calibration-20261126T051233Z-9f2c`.
        suite: Id of the suite.
        at: ISO 8601, UTC.
        epoch: The epoch whose answers were used; empty where nothing is pinned.
        arm: Who answered, `model@endpoint`.
        answers: How many answers were used.
        repeated: Answers left out: byte for byte the picture of an earlier one.
        halves: Random halves against each other, an alpha each: a check of the
            implementation, which says nothing of days.
        between: Each session against all others, an alpha each.
        days: Whether sessions differ.
        unit: What a test has to permute: `answers`, or `sessions` where sessions differ.
        armed: The monitor may run: the realised rate does not exceed what was promised.
        provisional: Day effects were not measurable: the monitor says SUSPECT at most.
        said: The whole as one sentence of plain words.
        noise: A cell each, the noisiest first.
        left_out: What was not used, a line each.
        splits: How many random halves were tested.
        draws: Labellings of each test.
        seed: Of all draws.
        simulated: Some of the pictures were painted by the simulator.
    """

    id: str
    suite: str
    at: str
    epoch: str
    arm: str
    answers: int
    repeated: int
    halves: tuple[Rate, ...]
    between: tuple[Rate, ...]
    days: DayEffect
    unit: str
    armed: bool
    provisional: bool
    said: str
    noise: tuple[CellNoise, ...] = ()
    left_out: tuple[str, ...] = ()
    splits: int = 0
    draws: int = 0
    seed: int = 0
    simulated: bool = False
