"""Say what the history can be asked for: days of answers, judgings, looks, and what happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day's answers of an arm; each counts once, however many runs replayed it.

    Attributes:
        model: Model id as sent.
        endpoint: Who was asked.
        day: When they were recorded, e.g. `"2026-11-26"`, UTC.
        sessions: In how many sessions.
        answers: How many; refusals are among them.
        refusals: How many the model refused, or whose prompt was blocked.
        pictures: How many came with a picture.
        usd: US dollars in all, of those whose price can be told.
        priced: How many those are.
        seconds_median: Of those that were timed; None where none was.
        seconds_p90: The time that nine of ten stay within.
        thoughts: Thinking tokens an answer, mean; None where none was told.
        picture_tokens: Picture tokens an answer, mean.
        versions: Model versions as answered, sorted.
        simulated: Some were painted by the simulator.
    """

    model: str
    endpoint: str
    day: str
    sessions: int
    answers: int
    refusals: int
    pictures: int
    usd: float
    priced: int
    seconds_median: float | None
    seconds_p90: float | None
    thoughts: float | None
    picture_tokens: float | None
    versions: tuple[str, ...]
    simulated: bool

    @property
    def arm(self) -> str:
        """Model and endpoint, as people read them."""
        return f"{self.model}@{self.endpoint}"

    @property
    def usd_mean(self) -> float | None:
        """US dollars an answer."""
        return self.usd / self.priced if self.priced else None

    @property
    def refused(self) -> float:
        """Share of the answers that are refusals, 0..1."""
        return self.refusals / self.answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """One run's judging of a suite.

    Attributes:
        run: Id of the run.
        at: When, ISO 8601.
        recording: What was judged.
        status: The worst that was found.
        generated: Answers generated in that run; 0 for a replay.
        samples: How many were judged.
        failed: Findings that failed, by the check's name.
        errors: Findings that are errors.
        simulated: Some of it was painted by the simulator.
    """

    run: str
    at: str
    recording: str
    status: str
    generated: int
    samples: int
    failed: Mapping[str, int] = field(default_factory=dict)
    errors: int = 0
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One look of a monitor, as far as it is a point in time.

    Attributes:
        id: Name of its file.
        at: When, ISO 8601.
        model: Model id as sent.
        endpoint: Who was asked.
        epoch: What it was held against.
        verdict: What it ended with.
        said: The same as one sentence.
        channel: In which the effect was largest; empty where none was measured.
        effect: In that channel, in mean distances within the reference; None unknown.
        low: Lower end of its interval.
        high: Upper end of its interval.
        matters: The effect that matters, as set.
        screen_p: Of the first step.
        confirm_p: Of the second; None where it was not made.
        accumulated: The slow accumulator after it.
        spent_usd: What it cost.
        incident: Id of the incident that it opened or found open; empty for none.
        provisional: Day effects were not measurable.
        simulated: Some of the pictures were painted by the simulator.
    """

    id: str
    at: str
    model: str
    endpoint: str
    epoch: str
    verdict: str
    said: str
    channel: str
    effect: float | None
    low: float | None
    high: float | None
    matters: float | None
    screen_p: float | None
    confirm_p: float | None
    accumulated: float
    spent_usd: float
    incident: str
    provisional: bool
    simulated: bool

    @property
    def arm(self) -> str:
        """Model and endpoint, as people read them."""
        return f"{self.model}@{self.endpoint}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How far the pictures of a character lie from its references, in one judging.

    A recording that is replayed is one point, as its newest run has it.

    Attributes:
        at: When the newest of the pictures was recorded, else when they were judged.
        run: Id of the run.
        recording: What was judged.
        name: Of the check, e.g. `"consistency[fox]"`.
        mean: Distance from the nearest reference, mean over the variants' means.
        variants: How many variants, each turn by itself, the mean is of.
        failed: Findings of the check that failed.
        simulated: Some of the pictures were painted by the simulator.
    """

    at: str
    run: str
    recording: str
    name: str
    mean: float
    variants: int
    failed: int
    simulated: bool


MODEL_VERSION, PROMPT, EPOCH, DECISIONS, INCIDENT = (
    "model version",
    "prompt",
    "epoch",
    "decisions",
    "incident",
)
KINDS = (MODEL_VERSION, PROMPT, EPOCH, DECISIONS, INCIDENT)
"""What can happen: the model answers with another version; what is asked changes (a prompt,
references or parameters); a reference sample is pinned; people decide; an alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that happened, to be seen beside the figures.

    Attributes:
        at: When, ISO 8601, or a day of it.
        kind: One of `KINDS`.
        said: In one line.
        arm: Whose; empty where it is all arms'.
    """

    at: str
    kind: str
    said: str
    arm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """All that is known of a suite over time; each part is in the order of time.

    Attributes:
        suite: Id of the suite.
        days: By arm, then day.
        judgings: Its runs.
        looks: Its monitor's.
        kept: How its characters keep their look, by the check's name, then time.
        marks: What happened.
        open: Ids of the incidents that are not closed.
    """

    suite: str
    days: tuple[Day, ...] = ()
    judgings: tuple[Judging, ...] = ()
    looks: tuple[Looked, ...] = ()
    kept: tuple[Kept, ...] = ()
    marks: tuple[Mark, ...] = ()
    open: tuple[str, ...] = ()

    @property
    def arms(self) -> tuple[str, ...]:
        """Everyone who was asked, by name."""
        return tuple(sorted({day.arm for day in self.days} | {look.arm for look in self.looks}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What a calendar month cost at an endpoint, by the ledger.

    Attributes:
        endpoint: Its name.
        month: E.g. `"2026-11"`.
        calls: How many were noted.
        spent_usd: US dollars of calls whose bill is known, or counts as its ceiling.
        open_usd: Ceilings of calls without a bill.
    """

    endpoint: str
    month: str
    calls: int
    spent_usd: float
    open_usd: float
