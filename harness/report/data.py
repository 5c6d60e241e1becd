"""Give what the pages' scripts read: `data.js`, a classic script, since a file can fetch nothing.

`window.__REPORT__` holds the run's sheets (`items`) and pictures. docs/report-data.md says
what each field is; a field that has nothing to say is left out.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from harness import __version__
from harness.judging.rewording import rewording
from harness.judging.sheets import Sheet, sheets
from harness.model.features import Edit
from harness.model.identity import digest
from harness.model.run import Judged, Run
from harness.model.sample import Sample
from harness.model.showing import CellShow, Showing
from harness.model.verdict import Finding, Status, worst
from harness.report.asked import parameters
from harness.report.drift_words import channel_words
from harness.report.edits import edits_of, heat_href
from harness.report.findings import by_gravity
from harness.report.pictures import Gallery, Rendition, shown
from harness.report.shots import delivered, instead, marks, pill
from harness.report.words import ICONS, Tell

FORMAT = "gemini-image-harness/report"
VERSION = 1

Tree = dict[str, object]
"""A JSON object."""


def report_data(
    run: Run,
    gallery: Gallery,
    showing: Showing,
    heats: Mapping[str, Rendition],
    *,
    tell: Tell,
    whole: Run,
) -> Tree:
    """Give the document that `data.js` and the review server hold.

    Args:
        run: What was judged.
        gallery: Its pictures as they can be shown.
        showing: What is shown beside it.
        heats: Maps of what edits changed, by where they lie.
        tell: Makes strangers' texts ones that may be shown.
        whole: The run with all its cases: decisions made on some of them are decisions on it.
    """
    items = [_item(sheet, showing, heats) for sheet in sheets(run)]
    document = {
        "format": FORMAT,
        "version": VERSION,
        "tool": __version__,
        "run": run.id,
        "at": run.at,
        "simulated": run.simulated,
        "icons": {status.value: ICONS[status] for status in Status},
        "digest": _digest(items) if whole is run else report_digest(whole, showing),
        "items": items,
        "pictures": {name: _picture(name, run, gallery) for name in _named(run, showing, gallery)},
    }
    told = _told(document, tell)
    assert isinstance(told, dict)
    return told


def report_digest(run: Run, showing: Showing) -> str:
    """Name all sheets of a run, shown or left out: decisions made on its page say this."""
    return _digest([_item(sheet, showing, {}) for sheet in sheets(run)])


def _item(sheet: Sheet, showing: Showing, heats: Mapping[str, Rendition]) -> Tree:
    judged, turn, samples = sheet.judged, sheet.turn, sheet.samples
    variant, first = judged.variant, samples[0]
    found, status = sheet.findings, sheet.status
    cell = showing.cell(sheet.place)
    order = {sha256: place for place, sha256 in enumerate(cell.order)}
    ordered = sorted(samples, key=lambda s: order.get(s.picture, len(order)))
    declared = variant.turns[turn] if 0 <= turn < len(variant.turns) else None
    edits = edits_of(judged, sheet.features)
    rows = [_sample(sample, judged, edits, heats) for sample in ordered]
    asked = parameters(declared.parameters) if declared else ()
    return _said(
        {
            "id": sheet.id,
            "suite": variant.suite,
            "case": variant.case,
            "variant": variant.label,
            "turn": turn,
            "turns": len(variant.turns),
            "cell": first.cell,
            "arm": {"model": first.arm.model, "endpoint": first.arm.endpoint},
            "owner": showing.suite(variant.suite).owner(variant.case),
            "tags": list(variant.tags),
            "status": status.value,
            "before": cell.accepted_before,
            "prompt": first.prompt,
            "diff": _diff(cell.old_prompt, first.prompt),
            "asked": [[fact.name, fact.value] for fact in asked],
            "refs": [[r.blob.sha256, r.path] for r in declared.references] if declared else [],
            "findings": [_finding(f) for f in by_gravity(found) if f.status is not Status.PASS],
            "bad": _bad(rows),
            "drift": _drift(cell),
            "baseline": _baseline(cell),
            "same": cell.same,
            "samples": rows,
            "earlier": list(cell.earlier),
        }
    )


def _sample(
    sample: Sample,
    judged: Judged,
    edits: Mapping[tuple[int, int], Edit],
    heats: Mapping[str, Rendition],
) -> Tree:
    found = judged.verdict.of(sample=sample.key.sample, turn=sample.key.turn)
    status = worst(f.status for f in found) if found else Status.PASS
    sha256 = sample.picture
    edit = edits.get((sample.key.sample, sample.key.turn))
    heat = heats.get(heat_href(edit)) if edit else None
    return _said(
        {
            "n": sample.key.sample,
            "sha": sha256,
            "words": "" if sha256 else instead(sample),
            "text": sample.generation.text if sample.generation else "",
            "status": status.value,
            "pill": pill(found),
            "notes": list(marks(sample)),
            "edit": {"before": edit.before, "map": heat.href} if edit and heat else {},
        }
    )


def _finding(finding: Finding) -> list[object]:
    """Give status, check, message, and the sample counted from 1, or 0 for the whole sheet."""
    number = 0 if finding.sample is None else finding.sample + 1
    return [finding.status.value, finding.check, finding.message, number]


def _bad(rows: list[Tree]) -> list[int]:
    counts = Counter(row["status"] for row in rows)
    return [counts[Status.FAIL.value] + counts[Status.ERROR.value], len(rows)]


def _drift(cell: CellShow) -> Tree:
    drift = cell.drift
    if drift is None:
        return {}
    effect = drift.effect
    witnesses = [w.sha256 for w in drift.witnesses]
    told: Tree = {"moved": drift.moved, "p": drift.p, "q": drift.q, "old": drift.old}
    told |= {"new": drift.new, "witnesses": witnesses}
    if effect is not None:
        told |= {"channel": channel_words(effect.channel), "effect": round(effect.size, 3)}
        told |= {"low": round(effect.low, 3), "high": round(effect.high, 3)}
    return told


def _baseline(cell: CellShow) -> Tree:
    return {"kind": cell.example.value, "pictures": list(cell.baseline)} if cell.baseline else {}


def _diff(old: str, new: str) -> list[list[str]]:
    return [[words.kind, words.text] for words in rewording(old, new)] if old else []


def _named(run: Run, showing: Showing, gallery: Gallery) -> Iterator[str]:
    names = dict.fromkeys(shown(run))
    for cell in showing.cells.values():
        names |= dict.fromkeys((*cell.baseline, *cell.earlier))
    yield from (sha256 for sha256 in names if sha256 in gallery)


def _picture(sha256: str, run: Run, gallery: Gallery) -> Tree:
    """Give a picture: size of its preview, what the original is and where, or words."""
    tile, measures = gallery[sha256], run.measures.get(sha256)
    small = tile.preview or tile.thumb
    size = {"w": small.width, "h": small.height} if small else {}
    full = {"full": [tile.full.href, tile.full.width, tile.full.height]} if tile.full else {}
    inline = {
        name: rendition.href
        for name, rendition in (("thumb", tile.thumb), ("preview", tile.preview))
        if rendition and rendition.href.startswith("data:")
    }
    lacks = {"nopreview": True} if tile.thumb and not tile.preview else {}
    made = delivered(measures) if measures else ""
    return _said({**size, **full, **inline, **lacks, "made": made, "no": tile.words})


def _digest(items: list[Tree]) -> str:
    return digest([_decided_on(item) for item in items])


def _decided_on(item: Tree) -> list[object]:
    """Name what is decided on, in whatever order its samples are shown."""
    samples = item["samples"]
    assert isinstance(samples, list)
    return [item["id"], item.get("cell", ""), sorted(sample.get("sha", "") for sample in samples)]


def _said(tree: Tree) -> Tree:
    """Leave out what has nothing to say; a number always says something."""
    return {name: value for name, value in tree.items() if value or type(value) in (int, float)}


def _told(tree: object, tell: Tell) -> object:
    if isinstance(tree, str):
        return tell(tree)
    if isinstance(tree, dict):
        return {name: _told(value, tell) for name, value in tree.items()}
    return [_told(value, tell) for value in tree] if isinstance(tree, list) else tree
