"""What was forgotten on purpose says so for ever, whoever forgot it."""

import json

import pytest

from harness.errors import StoreError
from harness.store.tombstones import FOLDER, UNREADABLE, Tombstone, Tombstones

ONE, TWO = "1a" * 32, "2b" * 32
ANN = Tombstone(sha256=ONE, reason="licence ended", by="Ann", at="2026-11-25T10:00:00+00:00")
BOB = Tombstone(sha256=ONE, reason="asked to", by="Bob", at="2026-11-26T10:00:00+00:00")


@pytest.fixture
def stones(tmp_path):
    return Tombstones(tmp_path)


def test_a_tombstone_comes_back(stones):
    """Who, when and why; what was not forgotten has none."""
    stones.add(ANN)

    assert stones.get(ONE) == ANN
    assert ONE in stones
    assert TWO not in stones
    assert stones.get(TWO) is None


def test_two_who_forget_the_same_add_two_files(stones):
    """So that two branches merge; the first one counts."""
    paths = {stones.add(BOB), stones.add(ANN), stones.add(ANN)}

    assert len(paths) == 2
    assert stones.all() == (ANN,)


def test_tombstones_are_told_oldest_first(stones):
    """Whatever their sha256."""
    late = Tombstone(sha256="00" * 32, reason="x", at="2027-01-01T00:00:00+00:00")
    stones.add(late)
    stones.add(ANN)

    assert stones.all() == (ANN, late)


def test_a_folder_without_tombstones_has_none(stones, tmp_path):
    """Nothing is made by looking."""
    assert stones.all() == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        b"<<<<<<< ours",
        b"[]",
        json.dumps({"format": "other"}).encode(),
        json.dumps({"format": "gemini-image-harness/tombstone", "version": 1}).encode(),
        json.dumps(
            {"format": "gemini-image-harness/tombstone", "version": 1, "sha256": TWO, "reason": "x"}
        ).encode(),
    ],
    ids=["conflict", "list", "stranger", "no fields", "another's"],
)
def test_a_broken_tombstone_still_counts(stones, tmp_path, text):
    """Its place says what was forgotten: bytes never come back through a broken file."""
    path = tmp_path / FOLDER / ONE / "broken.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(text)

    assert ONE in stones
    assert stones.all() == (Tombstone(sha256=ONE, reason=UNREADABLE),)


def test_a_readable_tombstone_goes_before_a_broken_one(stones):
    """The words are worth more than the lack of them."""
    path = stones.add(ANN)
    path.with_name("broken.json").write_bytes(b"{")

    assert stones.get(ONE) == ANN


@pytest.mark.parametrize("name", ["", "../x", ONE.upper(), f"{ONE}\n", "zz" * 32])
def test_no_tombstone_leaves_its_folder(stones, name):
    """What is no sha256 is nothing that was forgotten."""
    assert name not in stones
    with pytest.raises(StoreError, match="not a sha256"):
        stones.add(Tombstone(sha256=name, reason="x"))


def test_a_tombstone_is_said_in_one_line():
    """Also where the reason has several; what is not known is left out."""
    assert str(ANN) == "forgotten on 2026-11-25 by Ann: licence ended"
    assert str(Tombstone(sha256=ONE, reason=" a\n b ")) == "forgotten: a b"
