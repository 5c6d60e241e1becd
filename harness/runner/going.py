"""Say how a run goes, for whoever shows it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """How a run goes at this moment.

    Attributes:
        what: What is obtained, e.g. the suite's id; each thing has its own count.
        done: Answers that are there, or that nobody will obtain.
        total: Answers that are asked for.
        in_flight: Calls under way.
        spent_usd: US dollars so far.
        held: Seconds for which an endpoint asked to wait.
        live: Answers are generated, not only replayed.
        unit: What is counted.
    """

    what: str
    done: int
    total: int
    in_flight: int = 0
    spent_usd: float = 0.0
    held: float = 0.0
    live: bool = False
    unit: str = "answers"


Progress = Callable[[Going], None]


def silent(going: Going) -> None:
    """Tell nobody."""
