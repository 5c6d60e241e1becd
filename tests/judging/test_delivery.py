"""How an answer was delivered, and which back end that fits."""

from dataclasses import replace

import pytest

from harness.judging.backends import FORMS, backend_of
from harness.judging.delivery import (
    provenance_of,
    provenance_of_picture,
    quantisation_word,
    usage_shape,
)
from harness.model.generation import Generation, Usage
from harness.model.picture import Markings
from harness.model.provenance import STABLE, BackendName, Provenance, Weight
from harness.model.request import Part
from harness.model.sample import Receipt

GOOGLE = "Made with Google AI"
STUDIO = Markings(luma_sum=64, subsampling="4:2:0", dpi=(300, 300))
VERTEX = Markings(luma_sum=592, subsampling="4:2:0", credit=GOOGLE, xmp=True, iptc=True)
BARE = Markings(idat=8192)
USAGE = Usage(prompt=6, candidates=1209, thoughts=140, candidates_by_modality={"IMAGE": 1120})


def receipt(sample, **changes):
    values = Receipt(
        arm=sample.arm, session="s1", recorded_at="2026-11-01", seconds=1.0, request_digest="d"
    )
    return replace(values, **changes)


def answered(sample, **changes):
    """Give the sample with other fields of its answer."""
    return replace(sample, generation=replace(sample.generation, **changes))


def fits(measured, markings, **changes):
    return backend_of(provenance_of_picture(measured(markings=markings, **changes)))


def notes(backend):
    return [item.said for item in backend.evidence if item.weight is Weight.NOTE]


@pytest.mark.parametrize(
    ("luma", "word"),
    [(0, ""), (64, "all ones"), (65, "fine"), (299, "fine"), (300, "medium"), (999, "medium"),
     (1000, "coarse")],
)  # fmt: skip
def test_quantisation_has_a_word(luma, word):
    """Limits are inclusive; a container without tables has no word."""
    assert quantisation_word(luma) == word


def test_the_shape_of_usage_names_what_is_counted():
    """Only counts that are there are named; without usage there is no shape."""
    tier = replace(USAGE, service_tier="standard")

    assert usage_shape(USAGE) == "prompt+candidates[IMAGE]+thoughts"
    assert usage_shape(tier) == "prompt+candidates[IMAGE]+thoughts+tier"
    assert usage_shape(None) == ""


def test_a_whole_answer_tells_every_stable_fact(sample, measured):
    """Of an answer with a picture nothing is left unknown but what the recorder left out."""
    whole = answered(sample(), usage=USAGE, model_version="m", response_id="r",
                     service={"server-timing": "gfet4t7; dur=5"})  # fmt: skip

    told = provenance_of(whole, {measured().sha256: measured(markings=STUDIO)})

    assert all(getattr(told, name) is not None for name in STABLE)
    assert (told.usage, told.response_id, told.server_timing, told.signature) == (
        True, True, True, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "left_out"),
    [
        ("server_timing", {"reserialised": True}),
        ("server_timing", {"batch": "batches/1"}),
        ("signature", {"signatures_dropped": True}),
    ],
)
def test_what_the_recording_left_out_is_not_known(sample, measured, fact, left_out):
    """That a fact is absent tells nothing where the recorder, not the service, left it out."""
    one = answered(sample(), service={"date": "today"})
    kept = replace(one, receipt=receipt(one))
    cut = replace(one, receipt=receipt(one, **left_out))
    pictures = {measured().sha256: measured()}

    assert getattr(provenance_of(kept, pictures), fact) is False
    assert getattr(provenance_of(cut, pictures), fact) is None


def test_a_refusal_need_not_be_whole(sample):
    """Of an answer without a picture only what is there counts."""
    refused = replace(sample(), generation=Generation(finish_reason="IMAGE_SAFETY"))

    told = provenance_of(refused, {})

    assert [name for name in STABLE if getattr(told, name) is not None] == []


def test_a_sample_without_an_answer_tells_nothing(sample):
    """An error is no delivery."""
    assert provenance_of(replace(sample(), generation=None), {}) == Provenance(
        asked="gemini-3-pro-image"
    )


@pytest.mark.parametrize(
    ("markings", "changes", "name"),
    [
        (STUDIO, {"c2pa": True}, BackendName.AI_STUDIO),
        (VERTEX, {}, BackendName.VERTEX),
        (Markings(luma_sum=134, credit=GOOGLE), {}, BackendName.VERTEX),
        (BARE, {"c2pa": True, "true_type": "image/png"}, BackendName.AI_STUDIO),
        (BARE, {"true_type": "image/png"}, BackendName.AI_STUDIO),
        (Markings(credit=GOOGLE), {"true_type": "image/png"}, BackendName.VERTEX),
        (STUDIO, {}, BackendName.REENCODED),
        (Markings(luma_sum=1858), {}, BackendName.REENCODED),
        (Markings(), {"true_type": "image/webp"}, BackendName.REENCODED),
        (Markings(idat=65_536), {"true_type": "image/png"}, BackendName.REENCODED),
        (Markings(luma_sum=1858, credit=GOOGLE), {}, BackendName.UNKNOWN),
        (Markings(luma_sum=1858), {"c2pa": True}, BackendName.UNKNOWN),
        (VERTEX, {"c2pa": True}, BackendName.UNKNOWN),
        (replace(STUDIO, simulated=True), {}, BackendName.SIMULATED),
        (replace(STUDIO, simulated=True), {"c2pa": True}, BackendName.SIMULATED),
        (Markings(), {"true_type": "image/heic"}, BackendName.UNKNOWN),
        (Markings(), {"true_type": "application/octet-stream"}, BackendName.UNKNOWN),
    ],
)
def test_a_delivery_fits_the_form_that_nothing_contradicts(measured, markings, changes, name):
    """Each known form is found, and what is of none of them is never given to Google."""
    assert fits(measured, markings, **changes).name is name


@pytest.mark.parametrize("changes", [{"width": 1000}, {"markings": Markings(idat=8192, xmp=True)}])
def test_a_bare_png_must_fit_in_all_that_is_left(measured, changes):
    """An unmarked PNG of other pixels, or with texts, was encoded by someone else."""
    bare = measured(markings=BARE, true_type="image/png")

    assert backend_of(provenance_of_picture(replace(bare, **changes))).name is BackendName.REENCODED


def test_a_bare_png_is_not_gemini_3s(sample, measured):
    """Where the answer names another model, an unmarked PNG is nobody's form."""
    one = answered(sample(), model_version="gemini-3-pro-image")
    png = {measured().sha256: measured(markings=BARE, true_type="image/png")}

    assert backend_of(provenance_of(one, png)).name is BackendName.REENCODED


def test_evidence_speaks_for_what_is_named(measured):
    """Of a named back end there is evidence for it, and none against."""
    found = fits(measured, STUDIO, c2pa=True)

    weights = {item.weight for item in found.evidence}
    assert weights == {Weight.FOR}
    assert found.row in {form.of for form in FORMS}


def test_evidence_against_a_fit_is_told(measured):
    """A C2PA manifest on a simulated picture is told as evidence against it."""
    found = fits(measured, replace(STUDIO, simulated=True), c2pa=True)

    assert [e.said for e in found.evidence if e.weight is Weight.AGAINST] == [
        "a C2PA manifest, which the simulator never writes"
    ]


def test_a_gateway_that_strips_is_noted(sample, measured):
    """Absent modelVersion, usage, id and signature are each named, and only these."""
    pictures = {measured().sha256: measured(markings=STUDIO, c2pa=True)}
    whole = answered(sample(), usage=USAGE, model_version="gemini-3-pro-image", response_id="r")
    signed = replace(whole.generation.parts[-1], signature=whole.generation.parts[-1].picture)
    whole = answered(whole, parts=(signed,))

    stripped = backend_of(provenance_of(sample(), pictures))

    assert notes(backend_of(provenance_of(whole, pictures))) == []
    assert notes(stripped) == [
        "the answer has no modelVersion, usage, responseId: somebody in between leaves it out",
        "the picture has no thought signature, which every Gemini 3 picture has",
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model_version": "gemini-2.5-flash-image"}, "names modelVersion gemini-2.5-flash-image"),
        ({"usage": replace(USAGE, candidates_by_modality={"TEXT": 1, "IMAGE": 2})}, "counts TEXT"),
        ({"service": {"server-timing": "gfet4t7; dur=5"}}, "(server-timing) is in the answer"),
        ({"service": {"server": "nginx"}}, "(server-timing) is not in the answer"),
    ],
)
def test_what_an_answer_tells_of_its_way_is_noted(sample, measured, changes, said):
    """Other versions, counts as Vertex's, and the front end's time are told in words."""
    one = answered(sample(), **changes)

    found = backend_of(provenance_of(one, {measured().sha256: measured(markings=STUDIO)}))

    assert any(said in note for note in notes(found))


def test_a_label_over_other_bytes_is_noted(sample, measured):
    """PNG label on JPEG bytes is told with both types."""
    part = Part(picture=sample().generation.picture.picture, mime_type="image/png")
    one = answered(sample(), parts=(part,))

    found = backend_of(provenance_of(one, {measured().sha256: measured(markings=STUDIO)}))

    assert "the declared type is not the bytes' own: image/png over image/jpeg" in notes(found)
