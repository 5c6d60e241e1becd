"""Say what a monitor saw, look by look, and what people made of its alarms."""

from dataclasses import dataclass
from enum import StrEnum

from harness.model.drift import Drift, Shift


class Closing(StrEnum):
    """Why an incident was closed."""

    NEW_EPOCH = "new epoch"
    FALSE_ALARM = "false alarm"
    FIXED = "fixed"


class State(StrEnum):
    """How an incident stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One fresh draw held against the baseline; one immutable file.

    Attributes:
        id: Name of the file without its ending, e.g. `look-20261126T051233Z-9f2c`.
        suite: Id of the suite.
        at: ISO 8601, UTC.
        epoch: The epoch that it was held against.
        arm: Who was asked, `model@endpoint`.
        recording: Where its answers lie, `monitor-<UTC>`.
        verdict: What it ends with.
        said: The same as one sentence.
        screen: The first step; None where it could not be made.
        confirm: The second step; None where it was not called for, or not affordable.
        control: The second step on another endpoint; None where not asked for.
        control_arm: Who that was.
        accumulated: The slow accumulator after this look, 1 or more evidence.
        spent_usd: What this look cost.
        incident: Id of the incident that it opened or found open; empty for none.
        provisional: Day effects were not measurable: SUSPECT at most.
        simulated: Some of the pictures were painted by the simulator.
        notes: What else is worth saying, a line each: cells left out, a budget that ended.
    """

    id: str
    suite: str
    at: str
    epoch: str
    arm: str
    recording: str
    verdict: Shift
    said: str
    screen: Drift | None = None
    confirm: Drift | None = None
    control: Drift | None = None
    control_arm: str = ""
    accumulated: float = 1.0
    spent_usd: float = 0.0
    incident: str = ""
    provisional: bool = False
    simulated: bool = False
    notes: tuple[str, ...] = ()

    @property
    def alarm(self) -> bool:
        """Tell whether it opened an incident: screen and confirmation both fired."""
        return self.incident == self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Somebody did something about an incident; one immutable file.

    Attributes:
        id: Name of the file without its ending, e.g. `step-20261126T051233Z-9f2c`.
        incident: Id of the incident: that of the look that opened it.
        state: How it stands from now on.
        by: Who.
        at: ISO 8601, UTC.
        why: Reason given.
        closing: Why it is closed; None unless it is.
    """

    id: str
    incident: str
    state: State
    by: str
    at: str
    why: str
    closing: Closing | None = None
