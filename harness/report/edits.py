"""Show what an edit changed: before, after, and a map of what changed."""

import hashlib
from collections.abc import Iterator, Mapping

from harness.judging.edits import EditPair, edit_pairs
from harness.model.checks import EditLimits, Region
from harness.model.features import Edit, EditKind, Features
from harness.model.run import Judged, Run
from harness.model.sample import Sample
from harness.model.verdict import worst
from harness.report.check_views import EditView, RegionView
from harness.report.shots import Scene, label
from harness.report.views import Fact, Mark, Shot
from harness.report.words import count_of

CHECK = "edit"
"""How the names of this check's findings begin."""

_MEANT = {
    EditKind.LOCAL: "local: a part of the picture, the rest kept",
    EditKind.LARGE: "large: much of the picture, in many pieces or over a third of it",
    EditKind.REGENERATED: "regenerated: the picture was made anew",
}
_TONE = 1.0
"""Tone that is worth telling, in Lab."""
_SHIFT = 0.002
"""Shift that is worth telling, as a share."""


def edits(judged: Judged, scene: Scene) -> tuple[EditView, ...]:
    """Give every edit of a turn that has limits for it, by sample, then turn."""
    features = scene.features(judged.variant.suite)
    samples = {(sample.key.sample, sample.key.turn): sample for sample in judged.samples}
    return tuple(
        _view(edit, samples[pair.sample, pair.turn], judged=judged, scene=scene)
        for pair in _pairs(judged)
        if (edit := features.edit(pair.before, pair.after)) is not None
    )


def _pairs(judged: Judged) -> Iterator[EditPair]:
    """Pair what judging pairs; a turn that a run.json does not have is passed over."""
    turns = range(len(judged.variant.turns))
    yield from edit_pairs(judged.variant, tuple(s for s in judged.samples if s.key.turn in turns))


def edits_of(judged: Judged, features: Features) -> Mapping[tuple[int, int], Edit]:
    """Give the edits of a variant by the sample and turn that they ended in."""
    found = {(p.sample, p.turn): features.edit(p.before, p.after) for p in _pairs(judged)}
    return {place: edit for place, edit in found.items() if edit is not None}


def shown_edits(run: Run) -> Iterator[Edit]:
    """Give every edit that the page shows."""
    for suite in run.suites:
        for judged in suite.judged:
            found = (suite.features.edit(pair.before, pair.after) for pair in _pairs(judged))
            yield from (edit for edit in found if edit is not None)


def heat_href(edit: Edit) -> str:
    """Name the map's file, relative to the page, by everything that it is drawn from."""
    return f"img/edits/{hashlib.sha256(repr(edit).encode()).hexdigest()[:32]}.webp"


def _view(edit: Edit, sample: Sample, *, judged: Judged, scene: Scene) -> EditView:
    found = [
        f
        for f in judged.verdict.findings
        if f.check.startswith(CHECK) and (f.sample, f.turn) == (sample.key.sample, sample.key.turn)
    ]
    name = label(sample, judged.variant)
    limits = judged.variant.turns[sample.key.turn].checks.edit
    return EditView(
        label=name,
        mark=Mark.of(worst(f.status for f in found)) if found else None,
        before=Shot(label="before", alt=f"before, {name}", tile=scene.tile(edit.before)),
        after=Shot(label="after", alt=f"after, {name}", tile=scene.tile(edit.after)),
        heat=scene.heats.get(heat_href(edit)),
        alt=f"what changed, {name}: {edit.share:.1%} of the tiles",
        facts=facts(edit),
        regions=_regions(limits) if limits else (),
        words=edit.unmeasurable,
    )


def facts(edit: Edit) -> tuple[Fact, ...]:
    """Say how much changed, and how the whole picture did; nothing of what was not measured."""
    if edit.unmeasurable:
        return ()
    told = {
        "kind": _MEANT[edit.kind],
        "changed": f"{edit.share:.1%} of {count_of(len(edit.changed), 'tile')}, "
        f"in {count_of(edit.components, 'piece')}",
        "ratio": f"changed, {edit.ratio}" if edit.ratio else "kept",
        "tone": _tone(edit),
        "moved": _moved(edit),
    }
    return tuple(Fact(name=name, value=value) for name, value in told.items() if value)


def _tone(edit: Edit) -> str:
    """Say how the whole picture's tone moved, which is no change of a tile."""
    names = ("L", "a", "b")
    moved = [f"{n} {v:+.1f}" for n, v in zip(names, edit.tone, strict=True) if abs(v) >= _TONE]
    return f"{', '.join(moved)} everywhere" if moved else ""


def _moved(edit: Edit) -> str:
    across, down = edit.shift
    return "" if max(abs(across), abs(down)) < _SHIFT else f"{across:+.1%} across, {down:+.1%} down"


def _regions(limits: EditLimits) -> tuple[RegionView, ...]:
    kinds = {"must-change": limits.must_change, "must-keep": limits.must_keep}
    return tuple(
        _region(kind, number, region)
        for kind, regions in kinds.items()
        for number, region in enumerate(regions, 1)
    )


def _region(kind: str, number: int, region: Region) -> RegionView:
    return RegionView(
        kind=kind,
        number=number,
        left=round(region.left * 100, 2),
        top=round(region.top * 100, 2),
        width=round((region.right - region.left) * 100, 2),
        height=round((region.bottom - region.top) * 100, 2),
    )
