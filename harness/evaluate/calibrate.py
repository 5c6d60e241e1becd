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
) -> tuple[Calibration, Path]:
    """Calibrate a suite on its reference sample; one more immutable file beside the suite.

    Args:
        suite: Whose test it is.
        workspace: Where its epochs, recordings and pictures lie.
        trials: How much is tried.
        wish: Whose answers, where nothing is pinned and several arms recorded them.

    Returns:
        What was found, and the file that holds it.

    Raises:
        DecisionError: nothing of the suite is recorded.
    """
    epoch, subjects = reference_of(suite, workspace, wish=wish)
    found = replace(
        calibrated(subjects, suite.watch, trials),
        id=f"calibration-{workspace.stamp()}",
        at=workspace.now().isoformat(timespec="milliseconds"),
        epoch=epoch,
    )
    return found, CalibrationStore(suite.path).add(found)


def reference_of(
    suite: Suite, workspace: Workspace, *, wish: Wish | None = None
) -> tuple[str, tuple[Subject, ...]]:
    """Give the suite's reference sample: the epoch in force, else all that is recorded.

    Returns:
        Id of the epoch, empty where nothing is pinned, and the answers, oldest first.

    Raises:
        DecisionError: nothing of the suite is recorded.
    """
    epochs = workspace.baselines(suite).epochs()
    if epochs:
        return epochs[-1].id, pinned(suite, workspace, epochs[-1])
    found = recorded(suite, workspace, wish)
    if not found:
        raise DecisionError(
            f"{suite.path}: nothing is pinned, and nothing of recording "
            f"{workspace.settings.recording!r} answers what the suite asks now; record it "
            f"first: harness run {suite.path} --live missing"
        )
    return "", found
