"""Tell how an answer was delivered: what its picture's bytes and its own fields say."""

from collections.abc import Mapping
from dataclasses import replace

from harness.judging.backends import backend_of
from harness.model.generation import Generation, Outcome, Usage
from harness.model.picture import Measures
from harness.model.provenance import Provenance
from harness.model.request import Part
from harness.model.sample import Receipt, Sample

__all__ = ["backend_of", "provenance_of", "provenance_of_picture"]

GOOGLE_CREDIT = "Made with Google AI"
FRONT_END = "gfet4t7"
"""The metric by which Google's front end tells its time in `server-timing` (WIRE section 2)."""

QUANTISATION = ((64, "all ones"), (299, "fine"), (999, "medium"))
"""Largest luma sum of each word; more is "coarse". Seen: 64 from AI Studio (19 of 19 pictures),
134 and 518 to 592 from Vertex, 1858 of what a notebook or Pillow writes anew at quality 75."""


def provenance_of(sample: Sample, measures: Mapping[str, Measures]) -> Provenance:
    """Tell how a sample was delivered; of a sample without an answer nothing is known.

    Args:
        sample: Any.
        measures: Of its picture, by sha256; of a picture that is absent nothing is told.
    """
    asked = Provenance(asked=sample.arm.model)
    generation = sample.generation
    if generation is None:
        return asked
    answered = _with_answer(asked, generation, sample.receipt)
    part = generation.picture
    found = measures.get(part.picture.sha256) if part and part.picture else None
    if part is None or found is None:
        return answered
    return replace(_with_picture(answered, found), declared=_declared(part, found))


def provenance_of_picture(measures: Measures) -> Provenance:
    """Tell what a picture from anywhere says of its delivery."""
    return _with_picture(Provenance(), measures)


def quantisation_word(luma_sum: int) -> str:
    """Name how fine a JPEG's luma table is; empty where there is none."""
    if not luma_sum:
        return ""
    return next((word for limit, word in QUANTISATION if luma_sum <= limit), "coarse")


def usage_shape(usage: Usage | None) -> str:
    """Name which counts an answer reports, e.g. `"prompt+candidates[IMAGE]+thoughts+tier"`."""
    if usage is None:
        return ""
    modalities = "+".join(sorted(usage.candidates_by_modality))
    shape = {
        "prompt": usage.prompt,
        f"candidates[{modalities}]": usage.candidates,
        "thoughts": usage.thoughts,
        "tools": usage.tool_use_prompt,
        "tier": usage.service_tier,
    }
    return "+".join(name for name, told in shape.items() if told)


def _with_picture(provenance: Provenance, measures: Measures) -> Provenance:
    marks = measures.markings
    return replace(
        provenance,
        container=measures.true_type,
        quantisation=quantisation_word(marks.luma_sum),
        subsampling=marks.subsampling,
        c2pa=measures.c2pa,
        credit=marks.credit.startswith(GOOGLE_CREDIT),
        exif=marks.exif,
        xmp=marks.xmp,
        simulated=marks.simulated,
        luma_sum=marks.luma_sum,
        dpi=marks.dpi,
        idat=marks.idat,
        width=measures.width,
        height=measures.height,
    )


def _with_answer(
    provenance: Provenance, generation: Generation, receipt: Receipt | None
) -> Provenance:
    """Tell of the answer's fields; that one is absent counts in an answer with a picture only."""
    whole = generation.outcome is Outcome.PICTURE
    kept_signature = receipt is None or not receipt.signatures_dropped
    usage = generation.usage
    kept_headers = receipt is None or not (receipt.reserialised or receipt.batch)
    part = generation.picture
    return replace(
        provenance,
        model_version=generation.model_version or ("" if whole else None),
        usage=_told(usage is not None, absence=whole),
        thoughts=_told(bool(usage and usage.thoughts), absence=whole and usage is not None),
        response_id=_told(bool(generation.response_id), absence=whole),
        server_timing=_told(
            FRONT_END in generation.service.get("server-timing", ""),
            absence=whole and kept_headers and bool(generation.service),
        ),
        signature=_told(
            part is not None and part.signature is not None, absence=whole and kept_signature
        ),
        usage_shape=usage_shape(usage),
    )


def _told(found: bool, *, absence: bool) -> bool | None:
    """Give True where a thing is there; where it is not, False if its absence tells something."""
    return True if found else (False if absence else None)


def _declared(part: Part, measures: Measures) -> str:
    if part.mime_type == measures.true_type:
        return "as declared"
    return f"{part.mime_type or 'nothing'} over {measures.true_type}"
