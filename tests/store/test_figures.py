"""What took time to compute is remembered; what cannot be trusted is forgotten."""

from harness.model.features import Edit
from harness.store.figures import Figures

EDIT = Edit(before="ab" * 32, after="cd" * 32, columns=1, rows=1, colour=(2.5,), changed=(True,))
KEY = (EDIT.before, EDIT.after)


def test_a_value_comes_back_under_its_key(tmp_path):
    """What was put is given; another key, also one that joins alike, has nothing."""
    memo = Figures(tmp_path, Edit, "v1")

    memo.put(EDIT, *KEY)

    assert memo.get(*KEY) == EDIT
    assert memo.get(*reversed(KEY)) is None
    assert memo.get("".join(KEY)) is None


def test_another_version_remembers_nothing_of_this_one(tmp_path):
    """Figures of two algorithms are never mixed."""
    Figures(tmp_path, Edit, "v1").put(EDIT, *KEY)

    assert Figures(tmp_path, Edit, "v2").get(*KEY) is None


def test_a_broken_file_counts_as_forgotten(tmp_path):
    """It is computed anew, and no error."""
    memo = Figures(tmp_path, Edit, "v1")
    memo.put(EDIT, *KEY)
    (path,) = tmp_path.rglob("*.json")

    for broken in (b"{", b'{"before": 1}', b'{"unknown": 1}'):
        path.write_bytes(broken)

        assert memo.get(*KEY) is None


def test_a_place_that_cannot_be_written_costs_only_time(tmp_path):
    """Nothing is remembered, nothing is raised."""
    (tmp_path / "file").write_bytes(b"")
    memo = Figures(tmp_path / "file", Edit, "v1")

    memo.put(EDIT, *KEY)

    assert memo.get(*KEY) is None
