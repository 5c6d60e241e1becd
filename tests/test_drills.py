"""Drill in short what `make prove` drills at length, in processes that are really killed."""

import re
import subprocess
import sys
from pathlib import Path

DRILLS = Path(__file__).parents[1] / "tools" / "drills.py"


def test_a_killed_recording_loses_nothing():
    """By the simulator's own log: nothing kept is lost, changed, or asked for again."""
    command = [sys.executable, DRILLS, "kill", "--rounds", "2", "--seed", "3", "--short"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        len(re.findall(r"^round \d: .*asked \d+, answered \d+, kept \d+", done.stdout, re.M)) == 2
    )
