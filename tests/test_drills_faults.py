"""Drill in short what `make prove` drills at length: faults that befall live runs."""

import re
import subprocess
import sys
from pathlib import Path

DRILLS = Path(__file__).parents[1] / "tools" / "drills.py"
ONLY = ("cut-within", "image-safety")


def test_each_sample_is_good_or_named_with_its_fault():
    """Nothing that arrived is lost or asked for again, and the exit code says what was found."""
    sizes = ["--samples", "12", "--jobs", "8", "--share", "0.3", "--at-once", "2"]
    command = [sys.executable, DRILLS, "faults", *sizes, "--only", ",".join(ONLY)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    rows = dict(re.findall(r"^(\S+) +[0-9]+ +([0-9]+) ", done.stdout, re.M))
    assert rows.keys() >= set(ONLY)
    assert all(int(rows[name]) > 0 for name in ONLY), "a fault befell nobody"
