"""Monitor: a fresh look at an arm, held against its epoch; screen, then confirm.

Answers of the past are never looked at: each look has a recording of its own. What
arrived before an interrupt stays in it; the look itself is then told as unfinished.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.errors import HarnessError, StoreError, UsageError
from harness.evaluate.drift_report import strips_of
from harness.evaluate.kept import kept_beside
from harness.evaluate.monitor_draw import Draw, Wanted
from harness.evaluate.monitor_state import unfinished_looks
from harness.evaluate.monitor_target import Target, target_of
from harness.evaluate.subjects import pinned
from harness.evaluate.workspace import Workspace
from harness.judging.concluding import Seen, concluded, fired
from harness.judging.drift import Terms, drift
from harness.judging.incidents import Past, added, past, threshold
from harness.judging.pools import LEAST
from harness.judging.subjects import Subject, without_repeats
from harness.model.arm import Arm
from harness.model.drift import Drift, Shift
from harness.model.monitor import Look
from harness.model.suite import Suite
from harness.report.drift_page import Shown
from harness.report.drift_views import Strips
from harness.report.words import count_of
from harness.store.files import writable
from harness.store.looks import LookStore

Subjects = tuple[Subject, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A look that was made, or refused.

    Attributes:
        look: What it says; where it was refused, it lies in no file and has no recording.
        stopped: Why generation stopped early, or None.
        steps: Its tests with examples of their cells, the deciding one first.
    """

    look: Look
    stopped: HarnessError | None = None
    steps: tuple[Shown, ...] = ()


def look_at(suite: Suite, workspace: Workspace, wanted: Wanted) -> Looked:
    """Draw fresh answers, hold them against the epoch, and keep what came of it.

    Raises:
        SpendingRefused: the plan was not confirmed, or a price is not known.
        UsageError: it cannot be told which arm is meant, or the control is that arm itself.
        SettingsError: the control is not known, or its key is not set.
        StoreError: something cannot be read or kept.
    """
    target = target_of(suite, workspace, wanted.wish)
    blank = _blank(suite, workspace, target)
    if target.refusal or target.arm is None:
        return Looked(look=_refused(blank, target.refusal))
    _refuse_control(wanted.control, target.arm, workspace)
    store = LookStore(suite.path)
    before = past(store.looks(), store.steps(), epoch=blank.epoch, arm=blank.arm, watch=suite.watch)
    own = workspace.settings.model_copy(update={"recording": blank.recording})
    draw = Draw(target, replace(workspace, settings=own), wanted)
    notes = (*target.notes, *_notes(suite, workspace, target, before))
    draw.agree(confirms=before.incident is None)
    if complaint := writable(store.folder):
        raise StoreError(f"nothing was asked for, a look could not be kept: {complaint}")
    looking = _Looking(suite, workspace, target=target, draw=draw, before=before)
    look = looking.made(replace(blank, notes=notes), control=wanted.control)
    store.add(look)
    return Looked(look=look, stopped=draw.stopped, steps=tuple(looking.steps[::-1]))


def _refuse_control(endpoint: str, arm: Arm, workspace: Workspace) -> None:
    """Refuse a control that could not be asked, before anything is spent."""
    if endpoint == arm.endpoint:
        raise UsageError(f"--control {endpoint}: that is who is watched; name another")
    if endpoint:
        workspace.endpoint(endpoint, simulator_url="")


def _blank(suite: Suite, workspace: Workspace, target: Target) -> Look:
    stamp = workspace.stamp()
    return Look(
        id=f"look-{stamp}",
        suite=suite.id,
        at=workspace.now().isoformat(timespec="seconds"),
        epoch=target.epoch.id if target.epoch else "",
        arm=target.arm.name if target.arm else "",
        recording=f"monitor-{stamp.lower()}",
        verdict=Shift.NOT_ENOUGH_DATA,
        said="",
        provisional=target.provisional,
        notes=target.notes,
    )


def _refused(blank: Look, why: str) -> Look:
    missing = f"nothing was asked for: {why}"
    _, said = concluded(Seen(screen=None, missing=missing, provisional=blank.provisional))
    return replace(blank, recording="", said=said)


def _notes(suite: Suite, workspace: Workspace, target: Target, before: Past) -> Iterator[str]:
    for recording in unfinished_looks(suite, workspace):
        yield f"{recording} was not finished: what had arrived is kept there, and judged by nobody"
    incident = before.incident
    if incident is not None and target.epoch and incident.look.epoch != target.epoch.id:
        yield (
            f"{incident.id} was held against {incident.look.epoch}, and {target.epoch.id} is in "
            'force since: close it as "new epoch"'
        )


class _Looking:
    """The steps of one look."""

    def __init__(
        self, suite: Suite, workspace: Workspace, *, target: Target, draw: Draw, before: Past
    ) -> None:
        self._suite = suite
        self._workspace = workspace
        self._target = target
        self._draw = draw
        self._before = before
        self._notes: list[str] = []
        self._known = target.subjects
        self.steps: list[Shown] = []

    def made(self, blank: Look, *, control: str) -> Look:
        """Screen, confirm where that is called for, and say what came of it."""
        missing, confirm, again = "", None, None
        screen, missing = self._screen()
        incident = self._before.incident
        if fired(screen) and incident is None:
            confirm, missing = self._confirm()
            again = self._control(control) if control and fired(confirm) else None
        opened = blank.id if fired(confirm) else ""
        seen = Seen(
            screen=screen,
            confirm=confirm,
            total=added(self._before.total, screen),
            limit=threshold(self._suite.watch),
            incident=incident.id if incident else "",
            missing=missing,
            provisional=blank.provisional,
        )
        verdict, said = concluded(seen)
        return replace(
            blank,
            verdict=verdict,
            said=said,
            screen=screen,
            confirm=confirm,
            control=again,
            control_arm=self._arm(control).name if control else "",
            accumulated=round(seen.total, 6),
            spent_usd=self._draw.spent_usd,
            incident=opened or seen.incident,
            simulated=any(step.simulated for step in (screen, confirm, again) if step),
            notes=(*blank.notes, *self._notes),
        )

    def _screen(self) -> tuple[Drift | None, str]:
        drawn = self._draw.screen()
        fresh = self._fresh("screen", drawn.subjects)
        counts = Counter(subject.cell for subject in fresh)
        cells, due = sum(count >= LEAST for count in counts.values()), self._suite.watch.cells
        if cells < due:
            have = f"{count_of(cells, 'cell')} got fresh answers enough, {due} are needed"
            return None, "; ".join(filter(None, (have, drawn.missing)))
        if drawn.missing:
            self._notes.append(f"the screen's draw is not whole: {drawn.missing}")
        return self._held(0, fresh), ""

    def _confirm(self) -> tuple[Drift | None, str]:
        drawn = self._draw.confirmation()
        if drawn.missing:
            return None, f"no confirmation: {drawn.missing}"
        return self._held(1, self._fresh("confirmation", drawn.subjects)), ""

    def _fresh(self, step: str, drawn: tuple[Subject, ...]) -> tuple[Subject, ...]:
        """Leave out what a cache handed out: pictures of either half, or of this look's screen.

        The screen's own would confirm it, whatever they are.
        """
        _, kept, _ = without_repeats(self._known, drawn)
        self._known = (*self._known, *drawn)
        if repeated := len(drawn) - len(kept):
            self._notes.append(
                f"not tested: {count_of(repeated, 'answer')} of the {step} from somebody's cache, "
                "byte for byte an earlier picture"
            )
        return kept

    def _held(self, step: int, fresh: tuple[Subject, ...]) -> Drift:
        old, stage = self._target.halves[step], self._target.stages[step]
        return self._tested(stage.name, old, fresh, stage.terms)

    def _tested(self, name: str, old: Subjects, fresh: Subjects, terms: Terms) -> Drift:
        """Test, and tell contract and delivery of both sides beside it."""
        found = drift(old, fresh, terms, spread=self._workspace.spread)
        beside = (*kept_beside(old, fresh, self._workspace), *found.beside)
        return self._shown(name, replace(found, beside=beside), strips_of(old, fresh))

    def _shown(self, name: str, step: Drift, strips: Strips) -> Drift:
        self.steps.append(Shown(name=name, drift=step, strips=strips))
        return step

    def _control(self, endpoint: str) -> Drift | None:
        """Repeat the confirmation on another endpoint, against its own answers if it has some."""
        arm = self._arm(endpoint)
        cells = {subject.cell for subject in self._target.halves[1]}
        old = tuple(s for s in self._target.subjects if s.arm == arm.name and s.cell in cells)
        level = not old
        drawn = self._draw.control(level=level)
        if drawn.missing:
            self._notes.append(f"no control: {drawn.missing}")
            return None
        if level:
            self._notes.append(
                f"the epoch holds no answers of {arm.name}: it is held against those of "
                f"{self._watched.name}, all brought to one size and compression; where the two "
                "differed before, this says both"
            )
            old = self._levelled()
        terms = self._target.stages[1].terms
        return self._tested(f"control {arm.name}", old, drawn.subjects, terms)

    def _levelled(self) -> tuple[Subject, ...]:
        assert self._target.epoch is not None
        half = {(s.chain, s.turn) for s in self._target.halves[1]}
        found = pinned(self._suite, self._workspace, self._target.epoch, level=True)
        return tuple(s for s in found if (s.chain, s.turn) in half)

    @property
    def _watched(self) -> Arm:
        assert self._target.arm is not None
        return self._target.arm

    def _arm(self, endpoint: str) -> Arm:
        return replace(self._watched, endpoint=endpoint)
