"""Hold pins, approvals and undos to all or nothing."""

import os
from dataclasses import replace

import pytest

from harness.errors import DecisionError, StoreError
from harness.evaluate.baseline import approve_all, pin, undo
from harness.evaluate.order import Order
from harness.evaluate.run import run_suites
from harness.loader import load_suite
from harness.model.baseline import Choice
from harness.model.generation import Outcome
from harness.store import together
from harness.store.tombstones import Tombstone


def files(workspace):
    return sorted(path.name for path in workspace.root.glob("suites/*.baseline/*"))


def judged(workspace, *suites):
    return run_suites(suites, workspace, Order()).run


def approved(workspace, *suites):
    run = judged(workspace, *suites)
    return approve_all(run, suites, workspace, by="Ann", why="a look")


def test_a_pin_holds_every_answer_of_its_sessions(workspace, imported):
    """Outcome, pictures, cell, arm and session of each; the newest epoch is in force."""
    suite = imported("a", count=2)

    (epoch,) = pin((suite,), workspace, by="Ann", why="first")

    assert [sample.outcome for sample in epoch.samples] == [Outcome.PICTURE] * 2
    assert all(len(sample.pictures) == 1 for sample in epoch.samples)
    assert len({sample.cell for sample in epoch.samples}) == 2
    assert epoch.sessions == tuple({sample.session for sample in epoch.samples})
    assert workspace.baselines(suite).epochs() == (epoch,)


def test_a_pin_of_several_suites_is_all_or_nothing(workspace, imported):
    """A suite of which nothing is recorded leaves the others unpinned too."""
    first, second = imported("a"), imported("b")
    edited = second.path.read_text().replace("b picture 0", "another picture")
    second.path.write_text(edited)

    with pytest.raises(DecisionError, match="nothing of recording 'main'"):
        pin((first, load_suite(second.path)), workspace, by="Ann", why="")

    assert files(workspace) == []


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_pin_fails_while_pictures_are_absent(workspace, imported, forgotten):
    """An answer that cannot be read is not pinned as an error of the model."""
    suite = imported("a", count=2)
    path = next((workspace.root / "cassettes" / "blobs").rglob("*.png"))
    path.unlink()
    if forgotten:
        workspace.blobs.tombstones.add(Tombstone(sha256=path.stem, reason="licence ended"))

    with pytest.raises(DecisionError, match="a reference sample is pinned whole"):
        pin((suite,), workspace, by="Ann", why="")

    assert files(workspace) == []


def test_an_approval_decides_on_bytes_and_stays_marked_unseen(workspace, imported):
    """Each decision names sha256, cell, arm and sample."""
    suite = imported("a", count=2)

    (decided,) = approved(workspace, suite)

    assert decided.unseen
    assert (decided.by, decided.why) == ("Ann", "a look")
    assert {d.choice for d in decided.decisions} == {Choice.ACCEPT}
    assert len({d.sha256 for d in decided.decisions}) == 2


def test_an_approval_of_several_suites_is_all_or_nothing(workspace, imported):
    """Where one suite's decisions cannot be written, no other's are."""
    suites = imported("a"), imported("b")
    (workspace.root / "suites" / "b.baseline").write_text("in the way")

    with pytest.raises(StoreError):
        approved(workspace, *suites)

    assert files(workspace) == []


def test_a_run_of_other_suites_is_refused(workspace, imported):
    """Decisions go to suites that are here."""
    first, second = imported("a"), imported("b")
    run = judged(workspace, first)

    with pytest.raises(DecisionError, match="which is no suite here"):
        approve_all(run, (second,), workspace, by="Ann", why="")


def test_an_undo_takes_back_the_last_approval_and_no_other(workspace, imported):
    """An older approval of another suite stays in force; a further undo takes it too."""
    first, second = imported("a"), imported("b")
    approved(workspace, first)
    approved(workspace, first, second)

    once = undo((first, second), workspace, by="Ann", why="")
    twice = undo((first, second), workspace, by="Ann", why="")

    assert list(once) == ["b"]
    assert list(twice) == ["a"]
    with pytest.raises(DecisionError, match="nothing to undo"):
        undo((first, second), workspace, by="Ann", why="")


def test_an_undo_takes_back_both_parts_of_an_approval(workspace, imported):
    """What was decided together is taken back together; every file stays."""
    suites = imported("a"), imported("b")
    approved(workspace, *suites)

    taken = undo(suites, workspace, by="Ann", why="")

    assert list(taken) == ["a", "b"]
    kinds = sorted(name.partition("-")[0] for name in files(workspace))
    assert kinds == ["decisions", "decisions", "undo", "undo"]


def test_an_approval_killed_between_two_suites_never_was(workspace, imported, monkeypatch):
    """The first suite's file lay there already; who reads next sees none, and can approve."""
    suites = imported("a"), imported("b")
    run, write = judged(workspace, *suites), together.write_atomic

    def killed(path, data):
        write(path, data)
        if path.parent.name == "a.baseline":
            os._exit(9)

    with monkeypatch.context() as patched:
        patched.setattr(together, "write_atomic", killed)
        if (child := os.fork()) == 0:
            approve_all(run, suites, workspace, by="Ann", why="a look")
        os.waitpid(child, 0)
    left = files(workspace)
    seen = workspace.baselines(suites[0]).decision_sets()
    approve_all(run, suites, workspace, by="Ann", why="a look")

    assert len(left) == 1
    assert seen == ()
    assert len(files(workspace)) == 2


def test_pinning_the_same_answers_again_makes_no_second_epoch(workspace, imported):
    """An epoch is one pinning: the same answers pinned twice are the first one."""
    suite = imported("a", count=2)

    first = pin((suite,), workspace, by="Ann", why="")
    again = pin((suite,), workspace, by="Bob", why="")

    assert again == first
    assert len(files(workspace)) == 1


def test_a_pin_takes_answers_beyond_the_samples_of_the_suite(workspace, imported):
    """What was grown over sessions is pinned whole, whatever a run judges."""
    suite = imported("a")
    cassettes = workspace.cassettes(suite.id)
    (first,) = cassettes.load()
    later = [
        replace(first, key=replace(first.key, sample=sample), session=f"s{sample}")
        for sample in (1, 2, 5)
    ]
    cassettes.write(later)

    (epoch,) = pin((suite,), workspace, by="Ann", why="")

    assert suite.variants[0].samples == 1
    assert [sample.key.sample for sample in epoch.samples] == [0, 1, 2, 5]
    assert epoch.sessions == tuple(sorted({first.session, "s1", "s2", "s5"}))


def test_a_pin_takes_no_answer_of_another_request(workspace, imported):
    """What an older prompt was answered is no reference sample of the new one."""
    suite = imported("a")
    cassettes = workspace.cassettes(suite.id)
    (first,) = cassettes.load()
    other = replace(
        first, key=replace(first.key, sample=3), request_digest="0" * 64, cell=first.cell
    )
    cassettes.write([other])

    (epoch,) = pin((suite,), workspace, by="Ann", why="")

    assert [sample.key.sample for sample in epoch.samples] == [0]
