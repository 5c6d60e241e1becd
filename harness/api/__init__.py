"""The harness for notebooks and scripts: load a suite, run it, compare two recordings."""

from harness.api.comparing import compare
from harness.api.comparisons import Comparison
from harness.api.place import load_suite
from harness.api.running import run
from harness.api.runs import Run
from harness.api.samples import Sample
from harness.errors import HarnessError, SpendingRefused, SuiteError, Unrecorded, UsageError
from harness.model.suite import Suite

__all__ = [
    "Comparison",
    "HarnessError",
    "Run",
    "Sample",
    "SpendingRefused",
    "Suite",
    "SuiteError",
    "Unrecorded",
    "UsageError",
    "compare",
    "load_suite",
    "run",
]
