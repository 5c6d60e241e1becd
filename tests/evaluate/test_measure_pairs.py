"""Pictures from anywhere are held against each other, and told apart from what they cannot tell."""

import pytest
from PIL import Image, ImageDraw, ImageOps

from harness.evaluate import measure_pairs as room
from harness.evaluate.measure_pairs import measure_pairs
from harness.evaluate.measure_paths import measure_paths
from harness.evaluate.measure_words import compared_of, unlisted_of
from harness.model.features import EditKind


def scene(seed, size=(160, 120)):
    """Draw a picture that no other seed's is like, nor its own mirror image."""
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    for number in range(9):
        place = (seed * 37 + number * 53) % 120, (seed * 59 + number * number * 31) % 90
        colour = (seed * 71 % 256, number * 28, 255 - number * 25)
        draw.rectangle((*place, place[0] + 12 + number * 4, place[1] + 30), fill=colour)
    return image


@pytest.fixture
def measured(tmp_path):
    """Give `measured(**pictures)`: images laid as files by name, and measured."""

    def made(**pictures):
        for name, image in pictures.items():
            image.save(tmp_path / f"{name}.png")
        return measure_paths([tmp_path], mirrored=True).pictures

    return made


def test_the_same_picture_again_is_found(measured):
    """A smaller copy, a mirror image, and a stranger: each is told as such."""
    one = scene(1)
    smaller, stranger = one.resize((120, 90)), scene(2, (200, 90))
    pictures = measured(a=one, b=smaller, c=ImageOps.mirror(one), d=stranger)

    found = measure_pairs(pictures)

    same = {(pair.first, pair.second): pair.same for pair in found.pairs}
    assert same[0, 1] == "same picture"
    assert same[0, 2] == same[1, 2] == "mirror image"
    assert same[0, 3] == same[1, 3] == same[2, 3] == ""
    assert found.clusters == ((0, 1, 2),)
    assert [pair.edit is None for pair in found.pairs] == [False, *[True] * 5]


def test_equal_bytes_are_told_as_such(measured):
    """A copy of a file needs no map of what changed."""
    (pair,) = measure_pairs(measured(a=scene(1), b=scene(1))).pairs

    assert (pair.same, pair.share, pair.edit) == ("same bytes", 0.0, None)


def test_what_changed_is_told_of_pictures_of_one_shape(measured):
    """A patch is local; a picture of another shape has no map."""
    before, after = scene(1), scene(1)
    ImageDraw.Draw(after).rectangle((20, 20, 45, 45), fill="white")
    pictures = measured(a=before, b=after, c=scene(1, (200, 90)))

    found = {(pair.first, pair.second): pair.edit for pair in measure_pairs(pictures).pairs}

    assert found[0, 1].kind is EditKind.LOCAL
    assert 0 < found[0, 1].share < 0.2
    assert found[0, 2] is found[1, 2] is None


def test_few_pictures_are_told_pair_by_pair(measured):
    """Every pair is told, in order, and none is left."""
    found = measure_pairs(measured(a=scene(1), b=scene(2), c=scene(3)))

    assert [(pair.first, pair.second) for pair in found.pairs] == [(0, 1), (0, 2), (1, 2)]
    assert unlisted_of(found) == ""
    assert compared_of(found) == "3 of 3 pairs compared: no picture occurs twice"


def test_of_many_neighbours_and_repeats_are_told(measured, monkeypatch):
    """All are compared; the pairs that are not told are counted."""
    monkeypatch.setattr(room, "LISTED", 3)
    pictures = measured(a=scene(1), b=scene(2), c=scene(3), d=scene(1).resize((120, 90)))

    found = measure_pairs(pictures)

    assert [(p.first, p.second) for p in found.pairs] == [(0, 1), (0, 3), (1, 2), (2, 3)]
    assert (found.compared, found.possible) == (6, 6)
    assert unlisted_of(found) == "2 pairs of different pictures"


def test_of_very_many_only_neighbours_are_compared(measured, monkeypatch):
    """The work grows no further, and what was not done is said."""
    monkeypatch.setattr(room, "ALL_PAIRS", 2)
    monkeypatch.setattr(room, "MOST_LISTED", 1)

    found = measure_pairs(measured(a=scene(1), b=scene(2), c=scene(1)))

    assert (found.compared, found.possible, found.unlisted) == (2, 3, 1)
    assert "neighbours alone" in compared_of(found)
    assert unlisted_of(found) == ("1 more repeats and neighbours, 1 pairs that were not compared")


def test_a_cut_picture_has_no_hash_to_compare(measured, tmp_path):
    """It stands among the pairs, without figures."""
    scene(1).save(tmp_path / "b.jpg")
    (tmp_path / "b.jpg").write_bytes((tmp_path / "b.jpg").read_bytes()[:-40])

    (pair,) = measure_pairs(measured(a=scene(1))).pairs

    assert (pair.share, pair.mirrored, pair.same, pair.edit) == (None, None, "", None)


def test_no_picture_and_one_have_no_pairs(measured):
    """There is nothing to hold against each other."""
    assert measure_pairs(()).pairs == ()
    assert measure_pairs(measured(a=scene(1))).possible == 0
