"""Say what index.html shows beside the run's own facts: three answers, sheets, drift, prompts."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.model.regression import Words
from harness.report.drift_views import BarView, CellView, ScaleView
from harness.report.views import Fact, Mark, Shot

Traits = Mapping[str, str]
"""What a script filters and sorts by: `data-` attributes by name; nothing is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What lies around the page in its folder; empty for what does not.

    Attributes:
        review: The page on which people decide.
        trends: The page over several runs.
        style: The page's style sheet; where there is none, the page holds it.
        scripts: Classic scripts, in order.
    """

    review: str = ""
    trends: str = ""
    style: str = ""
    scripts: tuple[str, ...] = ()


ALONE = Around()
"""For a page that nothing lies around."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One of the three answers that the page opens with.

    Attributes:
        asks: The question.
        mark: The answer as a word and an icon.
        tone: The status whose colour it has.
        said: One sentence.
        href: Where more is told; empty for nowhere.
        link: What the link says.
    """

    asks: str
    mark: Mark
    tone: str
    said: str
    href: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftWords:
    """How a cell's samples stand to the reference sample.

    Attributes:
        said: In words.
        short: The same where there is little room.
        moved: It is named as one that moved.
        bar: Its effect with the interval on a scale; None for none.
        zero: Where no change stands on the scale, per cent.
        matters: Where the change that matters stands.
        limit: The change that matters, as set.
    """

    said: str
    short: str = ""
    moved: bool = False
    bar: BarView | None = None
    zero: float = 0.0
    matters: float = 0.0
    limit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """All samples of one cell beside what they are held against.

    Attributes:
        name: Which turn; empty where there is one.
        review: Link to where people decide on it; empty for none.
        kind: What stands on side A: `reference sample`, `accepted`; empty for nothing.
        baseline: Its medoid; None for none.
        candidate: The medoid of the samples, or words.
        examples: Pictures of side A, the medoid first.
        unseen: How many of them are not here.
        samples: All samples' pictures, the medoid first; empty where the pair holds them all.
        more: How many of them are not here.
        bad: E.g. `1 of 4 samples bad`.
        drift: How it stands to the reference sample.
        decision: How people stand to it; empty where no check tells.
        notes: What they said.
        reworded: Link to what its prompt was; empty where it is the same.
    """

    name: str
    review: str
    kind: str
    baseline: Shot | None
    candidate: Shot
    examples: tuple[Shot, ...]
    unseen: int
    samples: tuple[Shot, ...]
    more: int
    bad: str
    drift: DriftWords
    decision: str
    notes: tuple[str, ...]
    reworded: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reworded:
    """A prompt that is not the one that the reference sample answered.

    Attributes:
        anchor: Its place in the page.
        href: Link to the variant.
        name: The sheet, for people.
        old: Words that stayed and words that are gone.
        new: Words that stayed and words that are new.
    """

    anchor: str
    href: str
    name: str
    old: tuple[Words, ...]
    new: tuple[Words, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftRow:
    """A cell without examples, in a line."""

    name: str
    href: str
    drift: DriftWords


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftPart:
    """What is known of one suite's model.

    Attributes:
        anchor: Its place in the page.
        suite: Its id.
        mark: The answer.
        said: One sentence.
        looked: What the monitor saw last, and what is open; empty for none.
        numbers: Figures of the test.
        scale: Effects over all cells; None for none.
        driven: Cells that moved, with the pictures that drove it.
        cells: Cells with examples of both sides and their effect, those that moved first.
        rows: Cells without examples.
        more: How many cells stand in neither, in words; empty for none.
        left_out: What was not tested.
        blind: What the test cannot see.
        method: How it was tested.
    """

    anchor: str
    suite: str
    mark: Mark
    said: str
    looked: str
    numbers: tuple[Fact, ...] = ()
    scale: ScaleView | None = None
    driven: tuple[CellView, ...] = ()
    cells: tuple[tuple[CellView, DriftWords], ...] = ()
    rows: tuple[DriftRow, ...] = ()
    more: str = ""
    left_out: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    method: tuple[Fact, ...] = ()
