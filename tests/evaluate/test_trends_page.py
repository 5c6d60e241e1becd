"""The page of trends lies beside a report once a history is there, and never costs the report."""

from dataclasses import replace

import pytest

from harness.evaluate.history import trends
from harness.evaluate.reporting import keep
from harness.settings.databases import Database
from tests.history.made import a_run, sample


def kept(workspace, name="20261123T060000Z-0000", suite="shop"):
    """Keep a run without pictures; give its folder."""
    run = a_run(name, sample(), at="2026-11-23T06:00:00+00:00", suite=suite)
    keep(run, workspace.reports / name, workspace, outputs=())
    return workspace.reports / name


def test_no_page_before_the_history_was_asked(workspace):
    """Nobody waits for what nobody asked."""
    folder = kept(workspace)

    assert (folder / "index.html").is_file()
    assert not (folder / "trends.html").exists()


def test_once_asked_every_report_has_the_page_of_its_suites(workspace):
    """With its own run in it, a way back, and no other suite."""
    kept(workspace, suite="zoo")
    trends(workspace)

    folder = kept(workspace, "20261124T060000Z-0000")

    html = (folder / "trends.html").read_text(encoding="utf-8")
    assert '<a href="index.html">The report of 20261124T060000Z-0000</a>' in html
    assert "1 row" in html
    assert "zoo" not in html
    assert "trends.html" in (folder / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("broken", [b"broken" * 1000, b""], ids=["broken", "empty"])
def test_a_broken_history_costs_no_report(workspace, broken):
    """An empty file is a database that gets its tables."""
    workspace.state.mkdir(exist_ok=True)
    (workspace.state / "history.db").write_bytes(broken)

    folder = kept(workspace)

    assert (folder / "index.html").is_file()
    assert (folder / "trends.html").exists() is not bool(broken)


def test_a_password_is_not_logged(workspace, caplog):
    """Where the database that is set cannot be reached."""
    url = Database("postgresql://ada:hush@127.0.0.1:1/x")
    there = replace(workspace, settings=workspace.settings.model_copy(update={"history": url}))

    folder = kept(there)

    assert (folder / "index.html").is_file()
    assert "written without trends.html" in caplog.text
    assert "hush" not in caplog.text
