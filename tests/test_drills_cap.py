"""Drill in short what `make prove` drills at length: a cap under calls that fail at random."""

import re
import subprocess
import sys
from pathlib import Path

DRILLS = Path(__file__).parents[1] / "tools" / "drills.py"


def test_a_cap_is_never_overshot_by_the_simulators_bill():
    """64 in flight, retries, 504 after the painting: neither the bill nor our account passes it."""
    command = [sys.executable, DRILLS, "cap", "--rounds", "2", "--cap", "1.00", "--jobs", "64"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"^ +[12]  (?:pictures|words) .* cap ", done.stdout, re.M)) == 2
