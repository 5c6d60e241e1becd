"""Remembered descriptions: equal, apart by version, and forgotten where broken."""

import io

import numpy as np
import pytest

from harness.store.vectors import Vectors

SHA = "ab" * 32
VECTOR = np.array([[1, 2], [3, 4]], np.uint8)


class Trap:
    """What pickle would run."""

    def __reduce__(self):
        return (pytest.fail, ("code of a file was run",))


def saved(value, **options):
    out = io.BytesIO()
    np.save(out, value, **options)
    return out.getvalue()


@pytest.fixture
def vectors(tmp_path):
    return Vectors(tmp_path, version="look 1")


def test_what_was_kept_is_given_again(vectors, tmp_path):
    """Shape and kind too; by another version it is not known."""
    vectors.put(SHA, VECTOR)

    found = Vectors(tmp_path, version="look 1").get(SHA)

    assert found.dtype == VECTOR.dtype
    assert (found == VECTOR).all()
    assert Vectors(tmp_path, version="look 2").get(SHA) is None
    assert vectors.get("cd" * 32) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no array",
        saved(VECTOR)[:-1],
        b"\x93NUMPY\x01\x00\x10\x00{'descr': (((\n",
        saved(np.array([float("nan")])),
        saved(np.array([Trap()], object), allow_pickle=True),
        saved(np.array(["text"])),
    ],
    ids=["empty", "text", "cut", "header", "nan", "pickle", "strings"],
)
def test_a_broken_file_is_forgotten(vectors, tmp_path, data):
    """And nothing in it is run."""
    vectors.put(SHA, VECTOR)
    (path,) = tmp_path.rglob("*.npy")
    path.write_bytes(data)

    assert vectors.get(SHA) is None


@pytest.mark.parametrize(
    "kept",
    [
        np.zeros(2, np.float32),
        np.zeros(4, np.float32),
        np.zeros((3, 1), np.float32),
        np.float32(3),
        np.full(3, 1e300),
        np.ones(3, np.bool_),
    ],
    ids=["shorter", "longer", "a column", "one number", "wider numbers", "no numbers"],
)
def test_what_is_of_another_form_is_forgotten(tmp_path, kept):
    """Where a description has a form: what is held against it has to be of that one."""
    vectors = Vectors(tmp_path, version="look 1", numbers=3)
    vectors.put(SHA, kept)
    vectors.put("cd" * 32, np.ones(3, np.float32))

    assert vectors.get(SHA) is None
    assert (vectors.get("cd" * 32) == 1).all()


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    """It only costs time later."""
    (tmp_path / "file").write_text("")
    vectors = Vectors(tmp_path / "file", version="look 1")

    vectors.put(SHA, VECTOR)

    assert vectors.get(SHA) is None
