"""Say what a run is ordered to do, and what of it was obtained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from harness.errors import HarnessError
from harness.evaluate.plan import Plan, index_of
from harness.evaluate.workspace import Wish, Workspace
from harness.model.features import Reply
from harness.model.sample import Sample
from harness.model.shard import Shard
from harness.model.suite import Suite
from harness.recording.index import Index
from harness.runner.chain import Chain, Live
from harness.runner.going import Progress, silent
from harness.runner.spending import Purse


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a run is asked to do.

    Attributes:
        live: What may be generated.
        wish: Who is asked.
        allow_unknown_price: Spend on models that no price is known of.
        confirm: Asked before money is spent; says whether to go on.
        progress: Told how it goes.
        command: How the command line would record what is missing.
        index: Gives the index of a suite's recording.
        done: Sessions of the run that this one goes on with: what they obtained is not
            generated anew, where all is to be.
        begun: Told the session's id when spending begins.
        sessions: Gives `done` and the session that has begun.
        ended: Told when all that was planned is there.
        ending: Told how many calls are waited for, when an interrupt ends the run.
        by: Obtains what is missing where that is not by single calls: by batches.
        arms: Who is asked, where several arms are, interleaved; else `wish` alone.
        shard: Which share of a selection is asked for; None for all of it.
    """

    live: Live = Live.NONE
    wish: Wish = field(default_factory=Wish)
    allow_unknown_price: bool = False
    confirm: Callable[[Plan], None] = lambda plan: None
    progress: Progress = silent
    command: str = "harness run --live missing"
    index: Callable[[Suite, Workspace], Index] = index_of
    done: frozenset[str] = frozenset()
    begun: Callable[[str], None] = lambda session: None
    sessions: Callable[[], frozenset[str]] = frozenset
    ended: Callable[[], None] = lambda: None
    ending: Callable[[int], None] = lambda count: None
    by: "By | None" = None
    arms: tuple[Wish, ...] = ()
    shard: Shard | None = None

    @property
    def wishes(self) -> tuple[Wish, ...]:
        return self.arms or (self.wish,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obtained:
    """One suite's samples, by chain.

    Attributes:
        suite: What was asked.
        chains: In the suite's order.
        samples: The turns of each chain.
        session: The run of the recorder, whose answers were generated now.
        replies: To the suite's questions about pictures.
    """

    suite: Suite
    chains: tuple[Chain, ...]
    samples: tuple[tuple[Sample, ...], ...]
    session: str
    replies: tuple[Reply, ...] = ()

    @property
    def generated(self) -> int:
        """Count the answers that were generated now."""
        receipts = (sample.receipt for chain in self.samples for sample in chain)
        return sum(receipt is not None and receipt.session == self.session for receipt in receipts)


By = Callable[
    [Sequence[Suite], Workspace, Order, Purse], tuple[tuple[Obtained, ...], HarnessError | None]
]
"""Obtains every sample; gives them, and why generation stopped early, or None."""
