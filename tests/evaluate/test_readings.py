"""The pictures whose text a suite's checks ask for, read and remembered."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageFont

from harness.evaluate.readings import readings_of
from harness.evaluate.sources import sources_of
from harness.measure.reading import reader
from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.checks import Checks, PictureText, Rate
from harness.model.features import Reading
from harness.model.generation import Generation
from harness.model.request import Part
from harness.model.sample import Sample, SampleKey, Standing
from harness.model.suite import Suite, Turn, Variant
from harness.store.blobs import BlobStore
from harness.store.figures import Figures


def title(text):
    image = Image.new("RGB", (260, 80), "white")
    font = ImageFont.load_default(30)
    ImageDraw.Draw(image).text((20, 20), text, font=font, fill="black")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def blobs(tmp_path):
    return BlobStore(tmp_path / "blobs")


@pytest.fixture
def readings(tmp_path, blobs):
    """Give `readings(data, ..., language=..., put=...)`: what a suite of one turn has read."""

    def made(*pictures, language="eng", put=blobs.put):
        check = PictureText(contains=("A",), language=language, max_bad=Rate(bad=0, of=1))
        turn = Turn(prompt="a sign", checks=Checks(text=check if language else None))
        variant = Variant(suite="s", case="sign", label="", model="m", turns=(turn,), samples=1)
        suite = Suite(id="s", path=tmp_path / "s.yaml", title="s", variants=(variant,))
        samples = tuple(sample(put(data), number) for number, data in enumerate(pictures))
        features = tmp_path / "features"
        sources = sources_of(suite, blobs)
        return readings_of(suite, {"sign": samples}, sources=sources, features=features)

    return made


def sample(ref, number):
    part = Part(picture=ref, mime_type="image/png")
    return Sample(
        key=SampleKey(case="sign", variant="", sample=number),
        variant_id="sign",
        cell="c",
        arm=Arm(model="m", endpoint="gemini"),
        prompt="",
        standing=Standing.RECORDED,
        generation=Generation(parts=(part,)),
    )


@pytest.fixture(scope="module")
def engine():
    found = reader("eng")
    if found.unavailable:
        pytest.skip(found.unavailable)
    return found


def test_a_picture_is_read_once_and_remembered(engine, readings, tmp_path):
    """What is remembered is told, by picture, language and version."""
    data = title("OPEN LATE")
    (first,) = readings(data, data)
    changed = replace(first, lines=("remembered",))
    Figures(tmp_path / "features" / "readings", Reading, engine.version).put(changed, first.sha256)

    (second,) = readings(data)

    assert first.lines[0] == "OPEN LATE"
    assert second.lines == ("remembered",)


def test_an_absent_picture_is_said(engine, readings):
    """It is no error of the run."""
    data = title("HERE")

    (found,) = readings(data, put=BlobRef.of)

    assert found.unmeasurable.startswith("the picture is not here; harness cassette pull")


def test_a_file_of_other_bytes_is_not_taken_for_the_picture(engine, readings, blobs):
    """What is read is what the name says, or nothing."""
    data = title("HERE")
    path = blobs.path(blobs.put(data).sha256)
    path.write_bytes(title("THERE"))

    (found,) = readings(data, put=BlobRef.of)

    assert "other bytes than its name says" in found.unmeasurable


def test_without_the_language_every_picture_says_why(readings):
    """Nothing is read, nothing raised."""
    found = readings(title("A"), title("B"), language="xyz")

    assert len(found) == 2
    assert len({reading.unmeasurable for reading in found}) == 1
    assert all(reading.unmeasurable for reading in found)


def test_a_suite_without_the_check_reads_nothing(readings):
    """OCR is not even looked for."""
    assert readings(title("A"), language="") == ()
