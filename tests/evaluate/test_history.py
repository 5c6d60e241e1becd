"""The history is made of a workspace's files, and its failure is one line."""

from dataclasses import replace

import pytest

from harness.errors import UsageError
from harness.evaluate.history import remember_run, trends
from harness.evaluate.reporting import keep
from harness.settings.databases import Database
from harness.store.looks import LookStore
from tests.history.made import a_run, look, sample


@pytest.fixture
def shared(workspace):
    """Give the workspace with a database that is set."""
    url = Database("sqlite:///shared.db")
    return replace(workspace, settings=workspace.settings.model_copy(update={"history": url}))


def kept(workspace, name="20261123T060000Z-0000"):
    """Keep a run without pictures; give what is to be said of the history."""
    run = a_run(name, sample(), at="2026-11-23T06:00:00+00:00")
    return keep(run, workspace.reports / name, workspace, outputs=())


def test_a_run_leaves_the_workspaces_own_history_alone(workspace):
    """It is made when it is asked for."""
    said = kept(workspace)

    assert said == ""
    assert not (workspace.state / "history.db").exists()
    assert [trend.suite for trend in trends(workspace).suites] == ["shop"]
    assert (workspace.state / "history.db").exists()


def test_a_database_that_is_set_has_a_run_at_its_end(shared):
    """When the files are gone by the time it is asked, what was kept is there."""
    said = kept(shared)
    (shared.reports / "20261123T060000Z-0000" / "run.json").unlink()

    (found,) = trends(shared).suites

    assert said == ""
    assert [judging.run for judging in found.judgings] == ["20261123T060000Z-0000"]


def test_a_run_adds_itself_and_no_earlier_one(shared, workspace):
    """A thousand old runs are read when trends is asked, not at a run's end."""
    kept(workspace, "20261122T060000Z-0000")
    kept(shared, "20261123T060000Z-0000")
    (workspace.reports / "20261122T060000Z-0000" / "run.json").unlink()

    (found,) = trends(shared).suites

    assert [judging.run for judging in found.judgings] == ["20261123T060000Z-0000"]


def test_a_history_that_fails_costs_a_run_one_line(shared):
    """The run is kept; what to do is said, and no password."""
    url = Database("postgresql://ada:hush@127.0.0.1:1/x")
    there = replace(shared, settings=shared.settings.model_copy(update={"history": url}))

    said = kept(there)

    assert said.startswith("the history has nothing of this: ")
    assert said.endswith("later, harness trends adds it")
    assert "hush" not in said
    assert "\n" not in said
    assert (there.reports / "20261123T060000Z-0000" / "run.json").is_file()


def test_what_lies_beside_a_suite_comes_along(shared):
    """Its looks, say, by a run of it."""
    suite = shared.root / "suites" / "shop.yaml"
    LookStore(suite).add(look())
    run = a_run("20261123T060000Z-0000")
    keep(run, shared.reports / run.id, shared, outputs=())

    (found,) = trends(shared).suites

    assert [looked.id for looked in found.looks] == ["look-1"]
    assert remember_run(run, shared.reports / run.id, shared) == ""


def test_the_answers_of_a_look_are_counted(workspace, imported):
    """They lie in a recording of its own, and in no run."""
    suite = imported("shop", count=3)
    recording = workspace.settings.recording
    LookStore(suite.path).add(replace(look(), recording=recording))
    items = workspace.cassettes("shop").load()
    dated = [replace(item, recorded_at="2026-11-24T05:00:00+00:00") for item in items]
    workspace.cassettes("shop").write(dated)

    (found,) = trends(workspace).suites

    assert [(day.day, day.answers, day.pictures) for day in found.days] == [("2026-11-24", 3, 3)]


def test_a_look_whose_recording_is_gone_is_still_a_look(workspace, imported):
    """Recordings may be deleted, files of looks stay."""
    suite = imported("shop")
    LookStore(suite.path).add(look())

    (found,) = trends(workspace).suites

    assert (len(found.looks), found.days) == (1, ())


def test_a_suite_that_nobody_knows_is_refused_with_those_known(workspace):
    """A word that is misspelt, say."""
    kept(workspace)

    with pytest.raises(UsageError, match="knows no suite 'shpo'; it knows shop"):
        trends(workspace, suites=["shpo"])


def test_made_anew_a_broken_history_is_whole(workspace):
    """The workspace's own: it holds nothing that files do not."""
    kept(workspace)
    before = trends(workspace)
    (workspace.state / "history.db").write_bytes(b"broken" * 1000)

    after = trends(workspace, rebuild=True)

    assert after == before
