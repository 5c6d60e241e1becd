"""Print pictures from anywhere, and everything measured of them, as one page that stands alone."""

from dataclasses import dataclass

from harness.report.check_views import EditView, LookView
from harness.report.pictures import Tile
from harness.report.render import template
from harness.report.views import Fact, FindingView, Mark, Shot
from harness.report.words import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureView:
    """A picture with what its bytes and pixels tell.

    Attributes:
        name: Its file, within its folder.
        tile: Its thumb within the page, or words.
        facts: Everything that was measured.
        findings: Figures beyond their limits, in words.
    """

    name: str
    tile: Tile
    facts: tuple[Fact, ...]
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearView:
    """A picture's distances to the references; `shade` is 0 (near) to 5, -1 for none."""

    name: str
    nearest: str
    which: str
    mean: str
    shade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LikenessView:
    """How the pictures stand to the references.

    Attributes:
        mark: WARN where the measure cannot tell; else None: nothing was held to a limit.
        said: The negative control in words.
        measure: Name and version.
        references: The first of them.
        more: How many references are not shown, in words; empty for none.
        rows: A picture each.
        unlisted: How many pictures are not listed, in words; empty for none.
    """

    mark: Mark | None
    said: str
    measure: str
    references: tuple[Shot, ...]
    more: str
    rows: tuple[NearView, ...]
    unlisted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairView:
    """Two pictures: how many of the hash's bits differ, what that says, what changed, look."""

    first: str
    second: str
    share: str
    mirrored: str
    same: str
    edit: str
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairsView:
    """What was found on pairs.

    Attributes:
        said: How many were held against each other.
        caution: What a distance between two pictures cannot tell.
        clusters: Pictures that are one picture, each group's first ones.
        rows: Pairs, in order.
        unlisted: How many are not told one by one, in words; empty for none.
        matrix: Distances in look of few pictures.
        edits: What changed, of neighbours in order.
    """

    said: str
    caution: str
    clusters: tuple[tuple[Shot, ...], ...]
    rows: tuple[PairView, ...]
    unlisted: str
    matrix: LookView | None
    edits: tuple[EditView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredPage:
    """Everything that the page prints, top to bottom.

    Attributes:
        title: Of the browser's window.
        said: The pictures in a sentence.
        simulated: Some of them were painted by the simulator.
        pictures: The first of them.
        more: How many are not shown, in words; empty for none.
        unreadable: Files that could not be measured, and why.
        likeness: How they stand to references, where asked for.
        pairs: What was found on pairs, where asked for.
    """

    title: str
    said: str
    simulated: bool
    pictures: tuple[PictureView, ...]
    more: str
    unreadable: tuple[Fact, ...]
    likeness: LikenessView | None
    pairs: PairsView | None


def to_measured_html(page: MeasuredPage) -> str:
    """Give the page's text; its pictures lie within it."""
    return template("measured.html.jinja", tell=visible).render(page=page)
