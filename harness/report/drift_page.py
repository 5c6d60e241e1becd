"""Show what tests of drift say as one page that stands alone, for people before a projector.

`drift_page` needs the pictures' thumbs; `wanted` says of which. Who has a workspace uses
`harness.evaluate.drift_report.write_drift`, which does both.
"""

from collections.abc import Iterable, Mapping, Sequence

from harness.model.drift import CellDrift, Witness
from harness.model.verdict import Status
from harness.report.drift_scale import scale
from harness.report.drift_views import (
    AnswerView,
    CellView,
    DriftPage,
    DriftReport,
    Shown,
    Strip,
    TestView,
    Told,
)
from harness.report.drift_words import (
    SHIFTS,
    also,
    blind,
    cell_facts,
    method,
    numbers,
    sentence,
    unmoved,
)
from harness.report.pictures import ABSENT, Tile
from harness.report.render import template
from harness.report.views import Mark, Shot
from harness.report.words import count_of, visible

__all__ = ["DriftReport", "Shown", "Strip", "Told", "drift_page", "wanted"]

MOST_DRIVEN = 6
"""Cells whose witnesses are shown."""
MOST_WITNESSES = 3
"""Witnesses of each side of a cell that are shown."""
MOST_CELLS = 40
"""Cells whose examples are shown, 8 thumbs of 15 KB each; the others are told in words."""
MOST_EXAMPLES = 4

Tiles = Mapping[str, Tile]
"""Thumbs by sha256, or words in their place."""


def drift_page(report: DriftReport, tiles: Tiles) -> str:
    """Give the page's text; its pictures lie within it.

    Args:
        report: What is shown.
        tiles: A thumb, as a `data:` address, or words for each picture of `wanted`; one
            that is not there is told as absent.
    """
    page = _page(report, tiles)
    return template("drift.html.jinja", tell=visible).render(page=page)


def wanted(report: DriftReport) -> tuple[str, ...]:
    """Name the pictures that the page shows, each once."""
    found: list[str] = []
    for shown in report.tests:
        for cell in shown.drift.moved[:MOST_DRIVEN]:
            found += (w.sha256 for fresh in (False, True) for w in _strongest(cell, fresh=fresh))
        for cell in _pictured(shown):
            strip = _strip(shown, cell)
            found += (*strip.old[:MOST_EXAMPLES], *strip.new[:MOST_EXAMPLES])
    return tuple(dict.fromkeys(found))


def _page(report: DriftReport, tiles: Tiles) -> DriftPage:
    placed = [(f"answer-{place}", answer) for place, answer in enumerate(report.answers, start=1)]
    return DriftPage(
        title=report.title,
        old=report.old,
        new=report.new,
        simulated=any(shown.drift.simulated for shown in report.tests),
        answers=tuple(_answer(anchor, answer) for anchor, answer in placed),
        told=tuple((a, answer) for a, answer in placed if isinstance(answer, Told) and answer.rows),
        tests=tuple(
            _test(anchor, answer, report, tiles)
            for anchor, answer in placed
            if isinstance(answer, Shown)
        ),
        command=report.command,
    )


def _answer(anchor: str, answer: Told | Shown) -> AnswerView:
    if isinstance(answer, Told):
        status = Status.WARN if answer.found else Status.PASS
        word, icon, said = answer.word, "▲" if answer.found else "✔", answer.said
        tone = status.value if word else "remark"
    else:
        status, icon = SHIFTS[answer.drift.verdict]
        verdict, said, tone = answer.drift.verdict.value, answer.drift.said, status.value
        word = f"PROVISIONAL {verdict}" if answer.drift.provisional else verdict
    return AnswerView(
        name=answer.name,
        mark=Mark(word=word, icon=icon),
        tone=tone,
        said=sentence(word, said),
        where="" if isinstance(answer, Told) and not answer.rows else anchor,
    )


def _test(anchor: str, shown: Shown, report: DriftReport, tiles: Tiles) -> TestView:
    drift, pictured = shown.drift, _pictured(shown)
    told = set(map(_place, pictured))
    return TestView(
        anchor=anchor,
        name=shown.name,
        numbers=numbers(drift),
        witnesses=tuple(_driven(cell, tiles) for cell in drift.moved[:MOST_DRIVEN]),
        unseen=_more(len(drift.moved) - MOST_DRIVEN),
        scale=scale(drift, report.plants),
        also=also(drift),
        unmoved=unmoved(drift),
        blind=blind(drift),
        cells=tuple(_examples(shown, cell, tiles) for cell in pictured),
        listed=tuple(
            CellView(name=c.name, moved=c.moved, facts=cell_facts(drift, c), old=(), new=())
            for c in _ordered(shown)
            if _place(c) not in told
        ),
        beside=drift.beside,
        left_out=drift.left_out,
        method=method(drift, old=report.old, new=report.new),
    )


def _more(count: int) -> str:
    return f"{count_of(count, 'more cell')} moved: below" if count > 0 else ""


def _ordered(shown: Shown) -> tuple[CellDrift, ...]:
    """Put the cells that moved first; the others stay in the suite's order."""
    return (*shown.drift.moved, *(cell for cell in shown.drift.cells if not cell.moved))


def _pictured(shown: Shown) -> tuple[CellDrift, ...]:
    """Choose the cells whose examples are shown."""
    having = (c for c in _ordered(shown) if _strip(shown, c).old or _strip(shown, c).new)
    return tuple(having)[:MOST_CELLS]


def _strip(shown: Shown, cell: CellDrift) -> Strip:
    return shown.strips.get(_place(cell), Strip())


def _place(cell: CellDrift) -> tuple[str, str]:
    return cell.suite, cell.cell


def _strongest(cell: CellDrift, *, fresh: bool) -> tuple[Witness, ...]:
    return tuple(w for w in cell.witnesses if w.fresh is fresh)[:MOST_WITNESSES]


def _driven(cell: CellDrift, tiles: Tiles) -> CellView:
    """Show the pictures of a cell that drove the result."""
    sides = [
        _shots((w.sha256 for w in _strongest(cell, fresh=fresh)), side, cell, tiles)
        for fresh, side in ((False, "old"), (True, "new"))
    ]
    return CellView(name=cell.name, moved=True, facts=(), old=sides[0], new=sides[1])


def _examples(shown: Shown, cell: CellDrift, tiles: Tiles) -> CellView:
    strip = _strip(shown, cell)
    return CellView(
        name=cell.name,
        moved=cell.moved,
        facts=cell_facts(shown.drift, cell),
        old=_shots(strip.old[:MOST_EXAMPLES], "old", cell, tiles),
        new=_shots(strip.new[:MOST_EXAMPLES], "new", cell, tiles),
    )


def _shots(digests: Iterable[str], side: str, cell: CellDrift, tiles: Tiles) -> tuple[Shot, ...]:
    found: Sequence[str] = tuple(digests)
    return tuple(
        Shot(
            label=sha256[:8],
            alt=f"{cell.name}: {side} picture {place} of {len(found)}, {sha256[:8]}",
            tile=tiles.get(sha256, Tile(words=ABSENT)),
        )
        for place, sha256 in enumerate(found, start=1)
    )
