"""Measures lie beside cassettes in git: a line a picture, the same bytes of the same figures."""

import hashlib

import pytest

from harness.model.picture import Fingerprint, Measures
from harness.store.committed import Committed

VERSION = "measures/7 numpy 2"


def measures(number):
    """Give what might be measured of a picture."""
    print_ = Fingerprint(method="phash16", bits=8, hex="0f", version="v")
    sha256 = hashlib.sha256(str(number).encode()).hexdigest()
    return Measures(sha256=sha256, true_type="image/png", size=number, fingerprints=(print_,))


def held(*numbers):
    return {each.sha256: each for each in map(measures, numbers)}


@pytest.fixture
def committed(tmp_path):
    return Committed(tmp_path)


def test_what_was_written_is_known_and_marked_absent(committed):
    """Of every file of the recording."""
    committed.write("fox.json", {VERSION: held(1)})
    committed.write("owl.json", {VERSION: held(2)})

    known = committed.known(version=VERSION)

    assert {each.size for each in known.values()} == {1, 2}
    assert all(each.absent for each in known.values())


def test_the_same_figures_are_the_same_bytes(committed):
    """In whatever order they came; a second time nothing is written."""
    committed.write("fox.json", {VERSION: held(1, 2, 3)})
    first = (committed.folder / "fox.json").read_bytes()

    again = committed.write("fox.json", {VERSION: held(3, 1, 2)})

    assert not again
    assert (committed.folder / "fox.json").read_bytes() == first
    assert first.count(b'"sha256"') == len([one for one in first.split(b"\n") if b"sha256" in one])


@pytest.mark.parametrize(
    ("by", "count"), [("measures/7 numpy 1", 1), ("measures/6 numpy 2", 0), ("measures/70", 0)]
)
def test_figures_of_another_form_are_not_taken(committed, by, count):
    """Those of other libraries' versions are: they mean the same."""
    committed.write("fox.json", {by: held(1)})

    assert len(committed.known(version=VERSION)) == count


def test_figures_that_no_picture_has_count_as_absent(committed):
    """A fork's branch may say anything: an ERROR of its samples, no crash."""
    committed.write("fox.json", {VERSION: held(1)})
    path = committed.folder / "fox.json"
    path.write_text(path.read_text().replace('"0f"', '"../x"'))

    assert committed.known(version=VERSION) == {}


@pytest.mark.parametrize("data", [b"", b"[]", b'{"format": "another"}', b"<<<<<<< ours"])
def test_a_broken_file_counts_as_absent(committed, data):
    """A merge may have left it; the others count."""
    committed.write("fox.json", {VERSION: held(1)})
    (committed.folder / "owl.json").write_bytes(data)

    assert len(committed.known(version=VERSION)) == 1


def test_a_dropped_picture_is_in_no_file(committed):
    """A file that holds nothing else goes."""
    committed.write("fox.json", {VERSION: held(1, 2)})
    committed.write("owl.json", {VERSION: held(1)})

    assert committed.drop(measures(1).sha256)

    assert committed.known(version=VERSION).keys() == held(2).keys()
    assert [path.name for path in committed.files()] == ["fox.json"]
    assert not committed.drop(measures(1).sha256)


def test_files_of_cassettes_that_are_no_more_go(committed):
    """The others stay."""
    committed.write("fox.json", {VERSION: held(1)})
    committed.write("owl.json", {VERSION: held(2)})

    committed.tidy(["owl.json"])

    assert [path.name for path in committed.files()] == ["owl.json"]
