"""Show what is known of each suite's model: this run's test by cell, and the monitor's word."""

from collections.abc import Iterable, Iterator, Sequence

from harness.model.drift import CellDrift, Drift, Witness
from harness.model.run import SuiteResult
from harness.model.showing import CellShow
from harness.report.cell_drift import Ruler
from harness.report.drift_scale import scale
from harness.report.drift_views import KNOWN, CellView
from harness.report.drift_words import blind, method, numbers
from harness.report.index_views import DriftPart, DriftRow
from harness.report.same_words import Same, same_model
from harness.report.shots import Scene
from harness.report.variants import link_to
from harness.report.views import Shot
from harness.report.words import count_of

MOST_DRIVEN = 4
"""Cells of a suite whose witnesses are shown."""
MOST_WITNESSES = 3
"""Of each side of a cell."""
MOST_CELLS = {True: 24, False: 6}
"""Cells of a suite whose examples are shown, where the page has room for details and not."""
MOST_EXAMPLES = 6
"""Of each side of a cell."""
MOST_ROWS = {True: 40, False: 12}
"""Cells of a suite that are told in a line; more are counted."""


def drift_parts(scene: Scene) -> tuple[DriftPart, ...]:
    """Give a part for every suite; nothing where nothing is known of any."""
    known = [scene.showing.suites.get(suite.suite) for suite in scene.run.suites]
    if not any(known):
        return ()
    answers = same_model(scene.run, scene.showing)
    return tuple(
        _part(suite, same, scene) for suite, same in zip(scene.run.suites, answers, strict=True)
    )


def _part(suite: SuiteResult, same: Same, scene: Scene) -> DriftPart:
    drift = scene.showing.suite(suite.suite).drift
    bare = DriftPart(
        anchor=f"drift-{suite.suite}",
        suite=suite.suite,
        mark=same.mark,
        said=same.said,
        looked=same.looked,
    )
    return bare if drift is None else _tested(bare, drift, suite, scene)


def _tested(bare: DriftPart, drift: Drift, suite: SuiteResult, scene: Scene) -> DriftPart:
    ordered = (*drift.moved, *(cell for cell in drift.cells if not cell.moved))
    room, lines = MOST_CELLS[scene.detailed], MOST_ROWS[scene.detailed]
    shown, rest = ordered[:room], ordered[room:]
    ruler = Ruler.of(drift)
    more = len(rest) - lines
    return DriftPart(
        anchor=bare.anchor,
        suite=bare.suite,
        mark=bare.mark,
        said=bare.said,
        looked=bare.looked,
        numbers=numbers(drift),
        scale=scale(drift, KNOWN),
        driven=tuple(_driven(drift.moved[:MOST_DRIVEN], scene)),
        cells=tuple((_cell(c, scene), ruler.words(_shown(c, scene))) for c in shown),
        rows=tuple(_row(c, suite, ruler, scene) for c in rest[:lines]),
        more=f"{count_of(more, 'more cell')}: run.json and review.html" if more > 0 else "",
        left_out=drift.left_out[:lines],
        blind=blind(drift),
        method=method(drift, old=suite.epoch or "the reference sample", new="this run"),
    )


def _shown(cell: CellDrift, scene: Scene) -> CellShow:
    """Give what is shown of a tested cell; a test may know of one that the run does not."""
    found = scene.showing.cell((cell.suite, cell.variant, cell.turn))
    return found if found.drift is not None else CellShow(drift=cell)


def _row(cell: CellDrift, suite: SuiteResult, ruler: Ruler, scene: Scene) -> DriftRow:
    variants = (j.variant for j in suite.judged if j.variant.id == cell.variant)
    href = next((link_to(variant) for variant in variants), "")
    return DriftRow(name=_name(cell), href=href, drift=ruler.words(_shown(cell, scene)))


def _driven(moved: Sequence[CellDrift], scene: Scene) -> Iterator[CellView]:
    """Show the pictures that drove the result, those of each side."""
    for cell in moved:
        old, new = (_strongest(cell.witnesses, fresh=fresh) for fresh in (False, True))
        if old or new:
            yield CellView(
                name=_name(cell),
                moved=True,
                facts=(),
                old=_shots(old, "reference", cell, scene),
                new=_shots(new, "new", cell, scene),
            )


def _strongest(witnesses: Iterable[Witness], *, fresh: bool) -> list[str]:
    return [w.sha256 for w in witnesses if w.fresh is fresh][:MOST_WITNESSES]


def _cell(cell: CellDrift, scene: Scene) -> CellView:
    found = _shown(cell, scene)
    return CellView(
        name=_name(cell),
        moved=cell.moved,
        facts=(),
        old=_shots(found.baseline[:MOST_EXAMPLES], "reference", cell, scene),
        new=_shots(found.order[:MOST_EXAMPLES], "new", cell, scene),
    )


def _name(cell: CellDrift) -> str:
    return cell.name.removeprefix(f"{cell.suite}/")


def _shots(digests: Sequence[str], side: str, cell: CellDrift, scene: Scene) -> tuple[Shot, ...]:
    """Show pictures of one side; a witness says that it is one."""
    witnesses = {w.sha256 for w in cell.witnesses} if cell.moved else set()
    return tuple(
        Shot(
            label="witness" if sha256 in witnesses else "",
            alt=f"{_name(cell)}: {side} picture {place} of {len(digests)}"
            f"{', witness' if sha256 in witnesses else ''}",
            tile=scene.tile(sha256),
        )
        for place, sha256 in enumerate(digests, start=1)
    )
