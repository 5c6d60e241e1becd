"""A review is planned, applied and told: with the rate of the last time beside this one's."""

from dataclasses import replace
from functools import partial

import pytest

from harness.errors import DecisionError, UsageError
from harness.evaluate.approve import Asked, approve_reviews
from harness.evaluate.baseline import approve_all, undo
from harness.evaluate.minutes import last_time, write_minutes
from harness.evaluate.order import Order
from harness.evaluate.planning_review import Draw, plan_review
from harness.evaluate.run import run_suites
from harness.judging.sheets import sheets
from harness.model.baseline import Acceptance
from harness.model.review import Why
from harness.model.showing import NOTHING_MORE
from tests.copied import copied
from tests.evaluate.conftest import imported_into, workspace_in
from tests.evaluate.reviewed import A, D, R, review_of


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Give a folder with a suite of four sheets, one picture each, and a run of it."""
    here = workspace_in(tmp_path_factory.mktemp("made"))
    suite = imported_into(here, "a", count=4)
    return here.root, suite, run_suites((suite,), here, Order()).run


@pytest.fixture
def scene(made, workspace):
    """Give a workspace, the run in it, and what applies reviews of it."""
    folder, suite, run = made
    copied(folder, workspace.root)
    here = replace(suite, path=workspace.root / suite.path.relative_to(folder))
    return workspace, run, partial(approve_reviews, run, (here,), workspace), here


def later(run):
    return replace(run, id=f"9{run.id}")


def test_what_is_under_discussion_comes_back(scene):
    """It is a reason of its own, no more an undecided one."""
    workspace, run, _, suite = scene
    (decided,) = approve_all(run, (suite,), workspace, by="ann", why="a look")
    talk = replace(decided.decisions[1], choice=D)
    workspace.baselines(suite).add(replace(decided, id="decisions-9", decisions=(talk,)))

    plan = plan_review(run, NOTHING_MORE, workspace, draw=Draw())

    discussed = [sheet.item for sheet in plan.sheets if Why.DISCUSSED in sheet.why]
    assert discussed == [[sheet.id for sheet in sheets(run)][1]]


def test_reviews_make_it_a_second_round(scene):
    """Of what they left open."""
    workspace, run, _, _ = scene
    reviews = [review_of(run, "ann", A, A), review_of(run, "bob", R, A)]

    plan = plan_review(run, NOTHING_MORE, workspace, draw=Draw(), reviews=reviews, quorum=2)

    assert plan.round == 2
    assert [sheet.why for sheet in plan.sheets] == [(Why.SPLIT,)]


def test_a_review_of_another_run_is_refused(scene, tmp_path):
    """By the plan and by the minutes, with the file's name."""
    workspace, run, _, _ = scene
    other = review_of(later(run), "ann", A)

    with pytest.raises(DecisionError, match=r"^ann.json: a review of run 9"):
        plan_review(run, NOTHING_MORE, workspace, draw=Draw(), reviews=[other])
    with pytest.raises(DecisionError, match=r"^ann.json: a review of run 9"):
        write_minutes(
            run, NOTHING_MORE, workspace, reviews=[other], quorum=1, path=tmp_path / "m.md"
        )


def test_the_rate_of_the_last_time_is_kept_with_its_decisions(scene):
    """Of an earlier run only, and no more once it was taken back."""
    workspace, run, apply, suite = scene
    drawn = tuple(sheet.id for sheet in sheets(run))[:3]
    apply([review_of(run, "ann", A, R, drawn=drawn)], Asked())

    before = last_time(later(run), workspace)

    assert before.run == run.id
    assert before.counted == Acceptance(accepted=1, rejected=1, open=1, total=4)
    assert last_time(run, workspace) is None
    undo((suite,), workspace, by="ann", why="")
    assert last_time(later(run), workspace) is None


@pytest.mark.parametrize("name", ["minutes.md", "minutes.html"])
def test_minutes_are_written_by_their_ending(scene, name):
    """Markdown or a page; with what was decided."""
    workspace, run, _, _ = scene
    path = workspace.root / name
    reviews = [review_of(run, "ann", A, R)]

    write_minutes(run, NOTHING_MORE, workspace, reviews=reviews, quorum=1, path=path)

    assert "ann accepts" in path.read_text()
    assert path.read_text().startswith("<" if name.endswith("html") else "# Minutes")


def test_another_ending_is_refused(scene, tmp_path):
    """Before anything is written."""
    workspace, run, _, _ = scene

    with pytest.raises(UsageError, match=r"written as \.md or \.html"):
        write_minutes(run, NOTHING_MORE, workspace, reviews=[], quorum=1, path=tmp_path / "m.doc")

    assert not (tmp_path / "m.doc").exists()
