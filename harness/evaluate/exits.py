"""Turn what a run found into an exit code (DESIGN section 6)."""

from collections.abc import Collection

from harness.errors import SpendingRefused
from harness.model.run import Run
from harness.model.verdict import Status

CODES = {
    Status.FAIL: ("failed", 1),
    Status.NEW: ("unreviewed", 1),
    Status.UNRECORDED: ("unrecorded", 3),
    Status.ERROR: ("incomplete", 3),
}
"""What `--fail-on` calls a status, and the exit code that it then gives."""

_FIRST_HELD = (101, 2, 1, 4, 3)
"""Where several hold, the first of these: a finding is never masked by an error beside it."""


def exit_code(run: Run, *, fail_on: Collection[str]) -> int:
    """Give the run's exit code: 0 where nothing that counts was found."""
    held = {code for status, (name, code) in CODES.items() if name in fail_on and _has(run, status)}
    if run.over_cap:
        held.add(SpendingRefused.exit_code)
    return gravest_code(held)


def gravest_code(held: Collection[int]) -> int:
    """Give the exit code that counts where several hold; 0 where none does."""
    return next((code for code in _FIRST_HELD if code in held), 0)


def _has(run: Run, status: Status) -> bool:
    """Look at every finding: a failure beside it does not hide an error."""
    single = (f for judged in run.judged for f in judged.verdict.findings)
    whole = (f for suite in run.suites for f in suite.findings)
    return any(f.status is status for findings in (single, whole) for f in findings)
