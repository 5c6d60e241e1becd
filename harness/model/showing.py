"""Say what a report shows of a cell beside its findings: the reference, the order, the change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from harness.model.drift import CellDrift, Drift
from harness.model.monitor import Look

Place = tuple[str, str, int]
"""Suite, variant's id for people, and 0-based turn: one sheet of samples."""


class Example(StrEnum):
    """What the pictures beside a cell's own are: examples, not a pair."""

    EPOCH = "reference sample"
    ACCEPTED = "accepted"
    BEFORE = "recorded before"
    NOTHING = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellShow:
    """One cell of a run as people are shown it.

    Attributes:
        order: sha256 of its pictures, the medoid first, then as they came.
        baseline: sha256 of pictures beside them, the medoid first, then as they came, at most 8;
            empty for none.
        example: What those are; without a reference sample and accepted ones, what the variant
            was answered with before its question was edited or it was recorded anew.
        same: Its answers are among those of the reference sample: nothing can have moved.
        drift: What the test of the suite says of this cell; None where it was not tested.
        old_prompt: What was asked where the reference sample was recorded; empty where that is
            what is asked now.
        earlier: sha256 of pictures of the cell that older recordings held, the newest first.
        former: sha256 of pictures of what its variant asked before, where that was another cell.
        accepted_before: Digest of the accepted set of this cell and arm.
    """

    order: tuple[str, ...] = ()
    baseline: tuple[str, ...] = ()
    example: Example = Example.NOTHING
    same: bool = False
    drift: CellDrift | None = None
    old_prompt: str = ""
    earlier: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    accepted_before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteShow:
    """One suite of a run as people are shown it.

    Attributes:
        suite: Its id.
        drift: The test of the run's fresh answers against the epoch; None where not made.
        untested: Why none was made, in one sentence; empty where one was.
        look: The monitor's newest look; None for none.
        open: Ids of incidents that are not closed.
        owners: Who is responsible for a case, by its id; `""` is the suite's own.
    """

    suite: str
    drift: Drift | None = None
    untested: str = ""
    look: Look | None = None
    open: tuple[str, ...] = ()
    owners: Mapping[str, str] = field(default_factory=dict)

    def owner(self, case: str) -> str:
        """Name who is responsible for a case; empty for nobody."""
        return self.owners.get(case) or self.owners.get("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What a run's report shows beside what the run itself holds.

    Attributes:
        suites: By id.
        cells: By suite, variant and turn.
    """

    suites: Mapping[str, SuiteShow] = field(default_factory=dict)
    cells: Mapping[Place, CellShow] = field(default_factory=dict)

    def suite(self, suite: str) -> SuiteShow:
        return self.suites.get(suite, SuiteShow(suite=suite))

    def cell(self, place: Place) -> CellShow:
        return self.cells.get(place, CellShow())


NOTHING_MORE = Showing()
"""For a run that nothing else is known of."""
