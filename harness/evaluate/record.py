"""Record: obtain what suites ask for, and say how much of it is there; judge nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import HarnessError
from harness.evaluate.obtain import obtain
from harness.evaluate.order import Order
from harness.evaluate.workspace import Workspace
from harness.model.sample import Sample
from harness.model.suite import Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What is there after recording.

    Attributes:
        kept: Answers that are recorded.
        wanted: Answers that are asked for.
        unasked: Questions about their pictures that have no recorded answer.
        spent_usd: Price of those that were generated.
        failures: Why an answer is not there, a line each.
        stopped: Why generation stopped early, or None.
    """

    kept: int
    wanted: int
    spent_usd: float
    failures: tuple[str, ...]
    stopped: HarnessError | None
    unasked: int = 0

    @property
    def whole(self) -> bool:
        """Tell whether everything is there that was asked for."""
        return self.kept == self.wanted and not self.unasked

    @property
    def complaints(self) -> tuple[str, ...]:
        """Everything that went wrong, a line each."""
        return (*self.failures, *([str(self.stopped)] if self.stopped else []))


def record(suites: Sequence[Suite], workspace: Workspace, order: Order) -> Recorded:
    """Record what is ordered.

    Raises:
        SpendingRefused: the plan was not confirmed, or a price is not known.
        HarnessError: answers cannot be obtained or kept at all.
    """
    purse = workspace.purse()
    obtained, stopped = obtain(suites, workspace, order, purse=purse)
    samples = [sample for of in obtained for chain in of.samples for sample in chain]
    return Recorded(
        kept=sum(sample.receipt is not None for sample in samples),
        wanted=len(samples),
        spent_usd=round(purse.spent_usd, 4),
        failures=tuple(f"{_named(s, order)}: {s.failure.message}" for s in samples if s.failure),
        stopped=stopped,
        unasked=sum(not reply.recorded for of in obtained for reply in of.replies),
    )


def _named(sample: Sample, order: Order) -> str:
    """Name a sample; where several arms are asked, with its own."""
    return f"{sample.key.id} of {sample.arm.name}" if order.arms else sample.key.id
