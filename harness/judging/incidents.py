"""Tell how a monitor's alarms stand, and what earlier looks add up to: a state machine without I/O.

An alarm opens an incident; people acknowledge it and close it. Its state is read from the
looks and the steps alone, in the order of their times, so that files of two branches may
come together in any way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.errors import DecisionError
from harness.model.drift import Drift
from harness.model.monitor import Closing, Look, State, Step
from harness.model.watch import Watch
from harness.stats.rates import accumulate, accumulator_threshold

YEARS = 1.0
"""Between two false words of the slow accumulator, on average, at the least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An alarm and what became of it.

    Attributes:
        look: The look that opened it; its id is the incident's.
        steps: What people did about it, oldest first.
    """

    look: Look
    steps: tuple[Step, ...] = ()

    @property
    def id(self) -> str:
        return self.look.id

    @property
    def state(self) -> State:
        """How it stands: what was closed stays closed, whatever another branch adds."""
        states = {step.state for step in self.steps}
        if State.CLOSED in states:
            return State.CLOSED
        return State.ACKNOWLEDGED if State.ACKNOWLEDGED in states else State.OPEN

    @property
    def closed(self) -> Step | None:
        """The step that closed it; None where it is not."""
        return next((step for step in self.steps if step.state is State.CLOSED), None)

    @property
    def said(self) -> str:
        """How it stands, as one line."""
        name = f"{self.id} (PROVISIONAL)" if self.look.provisional else self.id
        last = self.closed or (self.steps[-1] if self.steps else None)
        if last is None:
            return f"{name}: open since {self.look.at}"
        what = f"closed as {last.closing.value}" if last.closing else last.state.value
        return f"{name}: {what} by {last.by} on {last.at}: {last.why}"


def incidents_of(looks: Iterable[Look], steps: Sequence[Step]) -> tuple[Incident, ...]:
    """Gather all incidents, oldest first."""
    ordered = sorted(steps, key=lambda step: (step.at, step.id))
    alarms = sorted((look for look in looks if look.alarm), key=lambda look: (look.at, look.id))
    return tuple(
        Incident(look=look, steps=tuple(s for s in ordered if s.incident == look.id))
        for look in alarms
    )


def standing(incidents: Iterable[Incident], *, arm: str) -> Incident | None:
    """Give the incident of an arm that is not closed, the oldest of several; None: none is."""
    return next((i for i in incidents if i.look.arm == arm and i.state is not State.CLOSED), None)


def named(incidents: Sequence[Incident], name: str) -> Incident:
    """Find an incident by its id or the end of it, or `last`.

    Raises:
        DecisionError: none is called so, or several are.
    """
    found = [i for i in incidents if name and i.id.endswith(name)]
    if name == "last":
        found = [*incidents[-1:]]
    if len(found) != 1:
        known = ", ".join(incident.id for incident in incidents[-5:]) or "none was ever opened"
        raise DecisionError(f"{name!r} names {len(found)} incidents; known are: {known}")
    return found[0]


def refuse_step(incident: Incident, closing: Closing | None, *, epochs: Sequence[str]) -> None:
    """Refuse what cannot be done about an incident.

    Args:
        incident: Which one.
        closing: Why it is to be closed; None where it is to be acknowledged.
        epochs: Ids of the suite's epochs, oldest first.

    Raises:
        DecisionError: it is closed already; or a new epoch is said of which there is none.
    """
    if incident.state is State.CLOSED:
        raise DecisionError(f"{incident.said}; it is closed, and stays so")
    if closing is Closing.NEW_EPOCH and not _is_newer(incident.look.epoch, epochs):
        raise DecisionError(
            f"{incident.id}: no epoch is newer than the one that it was held against, "
            f"{incident.look.epoch}; record a reference sample of what answers now, pin it by "
            "harness baseline pin, and close the incident then"
        )


def _is_newer(epoch: str, epochs: Sequence[str]) -> bool:
    return bool(epochs) and epochs[-1] != epoch


def threshold(watch: Watch) -> float:
    """Give the total at which the slow accumulator says SUSPECT."""
    return accumulator_threshold(years=YEARS, days=watch.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What earlier looks mean for the next one.

    Attributes:
        total: The slow accumulator so far.
        incident: The one that is not closed; None: none is.
    """

    total: float = 1.0
    incident: Incident | None = None


def past(
    looks: Sequence[Look], steps: Sequence[Step], *, epoch: str, arm: str, watch: Watch
) -> Past:
    """Sum up the looks of an arm.

    The accumulator counts the looks that were held against this epoch, also those whose
    verdict is provisional: the same test made their p. It begins anew with an epoch, once
    it has spoken, and when an incident is closed, whose looks were spoken of.
    """
    incidents = incidents_of(looks, steps)
    closings = [i.closed.at for i in incidents if i.closed is not None and i.look.arm == arm]
    since = max(closings, default="")
    counted = [
        look
        for look in sorted(looks, key=lambda look: (look.at, look.id))
        if (look.epoch, look.arm) == (epoch, arm) and look.screen is not None and look.at > since
    ]
    total, limit = 1.0, threshold(watch)
    for look in counted:
        total = accumulate(_carried(total, limit), _p(look.screen))
    return Past(total=_carried(total, limit), incident=standing(incidents, arm=arm))


def _carried(total: float, limit: float) -> float:
    """Begin anew where it has spoken."""
    return 1.0 if total >= limit else total


def added(total: float, screen: Drift | None) -> float:
    """Add a look's screen to the slow accumulator."""
    return total if screen is None else accumulate(total, _p(screen))


def _p(screen: Drift | None) -> float:
    return 1.0 if screen is None else min(1.0, max(screen.p, 1e-12))
