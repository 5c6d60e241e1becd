"""Put the samples of a run together as people decide on them: one sheet a cell."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from harness.model.features import Features
from harness.model.review import item_id
from harness.model.run import Judged, Run
from harness.model.sample import Sample
from harness.model.showing import Place
from harness.model.verdict import Finding, Status, worst


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All samples of one cell: what a person decides on at once.

    Attributes:
        judged: Its variant, with everything that was found.
        turn: 0-based.
        samples: Of this turn, in order; at least one.
        features: What the suite's checks were held against.
    """

    judged: Judged
    turn: int
    samples: tuple[Sample, ...]
    features: Features

    @property
    def place(self) -> Place:
        return self.judged.variant.suite, self.judged.variant.id, self.turn

    @property
    def id(self) -> str:
        return item_id(*self.place)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found on it, on its samples and on the variant as a whole."""
        return tuple(f for f in self.judged.verdict.findings if f.turn in (None, self.turn))

    @property
    def status(self) -> Status:
        found = self.findings
        return worst(f.status for f in found) if found else self.judged.verdict.status


def sheets(run: Run) -> Iterator[Sheet]:
    """Give every cell of the run, in the suites' order."""
    for suite in run.suites:
        for judged in suite.judged:
            ordered = sorted(judged.samples, key=lambda s: (s.key.turn, s.key.sample))
            for turn, group in groupby(ordered, key=lambda s: s.key.turn):
                samples, features = tuple(group), suite.features
                yield Sheet(judged=judged, turn=turn, samples=samples, features=features)
