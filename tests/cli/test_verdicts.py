"""Verdicts at the terminal: what was spent, and what may be charged."""

from pathlib import Path

import pytest

from harness.cli.verdicts import MANY, show_run
from harness.model.run import Charge, Judged, Run, SuiteResult
from harness.model.suite import Turn, Variant
from harness.model.verdict import Finding, Status, Verdict


@pytest.fixture
def shown(capsys):
    """Show a run; give what stands on stdout."""

    def show(**fields):
        run = Run(id="r", at="2026-11-23T05:12:33Z", seconds=1.0, suites=(), **fields)
        show_run(run, Path("reports/r"))
        return " ".join(capsys.readouterr().out.split())

    return show


def charge(why="the connection broke"):
    return Charge(
        suite="shop", sample="fox sample 1 turn 1", endpoint="gemini", ceiling_usd=0.5, why=why
    )


def test_a_replay_says_nothing_of_spending(shown):
    """Nothing was sent; the headline says so already."""
    assert "spend " not in shown()


def test_what_was_sent_and_spent_is_a_line(shown):
    """After the verdicts, before the report's path."""
    text = shown(calls=3, spent_usd=0.41)

    assert "spend This run sent 3 requests and spent $0.41. report reports/r" in text
    assert "may be charged" not in text


def test_what_was_paid_for_an_earlier_runs_batch_is_a_line(shown):
    """It sent nothing itself: it collected a job that was handed in before."""
    text = shown(calls=0, spent_usd=0.41)

    assert "spend This run sent 0 requests and spent $0.41." in text


def test_every_call_that_may_be_charged_is_named(shown):
    """With its ceiling, and what happened instead of an answer."""
    text = shown(calls=3, spent_usd=0.91, may_be_charged=(charge(),))

    assert "of which $0.50 may be charged and may not" in text
    assert "1 call may be charged, at most $0.50" in text
    assert "shop/fox sample 1 turn 1 at gemini: at most $0.50: the connection broke" in text


def test_of_many_such_calls_the_rest_is_counted(shown):
    """A run of thousands does not scroll its verdict away."""
    text = shown(calls=99, spent_usd=50.0, may_be_charged=(charge(),) * (MANY + 4))

    assert text.count("the connection broke") == MANY
    assert "... and 4 more" in text


def test_what_a_stranger_said_moves_no_cursor(shown):
    """Markup and escape sequences in a reason come out as text."""
    text = shown(calls=1, spent_usd=0.5, may_be_charged=(charge("[red]x[/red] \x1b[2J"),))

    assert "[red]x[/red]" in text
    assert "\x1b" not in text


def test_answers_that_are_missing_are_told_by_their_check(capsys):
    """A sample that is not recorded is named, those alike at once; else the check is."""
    turn = Turn(prompt="A fox")
    variant = Variant(suite="shop", case="fox", label="", model="m", turns=(turn, turn), samples=1)
    found = (
        Finding(check="ask", status=Status.UNRECORDED, message="2 questions", turn=1),
        Finding(check="recorded", status=Status.UNRECORDED, message="missing", sample=2),
        *(
            Finding(check="recorded", status=Status.UNRECORDED, message="gone", sample=i, turn=1)
            for i in range(3)
        ),
    )
    judged = Judged(variant=variant, samples=(), verdict=Verdict(findings=found))
    suite = SuiteResult(
        suite="shop", title="", path="", recording="main", generated=0, recorded_from="",
        recorded_to="", simulated=False, epoch="", judged=(judged,),
    )  # fmt: skip

    show_run(Run(id="r", at="", seconds=1.0, suites=(suite,)), Path("reports/r"))

    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert "ask turn 2: 2 questions" in lines
    assert "sample 3 turn 1: missing" in lines
    assert "samples 1, 2, 3 turn 2, each: gone" in lines


def test_after_warnings_the_report_is_next(capsys):
    """What people are to look at is named before what machines read."""
    variant = Variant(suite="shop", case="fox", label="", model="m", turns=(), samples=1)
    found = (Finding(check="text", status=Status.WARN, message="not read"),)
    judged = Judged(variant=variant, samples=(), verdict=Verdict(findings=found))
    suite = SuiteResult(
        suite="shop", title="", path="", recording="main", generated=0, recorded_from="",
        recorded_to="", simulated=False, epoch="", judged=(judged,),
    )  # fmt: skip

    show_run(Run(id="r", at="", seconds=1.0, suites=(suite,)), Path("reports/r"))

    out = capsys.readouterr().out
    assert out.endswith("next    open the report: warnings stand first, with the evidence\n")
