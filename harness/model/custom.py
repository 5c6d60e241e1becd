"""Say what a check of the suite's own is given, and what it gives back.

A check is a function of one `SampleContext`; it returns or yields what is wrong: texts, or
`CheckFinding`s where something is to be a WARN. An empty list, or None, is a good sample.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.model.picture import Measures
from harness.model.verdict import Status

GROUP = "harness.checks"
"""Entry-point group of checks that are installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleContext:
    """One answer, and what it answers.

    Attributes:
        suite: Id of the suite.
        case: Id of the case.
        variant: Id of the variant for people, e.g. `"night-city[16:9,4K]"`.
        choices: The variant's choices: axis to label.
        sample: 0-based.
        turn: 0-based.
        prompt: The turn's prompt.
        model: Model id as sent.
        outcome: How the call ended, e.g. `"picture"`, `"text only"`.
        text: The answer's text; may be empty.
        picture: File of the answer's picture, the last final one; None where none came.
        pictures: Files of all final pictures, in order.
        measures: What the picture's bytes tell; None where it has none or none were taken.
        references: Files of the reference pictures that were sent up to this turn.
        options: What the suite gives the check, `max_bad` left out.
    """

    suite: str
    case: str
    variant: str
    choices: Mapping[str, str] = field(default_factory=dict)
    sample: int
    turn: int
    prompt: str
    model: str
    outcome: str
    text: str = ""
    picture: Path | None = None
    pictures: tuple[Path, ...] = ()
    measures: Measures | None = None
    references: tuple[Path, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFinding:
    """What a check found on a sample.

    Attributes:
        message: One sentence: what it is, with the figures.
        status: FAIL counts against the rate that the suite allows; WARN and PASS do not.
    """

    message: str
    status: Status = Status.FAIL
