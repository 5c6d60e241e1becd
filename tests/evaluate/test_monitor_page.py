"""A look's page says its verdict first, and PROVISIONAL where it is."""

from dataclasses import replace

import pytest

from harness.evaluate.monitor_page import write_look
from harness.judging.concluding import PROVISIONAL
from harness.model.drift import CellDrift, Drift, Effect, Shift
from harness.model.monitor import Look
from harness.report.alarm import Alarm
from harness.report.drift_page import Shown

CELL = CellDrift(
    suite="s", variant="fox", turn=0, cell="c" * 64, old=8, new=4, p=0.001, q=0.002, moved=True,
    effect=Effect(channel="colours", size=0.4, low=0.2, high=0.6),
)  # fmt: skip
SCREEN = Drift(
    verdict=Shift.SUSPECT, said="the answers have moved", alpha=0.05, p=0.001, p_all=0.001,
    p_few=0.002, smallest_p=0.0005, draws=1999, seed=0, power=0.9, seen=None, matters=0.1,
    margin=0.1, channels={"colours": 0.001}, cells=(CELL,), effects=(CELL.effect,),
)  # fmt: skip
LOOK = Look(
    id="look-1", suite="s", at="2026-01-01T00:00:00+00:00", epoch="epoch-1", arm="m@gateway",
    recording="monitor-1", verdict=Shift.SUSPECT, said="SUSPECT: the screen fired", screen=SCREEN,
    notes=("no confirmation <u>",),
)  # fmt: skip


@pytest.mark.parametrize("provisional", [True, False])
def test_a_page_of_a_look(workspace, provisional):
    """With its steps, its notes, and the next command; strangers' words hold no markup."""
    mark = f"{PROVISIONAL}: " if provisional else ""
    look = replace(LOOK, provisional=provisional, said=f"{mark}{LOOK.said}")
    alarm = Alarm(look=look, suite="suites/s.yaml")

    path = write_look(alarm, [Shown(name="screen", drift=SCREEN)], workspace)

    text = path.read_text()
    assert path == workspace.reports / "look-1" / "index.html"
    assert ("PROVISIONAL SUSPECT" in text) == provisional
    for word in ("he screen fired", "s/fox", "epoch-1", "monitor-1", "harness monitor"):
        assert word in text
    assert "SUSPECT: the screen fired" not in text  # the word stands above
    assert "&lt;u&gt;" in text
    assert "<u>" not in text
