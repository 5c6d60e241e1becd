"""Say what an epoch holds and whether it can be watched, and take an older one into force."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.errors import DecisionError
from harness.evaluate.workspace import Workspace
from harness.judging.drift import DRAWS
from harness.judging.pools import ANSWERS
from harness.judging.subjects import Subject, days_of, sessions_of
from harness.judging.watching import enough_in_both, halved, stages_of, why_no_alarm
from harness.model.baseline import Epoch, PinnedSample
from harness.model.calibration import Calibration
from harness.model.identity import cell_digest
from harness.model.suite import Suite
from harness.report.words import count_of
from harness.stats.labellings import Design, smallest_p
from harness.store.calibrations import CalibrationStore

LAST = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionShown:
    """One session of an epoch: its day (empty where not told), and its answers."""

    id: str
    day: str
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmShown:
    """What an epoch holds of one arm.

    Attributes:
        arm: `model@endpoint`.
        cells: How many.
        answers: All of them, whatever they were.
        least: Answers of the cell that has the fewest.
        most: Of the one that has the most.
        outcomes: How often each.
        sessions: Oldest first.
        smallest_p: What a one-shot comparison with `fresh` answers a cell could reach.
        fresh: As the suite's `drift:` says.
        alpha: What it would have to reach.
        missing: What is missing before it is watched, a line each.
    """

    arm: str
    cells: int
    answers: int
    least: int
    most: int
    outcomes: Mapping[str, int]
    sessions: tuple[SessionShown, ...]
    smallest_p: float
    fresh: int
    alpha: float
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochShown:
    """An epoch, with its suite's file, what it holds of each arm, and whether it is in force."""

    path: Path
    epoch: Epoch
    in_force: bool
    arms: tuple[ArmShown, ...]


def shown(
    suites: Sequence[Suite], workspace: Workspace, name: str = LAST
) -> tuple[EpochShown, ...]:
    """Say what epochs hold; no picture is looked at.

    Args:
        suites: Whose epochs are meant.
        workspace: Where they lie.
        name: An epoch's id, or its end; or `last`: the one in force of each suite.

    Raises:
        DecisionError: there is no such epoch, or more than one ends so.
        CassetteError: the recording that was pinned is broken.
    """
    if name != LAST:
        suite, epoch = _holder(suites, workspace, name)
        return (_shown(suite, workspace, epoch),)
    found = [(suite, workspace.baselines(suite).epochs()) for suite in suites]
    if not any(epochs for _, epochs in found):
        raise DecisionError("no epoch is pinned; pin one: harness baseline pin main")
    return tuple(_shown(suite, workspace, epochs[-1]) for suite, epochs in found if epochs)


def _shown(suite: Suite, workspace: Workspace, epoch: Epoch) -> EpochShown:
    times = _times(suite, workspace, epoch)
    by_arm: dict[str, list[Subject]] = defaultdict(list)
    for sample in epoch.samples:
        by_arm[sample.arm.name].append(_bare(suite, sample, times.get(sample.session, "")))
    calibrations = CalibrationStore(suite.path).all()
    return EpochShown(
        path=suite.path,
        epoch=epoch,
        in_force=workspace.baselines(suite).epochs()[-1].id == epoch.id,
        arms=tuple(
            _arm(suite, arm, by_arm[arm], calibration=_newest(calibrations, epoch, arm))
            for arm in sorted(by_arm)
        ),
    )


def _times(suite: Suite, workspace: Workspace, epoch: Epoch) -> Mapping[str, str]:
    """Tell when each session gave its first answer, as the recording that was pinned has it."""
    cassettes = workspace.cassettes(suite.id, epoch.recording)
    found: dict[str, str] = {}
    for item in (*cassettes.load(), *cassettes.replaced()):
        if item.recorded_at:
            found[item.session] = min(found.get(item.session, "~"), item.recorded_at)
    return found


def _bare(suite: Suite, sample: PinnedSample, recorded_at: str) -> Subject:
    """See an answer as drift does, but for its picture."""
    key = sample.key
    return Subject(
        suite=suite.id,
        variant=f"{key.case}[{key.variant}]" if key.variant else key.case,
        turn=key.turn,
        cell=sample.cell,
        chain=f"{sample.session} {key.case} {key.variant} {key.sample}",
        session=sample.session,
        arm=sample.arm.name,
        outcome=str(sample.outcome),
        recorded_at=recorded_at,
    )


def _newest(found: Sequence[Calibration], epoch: Epoch, arm: str) -> Calibration | None:
    return next((c for c in reversed(found) if (c.epoch, c.arm) == (epoch.id, arm)), None)


def _arm(
    suite: Suite, arm: str, subjects: Sequence[Subject], *, calibration: Calibration | None
) -> ArmShown:
    watch = suite.watch
    cells = Counter(subject.cell for subject in subjects)
    answers = Counter(subject.session for subject in subjects)
    days = {subject.session: subject.day for subject in subjects}
    return ArmShown(
        arm=arm,
        cells=len(cells),
        answers=len(subjects),
        least=min(cells.values()),
        most=max(cells.values()),
        outcomes=dict(Counter(subject.outcome for subject in subjects)),
        sessions=tuple(
            SessionShown(id=name, day=days[name], answers=answers[name])
            for name in sessions_of(subjects)
        ),
        smallest_p=smallest_p(_designs(subjects, fresh=watch.fresh), draws=DRAWS),
        fresh=watch.fresh,
        alpha=watch.alpha,
        missing=tuple(_missing(suite, subjects, cells, calibration)),
    )


def _designs(subjects: Sequence[Subject], *, fresh: int) -> tuple[Design, ...]:
    """Give a block a variant: the turns of a conversation are no independent cells."""
    chains: dict[str, set[str]] = defaultdict(set)
    for subject in subjects:
        chains[subject.variant].add(subject.chain)
    return tuple(Design(old=len(found), new=fresh) for found in chains.values())


def _missing(
    suite: Suite,
    subjects: Sequence[Subject],
    cells: Mapping[str, int],
    calibration: Calibration | None,
) -> Iterator[str]:
    """Say what stands between an epoch and a monitor, or makes it say less."""
    watch = suite.watch
    asked = {cell_digest(v.turns[: n + 1]) for v in suite.variants for n in range(len(v.turns))}
    few = [count for cell, count in cells.items() if cell in asked and count < watch.reference]
    if few:
        yield (
            f"{count_of(len(few), 'cell')} with fewer than {watch.reference} answers "
            f"(drift.reference), the least {min(few)}"
        )
    if gone := len(cells.keys() - asked):
        yield f"{count_of(gone, 'cell')} of it that the suite does not ask any more"
    if new := len(asked - cells.keys()):
        yield f"{count_of(new, 'cell')} of the suite that it does not hold"
    days = days_of(subjects)
    if days < watch.sessions:
        yield (
            f"sessions of {count_of(days, 'day')}, and drift.sessions asks for {watch.sessions}: "
            "day effects are not measurable, and a monitor stays PROVISIONAL"
        )
    if calibration is not None and not calibration.armed:
        yield f"{calibration.id} does not arm a monitor: {calibration.said}"
    unit = calibration.unit if calibration else ANSWERS
    if why := _why_no_alarm([s for s in subjects if s.cell in asked], suite, unit=unit):
        yield f"a look could never alarm: {why}"


def _why_no_alarm(subjects: Sequence[Subject], suite: Suite, *, unit: str) -> str:
    halves = halved(subjects)
    enough = enough_in_both(halves)
    first, second = (tuple(s for s in half if s.cell in enough) for half in halves)
    return why_no_alarm((first, second), stages_of(suite.watch, unit=unit))


def restore(
    suites: Sequence[Suite], workspace: Workspace, name: str, *, by: str, why: str
) -> Epoch:
    """Take an older epoch's samples into force again, as a new epoch; nothing is deleted.

    Args:
        suites: Among which it is looked for.
        workspace: Where they lie.
        name: The older epoch's id, or its end.
        by: Who restores.
        why: Reason given.

    Returns:
        The new epoch; the older one itself where it is in force.

    Raises:
        DecisionError: it is not found in just one suite, or pictures of it are absent.
        StoreError: it cannot be written.
    """
    suite, old = _holder(suites, workspace, name)
    store = workspace.baselines(suite)
    if store.epochs()[-1].id == old.id:
        return old
    absent = [p for s in old.samples for p in s.pictures if workspace.blobs.path(p) is None]
    if absent:
        raise DecisionError(
            f"{old.id}: {count_of(len(absent), 'picture')} of it not here, e.g. "
            f"{absent[0][:12]}; a reference sample is restored whole: bring them back first "
            "(harness cassette verify)"
        )
    epoch = replace(
        old,
        id=f"epoch-{workspace.stamp()}",
        by=by,
        at=workspace.now().isoformat(timespec="seconds"),
        why=why,
        restores=old.restores or old.id,
    )
    store.add(epoch)
    return epoch


def _holder(suites: Sequence[Suite], workspace: Workspace, name: str) -> tuple[Suite, Epoch]:
    found = [
        (suite, epoch)
        for suite in suites
        for epoch in workspace.baselines(suite).epochs()
        if epoch.id.endswith(name)
    ]
    if len(found) == 1:
        return found[0]
    what = "no epoch" if not found else f"{len(found)} epochs"
    raise DecisionError(
        f"{what} {name!r} in {', '.join(suite.id for suite in suites) or 'no suite'}; harness "
        "baseline list names them, and a suite's file says which is meant"
    )
