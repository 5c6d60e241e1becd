"""Say what the page of trends is made of: suites, charts with their tables, what happened."""

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.history.trends import Month, Trend
from harness.model.verdict import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendsReport:
    """What the page is asked to show.

    Attributes:
        suites: What the history knows of each.
        months: What each month cost.
        since: The first day that counts; empty for all.
        unread: Files that could not be read, a sentence each.
        run: Id of the run that the page lies beside; empty where it lies by itself.
        href: Where a run's report lies, relative to the page; empty where it cannot be
            reached without leaving the page's folder.
    """

    suites: tuple[Trend, ...]
    months: tuple[Month, ...] = ()
    since: str = ""
    unread: tuple[str, ...] = ()
    run: str = ""
    href: Callable[[str], str] = lambda _run: ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of a chart.

    Attributes:
        at: A day or a time, ISO 8601, UTC.
        name: Of its line: an arm, a character.
        value: None where it is not known: the line has a gap.
        low: Lower end of what stands around it; None for none.
        high: Upper end.
        kind: A word that gives the point its shape; empty where the name does.
        said: The point in words.
    """

    at: str
    name: str
    value: float | None
    said: str
    low: float | None = None
    high: float | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table; `href` is empty where it leads nowhere."""

    text: str
    href: str = ""
    is_figure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: its heads, and rows with a cell for each."""

    heads: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A measure over time.

    Attributes:
        id: E.g. `"cost"`.
        title: What is measured.
        lead: What it means, in a sentence.
        axis: Title of its upright axis.
        format: Of the figures at it, as D3 has it.
        points: By name, then time.
        table: The same in figures, the newest first.
        band: Up to where a value does not matter; None for no such limit.
        tell: Puts a value into words.
        stepping: A step in it is looked for.
        finest: The least that two figures at its axis differ by.
    """

    id: str
    title: str
    lead: str
    axis: str
    format: str
    points: tuple[Point, ...]
    table: Table
    band: float | None = None
    tell: Callable[[float], str] = field(default=str)
    stepping: bool = True
    finest: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Something that happened, with the sign that it has in the charts, e.g. `"V1"`."""

    sign: str
    at: str
    kind: str
    said: str
    arm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence of what changed, with how grave it is: `word` is the status, or says it nearer."""

    status: Status
    word: str
    icon: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A chart as the page shows it.

    Attributes:
        key: What its drawing is known by to the script.
        chart: The chart.
        alt: The chart in a sentence, for who does not see it.
    """

    key: str
    chart: Chart
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteView:
    """A suite's part of the page."""

    anchor: str
    name: str
    said: tuple[Said, ...]
    charts: tuple[Drawn, ...]
    happened: tuple[Happened, ...]
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryView:
    """A library that the page loads, for its foot."""

    name: str
    version: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendsPage:
    """The page.

    Attributes:
        span: The days that it covers.
        suites: In the order of the report.
        months: What each month cost; None where nothing is noted.
        simulated: Some of it was painted by the simulator.
        index: The run's page beside it; empty for none.
        data: The script with the drawings.
        scripts: The other scripts, in their order.
        theme: The script that lets the reader choose light or dark.
        style: The page's own style sheet.
        libraries: For the foot.
        unread: Files that could not be read.
    """

    span: str
    since: str
    run: str
    suites: tuple[SuiteView, ...]
    months: Table | None
    simulated: bool
    index: str
    data: str
    scripts: tuple[str, ...]
    theme: str
    style: str
    libraries: tuple[LibraryView, ...]
    unread: tuple[str, ...]
