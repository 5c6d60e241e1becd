"""Say what drift compares with (an epoch) and what people decided (decisions).

The two are kept apart: an epoch is every answer of pinned sessions, unselected;
decisions are taste, and never feed a drift test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from harness.model.arm import Arm
from harness.model.generation import Outcome
from harness.model.sample import SampleKey


class Choice(StrEnum):
    """What a person decided on a picture."""

    ACCEPT = "accept"
    REJECT = "reject"
    DISCUSS = "discuss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's word on one picture.

    Attributes:
        key: The sample that it was seen on.
        cell: Digest of what was declared.
        arm: Who was asked.
        sha256: The picture's bytes: this is what is decided.
        choice: Accept, reject or discuss.
        reasons: Chips such as `"identity"`, for a rejection.
        note: Free text.
        by: Whose word it is, where that is not the set's `by`.
    """

    key: SampleKey
    cell: str
    arm: Arm
    sha256: str
    choice: Choice
    reasons: tuple[str, ...] = ()
    note: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What one reviewer said of a sheet, kept whatever came of it.

    Attributes:
        by: The reviewer.
        choice: Accept, reject or discuss.
        reasons: Chips, for a rejection.
        note: Free text.
        bad: sha256 of the pictures that they marked bad.
        at: ISO 8601, UTC, by the reviewer's clock.
    """

    by: str
    choice: Choice
    reasons: tuple[str, ...] = ()
    note: str = ""
    bad: tuple[str, ...] = ()
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedSheet:
    """A sheet that was decided on as a whole, with everyone's marks.

    Attributes:
        item: Id of the sheet.
        cell: Digest of what was declared.
        arm: Who was asked.
        choice: What holds.
        accepted_before: Digest of the cell's accepted set that it was decided against; empty
            where nothing was accepted.
        marks: Of all reviewers, those that were outvoted too.
        resolution: The chair's reason; empty where nobody had to resolve.
        resolved_by: The chair; empty likewise.
    """

    item: str
    cell: str
    arm: Arm
    choice: Choice
    accepted_before: str = ""
    marks: tuple[Mark, ...] = ()
    resolution: str = ""
    resolved_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What became of the sheets of a random draw: the only ones that a rate may rest on.

    Attributes:
        accepted: Drawn sheets that were accepted.
        rejected: Drawn sheets that were rejected.
        open: Drawn sheets that nothing was decided on.
        total: Sheets that they were drawn from: all that hold an answer.
    """

    accepted: int
    rejected: int
    open: int
    total: int

    @property
    def drawn(self) -> int:
        return self.accepted + self.rejected + self.open


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionSet:
    """Decisions applied together; one immutable file.

    Attributes:
        id: Name of the file without its ending.
        suite: Id of the suite.
        run: The run that was looked at.
        by: Who.
        at: ISO 8601, UTC.
        why: Reason given for the whole.
        unseen: They were made without looking, and stay marked so.
        accepted_before: Digest of the accepted set that they were made against.
        decisions: In the suite's order.
        sheets: What the decisions come from, where people looked; in the suite's order.
        quorum: How many had to accept a sheet; 0 where nobody voted.
        gone: sha256 of decided pictures of which it was told that they no longer occur.
        acceptance: What became of the suite's sheets that were drawn at random; None where
            none were, so that no rate can be told.
        after: Ids of the newest sets that lay beside it when it was written; None where it
            does not tell, as before there was a word for it.
    """

    id: str
    suite: str
    run: str
    by: str
    at: str
    why: str
    unseen: bool
    accepted_before: str
    decisions: tuple[Decision, ...]
    sheets: tuple[DecidedSheet, ...] = ()
    quorum: int = 0
    gone: tuple[str, ...] = ()
    acceptance: Acceptance | None = None
    after: tuple[str, ...] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedSample:
    """One answer of an epoch, whatever it was.

    Attributes:
        key: The sample.
        cell: Digest of what was declared.
        arm: Who was asked.
        session: Which run of the recorder obtained it.
        request_digest: Of the request that it answers.
        outcome: How the call ended; refusals count.
        pictures: sha256 of its final pictures, in order.
    """

    key: SampleKey
    cell: str
    arm: Arm
    session: str
    request_digest: str
    outcome: Outcome
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """One pinning of a reference sample, by a person; one immutable file.

    Attributes:
        id: Name of the file without its ending.
        suite: Id of the suite.
        recording: Whose sessions were pinned.
        sessions: Their ids, sorted.
        by: Who pinned.
        at: ISO 8601, UTC.
        why: Reason given; may be empty.
        simulated: Some of it was painted by the simulator.
        samples: Every answer of these sessions, unselected.
        measures: Version of each measure of look that the suite used, by its name.
        restores: Id of the older epoch whose samples it takes into force again; empty for a pin.
        after: Ids of the newest epochs that lay beside it when it was written; None where it
            does not tell, as before there was a word for it.
    """

    id: str
    suite: str
    recording: str
    sessions: tuple[str, ...]
    by: str
    at: str
    why: str
    simulated: bool
    samples: tuple[PinnedSample, ...]
    measures: Mapping[str, str] = field(default_factory=dict)
    restores: str = ""
    after: tuple[str, ...] | None = field(default=None, compare=False)
