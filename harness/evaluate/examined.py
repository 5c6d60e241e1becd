"""Hold what was found of one thing that was looked at."""

from dataclasses import dataclass

from harness.model.verdict import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One thing that was looked at.

    Attributes:
        name: What.
        status: PASS, WARN, or FAIL where a run would fail.
        message: What was found, and what to do.
    """

    name: str
    status: Status
    message: str
