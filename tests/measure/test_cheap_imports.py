"""What may be imported where start-up time counts."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["harness.measure", "harness.measure.sameness"])
def test_comparing_needs_no_imaging_library(module):
    """The room itself, and comparing what was measured, bring neither Pillow nor numpy."""
    code = f"import sys, {module}; print({{'PIL', 'numpy', 'imagehash'}} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
