"""Say what the page shows of a variant's opinion checks: look, edits, text, questions."""

from dataclasses import dataclass

from harness.report.pictures import Rendition
from harness.report.views import Fact, FindingView, Mark, Shot


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A distance in the matrix of looks.

    Attributes:
        figure: The distance, or a dash where there is none.
        shade: 0 (near) to 5 (far); -1 for no distance.
    """

    figure: str
    shade: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class LookRow:
    """A picture, and how far it lies from the picture at the head of each column.

    Attributes:
        head: The picture; None for a row of figures that needs none.
        name: What it is.
        cells: As many as there are columns.
        starts: It begins the samples, below the references.
    """

    head: Shot | None
    name: str
    cells: tuple[Cell, ...]
    starts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LookView:
    """How far the samples lie in look from the references and from each other.

    Attributes:
        title: Whose look, by which measure.
        findings: What judging said of all samples together, PASS too.
        columns: The samples, each with its mark where something was found on it.
        rows: References, then samples.
        legend: The least and the greatest distance, as the shades show them.
        more: How many samples are not in the matrix; empty for none.
        unavailable: Why there is no matrix; empty where there is one.
        calls: Something of it is not PASS, so that it stands open.
    """

    title: str
    findings: tuple[FindingView, ...]
    columns: tuple[Shot, ...]
    rows: tuple[LookRow, ...]
    legend: tuple[str, str]
    more: str
    unavailable: str
    calls: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionView:
    """A rectangle that must change, or must keep, in hundredths of width and height."""

    kind: str
    number: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EditView:
    """What one edit changed.

    Attributes:
        label: Which answer.
        mark: The gravest finding on it; None where nothing was found.
        before: The picture before.
        after: The picture after.
        heat: The picture after with what changed laid over it; None where there is none.
        alt: The heat map in words.
        facts: Kind, share, pieces, ratio, tone, shift.
        regions: Where it must change, and where not.
        words: Why it was not measured; empty where it was.
    """

    label: str
    mark: Mark | None
    before: Shot
    after: Shot
    heat: Rendition | None
    alt: str
    facts: tuple[Fact, ...]
    regions: tuple[RegionView, ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyView:
    """What a model answered about one sample's picture.

    Attributes:
        label: Which answer.
        answer: The answer, or why there is none.
        good: `"good"`, `"bad"`, or `"none"`.
        why: The model's reason in its words.
        decided: How people stand to the picture; empty for no decision.
    """

    label: str
    answer: str
    good: str
    why: str
    decided: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """A question about the pictures of a turn, and its answers.

    Attributes:
        text: As it was asked.
        wanted: The good answer, in words.
        model: Who answers.
        replies: A sample each.
        good: How many answers were good.
        agreement: How often they agree with people's decisions.
    """

    text: str
    wanted: str
    model: str
    replies: tuple[ReplyView, ...]
    good: str
    agreement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadView:
    """What OCR read in one sample's picture.

    Attributes:
        label: Which answer.
        mark: The finding on it; None for nothing found.
        plain: Read as it is; the reason where it could not be read.
        inverted: Read with light and dark exchanged.
        found: What judging said of it; empty for nothing.
    """

    label: str
    mark: Mark | None
    plain: str
    inverted: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextView:
    """Text expected in the pictures of a turn, against what was read.

    Attributes:
        label: Which turn; empty where there is one.
        wanted: The expected texts.
        allowed: The allowed error, the language, the rate, in words.
        rows: A sample each.
    """

    label: str
    wanted: tuple[str, ...]
    allowed: str
    rows: tuple[ReadView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksView:
    """A variant's opinion checks, each empty where the suite does not ask for it.

    Attributes:
        looks: A character and measure each.
        edits: A picture each.
        questions: A question each.
        texts: A turn each.
        opened: Names of checks of which something is not PASS, so that they stand open.
    """

    looks: tuple[LookView, ...] = ()
    edits: tuple[EditView, ...] = ()
    questions: tuple[QuestionView, ...] = ()
    texts: tuple[TextView, ...] = ()
    opened: tuple[str, ...] = ()
