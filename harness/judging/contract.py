"""Hold what was delivered against what was asked, before any opinion on looks.

Contract checks allow no rate: one sample that breaks the contract fails its variant.
"""

import math
from collections.abc import Iterator, Mapping

from harness.catalogue import Catalogue, Model
from harness.judging.structure import structure
from harness.measure.blank import BLANK_BELOW
from harness.measure.framing import RATIOS, nearest_name
from harness.model.generation import Generation, Outcome
from harness.model.picture import Measures
from harness.model.request import Parameters, Part
from harness.model.sample import Sample
from harness.model.suite import Turn
from harness.model.verdict import Finding, Status

RATIO_TOLERANCE = 0.08
"""Share by which a ratio may miss. The documented table itself misses its nominal ratios by
up to 4 %, and the service delivers 352x2928 where it says 384x3072 (WIRE section 0.8).

Where another ratio that the models offer lies nearer, `NEARER` holds instead. Found: 29 of 29
real pictures judged as if 3:4 were asked, one of 4:5 among them; no false alarm on the 7 whose
ratio was asked, nor on the 139 sizes documented.
"""

NEARER = 0.03
"""Share by which a ratio may miss where another one is nearer. 4:5 lies within 7 % of 3:4, and
2.5 flash's 896x1152 for it within 3.7 %; no documented size lies nearer to another's ratio."""

TIER_AREAS = {"512": 512**2, "1K": 1024**2, "2K": 2048**2, "4K": 4096**2}
"""Pixels of a square picture of each size; a picture belongs to the nearest by ratio.

Found: 29 of 29 real pictures judged as if 4K were asked; no false alarm on those painted by
a model, nor on the 139 sizes documented. Not told apart: sizes within one tier.
"""

ONLY_COMMITTED = (
    "picture absent: judged by the measures that are committed beside its cassette, which nobody "
    "here held against its bytes; fetch it: harness cassette pull"
)
"""What is judged so is found where it is wrong, and is never good: it stays incomplete."""

_SAID = {
    Outcome.PICTURE: "gave a picture",
    Outcome.TEXT_ONLY: "answered with text only",
    Outcome.THOUGHT_ONLY: "gave an interim thinking picture only",
    Outcome.NO_PICTURE: "gave no picture",
    Outcome.REFUSED: "refused",
    Outcome.PROMPT_BLOCKED: "blocked the prompt",
    Outcome.CUT_SHORT: "was cut short",
    Outcome.EMPTY: "gave an empty answer",
    Outcome.ERROR: "gave an error",
}


def contract(
    sample: Sample, turn: Turn, *, measures: Mapping[str, Measures], catalogue: Catalogue
) -> Iterator[Finding]:
    """Find how the answer stands to the request; one finding a check.

    Args:
        sample: Has a generation.
        turn: What was asked.
        measures: Of the sample's pictures, by sha256.
        catalogue: Pixels and sizes of the models.
    """
    generation = sample.generation
    assert generation is not None
    yield _answered(sample, generation, turn)
    if turn.checks.pictures is not None and generation.pictures:
        yield _count(sample, len(generation.pictures), turn.checks.pictures)
    for part in generation.pictures:
        measured = measures.get(part.picture.sha256) if part.picture else None
        if measured is None:
            yield _finding(
                sample, "present", Status.ERROR,
                "the picture's bytes are not here; fetch them (harness cassette pull, or "
                "git lfs pull), or record anew with --live all",
            )  # fmt: skip
            continue
        yield from _picture(sample, part, turn, measured, catalogue.get(sample.arm.model))
        if measured.absent:
            yield _finding(sample, "present", Status.ERROR, ONLY_COMMITTED)


def _answered(sample: Sample, generation: Generation, turn: Turn) -> Finding:
    due = Outcome.PICTURE if wants_picture(turn) else Outcome.TEXT_ONLY
    if generation.outcome is due:
        return _finding(sample, "answered", Status.PASS, f"answered: {due}, as asked")
    asked = "a picture was asked" if due is Outcome.PICTURE else "text alone was asked"
    said = f"{asked}, the model {_SAID[generation.outcome]}{_why(generation)}"
    return _finding(sample, "answered", Status.FAIL, said)


def wants_picture(turn: Turn) -> bool:
    """Tell whether a picture is due: asked for by default, unless the suite says none."""
    asked = not turn.parameters.modalities or "IMAGE" in turn.parameters.modalities
    return asked and turn.checks.pictures != 0


def _why(generation: Generation) -> str:
    reason = generation.block_reason or generation.finish_reason
    message = generation.block_message or generation.finish_message
    shown = f" ({reason})" if reason else ""
    return f"{shown}: {message[:200]}" if message else shown


def _count(sample: Sample, found: int, asked: int) -> Finding:
    status = Status.PASS if found == asked else Status.FAIL
    return _finding(sample, "count", status, f"{found} of {asked} pictures came")


def _picture(
    sample: Sample, part: Part, turn: Turn, measured: Measures, model: Model | None
) -> Iterator[Finding]:
    yield _declared_type(sample, part, measured)
    broken = _broken(measured)
    if broken:
        yield _finding(sample, "decodes", Status.FAIL, broken)
        return
    if measured.unmeasurable:
        yield _finding(sample, "decodes", Status.WARN, measured.unmeasurable)
        return
    yield from _content(sample, measured)
    yield _ratio(sample, turn, measured, model)
    yield _tier(sample, turn.parameters, measured, model)
    if measured.structure is not None:
        luma_sum = measured.markings.luma_sum
        for check, status, said in structure(measured.structure, luma_sum=luma_sum):
            yield _finding(sample, check, status, said)


def _declared_type(sample: Sample, part: Part, measured: Measures) -> Finding:
    """Hold magic bytes against the declared type: equal or not, so it never errs.

    Found: 29 of 29 real pictures declared as GIF; 0 of 29 blamed as they were declared.
    """
    if part.mime_type == measured.true_type:
        said = f"{measured.true_type}, as declared"
        return _finding(sample, "type", Status.PASS, said)
    said = f"declared {part.mime_type or 'nothing'}, the bytes are {measured.true_type}"
    return _finding(sample, "type", Status.FAIL, said)


def _broken(measured: Measures) -> str:
    """Say why a picture is not whole; empty where it is.

    MEASURES section 5: of 225 JPEGs and 225 PNGs that were cut all are found, of 225 whole
    pictures none is blamed. Anew: 28 of 28 real pictures cut, 0 of 29 whole ones.
    """
    if measured.truncated:
        return f"the picture is truncated ({measured.size:,} bytes)"
    if measured.unmeasurable and measured.true_type in ("image/jpeg", "image/png", "image/webp"):
        return f"the picture does not decode: {measured.unmeasurable}"
    if measured.true_type == "application/octet-stream":
        return f"the picture is no picture: {measured.unmeasurable}"
    return ""


def _content(sample: Sample, measured: Measures) -> Iterator[Finding]:
    yield _finding(sample, "decodes", Status.PASS, "decodes strictly, whole")
    if measured.tile_sd is None:
        return
    blank = measured.tile_sd < BLANK_BELOW
    yield _finding(
        sample,
        "blank",
        Status.FAIL if blank else Status.PASS,
        f"{'the picture is blank' if blank else 'not blank'}: "
        f"tiles vary by {measured.tile_sd:.1f} grey levels (blank below {BLANK_BELOW:.0f})",
    )


def _ratio(sample: Sample, turn: Turn, measured: Measures, model: Model | None) -> Finding:
    asked = turn.parameters.aspect_ratio
    got = f"{measured.width}x{measured.height}"
    if asked is None:
        return _finding(sample, "aspect_ratio", Status.PASS, _unasked(got, turn, model))
    nominal = _nominal(asked)
    if nominal is None:
        return _finding(sample, "aspect_ratio", Status.WARN, f"{asked!r} is no ratio; got {got}")
    found = measured.width / measured.height
    miss = round(abs(found / nominal - 1), 9)  # 1.08 - 1 > 0.08
    nearer = nearest_name(found)
    other = asked in RATIOS and nearer != asked
    limit, why = (NEARER, f" where {nearer} is nearer") if other else (RATIO_TOLERANCE, "")
    status = Status.PASS if miss <= limit else Status.FAIL
    said = f"asked {asked}, got {got}: off by {miss:.1%} (limit {limit:.0%}{why})"
    return _finding(sample, "aspect_ratio", status, said)


def _unasked(got: str, turn: Turn, model: Model | None) -> str:
    default = model.default_pixels if model else None
    said = f"no aspectRatio was sent, the model chose {got}"
    if turn.references or default is None:
        return said
    usual = f"{default[0]}x{default[1]}"
    return f"{said}, as it does" if got == usual else f"{said}; it is known to choose {usual}"


def _nominal(ratio: str) -> float | None:
    width, _, height = ratio.partition(":")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        return None
    return int(width) / int(height)


def _tier(
    sample: Sample, parameters: Parameters, measured: Measures, model: Model | None
) -> Finding:
    """Compare size tiers by area; a size that was not sent can only be remarked on."""
    got = tier_of(measured.width * measured.height)
    asked = parameters.image_size or "1K"
    if model is not None and not model.sizes and parameters.image_size is None:
        said = f"{model.id} has one size; got {measured.width}x{measured.height}"
        return _finding(sample, "image_size", Status.PASS, said)
    missed = Status.FAIL if parameters.image_size else Status.WARN
    status = Status.PASS if got == asked else missed
    said = f"{'asked' if parameters.image_size else 'expected'} {asked}, got {got}"
    pixels = f"{measured.width}x{measured.height}"
    return _finding(sample, "image_size", status, f"{said} ({pixels})")


def tier_of(area: int) -> str:
    """Name the size whose square is nearest to `area` pixels, by ratio."""
    return min(TIER_AREAS, key=lambda tier: abs(math.log(max(area, 1) / TIER_AREAS[tier])))


def _finding(sample: Sample, check: str, status: Status, message: str) -> Finding:
    key = sample.key
    return Finding(check=check, status=status, message=message, sample=key.sample, turn=key.turn)
