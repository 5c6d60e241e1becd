"""The real pictures keep the contract of what was asked of them: no false alarm fails one."""

import sys
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from harness.judging.duplicates import near_duplicates
from harness.measure.measures import measure
from harness.model.blob import BlobRef
from harness.model.generation import Generation
from harness.model.request import Part
from harness.model.verdict import Status

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture(scope="module")
def real(real_data):
    """Give each real picture of the index, as the drill reads it, with its measures."""
    sys.path.insert(0, str(TOOLS))
    try:
        from contract_real import shots
    finally:
        sys.path.remove(str(TOOLS))
    return [(shot, measure(shot.data)) for shot in shots(real_data)]


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


def answered(sample, picture, number):
    part = Part(picture=BlobRef.of(picture), mime_type="image/jpeg")
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
