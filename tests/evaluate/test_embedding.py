"""Many pictures described and held against each other: remembered, and never mixed up."""

import hashlib
import io
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from harness.evaluate.embedding import FEW, looks_of
from harness.model.features import Looks

KEY = hashlib.sha256(b"distances ").hexdigest()
"""Names the file of what was last held against each other for nothing in particular."""


@pytest.fixture
def shelf(tmp_path):
    """Give `shelf(*seeds)`: pictures of these seeds, their files by sha256."""

    def painted(*seeds):
        found = {}
        for seed in seeds:
            patches = np.random.default_rng(seed).integers(0, 256, (5, 7, 3), dtype=np.uint8)
            out = io.BytesIO()
            Image.fromarray(patches).resize((70, 50)).save(out, "PNG")
            sha256 = hashlib.sha256(out.getvalue()).hexdigest()
            found[sha256] = tmp_path / f"{sha256}.png"
            found[sha256].write_bytes(out.getvalue())
        return found

    return painted


@pytest.fixture
def measured(tmp_path):
    """Give `measured(pictures, measure)`: how far they lie apart, remembered in one folder."""

    def made(pictures, measure="look"):
        return looks_of(measure, pictures, models={}, features=tmp_path / "features")

    return made


def test_distances_are_a_matrix(shelf, measured):
    """Symmetric, 0 on the diagonal, between 0 and 1, at most four decimals."""
    pictures = shelf(1, 2, 3)

    looks = measured(pictures)

    rows = np.array(looks.rows)
    assert looks.names == tuple(pictures)
    assert looks.version == "look wlab/1"
    assert (rows == rows.T).all()
    assert (rows.diagonal() == 0).all()
    assert (rows[~np.eye(3, dtype=bool)] > 0.05).all()
    assert (rows.round(4) == rows).all()


def test_what_was_described_is_remembered(shelf, measured):
    """With a picture more, and without the others' files."""
    before = measured(shelf(1, 2))
    pictures = shelf(1, 2, 3)
    for sha256 in before.names:
        pictures[sha256].unlink()

    after = measured(pictures)

    assert len(after.names) == 3
    assert after.distance(*before.names) == before.distance(*before.names)


def test_what_is_broken_is_described_again(shelf, measured, tmp_path):
    """To the same figures."""
    pictures = shelf(1, 2)
    before = measured(pictures)
    for path in (tmp_path / "features").rglob("*.npy"):
        path.write_bytes(path.read_bytes()[:-7])

    assert measured(pictures) == before


def test_a_matrix_is_of_its_pictures_in_their_order(shelf, measured):
    """The same pictures in another order, and with one more, keep their distances."""
    pictures = shelf(1, 2, 3)
    turned = dict(reversed(shelf(0, 1, 2, 3).items()))

    first, second = measured(pictures), measured(turned)

    for one, two in combinations(pictures, 2):
        assert first.distance(one, two) == second.distance(one, two) > 0
    assert second.names == tuple(turned)


def test_distances_are_remembered(shelf, measured, tmp_path):
    """With a picture more, those of the others are the remembered ones."""
    one, two = measured(shelf(1, 2)).names
    (path,) = (tmp_path / "features").rglob(f"{KEY}.npy")
    kept = np.load(path)
    np.save(path, np.where(kept == kept[0, -1], 0.1234, kept))

    looks = measured(shelf(1, 2, 3))

    assert looks.distance(one, two) == 0.1234
    assert all(distance not in (0, 0.1234) for distance in looks.rows[2][:2])


@pytest.mark.parametrize(
    "form", [np.ones((2, 2)), np.full((2, 34), -1e9), np.ones(3)], ids=["square", "wild", "row"]
)
def test_remembered_distances_of_another_form_are_forgotten(shelf, measured, tmp_path, form):
    """A file that holds no such matrix is computed anew."""
    pictures = shelf(1, 2)
    before = measured(pictures)
    (path,) = (tmp_path / "features").rglob(f"{KEY}.npy")
    np.save(path, form)

    assert measured(pictures) == before


def test_processes_find_what_one_process_finds(shelf, measured, tmp_path):
    """One more than a few by processes, and two of them here."""
    pictures = shelf(*range(FEW + 1))
    one, two, *_ = pictures

    looks = measured(pictures)

    pair = {name: pictures[name] for name in (one, two)}
    alone = looks_of("look", pair, models={}, features=tmp_path / "alone")
    assert len(looks.names) == FEW + 1
    assert alone.distance(one, two) == looks.distance(one, two)


def test_a_picture_that_cannot_be_described_says_why(shelf, measured, tmp_path):
    """Absent, other bytes, or no picture; the others are measured."""
    good, bad = shelf(1), shelf(2)
    (changed,) = bad
    bad[changed].write_bytes(b"changed")
    text = tmp_path / "text"
    text.write_bytes(b"text")
    broken = {hashlib.sha256(b"text").hexdigest(): text}

    looks = measured({**good, **bad, **broken, "ab" * 32: None})

    assert looks.names == tuple(good)
    assert looks.unmeasurable == {
        changed: f"{changed}.png holds other bytes than its name says",
        next(iter(broken)): "not a JPEG, PNG or WebP picture (4 bytes)",
        "ab" * 32: "its bytes are not here",
    }


def test_an_embedder_that_cannot_be_had_leaves_its_reason(shelf, measured):
    """Nothing is raised: the rest of the run is judged."""
    looks = measured(shelf(1), "dino")

    assert looks == Looks(measure="dino", unavailable=looks.unavailable)
    assert "no embedder 'dino'" in looks.unavailable
