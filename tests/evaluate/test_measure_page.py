"""The page of pictures from anywhere is bounded, and says what it leaves out."""

from pathlib import Path

import pytest
from PIL import Image

from harness.evaluate import measure_page as room
from harness.evaluate.measure_all import measure_all
from harness.evaluate.measure_page import write_measured


@pytest.fixture
def folder(tmp_path):
    for number in range(3):
        picture = Image.linear_gradient("L").resize((96 + number, 64)).convert("RGB")
        picture.save(tmp_path / f"{number}.png")
    return tmp_path


def read(found, folder):
    write_measured(found, folder / "page.html")
    return (folder / "page.html").read_text(encoding="utf-8")


def test_many_pictures_do_not_swell_the_page(folder, monkeypatch):
    """The first ones are shown, the rest is counted."""
    monkeypatch.setattr(room, "MOST_SHOWN", 1)

    said = read(measure_all([folder], models=dict), folder)

    assert said.count("data:image/webp") == 1
    assert "and 2 pictures more; --json lists all" in said


def test_what_could_not_be_measured_is_listed(folder):
    """A file and why stand at the end."""
    (folder / "x.png").write_text("none")

    said = read(measure_all([folder], models=dict), folder)

    assert "1 file could not be measured" in said
    assert "not a JPEG, PNG or WebP picture" in said


def test_a_picture_that_is_gone_has_words_in_its_place(folder):
    """A file may vanish between measuring and showing."""
    found = measure_all([folder], models=dict)
    Path(folder / "0.png").unlink()

    said = read(found, folder)

    assert "cannot be shown" in said
    assert said.count("data:image/webp") == 2


def test_the_page_keeps_the_folders_of_the_machine_to_itself(folder):
    """A page is sent on: files are told from the folder that holds them all."""
    (folder / "x.png").write_text("none")

    said = read(measure_all([folder], models=dict), folder)

    assert f"{folder.name}/0.png" in said
    assert f"{folder.name}/x.png" in said
    assert str(folder.parent) not in said
