"""Tell how a suite's monitor stands, and note what people do about its incidents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from harness.errors import DecisionError
from harness.evaluate.workspace import Wish, Workspace
from harness.judging.incidents import Incident, incidents_of, named, refuse_step
from harness.model.monitor import Closing, Look, State, Step
from harness.model.suite import Suite
from harness.model.watch import Watch
from harness.recording.cassettes import recordings_of
from harness.store.looks import LookStore

PREFIX = "monitor-"
GRACE = 1 / 12
"""Of the time between two looks: a timer that starts late is no look that is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmState:
    """How the monitor of one arm stands.

    Attributes:
        suite: Id of the suite.
        arm: Who is watched; empty where nobody ever was.
        last: The last look at which something was seen; None: there was none.
        overdue: It is older than the schedule.
        said: How old it is and how old it may be, as one line.
        incidents: Those that are not closed.
    """

    suite: str
    arm: str
    last: Look | None
    overdue: bool
    said: str
    incidents: tuple[Incident, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorState:
    """How the monitor of a suite stands.

    Attributes:
        arms: An arm each that was ever looked at; at least one.
        unfinished: Recordings of looks that came to no end, or whose file lies elsewhere.
    """

    arms: tuple[ArmState, ...]
    unfinished: tuple[str, ...]


def state_of(suite: Suite, workspace: Workspace, wish: Wish | None = None) -> MonitorState:
    """Tell how a suite's monitor stands.

    Args:
        suite: What is watched.
        workspace: Where it is recorded.
        wish: Which arm is meant; None for all that were ever looked at.

    Raises:
        StoreError: a file of it is broken.
    """
    store = LookStore(suite.path)
    looks = store.looks()
    incidents = incidents_of(looks, store.steps())
    seen = sorted({look.arm for look in looks if look.arm})
    wish = wish or Wish()
    arms = [arm for arm in seen if _is_meant(arm, wish)] or [_name_of(wish)]
    return MonitorState(
        arms=tuple(_arm(suite, arm, looks, incidents, now=workspace.now()) for arm in arms),
        unfinished=unfinished_looks(suite, workspace),
    )


def _is_meant(arm: str, wish: Wish) -> bool:
    model, _, endpoint = arm.rpartition("@")
    return wish.model in (None, model) and wish.endpoint in (None, endpoint)


def _name_of(wish: Wish) -> str:
    """Name an arm that nobody ever looked at; empty where none was asked for."""
    return "@".join(filter(None, (wish.model, wish.endpoint)))


def _arm(
    suite: Suite,
    arm: str,
    looks: Sequence[Look],
    incidents: Sequence[Incident],
    *,
    now: datetime,
) -> ArmState:
    seen = [look for look in looks if look.arm == arm and look.screen is not None]
    last = seen[-1] if seen else None
    overdue, said = _age(last, suite.watch, now)
    return ArmState(
        suite=suite.id,
        arm=arm,
        last=last,
        overdue=overdue,
        said=said,
        incidents=tuple(i for i in incidents if i.look.arm == arm and i.state is not State.CLOSED),
    )


def _age(last: Look | None, watch: Watch, now: datetime) -> tuple[bool, str]:
    due = f"a look is due {watch.every}"
    if last is None:
        return True, f"nobody ever looked, and {due}"
    try:
        age = now - datetime.fromisoformat(last.at)
    except (ValueError, TypeError):
        return True, f"the last look says no time that can be read ({last.at[:40]!r})"
    if age < -timedelta(days=watch.days * GRACE):
        return True, f"the last look says {last.at}, which is still to come: look at the clock"
    days = f"{max(0.0, age / timedelta(days=1)):.1f} days"
    late = age > timedelta(days=watch.days * (1 + GRACE))
    return late, f"the last look is {days} old{', OVERDUE' if late else ''}; {due}"


def unfinished_looks(suite: Suite, workspace: Workspace) -> tuple[str, ...]:
    """Name the recordings of looks that no look's file names: they were interrupted."""
    known = {look.recording for look in LookStore(suite.path).looks()}
    root = workspace.root / workspace.settings.cassettes
    found = (name for name in recordings_of(root, suite.id) if name.startswith(PREFIX))
    return tuple(name for name in found if name not in known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person says of an incident.

    Attributes:
        incident: Its id, or the end of it, or `last`.
        by: Who says it.
        why: The reason.
        closing: Why it is to be closed; None where it is acknowledged.
    """

    incident: str
    by: str
    why: str
    closing: Closing | None = None


def take_step(suite: Suite, workspace: Workspace, said: Said) -> tuple[Incident, Step]:
    """Note that an incident is acknowledged or closed, as one more file.

    Returns:
        The incident as it was, and the step.

    Raises:
        DecisionError: nobody or no reason is named; there is no such incident; it is closed.
        StoreError: the step cannot be written.
    """
    if not (said.by.strip() and said.why.strip()):
        raise DecisionError("say who and why: --by NAME --why TEXT")
    store = LookStore(suite.path)
    incident = named(incidents_of(store.looks(), store.steps()), said.incident)
    epochs = [epoch.id for epoch in workspace.baselines(suite).epochs()]
    refuse_step(incident, said.closing, epochs=epochs)
    step = Step(
        id=f"step-{workspace.stamp()}",
        incident=incident.id,
        state=State.CLOSED if said.closing else State.ACKNOWLEDGED,
        by=said.by,
        at=workspace.now().isoformat(timespec="seconds"),
        why=said.why,
        closing=said.closing,
    )
    store.add(step)
    return incident, step
