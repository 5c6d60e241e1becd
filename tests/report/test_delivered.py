"""How each arm delivered, as the page shows it."""

from dataclasses import replace

import pytest

from harness.model.arm import Arm
from harness.model.picture import Markings
from harness.model.request import Part
from harness.report.delivered import deliveries

STUDIO = Markings(luma_sum=64, subsampling="4:4:4", dpi=(300, 300))
ANEW = Markings(luma_sum=1858, subsampling="4:2:0")
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def answered(workshop):
    """Make a variant of one answer that was delivered in a given way."""

    def made(index, markings=STUDIO, *, c2pa=True, day=20, arm=None, **fields):
        variant = workshop.variant(f"case-{index}", "")
        generation = workshop.generation(index, **fields)
        sample = workshop.sample(variant, generation)
        at = f"2026-11-{day}T10:00:00Z"
        sample = replace(sample, receipt=replace(sample.receipt, recorded_at=at, session=str(day)))
        sample = replace(sample, arm=arm) if arm else sample
        if generation.picture:
            sha256 = generation.picture.picture.sha256
            measured = replace(workshop.measures[sha256], markings=markings, c2pa=c2pa)
            workshop.measures[sha256] = measured
        return workshop.judged(variant, sample, findings=())

    return made


def facts(form):
    return {div.one("dt").text: div.one("dd").text for div in form.one("dl").all("div")}


def test_one_form_names_the_back_end_it_fits(workshop, parsed, answered):
    """Every fact of the bytes and of the answer stands there, with the evidence."""
    page = parsed(workshop.run(answered(1), answered(2)))

    arm = page.one("section", class_="arm")
    assert "All 2 answers with a picture came in one form, which fits: AI Studio." in arm.text
    told = facts(arm.one("section", class_="form"))
    assert told["container"] == "image/jpeg"
    assert told["JPEG quantisation"] == "all ones"
    assert told["chroma subsampling"] == "4:4:4"
    assert told["C2PA manifest"] == "yes"
    assert told["dpi"] == "300x300"
    assert told["modelVersion"] == "gemini-3-pro-image"
    assert told["thought signature"] == "no"
    assert told["usage"] == "prompt+candidates[IMAGE]+thoughts"
    assert "for a C2PA manifest" in arm.one("ul", class_="evidence").text


def test_a_change_within_an_arm_is_told_with_what_differs(workshop, parsed, answered):
    """The usual form comes first, the other says what differs from it and which samples."""
    run = workshop.run(
        answered(1, day=18), answered(2, day=19), answered(3, ANEW, c2pa=False, day=20)
    )

    arm = parsed(run).one("section", class_="arm")

    assert "The delivery changed: 2 forms among 3 answers with a picture." in arm.text
    usual, other = arm.all("section", class_="form")
    assert usual.one("h4").text == "AI Studio"
    assert "2 answers, 2026-11-18 to 2026-11-19" in usual.text
    assert other.one("h4").text == "re-encoded by someone"
    assert [li.text for li in other.all("ul")[0].all("li")] == [
        "JPEG quantisation: all ones -> coarse",
        "chroma subsampling: 4:4:4 -> 4:2:0",
        "C2PA manifest: yes -> no",
    ]
    assert "case-3 sample 1 turn 1" in other.text


def test_arms_are_never_mixed(workshop, answered):
    """Two endpoints that deliver differently are no change of either."""
    gateway = Arm(model="gemini-3-pro-image", endpoint="gateway")

    run = workshop.run(answered(1), answered(2, ANEW, c2pa=False, arm=gateway))

    assert [(arm.name, arm.changed) for arm in deliveries(run)] == [
        ("gemini-3-pro-image@gemini", False),
        ("gemini-3-pro-image@gateway", False),
    ]


def test_an_answer_without_a_picture_is_no_form(workshop, answered):
    """It tells of no container; it is counted, and changes nothing."""
    run = workshop.run(answered(1), answered(2, parts=(Part(text="No."),)))

    (arm,) = deliveries(run)

    assert (len(arm.forms), arm.changed) == (1, False)
    assert "1 answer brought no picture to tell by." in arm.said


def test_nothing_answered_has_no_section(workshop, parsed):
    """An empty run says nothing of delivery."""
    assert "delivery" not in parsed(workshop.run()).one("main").text.lower()


def test_it_speaks_of_delivery_and_never_of_another_model(workshop, parsed, answered):
    """Bytes tell who delivered, not what made the picture; hostile names stay text."""
    run = workshop.run(
        answered(1), answered(2, ANEW, c2pa=False, model_version=HOSTILE), answered(3)
    )

    page = parsed(run)

    heading = page.one("h2", id="delivery")
    section = next(s for s in page.all("section") if heading in s.children)
    assert "speaks of delivery alone" in section.text
    assert "another model" not in section.text
    assert f"modelVersion: gemini-3-pro-image -> {HOSTILE}" in section.text
    assert page.all("script") == []
