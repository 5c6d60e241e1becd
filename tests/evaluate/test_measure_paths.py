"""Pictures from anywhere are measured; what is none is said."""

import os

import pytest
from PIL import Image

from harness.compute.processes import Processes
from harness.evaluate.measure_paths import by_delivery, measure_paths, nearest_ratio


@pytest.fixture
def picture(tmp_path):
    """Give `picture(name, size)`: a picture written there."""

    def made(name, size=(96, 64)):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.linear_gradient("L").resize(size).convert("RGB").save(path)
        return path

    return made


def names(found):
    return [picture.path.name for picture in found.pictures]


@pytest.mark.parametrize(
    ("width", "height", "ratio", "off"),
    [
        (1024, 1024, "1:1", 0.0),
        (1408, 768, "16:9", 0.0312),
        (768, 1376, "9:16", -0.0078),
        (352, 2928, "1:8", -0.0383),
        (9000, 100, "8:1", 10.25),
    ],
)
def test_the_nearest_ratio_is_one_that_is_offered(width, height, ratio, off):
    """Wide and tall are treated alike, and the miss is told."""
    assert nearest_ratio(width, height) == (ratio, off)


def test_a_picture_tells_everything(picture):
    """Size, ratio, delivery and fingerprints of one file."""
    (found,) = measure_paths([picture("one.jpg", (1376, 768))]).pictures

    assert (found.tier, found.ratio, found.backend.name) == ("1K", "16:9", "re-encoded by someone")
    assert {one.method for one in found.measures.fingerprints} == {"phash16", "dhash16"}
    assert found.provenance.container == "image/jpeg"


def test_folders_are_searched_by_name(picture, tmp_path):
    """Pictures below a folder come sorted; other files in it are passed over in silence."""
    for name in ("b/two.png", "a.webp", "b/a/ONE.JPG"):
        picture(name)
    (tmp_path / "notes.txt").write_text("no picture")

    found = measure_paths([tmp_path])

    assert names(found) == ["a.webp", "two.png", "ONE.JPG"]
    assert found.unreadable == ()


def test_a_path_named_twice_is_measured_once(picture, tmp_path):
    """A folder and a file of it name the file once."""
    one = picture("one.png")

    assert names(measure_paths([one, tmp_path, one])) == ["one.png"]


def test_many_pictures_keep_their_order(picture, tmp_path):
    """Measured in several processes, they come as they are named."""
    for number in range(9):
        picture(f"{number}.png", (64 + number, 64))

    assert [p.measures.width for p in measure_paths([tmp_path]).pictures] == list(range(64, 73))


def test_what_cannot_be_measured_is_said(picture, tmp_path):
    """Absent files, texts, broken pictures and pipes each have their reason; the rest goes on."""
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "empty.jpg").write_bytes(b"")
    os.mkfifo(tmp_path / "pipe.png")
    long = "a" * 300
    paths = [tmp_path / n for n in ("absent.png", "text.png", "empty.jpg", "pipe.png", long)]

    found = measure_paths([*paths, picture("one.png")], executor=Processes(workers=1))

    assert names(found) == ["one.png"]
    assert {file.path.name: file.why for file in found.unreadable} == {
        "absent.png": "No such file or directory",
        "text.png": "not a JPEG, PNG or WebP picture (10 bytes)",
        "empty.jpg": "not a JPEG, PNG or WebP picture (0 bytes)",
        "pipe.png": "not a file",
        long: "File name too long",
    }


def test_a_cut_picture_is_measured_as_far_as_it_goes(picture):
    """Its size and delivery are told, and that it is cut."""
    path = picture("cut.jpg")
    path.write_bytes(path.read_bytes()[:-20])

    (found,) = measure_paths([path]).pictures

    assert found.measures.truncated
    assert (found.measures.width, found.measures.height) == (96, 64)


def test_an_endless_file_is_refused(tmp_path):
    """A file beyond the limit is not read."""
    path = tmp_path / "endless.png"
    with path.open("wb") as file:
        file.truncate(200_000_001)

    (unreadable,) = measure_paths([path]).unreadable

    assert unreadable.why == "more than 200 MB"


def test_links_in_folders_are_not_followed(picture, tmp_path):
    """A link below a folder may lead anywhere; one that is named itself is measured."""
    link = tmp_path / "folder" / "link.png"
    link.parent.mkdir()
    link.symlink_to(picture("elsewhere/one.png"))

    assert names(measure_paths([link.parent])) == []
    assert names(measure_paths([link])) == ["link.png"]


def test_pictures_of_one_delivery_stand_together(picture, tmp_path):
    """Alike deliveries are one group, whatever the pixels."""
    for name in ("a.jpg", "b.png", "c.jpg"):
        picture(name)

    groups = by_delivery(measure_paths([tmp_path]).pictures).values()

    assert [[one.path.name for one in group] for group in groups] == [["a.jpg", "c.jpg"], ["b.png"]]


def test_nothing_named_is_nothing_found():
    """Without paths there is neither a picture nor a complaint."""
    found = measure_paths([])

    assert (found.pictures, found.unreadable) == ((), ())
