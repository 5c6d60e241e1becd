"""Say what was found: findings, and the worst of them as a verdict."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """A finding's outcome (DESIGN section 2)."""

    PASS = "PASS"
    WARN = "WARN"
    NEW = "NEW"
    UNRECORDED = "UNRECORDED"
    ERROR = "ERROR"
    FAIL = "FAIL"

    @property
    def severity(self) -> int:
        """0 for PASS up to 5 for FAIL: a finding is never masked by an error beside it."""
        return _SEVERITY[self]


_SEVERITY = {status: place for place, status in enumerate(Status)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule's measure held against its limit.

    Attributes:
        check: Name of the rule, e.g. `"image_size"`.
        status: What came of it.
        message: One sentence with the figures: what, where, what to do.
        sample: 0-based sample that it speaks of; None for the whole variant.
        turn: 0-based turn that it speaks of.
        measured: The figure of it that is followed over time; None where there is none.
    """

    check: str
    status: Status
    message: str
    sample: int | None = None
    turn: int = 0
    measured: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All findings on one variant; its status is the worst of them."""

    findings: tuple[Finding, ...]

    @property
    def status(self) -> Status:
        return worst(finding.status for finding in self.findings)

    def of(self, *, sample: int, turn: int) -> tuple[Finding, ...]:
        """Give the findings on one sample's turn."""
        return tuple(f for f in self.findings if f.sample == sample and f.turn == turn)


def worst(statuses: Iterable[Status]) -> Status:
    """Give the gravest of `statuses`; PASS where there is none."""
    return max(set(statuses), key=lambda status: status.severity, default=Status.PASS)
