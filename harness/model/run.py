"""Say what one judging of recordings found."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.model.features import Features
from harness.model.picture import Measures
from harness.model.sample import Sample
from harness.model.shard import Shard
from harness.model.suite import Variant
from harness.model.verdict import Finding, Status, Verdict, worst


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A variant with its samples and what was found on them.

    Attributes:
        variant: What was asked.
        samples: By sample, then turn.
        verdict: Everything found.
        discarded: How many earlier recordings of the same cell these took the place of.
    """

    variant: Variant
    samples: tuple[Sample, ...]
    verdict: Verdict
    discarded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteResult:
    """One suite's part of a run.

    Attributes:
        suite: Id of the suite.
        title: The suite's line for people.
        path: The suite's file, as given.
        recording: Name of the recording judged.
        generated: How many answers were generated in this run.
        recorded_from: First time of the pictures judged, ISO 8601; empty for none.
        recorded_to: Last time of them; empty for none.
        simulated: Some of them were painted by the simulator.
        epoch: Id of the pinned epoch; empty for none.
        judged: Variants in the suite's order.
        findings: On the suite as a whole.
        features: What its checks were held against, beside each picture's own measures.
    """

    suite: str
    title: str
    path: str
    recording: str
    generated: int
    recorded_from: str
    recorded_to: str
    simulated: bool
    epoch: str
    judged: tuple[Judged, ...]
    findings: tuple[Finding, ...] = ()
    features: Features = field(default_factory=Features)

    @property
    def live(self) -> bool:
        """Tell whether something was generated in this run."""
        return self.generated > 0

    @property
    def status(self) -> Status:
        found = [finding.status for finding in self.findings]
        return worst([*found, *(judged.verdict.status for judged in self.judged)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A call that brought no usage, so that nobody can tell whether it is charged.

    Attributes:
        suite: Id of the suite.
        sample: Which answer it was to obtain, e.g. `night-city[4K] sample 2 turn 1`.
        endpoint: Who was asked.
        ceiling_usd: What it counts as: its ceiling.
        why: What happened instead of an answer, in one line.
    """

    suite: str
    sample: str
    endpoint: str
    ceiling_usd: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One judging of recordings.

    Attributes:
        id: Its name, e.g. `20261123T051233Z-9f2c`.
        at: When it was judged, ISO 8601, UTC.
        seconds: How long it took.
        suites: What was judged.
        measures: Every picture's measures, by sha256.
        environment: Versions that the measures depend on.
        spent_usd: Price of what was generated in this run; what may be charged counts in it.
        may_be_charged: Calls of this run that brought no usage, and count at their ceiling.
        calls: Requests for an answer that this run sent, retries included.
        command: What records what is missing, for people to paste; empty where nothing is.
        shard: Which share of a selection it judged; None where it judged all of it.
        over_cap: Whether generation stopped early at a cap on what may be spent.
    """

    id: str
    at: str
    seconds: float
    suites: tuple[SuiteResult, ...]
    measures: Mapping[str, Measures] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    spent_usd: float = 0.0
    may_be_charged: tuple[Charge, ...] = ()
    calls: int = 0
    command: str = ""
    shard: Shard | None = None
    over_cap: bool = False

    @property
    def judged(self) -> tuple[Judged, ...]:
        return tuple(judged for suite in self.suites for judged in suite.judged)

    @property
    def missing(self) -> tuple[Sample, ...]:
        """Give the samples that are not recorded as they are asked for now."""
        samples = (sample for judged in self.judged for sample in judged.samples)
        return tuple(s for s in samples if s.generation is None and s.failure is None)

    @property
    def counts(self) -> Mapping[Status, int]:
        """Variants by status, and suite-level findings that are not PASS."""
        found = [judged.verdict.status for judged in self.judged]
        found += [f.status for s in self.suites for f in s.findings if f.status is not Status.PASS]
        counted = Counter(found)
        return {status: counted[status] for status in Status}

    @property
    def status(self) -> Status:
        return worst(suite.status for suite in self.suites)

    @property
    def simulated(self) -> bool:
        return any(suite.simulated for suite in self.suites)
