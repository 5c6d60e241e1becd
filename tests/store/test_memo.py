"""What was measured is remembered; what cannot be trusted is forgotten."""

import json
import os

import pytest

from harness.errors import StoreError
from harness.model.picture import Fingerprint, Measures
from harness.store.memo import Memo, stamp_of

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

    memo.put(MEASURES, stamp="1-2-3")

    assert memo.get(SHA) == MEASURES
    assert memo.get("ef" * 32) is None


def test_a_changed_file_is_measured_anew(tmp_path):
    """What was measured of other bytes is not told of these; of absent ones it is."""
    memo = Memo(tmp_path, version="v1")
    memo.put(MEASURES, stamp="1-2-3")

    assert memo.get(SHA, stamp="1-2-3") == MEASURES
    assert memo.get(SHA, stamp="1-2-4") is None
    assert memo.get(SHA) == MEASURES


def test_any_change_of_a_file_changes_its_stamp(tmp_path):
    """Of its bytes in place, by another file in its place, of its length."""
    path = tmp_path / "file"
    path.write_bytes(b"one")
    stamps = [stamp_of(path)]
    os.utime(path, ns=(1, 1))
    stamps.append(stamp_of(path))
    path.write_bytes(b"four")
    os.utime(path, ns=(1, 1))
    stamps.append(stamp_of(path))
    other = tmp_path / "other"
    other.write_bytes(b"five")
    os.utime(other, ns=(1, 1))
    other.replace(path)
    stamps.append(stamp_of(path))

    assert len(set(stamps)) == 4
    with pytest.raises(StoreError, match="cannot be read"):
        stamp_of(tmp_path / "absent")


def test_another_version_remembers_nothing(tmp_path):
    """The key holds every algorithm and library version."""
    Memo(tmp_path, version="v1").put(MEASURES, stamp="1-2-3")

    assert Memo(tmp_path, version="v2").get(SHA) is None


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"\xff\xfe", b"[]", b"null", b'{"sha256": 3}', b"[" * 5000,
        b'{"stamp": "", "measures": {"sha256": "' + SHA.encode()
        + b'", "true_type": "t", "size": 1, "tile_sd": 1' + b"0" * 400 + b"}}",
        json.dumps(
            {"stamp": "", "measures": {"sha256": "ef" * 32, "true_type": "t", "size": 1}}
        ).encode(),
    ],
    ids=["empty", "cut", "no utf-8", "list", "null", "wrong type", "deep", "huge", "another's"],
)  # fmt: skip
def test_a_broken_file_counts_as_forgotten(tmp_path, data):
    """Whatever lies there, it is measured anew and written over."""
    memo = Memo(tmp_path, version="v1")
    memo.put(MEASURES, stamp="1-2-3")
    (path,) = tmp_path.rglob("*.json")
    path.write_bytes(data)

    assert memo.get(SHA) is None

    memo.put(MEASURES, stamp="1-2-3")
    assert memo.get(SHA) == MEASURES


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path):
    """Putting never fails a run."""
    (tmp_path / "file").write_text("")
    memo = Memo(tmp_path / "file", version="v1")

    memo.put(MEASURES, stamp="1-2-3")

    assert memo.get(SHA) is None
