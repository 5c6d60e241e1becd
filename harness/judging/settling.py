"""Say what merged votes decide on each picture of a sheet, and why they may not fit it."""

from collections.abc import Iterable, Iterator, Sequence

from harness.judging.merging import Cast, MergedSheet, Result
from harness.judging.sheets import Sheet
from harness.model.arm import Arm
from harness.model.baseline import Choice, DecidedSheet, Decision, Mark
from harness.model.sample import Sample

SETTLED = {Result.ACCEPTED: Choice.ACCEPT, Result.REJECTED: Choice.REJECT}
"""Results that decide something."""


def cell_of(sheet: Sheet) -> tuple[str, Arm]:
    """Give what was declared for a sheet, and who was asked."""
    return sheet.samples[0].cell, sheet.samples[0].arm


def pictures_of(sheet: Sheet) -> dict[str, Sample]:
    """Give the pictures of a sheet by sha256, each with the first sample that shows it."""
    found: dict[str, Sample] = {}
    for sample in sheet.samples:
        if sample.picture:
            found.setdefault(sample.picture, sample)
    return found


def misfits(sheet: Sheet, merged: MergedSheet) -> Iterator[str]:
    """Say why votes are not on the sheet that the run holds, or on pictures that nobody saw."""
    for cast in merged.casts:
        yield from (f"{_whose(cast)}: {merged.item}: {why}" for why in _misfits(sheet, cast))
    if merged.resolved and not merged.casts:
        by = merged.resolved.source or merged.resolved.by
        yield f"{by}: {merged.item}: is resolved, and none of these files has a vote on it"
    elif merged.resolved and merged.result is Result.ACCEPTED:
        by = merged.resolved.source or merged.resolved.by
        lacking = _unseen(sheet, merged.casts)
        if lacking:
            yield f"{by}: {merged.item}: is resolved to accept, and nobody saw {lacking}"


def _misfits(sheet: Sheet, cast: Cast) -> Iterator[str]:
    vote = cast.vote
    if (vote.cell, vote.arm) != cell_of(sheet):
        yield f"is a vote on another cell or model than the run's ({vote.arm.name})"
        return
    held = {(sample.key.sample, sample.picture) for sample in sheet.samples}
    strange = [mark for mark in vote.pictures if (mark.sample, mark.sha256) not in held]
    for mark in strange:
        yield f"picture {mark.sha256[:8]} of sample {mark.sample + 1} is not in the run"
    lacking = _unseen(sheet, [cast]) if vote.choice is Choice.ACCEPT and not strange else ""
    if lacking:
        yield (
            f"{lacking} was not seen, and only what was seen can be accepted; look at it, "
            "or mark it bad"
        )


def _unseen(sheet: Sheet, casts: Iterable[Cast]) -> str:
    """Name the samples whose picture nobody saw or marked bad; empty for none."""
    marks = [mark for cast in casts for mark in cast.vote.pictures]
    known = {mark.sha256 for mark in marks if mark.seen or mark.bad}
    lacking = [str(s.key.sample + 1) for s in sheet.samples if s.picture and s.picture not in known]
    return f"sample {', '.join(lacking)}" if lacking else ""


def settled(sheet: Sheet, merged: MergedSheet) -> tuple[Decision, ...]:
    """Decide on each picture of a sheet; on none where the votes leave it open.

    Of an accepted sheet each picture is accepted that nobody marked bad; of a rejected one
    each picture is rejected.
    """
    choice = SETTLED.get(merged.result)
    if choice is None:
        return ()
    return tuple(
        _decision(sha256, sample, merged, choice) for sha256, sample in pictures_of(sheet).items()
    )


def _decision(sha256: str, sample: Sample, merged: MergedSheet, choice: Choice) -> Decision:
    marked = {by: mark for by, mark in merged.marks_of(sha256) if mark.bad}
    if choice is Choice.ACCEPT and marked:
        reasons = [r for mark in marked.values() for r in mark.reasons]
        choice, by = Choice.REJECT, ", ".join(marked)
        note = noted([cast for cast in merged.casts if cast.by in marked]) or "marked bad"
    else:
        reasons, by, note = _reasons(merged, choice), who(merged), said(merged)
    return Decision(
        key=sample.key,
        cell=sample.cell,
        arm=sample.arm,
        sha256=sha256,
        choice=choice,
        reasons=tuple(dict.fromkeys(reasons)),
        note=note,
        by=by,
    )


def _reasons(merged: MergedSheet, choice: Choice) -> list[str]:
    return [r for cast in merged.casts if cast.vote.choice is choice for r in cast.vote.reasons]


def who(merged: MergedSheet) -> str:
    """Name whose word holds: the chair, those who decided, or all where it is open."""
    if merged.resolved:
        return merged.resolved.by
    choice = SETTLED.get(merged.result)
    return ", ".join(c.by for c in merged.casts if choice is None or c.vote.choice is choice)


def said(merged: MergedSheet) -> str:
    """Give the chair's reason, or what those noted whose word holds."""
    if merged.resolved:
        return merged.resolved.resolution.reason
    choice = SETTLED.get(merged.result)
    return noted([c for c in merged.casts if choice is None or c.vote.choice is choice])


def noted(casts: Sequence[Cast]) -> str:
    """Join notes; each with its reviewer where there are several reviewers."""
    notes = [(cast.by, cast.vote.note) for cast in casts if cast.vote.note.strip()]
    alone = len(casts) == 1
    return "; ".join(note if alone else f"{by}: {note}" for by, note in notes)


def marks_said(merged: MergedSheet) -> str:
    """Say everyone's marks: `ann accept, bob reject (anatomy)`."""
    told = []
    for cast in merged.casts:
        reasons = f" ({', '.join(cast.vote.reasons)})" if cast.vote.reasons else ""
        changed = f", before: {cast.changed.value}" if cast.changed else ""
        told.append(f"{cast.by} {cast.vote.choice.value}{reasons}{changed}")
    return ", ".join(told)


def decided_sheet(sheet: Sheet, merged: MergedSheet, *, before: str) -> DecidedSheet:
    """Keep what a settled sheet's decisions come from; `before` is its accepted set until now."""
    cell, arm = cell_of(sheet)
    resolved = merged.resolved
    return DecidedSheet(
        item=merged.item,
        cell=cell,
        arm=arm,
        choice=SETTLED[merged.result],
        accepted_before=before,
        marks=tuple(_mark(cast) for cast in merged.casts),
        resolution=resolved.resolution.reason if resolved else "",
        resolved_by=resolved.by if resolved else "",
    )


def _mark(cast: Cast) -> Mark:
    vote = cast.vote
    return Mark(
        by=cast.by,
        choice=vote.choice,
        reasons=vote.reasons,
        note=vote.note,
        bad=tuple(mark.sha256 for mark in vote.pictures if mark.bad),
        at=vote.at,
    )


def _whose(cast: Cast) -> str:
    return cast.source or cast.by
