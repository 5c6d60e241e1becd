"""A character is itself in every scene, and another reference is another character."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from harness.simulator.dice import Dice
from harness.simulator.paint.brief import read_brief
from harness.simulator.paint.colour import difference
from harness.simulator.paint.picture import Order, paint
from harness.simulator.paint.reference import cast_of, character_in, paint_reference

SCENES = ("surfing at the beach", "in a night city", "reading a map in a library", "in the snow")
NAMES = ("fox", "owl", "robot")


def to_lab(image):
    """Turn sRGB to CIE Lab (D65)."""
    part = np.asarray(image.convert("RGB").resize((96, 96), Image.Resampling.BOX)) / 255.0
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    matrix = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = linear @ matrix.T / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    light, green, blue = f[..., 1], f[..., 0], f[..., 2]
    return np.stack([116 * light - 16, 500 * (green - light), 200 * (light - blue)], axis=-1)


def smoothed(histogram):
    for axis in range(3):
        padded = np.pad(histogram, [(1, 1) if a == axis else (0, 0) for a in range(3)], mode="edge")
        take = [np.take(padded, np.arange(k, k + histogram.shape[axis]), axis) for k in range(3)]
        histogram = 0.25 * take[0] + 0.5 * take[1] + 0.25 * take[2]
    return histogram


def wlab(image):
    """Describe the middle's colours that the border lacks (subject-weighted Lab histogram)."""
    lab = to_lab(image)
    low, step = np.array([0, -60, -60]), np.array([100 / 6, 10, 10])
    bins = np.clip(((lab - low) / step).astype(int), 0, [5, 11, 11])
    flat = np.ravel_multi_index(bins.reshape(-1, 3).T, (6, 12, 12))
    y, x = np.mgrid[-0.5:0.5:96j, -0.5:0.5:96j]
    centre = np.exp(-(x**2 + y**2) / (2 * 0.28**2)).ravel()
    border = ((np.abs(x) > 0.4) | (y < -0.4) | (y > 0.45)).ravel()

    def histogram(weight):
        counted = np.bincount(flat, weight, 6 * 12 * 12).reshape(6, 12, 12)
        whole = smoothed(counted)
        return whole / max(1e-12, whole.sum())

    fore, back = histogram(centre), histogram(border.astype(float))
    rarity = (fore / np.maximum(1e-12, fore + back)).ravel()[flat]
    return histogram(centre * rarity**2)


def apart(one, other):
    return 1 - float(np.minimum(one, other).sum())


def scene(words, reference, index):
    order = Order(brief=read_brief(words), size=(448, 448), cast=cast_of((reference,)))
    return paint(order, Dice(5).throw(f"{words}/{index}")).image


def test_the_same_character_lies_nearer_than_another():
    """By a subject-weighted colour histogram, same against different has an AUC of .85 or more."""
    sheets = {name: paint_reference(name, 1) for name in NAMES}

    features = {
        name: [wlab(scene(words, sheet, name)) for words in SCENES]
        for name, sheet in sheets.items()
    }

    same = [
        apart(*pair) for group in features.values() for pair in itertools.combinations(group, 2)
    ]
    different = [
        apart(one, other)
        for first, second in itertools.combinations(NAMES, 2)
        for one, other in itertools.product(features[first], features[second])
    ]
    auc = np.mean([[(s < d) + 0.5 * (s == d) for d in different] for s in same])
    assert auc >= 0.85


@pytest.mark.parametrize("name", ["fox", "owl", "cat", "dog", "bear", "rabbit", "penguin", "robot"])
def test_a_sheet_is_read_as_the_animal_that_it_shows(name):
    """The silhouette tells the kind, for every seed."""
    assert {character_in(paint_reference(name, seed)).species for seed in range(3)} == {name}


def test_a_character_survives_re_encoding():
    """A smaller, coarser copy of a reference gives the same kind, mark and nearly the same coat."""
    sheet = paint_reference("fox", 1)
    out = io.BytesIO()
    with Image.open(io.BytesIO(sheet)) as opened:
        opened.resize((400, 400)).save(out, "JPEG", quality=60)

    known, copied = character_in(sheet), character_in(out.getvalue())

    assert (known.species, known.mark) == (copied.species, copied.mark)
    assert difference(known.body, copied.body) < 0.03


def test_different_sheets_are_different_characters_and_copies_one():
    """Three pictures of two characters make a cast of two."""
    fox, owl = paint_reference("fox", 1), paint_reference("owl", 1)

    assert len(cast_of((fox, owl, fox))) == 2


def test_sheets_repeat_and_say_simulated():
    """The same name and seed give the same bytes, marked as simulated."""
    sheet = paint_reference("mascot", 4)

    assert sheet == paint_reference("mascot", 4)
    assert sheet != paint_reference("mascot", 5)
    with Image.open(io.BytesIO(sheet)) as opened:
        assert opened.size == (768, 768)
        assert b"simulated" in opened.info["comment"]


def test_bytes_that_cannot_be_read_still_give_one_character():
    """A HEIC reference has a character of its own, always the same."""
    heic = b"\x00\x00\x00\x18ftypheic" + bytes(64)

    assert character_in(heic) == character_in(heic)
    assert character_in(heic) != character_in(heic + b"1")
