"""Write a look as a page of its own: its verdict first, then each step with its pictures."""

from collections.abc import Sequence
from pathlib import Path

from harness.evaluate.drift_report import write_drift
from harness.evaluate.workspace import Workspace
from harness.judging.concluding import PROVISIONAL
from harness.model.drift import Shift
from harness.model.monitor import Look
from harness.report.alarm import Alarm, headline, next_command
from harness.report.drift_page import DriftReport, Shown, Told


def write_look(alarm: Alarm, steps: Sequence[Shown], workspace: Workspace) -> Path:
    """Write the page of a look below the reports.

    Args:
        alarm: What is said of the look.
        steps: Its tests with examples of their cells, the deciding one first.
        workspace: Where pictures and reports lie.

    Returns:
        The page.

    Raises:
        StoreError: it cannot be written.
    """
    look = alarm.look
    told = Told(
        name="LOOK",
        word=headline(look),
        said=" ".join([f"{_rest(look)}.", *(f"{note}." for note in look.notes)]),
        found=look.verdict in (Shift.CHANGED, Shift.SUSPECT),
    )
    report = DriftReport(
        title=f"{headline(look)}: {look.suite}, {look.arm}",
        old=look.epoch,
        new=look.recording,
        answers=(told, *steps),
        command=next_command(alarm),
    )
    path = workspace.reports / look.id / "index.html"
    write_drift(report, path, workspace)
    return path


def _rest(look: Look) -> str:
    """Give what was said without the verdict's words, which stand above it."""
    rest = look.said.removeprefix(f"{PROVISIONAL}: ").removeprefix(look.verdict.value)
    return rest.lstrip(": ,")
