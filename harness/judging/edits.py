"""Hold what an edit changed against what it may change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.judging.rates import held_to_rate
from harness.model.checks import EditLimits, Region
from harness.model.features import Edit, EditKind, Features
from harness.model.sample import Sample
from harness.model.suite import Turn, Variant
from harness.model.verdict import Finding, Status

CHECK = "edit"
RATIO = "edit_ratio"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPair:
    """Two pictures of which the second was made of the first.

    Attributes:
        sample: 0-based number of the sample.
        turn: 0-based turn that the second picture answers.
        before: sha256 of the first; empty where it cannot be told.
        after: sha256 of the second.
    """

    sample: int
    turn: int
    before: str
    after: str


def edit_pairs(variant: Variant, samples: tuple[Sample, ...]) -> Iterator[EditPair]:
    """Pair what each picture of a turn with an `edit:` check was made of with that picture.

    Before is the last earlier picture of the same sample. Where the conversation has none
    yet, it is the reference picture, if exactly one was sent.

    Args:
        variant: What was asked.
        samples: In any order.
    """
    pictures = {
        (sample.key.sample, sample.key.turn): sample.picture for sample in samples if sample.picture
    }
    for (number, turn), after in sorted(pictures.items()):
        if variant.turns[turn].checks.edit is not None:
            earlier = [pictures[number, t] for t in range(turn) if (number, t) in pictures]
            before = earlier[-1] if earlier else _sent(variant.turns[: turn + 1])
            yield EditPair(sample=number, turn=turn, before=before, after=after)


def _sent(turns: tuple[Turn, ...]) -> str:
    """Name the one reference picture of the turns; empty where there is none, or a choice."""
    sent = {reference.blob.sha256 for turn in turns for reference in turn.references}
    return sent.pop() if len(sent) == 1 else ""


def edits(
    variant: Variant, samples: tuple[Sample, ...], features: Features, *, turn: int
) -> Iterator[Finding]:
    """Hold a turn's edits against its limits, at the rate that is allowed.

    A changed ratio is a finding of its own, `edit_ratio`, unless the turn asked for a ratio:
    then the contract holds it. An edit that changed nothing, or cannot be judged, is a WARN.

    Args:
        variant: What was asked.
        samples: In any order.
        features: Holds the edits.
        turn: Which one; without an `edit:` check nothing is said.
    """
    limits = variant.turns[turn].checks.edit
    if limits is None:
        return
    measured: dict[int, Edit] = {}
    for pair in edit_pairs(variant, samples):
        if pair.turn == turn:
            edit = features.edit(pair.before, pair.after)
            why = _unjudged(pair, edit)
            if edit is None or why:
                yield _warn(pair.sample, turn, f"what changed cannot be told: {why}")
            else:
                measured[pair.sample] = edit
    yield from _unchanged(measured, turn)
    yield from _held(measured, limits, turn)
    if variant.turns[turn].parameters.aspect_ratio is None:
        yield from _ratios(measured, limits, turn)


def _unjudged(pair: EditPair, edit: Edit | None) -> str:
    if not pair.before:
        return (
            "no picture before it; an edit follows a turn with a picture, "
            "or sends exactly one reference picture"
        )
    if edit is None:
        return "it was not measured; run again"
    return edit.unmeasurable


def _unchanged(measured: Mapping[int, Edit], turn: int) -> Iterator[Finding]:
    for number, edit in measured.items():
        if not edit.share:
            said = f"nothing changed: none of {len(edit.changed)} tiles"
            yield _warn(number, turn, f"{said}; look whether the edit was made at all")


def _warn(sample: int, turn: int, message: str) -> Finding:
    return Finding(check=CHECK, status=Status.WARN, message=message, sample=sample, turn=turn)


def _held(measured: Mapping[int, Edit], limits: EditLimits, turn: int) -> Iterator[Finding]:
    broken = {number: tuple(_broken(edit, limits)) for number, edit in measured.items()}
    yield from held_to_rate(
        CHECK,
        {
            number: f"{_described(measured[number])}: {'; '.join(reasons)}"
            for number, reasons in broken.items()
            if reasons
        },
        of=len(measured),
        said="edits break the limits",
        rate=limits.max_bad,
        level=limits.level,
        turn=turn,
    )


def _ratios(measured: Mapping[int, Edit], limits: EditLimits, turn: int) -> Iterator[Finding]:
    yield from held_to_rate(
        RATIO,
        {
            number: f"the edit changed the ratio, which nobody asked for: {edit.ratio}"
            for number, edit in measured.items()
            if edit.ratio
        },
        of=len(measured),
        said="edits changed the ratio",
        rate=limits.max_bad,
        level=limits.level,
        turn=turn,
    )


def _described(edit: Edit) -> str:
    pieces = f"{edit.components} piece{'' if edit.components == 1 else 's'}"
    return f"{edit.kind}, {edit.share:.1%} of the picture changed in {pieces}"


def _broken(edit: Edit, limits: EditLimits) -> Iterator[str]:
    most = limits.changed_share_max
    if most is not None and edit.share > most:
        yield f"at most {most:.1%} may change"
    if limits.expect and _order(edit.kind) > _order(EditKind(limits.expect)):
        yield f"expected no more than {limits.expect}"
    for region in limits.must_change:
        if not _changed_in(edit, region):
            yield f"nothing changed in {_place(region)}, which must change"
    for region in limits.must_keep:
        count = _changed_in(edit, region)
        if count:
            tiles = "1 tile" if count == 1 else f"{count} tiles"
            yield f"{tiles} changed in {_place(region)}, which must stay"


def _order(kind: EditKind) -> int:
    return list(EditKind).index(kind)


def _place(region: Region) -> str:
    return (
        f"the region {region.left:g} to {region.right:g} across, "
        f"{region.top:g} to {region.bottom:g} down"
    )


def _changed_in(edit: Edit, region: Region) -> int:
    """Count the changed tiles of a region: those that it covers by half, or else the most."""
    covered = {
        place: _cover(region.left, region.right, at=place % edit.columns, of=edit.columns)
        * _cover(region.top, region.bottom, at=place // edit.columns, of=edit.rows)
        for place in range(len(edit.changed))
    }
    least = min(0.5, max(covered.values(), default=0))
    return sum(edit.changed[place] for place, share in covered.items() if share and share >= least)


def _cover(start: float, end: float, *, at: int, of: int) -> float:
    """Give the share of the tile `at` of `of` that lies between two fractions."""
    share = min(end * of, at + 1) - max(start * of, at)
    return round(min(max(share, 0.0), 1.0), 9)  # .3 * 16 is no exact number
