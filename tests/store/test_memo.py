"""What was measured is remembered; what cannot be trusted is forgotten."""

import json

import pytest

from harness.model.picture import Fingerprint, Measures
from harness.store.memo import Memo

SHA = "cd" * 32
MEASURES = Measures(
    sha256=SHA,
    true_type="image/jpeg",
    size=9,
    width=4,
    height=3,
    tile_sd=1.5,
    fingerprints=(Fingerprint(method="phash16", bits=256, hex="0" * 64, version="1"),),
)


def test_measures_come_back(tmp_path):
    """What was put is given; what was not is None."""
    memo = Memo(tmp_path, version="v1")

    memo.put(MEASURES)

    assert memo.get(SHA) == MEASURES
    assert memo.get("ef" * 32) is None


def test_another_version_remembers_nothing(tmp_path):
    """The key holds every algorithm and library version."""
    Memo(tmp_path, version="v1").put(MEASURES)

    assert Memo(tmp_path, version="v2").get(SHA) is None


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"\xff\xfe", b"[]", b"null", b'{"sha256": 3}', b"[" * 5000,
        b'{"sha256": "' + SHA.encode() + b'", "true_type": "t", "size": 1, "tile_sd": 1'
        + b"0" * 400 + b"}",
        json.dumps({"sha256": "ef" * 32, "true_type": "t", "size": 1}).encode(),
    ],
    ids=["empty", "cut", "no utf-8", "list", "null", "wrong type", "deep", "huge", "another's"],
)  # fmt: skip
def test_a_broken_file_counts_as_forgotten(tmp_path, data):
    """Whatever lies there, it is measured anew and written over."""
    memo = Memo(tmp_path, version="v1")
    memo.put(MEASURES)
    (path,) = tmp_path.rglob("*.json")
    path.write_bytes(data)

    assert memo.get(SHA) is None

    memo.put(MEASURES)
    assert memo.get(SHA) == MEASURES


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path):
    """Putting never fails a run."""
    (tmp_path / "file").write_text("")
    memo = Memo(tmp_path / "file", version="v1")

    memo.put(MEASURES)

    assert memo.get(SHA) is None
