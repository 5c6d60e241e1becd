"""Show a cell's samples beside what they are held against: a pair of medoids, then the examples.

A fresh sample is never held against one picture: the pair are the two pictures that stand for
their sides, and what is told is the cell's own verdict, effect and count of bad samples.
"""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote

from harness.judging.sheets import Sheet
from harness.model.sample import Sample
from harness.model.showing import CellShow
from harness.model.verdict import Status
from harness.report.cell_drift import Ruler
from harness.report.extent import DECIDED
from harness.report.index_views import SheetView
from harness.report.shots import Scene, delivered, numbered, pill, shots_of
from harness.report.views import Shot
from harness.report.words import shortened

MOST = 8
"""Pictures of each side that a strip holds."""
UNDECIDED = "not decided"
_LONGEST = 200
_NOTES = 2


def sheet_view(sheet: Sheet, scene: Scene, ruler: Ruler) -> SheetView:
    """Show all samples of a cell; a page of very many shows the pair alone."""
    cell = scene.showing.cell(sheet.place)
    ordered = in_order(sheet, cell)
    baseline = _baseline(sheet, cell, scene)
    samples = [shot for s in ordered for shot in shots_of(s, sheet.judged, scene)]
    strips = scene.detailed and (len(samples) > 1 or len(baseline) > 1)
    return SheetView(
        name=numbered("", "turn", sheet.turn, len(sheet.judged.variant.turns)).lstrip(", "),
        review=review_link(sheet.id, scene),
        kind=cell.example.value,
        baseline=baseline[0] if baseline else None,
        candidate=_candidate(ordered[0], sheet, scene),
        examples=tuple(baseline[:MOST]) if strips else (),
        unseen=max(0, len(baseline) - MOST) if strips else 0,
        samples=tuple(samples[:MOST]) if strips else (),
        more=len(samples) - (min(len(samples), MOST) if strips else 1),
        bad=bad_words(sheet),
        drift=ruler.words(cell),
        decision=decision(sheet),
        notes=tuple(_notes(sheet)),
        reworded=_link(reworded_anchor(sheet)) if cell.old_prompt else "",
    )


def in_order(sheet: Sheet, cell: CellShow) -> list[Sample]:
    """Put the medoid's sample first, then the others as they came."""
    order = {sha256: place for place, sha256 in enumerate(cell.order)}
    return sorted(sheet.samples, key=lambda s: order.get(s.picture, len(order)))


def review_link(item: str, scene: Scene) -> str:
    """Give the link to where people decide on a sheet; empty where there is no such page."""
    page = scene.around.review
    return f"{page}#item={quote(item, safe='/', errors='replace')}" if page else ""


def _link(anchor: str) -> str:
    return "#" + quote(anchor, safe="/", errors="replace")


def reworded_anchor(sheet: Sheet) -> str:
    """Name the place of a sheet's older prompt within the page."""
    return "prompt-" + "-".join(sheet.id.split())


def bad(sheet: Sheet) -> int:
    """Count the samples on which something failed."""
    of = sheet.judged.verdict.of
    found = (of(sample=s.key.sample, turn=s.key.turn) for s in sheet.samples)
    return sum(any(f.status in (Status.FAIL, Status.ERROR) for f in each) for each in found)


def bad_words(sheet: Sheet) -> str:
    """Say how many samples are bad of how many."""
    total = len(sheet.samples)
    return f"{bad(sheet)} of {total} {'sample' if total == 1 else 'samples'} bad"


def decision(sheet: Sheet) -> str:
    """Say how people stand to a sheet; empty where no check tells."""
    of = sheet.judged.verdict.of
    pills = [pill(of(sample=s.key.sample, turn=s.key.turn)) for s in sheet.samples]
    counts = Counter(word for word in pills if word)
    if len(counts) == 1 and "" not in pills:
        return next(iter(counts))
    return ", ".join(f"{count} {word}" for word, count in counts.items())


def _notes(sheet: Sheet) -> Iterator[str]:
    """Give what people said of its samples, each once."""
    said = [f.message for f in sheet.findings if f.check == DECIDED and _is_said(f.message)]
    for message in list(dict.fromkeys(said))[:_NOTES]:
        yield shortened(message, limit=_LONGEST)


def _is_said(message: str) -> bool:
    return not message.startswith("nobody has decided")


def _baseline(sheet: Sheet, cell: CellShow, scene: Scene) -> list[Shot]:
    count = len(cell.baseline)
    return [
        Shot(
            label=f"{place + 1} of {count}",
            alt=f"{cell.example.value}, picture {place + 1} of {count}, {sheet.judged.variant.id}",
            tile=scene.tile(sha256),
            notes=(delivered(measures),) if (measures := scene.measures(sha256)) else (),
        )
        for place, sha256 in enumerate(cell.baseline)
    ]


def _candidate(sample: Sample, sheet: Sheet, scene: Scene) -> Shot:
    """Show the sample that stands for the cell by its last picture, which is the one judged."""
    return shots_of(sample, sheet.judged, scene)[-1]
