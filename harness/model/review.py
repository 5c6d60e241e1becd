"""Say what people are asked to review, and what they said: sheets, votes, reviews."""

from dataclasses import dataclass
from enum import StrEnum

from harness.model.arm import Arm
from harness.model.baseline import Choice

REASONS = (
    "wrong-text",
    "identity",
    "anatomy",
    "style",
    "composition",
    "artefact",
    "refusal",
    "other",
)
"""Why something is rejected or marked bad, as chips."""


class Why(StrEnum):
    """Why a sheet is among those to review; the first ones are looked at first."""

    FAILED = "failed"
    ERROR = "error"
    WITNESS = "witness of a change"
    WARNED = "warning"
    DISCUSSED = "discussed"
    SPLIT = "split"
    UNDER_QUORUM = "under quorum"
    NEW = "not decided yet"
    RANDOM = "random draw"
    ASKED = "all were asked for"


class Preferred(StrEnum):
    """Which side of a blind pair is better, by what the side really was."""

    BASELINE = "baseline"
    CANDIDATE = "candidate"
    TIE = "tie"
    BOTH_BAD = "both bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureVote:
    """What a reviewer did with one picture of a sheet.

    Attributes:
        sample: 0-based.
        sha256: Of the picture.
        seen: It was on screen, large enough to be judged.
        bad: It was marked bad, though the sheet may be accepted.
        reasons: Chips, of `REASONS`.
    """

    sample: int
    sha256: str
    seen: bool
    bad: bool = False
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """A reviewer's word on one sheet: all samples of a cell.

    Attributes:
        item: Id of the sheet, `suite/variant` or `suite/variant#turn-2`.
        suite: Id of the suite.
        variant: The variant's id for people.
        turn: 0-based.
        cell: Digest of what was declared.
        arm: Who was asked.
        choice: Accept, reject or discuss.
        reasons: Chips, for a rejection.
        note: Free text.
        pictures: All pictures of the sheet that were there.
        accepted_before: Digest of the accepted set of this cell that it was made against.
        modes: In which modes of comparison it was seen.
        blind: It was decided before the sides were named.
        at: ISO 8601, UTC.
    """

    item: str
    suite: str
    variant: str
    turn: int
    cell: str
    arm: Arm
    choice: Choice
    reasons: tuple[str, ...] = ()
    note: str = ""
    pictures: tuple[PictureVote, ...] = ()
    accepted_before: str = ""
    modes: tuple[str, ...] = ()
    blind: bool = False
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """A reviewer's choice between a blind pair.

    Attributes:
        item: Id of the sheet.
        preferred: Which was better.
        baseline_left: The baseline stood on the left.
        at: ISO 8601, UTC.
    """

    item: str
    preferred: Preferred
    baseline_left: bool
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The chair's word on a sheet that reviewers disagree on; it outranks single votes.

    Attributes:
        item: Id of the sheet.
        choice: What holds.
        reason: Why; never empty.
        at: ISO 8601, UTC.
    """

    item: str
    choice: Choice
    reason: str
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What one reviewer said of one run: `decisions-<run>-<reviewer>.json`.

    Attributes:
        run: Id of the run.
        report: Digest of the items that were shown.
        tool: Version of the harness that made the page.
        reviewer: Who; never empty.
        meeting: What for; may be empty.
        take: How many sheets were asked for; 0 for all.
        seed: Of the random draw.
        drawn: Ids of the sheets of the random draw, the only ones that feed a rate.
        votes: By sheet.
        preferences: From blind mode.
        resolutions: The chair's, in a second round.
        source: The file that it was read from; empty for none.
    """

    run: str
    report: str
    tool: str
    reviewer: str
    meeting: str = ""
    take: int = 0
    seed: int = 0
    drawn: tuple[str, ...] = ()
    votes: tuple[Vote, ...] = ()
    preferences: tuple[Preference, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A sheet that is to be reviewed.

    Attributes:
        item: Its id.
        why: Every reason, the gravest first.
        random: It was drawn at random, so that it feeds the acceptance rate.
    """

    item: str
    why: tuple[Why, ...]
    random: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPlan:
    """What is to be reviewed, in order.

    Attributes:
        run: Id of the run.
        take: How many sheets were asked for; 0 for all.
        seed: Of the random draw.
        sheets: In the order in which they are looked at.
        round: 1, or 2 where earlier reviews are laid open.
        reviews: The reviews of the first round; empty in it.
        minutes: How long it will take, at what a sheet took so far.
    """

    run: str
    take: int
    seed: int
    sheets: tuple[Planned, ...]
    round: int = 1
    reviews: tuple[Review, ...] = ()
    minutes: float = 0.0


def item_id(suite: str, variant: str, turn: int) -> str:
    """Name a sheet: `suite/variant`, with `#turn-2` for a later turn (1-based)."""
    return f"{suite}/{variant}#turn-{turn + 1}" if turn else f"{suite}/{variant}"
