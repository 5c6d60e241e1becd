"""Say which share of a selection one machine judges, and deal a selection out."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST = 1000
"""Shards of one selection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """A suite of which something is selected.

    Attributes:
        suite: Id of the suite.
        path: Its file, from the workspace's root.
        digest: Of every variant that it has, selected or not.
    """

    suite: str
    path: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Which share of which selection a run judges.

    Attributes:
        number: From 1.
        of: How many there are.
        suites: Of which something is selected, in the run's order, in whichever shard.
        selection: Digest of what is selected of them, and of whom it is asked.
        variants: How many variants are selected in all shards.
    """

    number: int
    of: int
    suites: tuple[Selected, ...] = ()
    selection: str = ""
    variants: int = 0

    @property
    def flag(self) -> str:
        """Give it as `--shard` takes it, e.g. `"3/5"`."""
        return f"{self.number}/{self.of}"

    @property
    def name(self) -> str:
        """Name it for people."""
        return f"shard {self.number} of {self.of}"


def dealt(weights: Sequence[int], of: int) -> tuple[int, ...]:
    """Deal things out to `of` shards, each to the one that holds least, the first of equals.

    What is added at the end moves nothing that stands before it, and no shard weighs more
    than the mean and one thing.

    Args:
        weights: Of each thing, 1 or more.
        of: How many shards there are.

    Returns:
        The shard of each thing, from 1.
    """
    held = [0] * of
    found = []
    for weight in weights:
        place = held.index(min(held))
        held[place] += weight
        found.append(place + 1)
    return tuple(found)
