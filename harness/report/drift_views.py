"""Say what a page about drift is asked to show, and what it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.model.drift import Beside, Drift
from harness.model.plants import NAMED
from harness.report.views import Fact, Mark, Shot

KNOWN: Mapping[str, float] = {
    "JPEG quality 30": NAMED["jpeg-30"],
    "slight blur": NAMED["slight-blur"],
}
"""Changes that people know, with their effect: they stand beside every effect of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Some pictures of one cell by sha256: examples of each side, which make no pairs."""

    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


Strips = Mapping[tuple[str, str], Strip]
"""By a cell's suite and digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One test of drift.

    Attributes:
        name: Which question it answers: `"PICTURES"`, `"screen"`, `"confirmation"`.
        drift: What it says.
        strips: Examples of its cells; a cell without any is told in words.
    """

    name: str
    drift: Drift
    strips: Strips = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer that no test of drift gives, such as DELIVERY.

    Attributes:
        name: Which question it answers.
        word: The answer in a word or two, e.g. `"DIFFERS"`; empty for a remark on the others.
        said: The same as one sentence.
        found: Something was found.
        rows: What was held against each other.
    """

    name: str
    word: str
    said: str
    found: bool
    rows: tuple[Beside, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """Everything that a page about drift is asked to show.

    Attributes:
        title: E.g. `"main against subtle"`.
        old: Name of the reference's side: a recording, an arm, an epoch.
        new: Name of the fresh side.
        answers: In the order in which they are read.
        plants: Effect of each named plant, in the unit of the effects, by its name for
            people; those of `KNOWN` unless the suite's own were measured.
        command: What to type next; empty for nothing.
    """

    title: str
    old: str
    new: str
    answers: tuple[Told | Shown, ...]
    plants: Mapping[str, float] = field(default_factory=lambda: KNOWN)
    command: str = ""

    @property
    def tests(self) -> tuple[Shown, ...]:
        """The answers that a test of drift gives."""
        return tuple(answer for answer in self.answers if isinstance(answer, Shown))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """An answer at the page's top.

    Attributes:
        name: Which question it answers.
        mark: The answer as a word and an icon.
        tone: The status whose colour it has; `remark` for one.
        said: One sentence.
        where: Anchor of what it rests on; empty where nothing more is told.
    """

    name: str
    mark: Mark
    tone: str
    said: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TickView:
    """A value on the scale of the effects that people know: a plant, or what matters.

    Attributes:
        sign: One letter that stands on the scale.
        said: What it is, with its value.
        at: Where it stands, per cent of the scale.
        set: It is a setting, not a plant.
    """

    sign: str
    said: str
    at: float
    set: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BarView:
    """An effect on the scale; places and widths are per cent of it.

    Attributes:
        name: The channel, in words.
        size: The effect.
        interval: Its interval, in words.
        p: Of the channel alone; empty where unknown.
        at: Where the effect stands.
        low: Where its interval begins.
        wide: How wide its interval is.
        moved: The channel alone says that something moved.
    """

    name: str
    size: str
    interval: str
    p: str
    at: float
    low: float
    wide: float
    moved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleView:
    """The effects of a test, and what people know beside them.

    Attributes:
        zero: Where no change stands, per cent of the scale.
        ticks: Values that people know.
        bars: A channel each, the largest effect first.
        measured: On what the plants were measured; empty where the suite's own were.
    """

    zero: float
    ticks: tuple[TickView, ...]
    bars: tuple[BarView, ...]
    measured: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """A cell with examples of both sides.

    Attributes:
        name: For people.
        moved: It is named as one that moved.
        facts: Its numbers.
        old: Pictures of the reference.
        new: Pictures of the fresh sample.
    """

    name: str
    moved: bool
    facts: tuple[Fact, ...]
    old: tuple[Shot, ...]
    new: tuple[Shot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestView:
    """One test of drift.

    Attributes:
        anchor: Its place in the page.
        name: Which question it answers.
        numbers: Its figures, the weightiest first.
        witnesses: Cells that moved, with the pictures that drove the result.
        unseen: How many more cells moved whose witnesses are not shown; empty for none.
        scale: Its effects; None where there are none.
        also: Channels that have no effect of their own, a line each.
        unmoved: What did not move, in sentences.
        blind: What it cannot see, in sentences.
        cells: Cells with their examples, those that moved first.
        listed: Cells without examples.
        beside: What was told beside and decided nothing.
        left_out: What was not tested.
        method: How it was tested.
    """

    anchor: str
    name: str
    numbers: tuple[Fact, ...]
    witnesses: tuple[CellView, ...]
    unseen: str
    scale: ScaleView | None
    also: tuple[str, ...]
    unmoved: tuple[str, ...]
    blind: tuple[str, ...]
    cells: tuple[CellView, ...]
    listed: tuple[CellView, ...]
    beside: tuple[Beside, ...]
    left_out: tuple[str, ...]
    method: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftPage:
    """Everything that the page prints, top to bottom.

    Attributes:
        title: Of the page.
        old: Name of the reference's side.
        new: Name of the fresh side.
        simulated: Some of the pictures were painted by the simulator.
        answers: The verdicts.
        told: Answers that no test gives and that rest on a table, by anchor.
        tests: The tests.
        command: What to type next.
    """

    title: str
    old: str
    new: str
    simulated: bool
    answers: tuple[AnswerView, ...]
    told: tuple[tuple[str, Told], ...]
    tests: tuple[TestView, ...]
    command: str
