"""Drill in short what `make prove` drills at length: faults planted in pictures are found."""

import re
import subprocess
import sys
from pathlib import Path

DRILLS = Path(__file__).parents[1] / "tools" / "drills.py"


def test_what_is_planted_in_pictures_is_found():
    """A small picture of each fault, and a few good ones that are not blamed."""
    sizes = ["--pictures", "4", "--each", "1"]
    command = [sys.executable, DRILLS, "contract", "--short", *sizes]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    rows = re.findall(
        r"^\| ([a-z0-9-]+) \| \S+ (?:FAIL|WARN) \| (?:1 of 1|2 of 2) \|", done.stdout, re.M
    )
    assert len(rows) == len(set(rows)) == 23
    assert "0 alarms on 4 good simulated pictures" in done.stdout
