"""An epoch is shown as a monitor sees it, and an older one comes into force by a new file."""

from dataclasses import replace

import pytest

from harness.errors import DecisionError
from harness.evaluate.baseline import pin
from harness.evaluate.epochs import restore, shown
from harness.model.watch import Watch


def more(workspace, suite, *, samples):
    """Record further answers to the suite's first cell."""
    cassettes = workspace.cassettes(suite.id)
    first = min(cassettes.load(), key=lambda item: item.key)
    cassettes.write(replace(first, key=replace(first.key, sample=n), session="s2") for n in samples)


@pytest.fixture
def pinned(workspace, imported):
    """Pin twice: two cells with an answer each, then four answers more of one of them."""
    suite = imported("a", count=2)
    (first,) = pin((suite,), workspace, by="Ann", why="first")
    more(workspace, suite, samples=range(1, 5))
    (second,) = pin((suite,), workspace, by="Ann", why="second")
    return suite, first, second


def test_an_epoch_tells_what_is_missing_to_be_watched(workspace, pinned):
    """Cells below the reference, days, and that a look could never alarm."""
    suite, _, second = pinned

    (found,) = shown((suite,), workspace)

    (arm,) = found.arms
    assert found.in_force
    assert found.epoch == second
    assert (arm.cells, arm.answers, arm.least, arm.most) == (2, 6, 1, 5)
    assert arm.outcomes == {"picture": 6}
    assert sum(session.answers for session in arm.sessions) == 6
    said = " | ".join(arm.missing)
    assert "2 cells with fewer than 16 answers (drift.reference), the least 1" in said
    assert "drift.sessions asks for 5: day effects are not measurable" in said
    assert "a look could never alarm: " in said


def test_the_smallest_p_is_that_of_the_suites_own_settings(workspace, imported):
    """4 v 4 answers on one cell never reach .01: there are 70 labellings, in twins."""
    suite = imported("a")
    more(workspace, suite, samples=range(1, 4))
    pin((suite,), workspace, by="Ann", why="")

    few, many = (
        shown((replace(suite, watch=Watch(fresh=fresh)),), workspace)[0].arms[0]
        for fresh in (4, 20)
    )

    assert few.smallest_p == pytest.approx(2 / 70)
    assert few.smallest_p > few.alpha > many.smallest_p


def test_an_older_epoch_comes_into_force_by_a_new_file(workspace, pinned):
    """Its samples are unchanged, who and why are of now, and every file stays as it was."""
    suite, first, second = pinned
    before = {path: path.read_bytes() for path in workspace.baselines(suite).folder.iterdir()}

    made = restore((suite,), workspace, first.id, by="Bob", why="a bad day")

    epochs = workspace.baselines(suite).epochs()
    assert epochs == (first, second, made)
    assert made.samples == first.samples
    assert (made.restores, made.by, made.why) == (first.id, "Bob", "a bad day")
    assert all(path.read_bytes() == data for path, data in before.items())
    assert shown((suite,), workspace, first.id)[0].in_force is False


def test_the_epoch_in_force_is_not_restored_again(workspace, pinned):
    """It is given as it is, and no file is added."""
    suite, _, second = pinned

    made = restore((suite,), workspace, second.id, by="Bob", why="once more")

    assert made == second
    assert len(workspace.baselines(suite).epochs()) == 2


def test_an_epoch_whose_pictures_are_absent_is_not_restored(workspace, pinned):
    """A reference sample is whole, or it is none."""
    suite, first, _ = pinned
    for path in (workspace.root / "cassettes" / "blobs").rglob("*.png"):
        path.unlink()

    with pytest.raises(DecisionError, match="2 pictures of it not here"):
        restore((suite,), workspace, first.id, by="Bob", why="a bad day")

    assert len(workspace.baselines(suite).epochs()) == 2


@pytest.mark.parametrize(("name", "said"), [("nothing", "no epoch"), ("", "2 epochs")])
def test_an_epoch_is_named_by_its_end_alone_where_that_is_clear(workspace, pinned, name, said):
    """Neither none nor two."""
    suite, *_ = pinned

    with pytest.raises(DecisionError, match=said):
        restore((suite,), workspace, name, by="Bob", why="a bad day")
