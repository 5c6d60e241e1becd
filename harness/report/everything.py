"""Say over all suites what needs a person, by who is responsible."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from harness.judging.sheets import Sheet, sheets
from harness.model.run import Run
from harness.model.showing import CellShow, Showing
from harness.model.verdict import Status
from harness.report.extent import NEEDED, Group, groups_of
from harness.report.findings import by_gravity
from harness.report.words import ICONS, Tell, count_of, shortened, telling

NOBODY = "nobody named"
"""Who is responsible where no suite says it."""
_MARKS = {
    Group.FAILED: ("FAIL", ICONS[Status.FAIL]),
    Group.ERROR: ("ERROR", ICONS[Status.ERROR]),
    Group.CHANGED: ("MOVED", ICONS[Status.WARN]),
    Group.NEW: ("NEW", ICONS[Status.NEW]),
}
_MESSAGE = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The newest run of some suites, cut to them.

    Attributes:
        run: Holds only the suites of which it is the newest.
        showing: What stands beside it.
        folder: Its folder's name, relative to the page.
        review: It has a page to decide on.
        thumbs: Where small pictures lie in it, by sha256, relative to the folder.
    """

    run: Run
    showing: Showing
    folder: str
    review: bool
    thumbs: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumb:
    """A small picture of a run's folder: side, address, and words for who cannot see it."""

    side: str
    href: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A cell that needs a person.

    Attributes:
        id: Suite, variant and turn, for people.
        href: Where it is decided on, relative to the page.
        marks: Word and icon of each thing that it is, gravest first.
        said: The gravest finding, in its words.
        thumbs: The baseline's medoid and its own, as far as they lie there.
        gravity: To sort by, gravest first.
    """

    id: str
    href: str
    marks: tuple[tuple[str, str], ...]
    said: str
    thumbs: tuple[Thumb, ...]
    gravity: tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """What one person or team has to look at; `said` counts it."""

    owner: str
    anchor: str
    said: str
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One suite of the page: when it was judged, how it stands, where its report lies."""

    suite: str
    at: str
    href: str
    said: str
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """The page over all suites.

    Attributes:
        said: The whole in a sentence.
        owned: By owner, the longest list first, nobody's last.
        sources: The suites, as they are named.
        gaps: What is not on the page and why, a sentence each.
        simulated: Some pictures are simulated.
    """

    said: str
    owned: tuple[Owned, ...]
    sources: tuple[Source, ...]
    gaps: tuple[str, ...]
    simulated: bool

    @property
    def count(self) -> int:
        return sum(len(owned.needs) for owned in self.owned)


def everything(found: Iterable[Newest], *, gaps: Iterable[str]) -> Everything:
    """Put the newest runs of all suites together, only what needs a person."""
    found = tuple(found)
    by_owner: dict[str, list[Need]] = {}
    for newest in found:
        for owner, need in _needs(newest):
            by_owner.setdefault(owner, []).append(need)
    owned = sorted(by_owner.items(), key=lambda item: (not item[0], -len(item[1]), item[0]))
    sources = sorted((s for newest in found for s in _sources(newest)), key=lambda s: s.suite)
    count = sum(map(len, by_owner.values()))
    return Everything(
        said=_said(count, suites=len(sources)),
        owned=tuple(_owned(place, owner, needs) for place, (owner, needs) in enumerate(owned)),
        sources=tuple(sources),
        gaps=tuple(gaps),
        simulated=any(newest.run.simulated for newest in found),
    )


def _said(count: int, *, suites: int) -> str:
    over = f"the newest runs of {count_of(suites, 'suite')}"
    if not count:
        return f"Nothing in {over} needs a person."
    need = "needs" if count == 1 else "need"
    return f"{count_of(count, 'cell')} in {over} {need} a person."


def _owned(place: int, owner: str, needs: list[Need]) -> Owned:
    ordered = tuple(sorted(needs, key=lambda need: need.gravity))
    said = count_of(len(ordered), "cell")
    return Owned(owner=owner or NOBODY, anchor=f"owner-{place}", said=said, needs=ordered)


def _needs(newest: Newest) -> Iterator[tuple[str, Need]]:
    tell = telling(newest.run)
    for sheet in sheets(newest.run):
        cell = newest.showing.cell(sheet.place)
        groups = groups_of(sheet, cell)
        if not groups.isdisjoint(NEEDED):
            variant = sheet.judged.variant
            owner = newest.showing.suite(variant.suite).owner(variant.case)
            yield tell(owner), _need(sheet, cell, groups, newest=newest, tell=tell)


def _need(
    sheet: Sheet, cell: CellShow, groups: frozenset[Group], *, newest: Newest, tell: Tell
) -> Need:
    marks = tuple(mark for group, mark in _MARKS.items() if group in groups)
    page = "review.html" if newest.review else "index.html"
    return Need(
        id=tell(sheet.id),
        href=f"{quote(newest.folder)}/{page}#item={quote(sheet.id, safe='/')}",
        marks=marks,
        said=tell(_words(sheet, cell)),
        thumbs=tuple(_thumbs(sheet, cell, newest)),
        gravity=(-sheet.status.severity, sheet.id),
    )


def _words(sheet: Sheet, cell: CellShow) -> str:
    """Say the gravest finding; where nothing was found it is here since it moved."""
    found = by_gravity(sheet.findings)
    if found and found[0].status is not Status.PASS:
        return shortened(f"{found[0].check}: {found[0].message}", limit=_MESSAGE)
    drift = cell.drift
    return f"its samples have moved from the reference sample (q {drift.q:.2g})" if drift else ""


def _thumbs(sheet: Sheet, cell: CellShow, newest: Newest) -> Iterator[Thumb]:
    own = next((name for name in (*cell.order, *(s.picture for s in sheet.samples)) if name), "")
    sides = {"baseline": next(iter(cell.baseline), ""), "candidate": own}
    for side, sha256 in sides.items():
        if sha256 in newest.thumbs:
            href = f"{quote(newest.folder)}/{newest.thumbs[sha256]}"
            yield Thumb(side=side, href=href, alt=f"{side}, {sheet.id}")


def _sources(newest: Newest) -> Iterator[Source]:
    for suite in newest.run.suites:
        yield Source(
            suite=suite.suite,
            at=newest.run.at[:16].replace("T", " "),
            href=f"{quote(newest.folder)}/index.html",
            said=f"{ICONS[suite.status]} {suite.status.value}",
            simulated=suite.simulated,
        )
