"""Drill in short what `make prove` drills at 4K: the greatest case, killed and replayed."""

import subprocess
import sys
from pathlib import Path

DRILLS = Path(__file__).parents[1] / "tools" / "drills.py"


def test_the_greatest_case_is_recorded_killed_resumed_replayed_and_shown():
    """14 references, three grounded turns: nothing kept is asked again, signatures go back."""
    command = [sys.executable, DRILLS, "great", "--short"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed with turn 2 under way: 1 of 3 turns kept" in done.stdout
