"""The real pictures keep the contract of what was asked of them: no false alarm fails one."""

import sys
from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from harness.catalogue import load_catalogue
from harness.judging.changes import delivery_changes
from harness.judging.duplicates import near_duplicates
from harness.measure.container import true_type
from harness.measure.measures import measure
from harness.model.blob import BlobRef
from harness.model.generation import Generation
from harness.model.request import Part
from harness.model.verdict import Status

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture(scope="module")
def drill():
    """Give the drill's module that holds the contract against real pictures."""
    sys.path.insert(0, str(TOOLS))
    try:
        import contract_real
    finally:
        sys.path.remove(str(TOOLS))
    return contract_real


@pytest.fixture(scope="module")
def real(drill, real_data):
    """Give each real picture of the index, as the drill reads it, with its measures."""
    return [(shot, measure(shot.data)) for shot in drill.shots(real_data)]


@pytest.fixture(scope="module")
def alarms(real):
    """Give the pictures that are blamed, by check and status."""
    found = {}
    for shot, measures in real:
        for finding in shot.findings(measures):
            if finding.status is not Status.PASS:
                found.setdefault((finding.check, finding.status), []).append(shot)
    return found


def test_no_real_picture_fails(real, alarms):
    """Type, size, ratio, end, content and opacity are as they were asked for and declared."""
    assert len(real) == 29
    assert sum(shot.ratio is not None for shot, _ in real) >= 7
    assert {check for check, status in alarms if status is Status.FAIL} == set()


def test_warnings_on_real_pictures_are_counted(alarms):
    """What a notebook encoded anew shows its blocks; an input of an edit is no 1K picture."""
    counts = {key: len(shots) for key, shots in alarms.items()}
    blocky = {shot.name.split("/")[0] for shot in alarms["recompressed", Status.WARN]}

    assert counts == {("recompressed", Status.WARN): 9, ("image_size", Status.WARN): 1}
    assert blocky == {"chat_fox-figurine", "grounded_weather"}
    assert [shot.model for shot in alarms["image_size", Status.WARN]] == ["-"]


@pytest.mark.parametrize(
    ("fault", "check"),
    [("truncated-picture", "decodes"), ("blank", "blank"), ("cut-out", "alpha")],
)
def test_faults_planted_in_real_pictures_fail(drill, real, fault, check):
    """Each of them, in every fourth picture; the drill plants all faults in all pictures."""
    (plant,) = (plant for plant in drill.PLANTS if plant.fault == fault)
    painted = [shot for shot, _ in real if shot.model != "-"][::4]

    struck = [shot.findings(measure(planted(drill, shot, plant))) for shot in painted]

    assert len(painted) == 7
    for findings in struck:
        assert check in [f.check for f in findings if f.status is Status.FAIL]


def planted(drill, shot, plant):
    """Plant a fault of pixels or bytes in a picture."""
    fault = drill.FAULTS[plant.fault]
    with Image.open(BytesIO(shot.data)) as image:
        return fault.cut(fault.encode(fault.image(image.convert("RGB"))))


@pytest.mark.parametrize(
    ("asked", "check"),
    [({"ratio": "3:4"}, "aspect_ratio"), ({"size": "4K"}, "image_size"),
     ({"declared": "image/gif"}, "type")],
    ids=["ratio", "size", "type"],
)  # fmt: skip
def test_real_pictures_fail_what_they_were_not_asked_for(real, asked, check):
    """None of them is of 3:4, of 4K, or a GIF: each is blamed for that, and nothing else."""
    for shot, measures in real:
        findings = replace(shot, **asked).findings(measures)

        assert [f.check for f in findings if f.status is Status.FAIL] == [check], shot.name


ARMS = ("25flash", "31flashlite-aistudio", "31flashlite-vertex")


@pytest.mark.parametrize("arm", ARMS)
def test_a_real_delivery_changes_only_where_somebody_wrote_it_anew(real, sample, arm):
    """Pictures that one service delivered are alike; one saved by Pillow stands out of them."""
    own = {s.data: found for s, found in real if f"siamese-cat_ruby/{arm}-" in s.name}
    anew = [encoded_anew(list(own)[-1], form) for form in ("JPEG", "PNG", "WEBP")]

    assert len(own) >= 2
    assert delivered(sample, own) == []
    for data in anew:
        (told,) = delivered(sample, {**own, data: measure(data)})
        assert told.status is Status.WARN
        assert "delivery changed" in told.message


def encoded_anew(data, form):
    out = BytesIO()
    with Image.open(BytesIO(data)) as image:
        image.convert("RGB").save(out, form, quality=95)
    return out.getvalue()


def delivered(sample, pictures):
    """Judge the delivery of pictures, with the measures of each."""
    samples = [answered(sample, data, number) for number, data in enumerate(pictures)]
    measures = {found.sha256: found for found in pictures.values()}
    return list(delivery_changes(samples, measures=measures, catalogue=load_catalogue()))


def answered(sample, picture, number):
    part = Part(picture=BlobRef.of(picture), mime_type=true_type(picture))
    return sample(number, generation=Generation(parts=(part,), finish_reason="STOP"))


def test_real_samples_of_one_prompt_are_no_near_duplicates(real, sample, turn):
    """Nine siamese cats are nine pictures, and a tenth, encoded anew, is one of them again."""
    cats = [(shot.data, found) for shot, found in real if "siamese-cat" in shot.name]
    out = BytesIO()
    with Image.open(BytesIO(cats[0][0])) as image:
        image.resize((704, 384)).save(out, "JPEG", quality=60)
    again = out.getvalue()
    pictures = [*(data for data, _ in cats), again]
    samples = [answered(sample, data, number) for number, data in enumerate(pictures)]
    measures = {m.sha256: m for m in (*(found for _, found in cats), measure(again))}

    fresh = list(near_duplicates(samples[:9], turn(), measures=measures))
    (told,) = near_duplicates(samples, turn(), measures=measures)

    assert (len(cats), fresh) == (9, [])
    assert told.message.startswith("2 of 10 different answers")
    assert "samples 1 and 10 (" in told.message


def test_two_real_edits_of_one_picture_differ(real, sample, turn):
    """Both runs turned a kiwi into a dog, each another dog."""
    dogs = [(s.data, m) for s, m in real if "kiwi" in s.name and s.model != "-"]
    samples = [answered(sample, data, number) for number, (data, _) in enumerate(dogs)]

    assert len(samples) == 2
    assert list(near_duplicates(samples, turn(), measures={m.sha256: m for _, m in dogs})) == []


def test_what_the_index_knows_was_asked_is_asked(real):
    """Ratios of the API's settings and bare ones are read; a notebook's say nothing."""
    ratios = Counter(shot.ratio for shot, _ in real)

    assert ratios == {None: 22, "1:1": 4, "16:9": 1, "21:9": 1, "4:5": 1}
