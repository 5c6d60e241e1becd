"""What stands beside a run in its report: the reference sample, the change, the old prompt."""

from dataclasses import replace

import pytest

from harness.evaluate.baseline import approve_all, pin
from harness.evaluate.order import Order
from harness.evaluate.run import judged_run
from harness.evaluate.showing import showing_of
from harness.loader import load_suite
from harness.model.drift import Shift
from harness.model.showing import Example
from tests.evaluate.answered import answered


@pytest.fixture
def suite(workspace):
    """Give a suite of 2 cells with 3 answers each."""
    return answered(workspace, samples=3)


def run_of(suite, workspace):
    run, _ = judged_run((suite,), workspace, Order())
    return run


def looked(suite, workspace, *, seed):
    """Record 3 more answers of the same suite under another name; give their workspace."""
    there = replace(workspace, settings=replace_recording(workspace, "look"))
    text = suite.path.read_text()
    suite.path.unlink()
    answered(there, samples=3, seed=seed)
    suite.path.write_text(text)
    return there


def replace_recording(workspace, name):
    return workspace.settings.model_copy(update={"recording": name})


def test_without_a_reference_sample_nothing_is_tested(suite, workspace):
    """It says what to type; the pictures stand in the order in which they came, medoid first."""
    run = run_of(suite, workspace)

    found = showing_of(run, workspace)

    assert "harness baseline pin" in found.suite("shop").untested
    for judged in run.judged:
        cell = found.cell(("shop", judged.variant.id, 0))
        pictures = [s.picture for s in judged.samples]
        assert sorted(cell.order) == sorted(pictures)
        assert [p for p in pictures if p != cell.order[0]] == list(cell.order[1:])
        assert cell.example is Example.NOTHING


def test_accepted_pictures_stand_beside_where_no_reference_sample_does(suite, workspace):
    """They are told as accepted, and the digest of the accepted set with them."""
    run = run_of(suite, workspace)
    approve_all(run, (suite,), workspace, by="Ann", why="first look")

    found = showing_of(run, workspace)

    cell = found.cell(("shop", run.judged[0].variant.id, 0))
    assert cell.example is Example.ACCEPTED
    assert len(cell.baseline) == 3
    assert cell.accepted_before


def test_the_reference_sample_itself_is_no_news(suite, workspace):
    """Answers that are pinned are not held against themselves."""
    pin((suite,), workspace, by="Ann", why="")

    found = showing_of(run_of(suite, workspace), workspace)

    assert found.suite("shop").drift is None
    assert "reference sample itself" in found.suite("shop").untested
    assert all(cell.same and cell.example is Example.EPOCH for cell in found.cells.values())


def test_fresh_answers_are_tested_and_the_test_is_remembered(suite, workspace):
    """Each cell has its part of the test; another report reads what the first one found."""
    pin((suite,), workspace, by="Ann", why="")
    there = looked(suite, workspace, seed=9)
    run = run_of(suite, there)

    found = showing_of(run, there)

    drift = found.suite("shop").drift
    assert drift.verdict in set(Shift)
    assert {c.variant for c in drift.cells} == {place[1] for place in found.cells}
    assert not any(cell.same for cell in found.cells.values())
    (kept,) = (there.state / "drift").iterdir()
    kept.write_text(kept.read_text().replace(drift.said, "as it was remembered"))
    assert showing_of(run, there).suite("shop").drift.said == "as it was remembered"


def test_an_edited_prompt_stands_beside_what_it_was(suite, workspace):
    """The old words come from the recording that the reference sample was drawn from."""
    pin((suite,), workspace, by="Ann", why="")
    suite.path.write_text(suite.path.read_text().replace("prompt 0", "another prompt"))
    edited = load_suite(suite.path)

    found = showing_of(run_of(edited, workspace), workspace)

    old = {place[1]: cell.old_prompt for place, cell in found.cells.items()}
    assert sorted(old.values()) == ["", "prompt 0"]


def test_an_edited_question_stands_beside_its_answers_before(suite, workspace):
    """Also while its own are still to be recorded; an equal cell stands beside nothing."""
    before = {j.variant.id: [s.picture for s in j.samples] for j in run_of(suite, workspace).judged}
    suite.path.write_text(suite.path.read_text().replace("prompt 0", "another prompt"))

    found = showing_of(run_of(load_suite(suite.path), workspace), workspace)

    edited, equal = sorted(
        found.cells.items(), key=lambda item: item[1].example != "recorded before"
    )
    assert edited[1].former == edited[1].baseline == tuple(before[edited[0][1]])
    assert (equal[1].former, equal[1].example) == ((), Example.NOTHING)


def test_a_suite_that_is_gone_says_so(suite, workspace):
    """An old run's report can be written anew without its suite."""
    run = run_of(suite, workspace)
    suite.path.unlink()

    found = showing_of(run, workspace)

    assert "cannot be read" in found.suite("shop").untested
    assert found.cells == {}
