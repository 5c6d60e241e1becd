"""What was delivered is held against what was asked, on both sides of every limit."""

from dataclasses import replace

import pytest

from harness.catalogue import load_catalogue
from harness.judging.contract import contract, tier_of, wants_picture
from harness.measure.framing import RATIOS
from harness.model.checks import Checks
from harness.model.generation import Generation
from harness.model.picture import Structure
from harness.model.request import Part
from harness.model.verdict import Status

CATALOGUE = load_catalogue()


def found(sample, turn, *measures):
    """Give findings' status by check; the gravest where a check has several."""
    by_sha = {m.sha256: m for m in measures}
    findings = list(contract(sample, turn, measures=by_sha, catalogue=CATALOGUE))
    result = {}
    for finding in findings:
        other = result.get(finding.check, finding)
        result[finding.check] = max(finding, other, key=lambda f: f.status.severity)
    return result


def test_a_picture_as_asked_passes_every_check(sample, turn, measured):
    """Everything measured, nothing found."""
    findings = found(sample(), turn(aspect_ratio="1:1", image_size="1K"), measured())

    assert {f.status for f in findings.values()} == {Status.PASS}
    assert set(findings) == {"answered", "type", "decodes", "blank", "aspect_ratio", "image_size"}


@pytest.mark.parametrize(
    ("width", "status"),
    [(1080, Status.PASS), (1081, Status.FAIL), (920, Status.PASS), (919, Status.FAIL)],
)
def test_a_ratio_may_miss_by_eight_per_cent(sample, turn, measured, width, status):
    """To either side, the limit itself within."""
    finding = found(sample(), turn(aspect_ratio="1:1"), measured(width=width, height=1000))

    assert finding["aspect_ratio"].status is status
    assert f"got {width}x1000" in finding["aspect_ratio"].message


@pytest.mark.parametrize(
    ("ratio", "size"), [("16:9", (1376, 768)), ("21:9", (1584, 672)), ("2:3", (848, 1264))]
)
def test_the_documented_pixels_are_within(sample, turn, measured, ratio, size):
    """The service's own table misses its nominal ratios."""
    finding = found(sample(), turn(aspect_ratio=ratio), measured(width=size[0], height=size[1]))

    assert finding["aspect_ratio"].status is Status.PASS


@pytest.mark.parametrize(
    ("asked", "size", "status"),
    [
        ("3:4", (928, 1152), Status.FAIL),
        ("4:3", (1152, 928), Status.FAIL),
        ("5:4", (1200, 896), Status.FAIL),
        ("4:5", (896, 1200), Status.FAIL),
        ("3:4", (896, 1152), Status.FAIL),
        ("3:4", (774, 1000), Status.PASS),
        ("3:4", (776, 1000), Status.FAIL),
    ],
)
def test_the_neighbour_of_a_ratio_is_not_taken_for_it(sample, turn, measured, asked, size, status):
    """4:5 lies within 8 % of 3:4; where another ratio is nearer 3 % hold."""
    finding = found(sample(), turn(aspect_ratio=asked), measured(width=size[0], height=size[1]))

    assert finding["aspect_ratio"].status is status


def test_every_documented_size_is_of_its_ratio_and_tier(sample, turn, measured):
    """No false alarm on any of them."""
    for model in CATALOGUE.models:
        for (ratio, size), (width, height) in model.pixels.items():
            asked = turn(aspect_ratio=ratio, image_size=size)
            findings = found(sample(), asked, measured(width=width, height=height))

            assert findings["aspect_ratio"].status is Status.PASS, (model.id, ratio, size)
            assert findings["image_size"].status is Status.PASS, (model.id, ratio, size)


def test_a_ratio_that_was_not_sent_is_only_told(sample, turn, measured):
    """1408x768 is what the Pro model chooses; another size is said, not blamed."""
    usual = found(sample(), turn(), measured(width=1408, height=768))["aspect_ratio"]
    other = found(sample(), turn(), measured(width=500, height=2000))["aspect_ratio"]

    assert (usual.status, other.status) == (Status.PASS, Status.PASS)
    assert "as it does" in usual.message
    assert "known to choose 1408x768" in other.message


@pytest.mark.parametrize("ratio", ["0:1", "1:0", "wide", "16x9", "-1:2", "1:2:3"])
def test_a_ratio_that_is_none_is_a_warning(sample, turn, measured, ratio):
    """An import may have sent anything."""
    assert found(sample(), turn(aspect_ratio=ratio), measured())["aspect_ratio"].status is (
        Status.WARN
    )


@pytest.mark.parametrize(
    ("side", "tier"),
    [(512, "512"), (724, "512"), (725, "1K"), (1448, "1K"), (1449, "2K"), (2896, "2K"),
     (2897, "4K"), (9000, "4K"), (0, "512")],
)  # fmt: skip
def test_a_tier_is_told_by_area(side, tier):
    """The nearest by ratio: the border lies at twice the area."""
    assert tier_of(side * side) == tier


@pytest.mark.parametrize(
    ("asked", "side", "status"),
    [("2K", 2048, Status.PASS), ("2K", 1024, Status.FAIL), ("4K", 2048, Status.FAIL),
     ("1K", 2048, Status.FAIL), (None, 1024, Status.PASS), (None, 2048, Status.WARN)],
)  # fmt: skip
def test_a_size_that_was_asked_is_due(sample, turn, measured, asked, side, status):
    """Another tier fails; where none was sent it is a remark."""
    finding = found(sample(), turn(image_size=asked), measured(width=side, height=side))

    assert finding["image_size"].status is status


@pytest.mark.parametrize(("sd", "status"), [(3.0, Status.PASS), (2.9, Status.FAIL)])
def test_a_blank_picture_fails(sample, turn, measured, sd, status):
    """Below three grey levels nothing is shown."""
    assert found(sample(), turn(), measured(tile_sd=sd))["blank"].status is status


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"truncated": True, "unmeasurable": "truncated"}, Status.FAIL, "truncated (9 bytes)"),
        ({"unmeasurable": "broken data"}, Status.FAIL, "does not decode"),
        (
            {"true_type": "application/octet-stream", "unmeasurable": "no picture"},
            Status.FAIL,
            "no picture",
        ),
        ({"true_type": "image/heic", "unmeasurable": "HEIC"}, Status.WARN, "HEIC"),
    ],
)
def test_a_picture_that_does_not_decode_is_judged_no_further(
    sample, turn, measured, changes, status, said
):
    """Truncated, broken or none at all fails; one of a kind that is not measured is a remark."""
    findings = found(sample(), turn(image_size="4K"), measured(**changes))

    assert findings["decodes"].status is status
    assert said in findings["decodes"].message
    assert not {"blank", "aspect_ratio", "image_size"} & set(findings)


@pytest.mark.parametrize(
    ("declared", "status"),
    [("image/jpeg", Status.PASS), ("image/png", Status.FAIL), ("", Status.FAIL)],
)
def test_the_declared_type_is_that_of_the_bytes(sample, turn, measured, declared, status):
    """A gateway that calls JPEG PNG is found."""
    finding = found(sample(mime=declared), turn(), measured())["type"]

    assert finding.status is status


@pytest.mark.parametrize(
    ("asked", "status"), [(2, Status.PASS), (1, Status.FAIL), (3, Status.FAIL)]
)
def test_the_number_of_pictures_is_exact(sample, turn, measured, asked, status):
    """Too few and too many alike."""
    answer = sample(pictures=(0, 1))

    findings = found(answer, turn(checks=Checks(pictures=asked)), measured(0), measured(1))

    assert findings["count"].status is status
    assert findings["count"].message == f"2 of {asked} pictures came"


def test_every_final_picture_is_held_to_the_contract(sample, turn, measured):
    """A good last picture hides no blank one before it; a thought is no picture."""
    answer = sample(pictures=(0, 1))
    thought = Part(picture=answer.generation.parts[1].picture, thought=True)
    draft = replace(answer, generation=Generation(parts=(thought, answer.generation.parts[2])))

    assert found(answer, turn(), measured(0, tile_sd=0.0), measured(1))["blank"].status is (
        Status.FAIL
    )
    assert found(draft, turn(), measured(0, tile_sd=0.0), measured(1))["blank"].status is (
        Status.PASS
    )


def test_a_picture_that_is_not_here_is_an_error(sample, turn):
    """Nothing can be said of bytes that were not fetched."""
    finding = found(sample(), turn())["present"]

    assert finding.status is Status.ERROR
    assert "git lfs pull" in finding.message


@pytest.mark.parametrize(
    ("generation", "said"),
    [
        (Generation(parts=(Part(text="Sorry"),), finish_reason="STOP"),
         "answered with text only (STOP)"),
        (Generation(finish_reason="IMAGE_SAFETY", finish_message="Unable"),
         "refused (IMAGE_SAFETY): Unable"),
        (Generation(block_reason="JAILBREAK", block_message="why"),
         "blocked the prompt (JAILBREAK): why"),
        (Generation(finish_reason="NO_IMAGE"), "gave no picture (NO_IMAGE)"),
        (Generation(finish_reason="MAX_TOKENS"), "was cut short (MAX_TOKENS)"),
        (Generation(), "gave an empty answer"),
    ],
)  # fmt: skip
def test_an_answer_without_a_picture_fails_with_the_services_words(sample, turn, generation, said):
    """What the service said stands in the finding."""
    finding = found(sample(generation=generation), turn())["answered"]

    assert finding.status is Status.FAIL
    assert finding.message == f"a picture was asked, the model {said}"


@pytest.mark.parametrize(
    ("modalities", "pictures", "due"),
    [(("TEXT", "IMAGE"), None, True), ((), None, True), (("TEXT",), None, False),
     (("TEXT", "IMAGE"), 0, False), (("IMAGE",), 1, True)],
)  # fmt: skip
def test_a_picture_is_due_unless_the_suite_says_none(turn, modalities, pictures, due):
    """By default the service answers with pictures."""
    asked = turn(modalities=modalities, checks=Checks(pictures=pictures))

    assert wants_picture(asked) is due


def test_text_that_was_asked_is_an_answer(sample, turn, measured):
    """Where text alone was asked a picture is the breach."""
    asked = turn(modalities=("TEXT",))

    assert found(sample(pictures=(), text="hi"), asked)["answered"].status is Status.PASS
    assert found(sample(), asked, measured())["answered"].status is Status.FAIL


def test_what_the_pixels_give_away_is_told_of_the_sample(sample, turn, measured):
    """A picture whose structure was not measured is judged without it."""
    good, cut = measured(structure=Structure()), measured(structure=Structure(transparent=0.1))

    assert found(sample(1), turn(), measured(1)).keys() & {"alpha", "pixels"} == set()
    assert found(sample(), turn(), good)["pixels"].status is Status.PASS
    finding = found(sample(), turn(), cut)["alpha"]
    assert (finding.status, finding.sample) == (Status.FAIL, 0)


def test_the_named_ratios_are_those_that_models_offer():
    """One that a new model offers is named, too; none is named that nobody offers."""
    assert set(RATIOS) == {ratio for model in CATALOGUE.models for ratio in model.ratios}
