"""Show how a monitor stands, and what people do about its incidents."""

from typing import TYPE_CHECKING

from harness.cli import shared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.evaluate.monitor_state import ArmState, MonitorState, Said
    from harness.evaluate.workspace import Wish, Workspace
    from harness.judging.incidents import Incident
    from harness.model.monitor import Closing
    from harness.model.suite import Suite


def show_status(found: "Sequence[Suite]", here: "Workspace", wish: "Wish", *, as_json: bool) -> int:
    """Show how monitors stand: 1 where an incident is open, 3 where a look is overdue."""
    from harness.evaluate.monitor_state import state_of
    from harness.model.monitor import State

    states = [(suite, state_of(suite, here, wish)) for suite in found]
    arms = [arm for _, state in states for arm in state.arms]
    is_open = any(i.state is State.OPEN for arm in arms for i in arm.incidents)
    if as_json:
        told = [_told(arm, state) for _, state in states for arm in state.arms]
        shared.print_json(shared.document("monitors", monitors=told))
    else:
        for suite, state in states:
            _show_state(suite, state)
    return 1 if is_open else 3 if any(arm.overdue for arm in arms) else 0


def _told(arm: "ArmState", state: "MonitorState") -> dict[str, object]:
    return {
        "suite": arm.suite,
        "arm": arm.arm,
        "last": arm.last.id if arm.last else "",
        "at": arm.last.at if arm.last else "",
        "verdict": arm.last.verdict.value if arm.last else "",
        "provisional": bool(arm.last and arm.last.provisional),
        "overdue": arm.overdue,
        "said": arm.said,
        "incidents": [{"id": i.id, "state": i.state.value, "said": i.said} for i in arm.incidents],
        "unfinished": list(state.unfinished),
    }


def _show_state(suite: "Suite", state: "MonitorState") -> None:
    for arm in state.arms:
        if arm.last is not None:
            shared.say_hanging(f"    {arm.last.at}: {arm.last.said}", style="dim")
        for incident in arm.incidents:
            shared.say(f"    incident {incident.said}", style="yellow")
    for recording in state.unfinished:
        shared.say(f"    {recording}: a look that was not finished", style="yellow")
    for arm in state.arms:
        who = f"{arm.suite}, {arm.arm}" if arm.arm else arm.suite
        provisional = "PROVISIONAL: " if arm.last and arm.last.provisional else ""
        shared.say(f"{provisional}{who}: {arm.said}", style="yellow" if arm.overdue else "")
    shared.say(f"next    {_next(suite, state)}")


def _next(suite: "Suite", state: "MonitorState") -> str:
    from harness.model.monitor import State

    unknown = (i for arm in state.arms for i in arm.incidents if i.state is State.OPEN)
    first = next(unknown, None)
    if first is not None:
        return f'harness monitor {suite.path} --ack {first.id} --by YOU --why "..."'
    return f"harness monitor {suite.path}"


def said_of(
    *, ack: str | None, close: str | None, closing: str | None, by: str, why: str
) -> "Said":
    """Read what a person says of an incident.

    Raises:
        UsageError: it is to be closed, and not said as what.
    """
    from harness.evaluate.monitor_state import Said

    reason = None if close is None else _closing(closing)
    return Said(incident=ack or close or "", by=by, why=why, closing=reason)


def show_step(suite: "Suite", here: "Workspace", said: "Said", *, as_json: bool) -> None:
    """Note what a person says of an incident, and show it."""
    from harness.evaluate.monitor_state import take_step
    from harness.store.codec import encode

    found, made = take_step(suite, here, said)
    if as_json:
        shared.print_json(shared.document("step", step=encode(made)))
        return
    what = f"closed as {made.closing.value}" if made.closing else made.state.value
    shared.say(f"✔ {found.id} is {what}")
    shared.say(f"next    {_after(found, suite, closed=made.closing is not None)}")


def _after(incident: "Incident", suite: "Suite", *, closed: bool) -> str:
    if closed:
        return f"harness monitor {suite.path}  # and commit the new file below {suite.path.parent}/"
    return f'harness monitor {suite.path} --close {incident.id} --as "fixed" --by YOU --why "..."'


def _closing(word: str | None) -> "Closing":
    from harness.errors import UsageError
    from harness.model.monitor import Closing

    try:
        return Closing((word or "").strip().replace("-", " "))
    except ValueError:
        known = ", ".join(f'"{closing.value}"' for closing in Closing)
        raise UsageError(f"--as {word or ''!r}: say why it is closed, one of: {known}") from None
