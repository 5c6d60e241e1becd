"""The verb that measures pictures from anywhere."""

import io
import shutil

import pytest
from PIL import Image, ImageDraw


@pytest.fixture
def pictures(bench, tmp_path):
    """Lay a folder with two pictures of Pillow's, a JPEG and a WebP."""
    for name in ("one.jpg", "two.webp"):
        path = tmp_path / "pictures" / name
        path.parent.mkdir(exist_ok=True)
        image = Image.linear_gradient("L").resize((1376, 768)).convert("RGB")
        draw = ImageDraw.Draw(image)
        for number in range(7):
            left, top = number * 431 % 1100, number * 277 % 560
            draw.ellipse((left, top, left + 220, top + 170), fill=(number * 36, 200, 90))
        image.save(path)
    return bench


def test_a_folder_is_told_as_a_table(pictures):
    """A row a picture: pixels, size, ratio, container, marks, and who delivered it."""
    ran = pictures("measure", "pictures")

    rows = [line.split() for line in ran.out.splitlines()]
    assert ran.code == 0
    assert ["one.jpg", "1376x768", "1K", "16:9", "+1%", "JPEG"] in [row[:6] for row in rows]
    assert ran.out.count("re-encoded by someone") >= 2
    assert ran.err == ""


def test_few_pictures_are_described(pictures):
    """Fingerprints, digest, and the evidence of each picture follow the table."""
    ran = pictures("measure", "pictures/one.jpg")

    for word in ("phash16", "dhash16", "sha256", "bytes cannot tell", "luma sum"):
        assert word in ran.out


def test_of_many_pictures_each_delivery_is_told_once(pictures, tmp_path):
    """Evidence stands once for all that were delivered alike."""
    for number in range(4):
        shutil.copy(tmp_path / "pictures" / "one.jpg", tmp_path / "pictures" / f"{number}.jpg")

    ran = pictures("measure", "pictures")

    assert ran.out.count("bytes cannot tell") == 2
    assert "5 pictures: 0.jpg, ..." in ran.out
    assert "phash16" not in ran.out


def test_programs_get_one_document(pictures):
    """Every picture with its measures, delivery and back end; files that failed with why."""
    ran = pictures("measure", "--json", "pictures", "absent.png")

    document = ran.json
    assert ran.code == 0
    assert document["format"] == "gemini-image-harness/measured"
    first = document["pictures"][0]
    assert first["path"] == "pictures/one.jpg"
    assert first["backend"]["name"] == "re-encoded by someone"
    assert first["measures"]["width"] == 1376
    assert first["provenance"]["c2pa"] is False
    assert document["unreadable"] == [{"path": "absent.png", "why": "No such file or directory"}]


def test_one_file_that_is_none_does_not_spoil_the_others(pictures, tmp_path):
    """What cannot be measured is said on stderr, and the exit code is 0."""
    (tmp_path / "notes.png").write_text("no picture")

    ran = pictures("measure", "pictures", "notes.png")

    assert ran.code == 0
    assert ran.err.startswith("notes.png: not measured: not a JPEG, PNG or WebP picture")


@pytest.mark.parametrize("words", [["absent.png"], ["empty"], ["--json", "absent.png"]])
def test_nothing_to_measure_is_an_error(bench, tmp_path, words):
    """Where no picture could be read, the exit code is 2, and it is said what to name."""
    (tmp_path / "empty").mkdir()

    ran = bench("measure", *words)

    assert ran.code == 2
    assert "no picture could be read; name JPEG, PNG or WebP files" in ran.err


def test_hostile_names_and_comments_reach_no_terminal(bench, tmp_path):
    """Escape sequences in a name or a credit are shown, never obeyed."""
    out = io.BytesIO()
    credit = b'photoshop:Credit="\x1b]0;owned\x07"'
    image = Image.linear_gradient("L").convert("RGB")
    image.save(out, "JPEG", comment="\x1b[2Jwiped", xmp=credit)
    (tmp_path / "bad\x1b[31m.jpg").write_bytes(out.getvalue())

    ran = bench("measure", ".")

    assert ran.code == 0
    assert "\x1b" not in ran.out + ran.err
    assert "]0;owned" in ran.out


def test_nothing_of_a_workspace_is_needed(pictures, tmp_path):
    """It runs anywhere: no suite, no settings, and it leaves nothing behind."""
    before = pictures.files()

    pictures("measure", "pictures")

    assert pictures.files() == before


def test_what_lies_beyond_a_limit_is_said_in_plain_words(bench, tmp_path):
    """Few pictures are told of in sentences; of more, each limit is a line with its pictures."""
    for number in range(4):
        Image.new("RGB", (96, 96), "white").save(tmp_path / f"{number}.png")

    few, many = bench("measure", "0.png"), bench("measure", ".")

    assert "0.png: tiles spread by 0.0 grey levels (limit 3): nothing is painted" in few.out
    assert "4 pictures: 0.png, 1.png, 2.png, 3.png" in many.out
    assert few.code == many.code == 0


def test_pairs_are_told_with_what_they_cannot_tell(pictures):
    """The same picture in two files is found; the caution on hashes stands below."""
    ran = pictures("measure", "pictures", "--pairs")

    assert "1 of 1 pair compared: 2 files in 1 group, each the same picture" in ran.out
    assert "one picture: one.jpg, two.webp" in ran.out
    assert "says nothing of likeness, quality or drift" in ran.out


def test_pairs_and_references_stand_in_the_document(pictures):
    """Programs get pairs, groups, distances and the control, and what was not asked is absent."""
    asked = pictures(
        "measure", "pictures", "--pairs", "--references", "pictures/one.jpg", "--json"
    ).json
    plain = pictures("measure", "pictures", "--json").json

    (pair,) = asked["pairs"]["pairs"]
    assert (pair["first"], pair["same"]) == ("pictures/one.jpg", "same picture")
    assert asked["pairs"]["groups"] == [["pictures/one.jpg", "pictures/two.webp"]]
    assert asked["references"]["pictures"][0]["nearest"] is None
    assert asked["references"]["pictures"][1]["which"] == "pictures/one.jpg"
    assert {"auc", "discriminative", "said"} <= asked["references"].keys()
    assert not {"pairs", "references", "look"} & plain.keys()


def test_references_are_told_with_their_control(pictures):
    """Each picture's nearest reference, and the honest sentence."""
    ran = pictures("measure", "pictures/two.webp", "--references", "pictures/one.jpg")

    (row,) = [line.split() for line in ran.out.splitlines() if line.split()[-1:] == ["one.jpg"]]
    assert row[0] == "two.webp"
    assert "painted strangers" in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--references", "absent"], "--references absent: no picture there"),
        (["--pairs", "--look", "clip"], "no embedder 'clip'"),
        (["--html", "pictures/one.jpg"], "--html pictures/one.jpg: a page ends in .html"),
    ],
    ids=["references", "look", "html"],
)
def test_what_cannot_be_used_is_refused_in_a_line(pictures, tmp_path, words, said):
    """Exit code 2, and what to name instead."""
    ran = pictures("measure", "pictures", *words)

    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert (tmp_path / "pictures" / "one.jpg").read_bytes().startswith(b"\xff\xd8\xff")


def test_a_page_is_written_that_stands_alone(pictures, tmp_path):
    """Its pictures lie within it; names from strangers are escaped."""
    hostile = tmp_path / "pictures" / "<script>alert(1)<.jpg"
    shutil.copy(tmp_path / "pictures" / "one.jpg", hostile)

    ran = pictures("measure", "pictures", "--pairs", "--references", "pictures", "--html", "m.html")

    page = (tmp_path / "m.html").read_text(encoding="utf-8")
    assert ran.code == 0
    assert ran.err == "page    m.html\n"
    assert "<script>" not in page
    assert page.count('src="data:image/webp;base64,') >= 3
    assert page.count("src=") == page.count('src="data:image/webp;base64,')
    for said in (
        "3 pictures measured",
        "One picture, in several files",
        "says nothing of likeness",
        "painted",
    ):
        assert said in page


def test_a_look_that_nothing_is_held_against_is_said_to_tell_nothing(pictures):
    """A flag that changes nothing is no silence."""
    alone = pictures("measure", "pictures", "--look", "keypoints")
    plain = pictures("measure", "pictures")

    assert "--look keypoints tells nothing alone: add --pairs or --references DIR" in alone.err
    assert plain.err == ""
