"""Text in a picture, read by the Tesseract of this machine where there is one."""

import sys
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageFont

from harness.measure import reading as room
from harness.measure.error_rate import best_window
from harness.measure.reading import Reader, read, reader


@pytest.fixture(scope="module")
def tesseract():
    """Give the English reader, on one thread, or skip."""
    found = reader("eng")
    if found.unavailable:
        pytest.skip(found.unavailable)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_THREAD_LIMIT", "1")
        yield found


def title(text, *, size=32, ink="black", ground="white"):
    font = ImageFont.load_default(size)
    image = Image.new("RGB", (round(font.getlength(text)) + 60, size * 3), ground)
    ImageDraw.Draw(image).text((30, size), text, font=font, fill=ink)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def rate(expected, data, by):
    """Give the character error rate of the better pass."""
    lines = read(data, by=by).lines
    assert len(lines) == 2
    return min(best_window(expected, line).rate for line in lines)


@pytest.mark.parametrize("size", [22, 40])
@pytest.mark.parametrize(
    ("ink", "ground"), [("black", "white"), ("white", "#203060"), ("#ffd060", "#801020")]
)
def test_a_title_on_plain_ground_is_read(tesseract, size, ink, ground):
    """Dark on light, and light on dark by the inverted pass."""
    data = title("OPEN LATE TONIGHT", size=size, ink=ink, ground=ground)

    assert rate("OPEN LATE TONIGHT", data, tesseract) <= 0.1


@pytest.mark.parametrize("written", ["OPNE LATE TONIHGT", "OPEN LTAE TOINGHT", "CLOSED TODAY"])
def test_a_misspelt_title_is_flagged(tesseract, written):
    """Two letters that changed places are two errors each."""
    assert rate("OPEN LATE TONIGHT", title(written), tesseract) > 0.1


def test_the_real_title_has_no_error(tesseract, real_pictures):
    """MEASURES section 5: the title of the pro model's Tokyo weather chart has CER 0."""
    data = real_pictures["grounded_weather/pro-tokyo-16x9-1376x768.jpg"]

    lines = read(data, by=tesseract).lines

    for expected in ("TOKYO 5-DAY WEATHER FORECAST & CLOTHING GUIDE", "Layers, warm jacket"):
        assert min(best_window(expected, line).rate for line in lines) == 0
    assert min(best_window("KYOTO 3-DAY WEATHER", line).rate for line in lines) > 0.1
    assert lines[0] != lines[1]  # small figures are read otherwise in the inverted pass


def test_an_empty_picture_holds_no_text(tesseract):
    """Two passes, nothing in either."""
    assert read(title(" "), by=tesseract).lines == ("", "")


def test_a_broken_picture_says_why(tesseract):
    """It is described, never raised."""
    reading = read(b"broken", by=tesseract)

    assert reading.unmeasurable.startswith("not a JPEG, PNG or WebP picture")
    assert reading.lines == ()


def test_a_language_without_data_names_what_to_install(tesseract):
    """What the suite wrote is looked up, never handed on unseen."""
    for language in ("xyz", "eng+xyz", "--help", "../../etc"):
        assert "apt-get install tesseract-ocr-" in reader(language).unavailable
    assert reader("eng").version == tesseract.version


def test_without_the_package_the_extra_is_named(monkeypatch):
    """One sentence says what to install."""
    monkeypatch.setitem(sys.modules, "pytesseract", None)

    assert "pip install 'gemini-image-harness[ocr]'" in reader("eng").unavailable


def test_without_tesseract_the_system_package_is_named(monkeypatch):
    """The Python package alone reads nothing."""
    pytest.importorskip("pytesseract")
    monkeypatch.setenv("PATH", "/nowhere")

    assert "apt-get install tesseract-ocr" in reader("eng").unavailable


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("while :; do :; done", "does not answer within 0.2 s"),
        ('[ "$1" = --version ] && echo 5.3.0 && exit\nwhile :; do :; done', "does not answer"),
        ("exit 3", "fails (exit code 3)"),
    ],
    ids=["hangs", "hangs over its languages", "fails"],
)
def test_a_tesseract_that_does_not_answer_is_none(monkeypatch, tmp_path, script, said):
    """It is waited for a while, then it is said; nothing hangs, nothing is raised."""
    pytest.importorskip("pytesseract")
    fake = tmp_path / "tesseract"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(room, "ANSWER_S", 0.2)

    assert said in reader("eng").unavailable


def test_what_is_unavailable_reads_nothing():
    """The reason goes on to the reading."""
    reading = read(title("A"), by=Reader(language="eng", unavailable="install it"))

    assert (reading.unmeasurable, reading.lines) == ("install it", ())
