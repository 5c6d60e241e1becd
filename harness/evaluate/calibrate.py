"""Calibrate a suite: hold its own answers against each other, and keep what was found."""

from dataclasses import replace
from pathlib import Path

from harness.errors import DecisionError
from harness.evaluate.subjects import pinned, recorded
from harness.evaluate.workspace import Wish, Workspace
from harness.judging.calibrating import Trials, calibrated
from harness.judging.subjects import Subject
from harness.model.calibration import Calibration
from harness.model.suite import Suite
from harness.store.calibrations import CalibrationStore


def calibrate(
    suite: Suite, workspace: Workspace, *, trials: Trials, wish: Wish | None = None
) -> tuple[tuple[Calibration, Path], ...]:
    """Calibrate a suite on its reference sample; one more immutable file an arm.

    Arms are never mixed: each is calibrated by itself.

    Args:
        suite: Whose test it is.
        workspace: Where its epochs, recordings and pictures lie.
        trials: How much is tried.
        wish: Whose answers, where several arms are pinned or recorded.

    Returns:
        What was found of each arm, and the file that holds it.

    Raises:
        DecisionError: nothing of the suite is recorded.
    """
    epoch, arms = reference_of(suite, workspace, wish=wish)
    store = CalibrationStore(suite.path)
    found = []
    for subjects in arms:
        told = replace(
            calibrated(subjects, suite.watch, trials, spread=workspace.spread),
            id=f"calibration-{workspace.stamp()}",
            at=workspace.now().isoformat(timespec="milliseconds"),
            epoch=epoch,
        )
        found.append((told, store.add(told)))
    return tuple(found)


def reference_of(
    suite: Suite, workspace: Workspace, *, wish: Wish | None = None
) -> tuple[str, tuple[tuple[Subject, ...], ...]]:
    """Give the suite's reference sample: the epoch in force, else all that is recorded.

    Returns:
        Id of the epoch, empty where nothing is pinned, and the answers of each arm, oldest
        first.

    Raises:
        DecisionError: nothing of the suite is recorded.
    """
    wish = wish or Wish()
    epochs = workspace.baselines(suite).epochs()
    epoch = epochs[-1].id if epochs else ""
    found = pinned(suite, workspace, epochs[-1]) if epochs else recorded(suite, workspace, wish)
    arms: dict[str, list[Subject]] = {}
    for subject in found:
        if wish.endpoint in (None, subject.arm.rpartition("@")[2]):
            arms.setdefault(subject.arm, []).append(subject)
    if not arms:
        where = f"in {epoch}" if epoch else f"of recording {workspace.settings.recording!r}"
        raise DecisionError(
            f"{suite.path}: nothing {where} answers what the suite asks now, by whom you ask "
            f"for; record it first: harness run {suite.path} --live missing"
        )
    return epoch, tuple(tuple(arms[arm]) for arm in sorted(arms))
