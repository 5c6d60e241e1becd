"""Looks of pictures from anywhere are told with a negative control beside them."""

import pytest
from PIL import Image, ImageDraw

from harness.errors import UsageError
from harness.evaluate import measure_all as room
from harness.evaluate.measure_all import measure_all
from harness.evaluate.measure_looks import Likeness, describe
from harness.measure.distractors import distractors


def subject(colour, ground="grey", at=0):
    image = Image.new("RGB", (128, 128), ground)
    ImageDraw.Draw(image).ellipse((34 + at, 34, 90 + at, 94), fill=colour)
    return image


@pytest.fixture
def lay(tmp_path):
    """Give `lay(folder, **images)`: images as files; gives the folder."""

    def laid(folder, **images):
        (tmp_path / folder).mkdir(exist_ok=True)
        for name, image in images.items():
            image.save(tmp_path / folder / f"{name}.png")
        return tmp_path / folder

    return laid


def no_models():
    raise AssertionError("settings are read for no built-in measure")


def test_pictures_of_the_subject_lie_nearest(lay):
    """The nearest reference is named, and the strangers lie farther."""
    refs = lay("refs", green=subject("lime"), pink=subject("hotpink"))
    paths = lay("new", a=subject("lime", at=9), b=subject("hotpink", at=-7))

    found = measure_all([paths], references=refs, models=no_models).likeness

    assert [near.which.name for near in found.pictures] == ["green.png", "pink.png"]
    assert all(near.nearest < near.mean for near in found.pictures)
    assert len(found.controls) == len(distractors()) > 0
    assert (found.auc, found.discriminative) == (1.0, True)
    assert "never identity" in found.said
    assert "easy control" in found.said


def test_pictures_that_lie_no_nearer_than_strangers_say_so(lay):
    """The sentence says that no distance tells anything; the figures stay."""
    refs = lay("refs", green=subject("lime", "white"))
    paths = lay("new", a=subject("black", "navy"), b=subject("navy", "black"))

    found = measure_all([paths], references=refs, models=no_models).likeness

    assert not found.discriminative
    assert found.said.startswith("not discriminative: AUC 0.")


@pytest.mark.parametrize(("share", "blind"), [(0.75, False), (0.7499, True), (None, True)])
def test_the_limit_of_the_control(share, blind):
    """At .75 a measure can tell, below it cannot; without a control neither."""
    found = Likeness(
        measure="look", references=(), pictures=(), controls=(), auc=share, unmeasurable={}
    )

    assert found.discriminative is not blind


def test_a_reference_is_not_held_against_itself(lay):
    """Equal bytes under another name would lie at nought and flatter the control."""
    refs = lay("refs", green=subject("lime"), pink=subject("hotpink"))
    paths = lay("new", copy=subject("lime"))

    (near,) = measure_all([paths], references=refs, models=no_models).likeness.pictures

    assert near.which.name == "pink.png"
    assert near.nearest > 0.1


def test_no_reference_is_refused(lay, tmp_path):
    """An empty or absent folder is an error before anything is measured."""
    (tmp_path / "empty").mkdir()

    for folder in ("empty", "absent"):
        with pytest.raises(UsageError, match="no picture there"):
            measure_all([lay("new", a=subject("lime"))], references=tmp_path / folder, models=dict)


def test_an_endless_reference_is_refused(lay):
    """None is read beyond the limit that holds for pictures: it is named instead."""
    refs = lay("refs", green=subject("lime"))
    with (refs / "endless.png").open("wb") as file:
        file.truncate(200_000_001)

    with pytest.raises(UsageError, match=r"endless\.png: no picture there \(more than 200 MB\)"):
        measure_all([refs / "green.png"], references=refs, models=no_models)


def test_references_that_are_no_pictures_are_refused(lay, tmp_path):
    """Files that only look like pictures have no look."""
    (tmp_path / "refs").mkdir()
    (tmp_path / "refs" / "x.png").write_text("none")

    with pytest.raises(UsageError, match="no picture there has a look"):
        measure_all([lay("new", a=subject("lime"))], references=tmp_path / "refs", models=no_models)


def test_too_many_looks_are_refused_or_left_out(lay, monkeypatch):
    """References need them; pairs can do without."""
    folder = lay("new", a=subject("lime"), b=subject("red"))
    monkeypatch.setattr(room, "MOST_LOOKS", 1)

    assert measure_all([folder], pairs=True, models=no_models).paired.pairs[0].look is None
    (folder / "c.png").write_text("measured, it would be named first")
    with pytest.raises(UsageError, match=r"4 pictures in all.*name fewer"):
        measure_all([folder, folder / "c.png"], references=folder / "b.png", models=no_models)


def test_too_many_references_are_refused_before_any_is_read(tmp_path):
    """Reading and measuring them would take a minute first."""
    for number in range(201):
        (tmp_path / f"{number}.png").touch(mode=0)

    with pytest.raises(UsageError, match="201 pictures, at most 200"):
        measure_all([tmp_path / "0.png"], references=tmp_path, models=no_models)


def test_an_unknown_measure_is_refused(lay):
    """Settings are read for it, and the known ones are named."""
    with pytest.raises(UsageError, match="no embedder 'clip'"):
        measure_all([lay("new", a=subject("red"))], pairs=True, measure="clip", models=dict)


def test_what_has_no_look_is_said(lay, tmp_path):
    """A broken picture has a reason instead of a look."""
    (tmp_path / "x.png").write_text("none")

    found = describe([tmp_path / "x.png", tmp_path / "absent.png"], measure="look", models={})

    assert found.looks == {}
    assert list(found.unmeasurable.values()) == [
        "not a JPEG, PNG or WebP picture (4 bytes)", "No such file or directory",
    ]  # fmt: skip
