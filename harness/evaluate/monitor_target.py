"""Settle what a monitor watches: which epoch, arm and cells, and by which half of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from harness.errors import UsageError
from harness.evaluate.subjects import pinned
from harness.evaluate.workspace import Wish, Workspace
from harness.judging.pools import ANSWERS
from harness.judging.subjects import Subject, days_of
from harness.judging.watching import (
    Halves,
    Stage,
    enough_in_both,
    halved,
    stages_of,
    why_no_alarm,
)
from harness.model.arm import Arm
from harness.model.baseline import Epoch
from harness.model.calibration import Calibration
from harness.model.identity import cell_digest
from harness.model.suite import Suite, Turn, Variant
from harness.report.words import count_of
from harness.store.calibrations import CalibrationStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is watched, and how.

    Attributes:
        suite: With the cells alone that can be held against the epoch, asked of the arm.
        arm: Who is watched.
        epoch: The reference sample.
        subjects: Its answers, of every arm that it holds.
        halves: The arm's answers of the watched cells: for the screen, for the confirmation.
        stages: The screen and the confirmation.
        provisional: Day effects are not measurable: SUSPECT at most.
        notes: What is left out, and what is worth saying, a line each.
        refusal: Why nothing may be spent on a look; empty where it may.
    """

    suite: Suite
    arm: Arm | None
    epoch: Epoch | None
    subjects: tuple[Subject, ...] = ()
    halves: Halves = ((), ())
    stages: tuple[Stage, Stage]
    provisional: bool = False
    notes: tuple[str, ...] = ()
    refusal: str = ""


def target_of(suite: Suite, workspace: Workspace, wish: Wish) -> Target:
    """Settle what a look at a suite is held against; costs nothing.

    Raises:
        UsageError: it cannot be told which arm is meant.
        StoreError: a file of the baseline is broken, or a picture cannot be read.
    """
    nothing = Target(suite=suite, arm=None, epoch=None, stages=stages_of(suite.watch))
    epochs = workspace.baselines(suite).epochs()
    if not epochs:
        why = (
            "no epoch is pinned, so there is nothing to hold fresh answers against; record "
            f"{suite.watch.reference} answers a cell over "
            f"{count_of(suite.watch.sessions, 'day')}, then: "
            "harness baseline pin main"
        )
        return replace(nothing, refusal=why)
    epoch, arm = _chosen(suite, epochs, wish)
    if arm is None:
        return replace(nothing, epoch=epoch, refusal=_no_arm(suite, epoch, wish))
    return _watched(suite, workspace, epoch, arm, wish)


def _chosen(suite: Suite, epochs: Sequence[Epoch], wish: Wish) -> tuple[Epoch, Arm | None]:
    """Take the epoch in force; where an arm is named, the newest one that holds it."""
    named = wish.endpoint is not None or wish.model is not None
    for epoch in reversed(epochs if named else epochs[-1:]):
        arms = sorted({s.arm for s in epoch.samples if _may_ask(suite, s.arm, wish)})
        if len(arms) > 1:
            raise UsageError(
                f"{suite.path}: {epoch.id} holds answers of {', '.join(a.name for a in arms)}; a "
                "monitor watches one of them: say --model and --endpoint"
            )
        if arms:
            return epoch, arms[0]
    return epochs[-1], None


def _may_ask(suite: Suite, arm: Arm, wish: Wish) -> bool:
    return any(_asks(variant, arm, wish) for variant in suite.variants)


def _asks(variant: Variant, arm: Arm, wish: Wish) -> bool:
    """Tell whether a variant may be asked of an arm."""
    endpoint = wish.endpoint or variant.endpoint or arm.endpoint
    return (wish.model or variant.model, endpoint) == (arm.model, arm.endpoint)


def _no_arm(suite: Suite, epoch: Epoch, wish: Wish) -> str:
    held = ", ".join(sorted({sample.arm.name for sample in epoch.samples}))
    models = ", ".join(sorted({wish.model or variant.model for variant in suite.variants}))
    at = f" at {wish.endpoint}" if wish.endpoint else ""
    return (
        f"{epoch.id} holds answers of {held}, and {models}{at} is asked for: arms are never "
        "mixed; pin an epoch of that arm, or hold the two against each other by harness compare"
    )


def _watched(suite: Suite, workspace: Workspace, epoch: Epoch, arm: Arm, wish: Wish) -> Target:
    subjects = pinned(suite, workspace, epoch)
    own = tuple(subject for subject in subjects if subject.arm == arm.name)
    halves = halved(own)
    cells = enough_in_both(halves)
    asked = [variant for variant in suite.variants if _asks(variant, arm, wish)]
    kept = tuple(filter(None, (_narrowed(variant, cells, arm) for variant in asked)))
    wanted = {cell for variant in kept for cell in _cells(variant)}
    first, second = halves
    halves = (_of(first, wanted), _of(second, wanted))
    calibration = calibration_of(suite, epoch, arm.name)
    unit = calibration.unit if calibration else ANSWERS
    provisional = days_of(own) < suite.watch.sessions
    stages = stages_of(suite.watch, unit=unit, provisional=provisional)
    return Target(
        suite=replace(suite, variants=kept, left_out=()),
        arm=arm,
        epoch=epoch,
        subjects=subjects,
        halves=halves,
        stages=stages,
        provisional=provisional,
        notes=tuple(_notes(suite, kept, epoch, cells=cells, calibration=calibration)),
        refusal=_refusal(halves, stages, calibration),
    )


def _narrowed(variant: Variant, cells: frozenset[str], arm: Arm) -> Variant | None:
    """Keep the turns up to the last that can be tested, without checks; None: there is none.

    Checks might ask questions, which cost; a look judges nothing but drift.
    """
    turns = 0
    for turn in range(len(variant.turns)):
        if cell_digest(variant.turns[: turn + 1]) in cells:
            turns = turn + 1
    if not turns:
        return None
    plain = tuple(_unchecked(turn) for turn in variant.turns[:turns])
    return replace(variant, turns=plain, model=arm.model, endpoint=arm.endpoint)


def _unchecked(turn: Turn) -> Turn:
    return replace(turn, checks=replace(turn.checks, ask=None))


def _cells(variant: Variant) -> Iterator[str]:
    for turn in range(len(variant.turns)):
        yield cell_digest(variant.turns[: turn + 1])


def _of(half: Sequence[Subject], cells: set[str]) -> tuple[Subject, ...]:
    return tuple(subject for subject in half if subject.cell in cells)


def calibration_of(suite: Suite, epoch: Epoch, arm: str) -> Calibration | None:
    """Give the newest calibration of this epoch and arm."""
    found = CalibrationStore(suite.path).all()
    return next(
        (c for c in reversed(found) if (c.epoch, c.arm) == (epoch.id, arm)),
        None,
    )


def _refusal(halves: Halves, stages: tuple[Stage, Stage], calibration: Calibration | None) -> str:
    if not halves[0]:
        return (
            "no cell of the suite has answers enough in both halves of the epoch; prompts, "
            "references or parameters changed since, or too little was pinned: pin a new epoch"
        )
    if calibration is not None and not calibration.armed:
        return f"{calibration.id} does not arm the monitor: {calibration.said}"
    why = why_no_alarm(halves, stages)
    return f"a look could never alarm, so none is paid for: {why}" if why else ""


def _notes(
    suite: Suite,
    kept: Sequence[Variant],
    epoch: Epoch,
    *,
    cells: frozenset[str],
    calibration: Calibration | None,
) -> Iterator[str]:
    asked = {cell: v.id for v in suite.variants for cell in _cells(v)}
    held = {sample.cell for sample in epoch.samples}
    watched = {cell for variant in kept for cell in _cells(variant)} & cells
    new = [name for cell, name in asked.items() if cell not in held]
    thin = [name for cell, name in asked.items() if cell in held and cell not in watched]
    gone = len(held - set(asked))
    for names, why in (
        (new, "not in the epoch"),
        (thin, "with too few answers, or of another arm"),
    ):
        if names:
            yield f"not tested: {count_of(len(names), 'cell')} {why}: {_some(names)}"
    if gone:
        yield f"not tested: {count_of(gone, 'cell')} of the epoch that the suite asks for no more"
    if calibration is None:
        yield f"not calibrated: harness calibrate {suite.path} measures the real false-alarm rate"


def _some(names: Sequence[str]) -> str:
    names = list(dict.fromkeys(names))
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
