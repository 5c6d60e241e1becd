"""Hold the exit codes: what counts, and what outranks what."""

from dataclasses import replace

import pytest

from harness.evaluate.exits import exit_code
from harness.model.run import Judged, Run, SuiteResult
from harness.model.suite import Turn, Variant
from harness.model.verdict import Finding, Status, Verdict

ALL = ("failed", "unreviewed", "unrecorded", "incomplete")
USUAL = ("failed", "unrecorded", "incomplete")


def run_of(*statuses, whole=()):
    """Give a run in which one variant has findings of these statuses."""
    variant = Variant(
        suite="s", case="c", label="", model="m", turns=(Turn(prompt="p"),), samples=1
    )
    verdict = Verdict(findings=tuple(_finding(status) for status in statuses))
    suite = SuiteResult(
        suite="s", title="s", path="s.yaml", recording="main", generated=0, recorded_from="",
        recorded_to="", simulated=False, epoch="",
        judged=(Judged(variant=variant, samples=(), verdict=verdict),),
        findings=tuple(_finding(status) for status in whole),
    )  # fmt: skip
    return Run(id="r", at="2026-11-23T00:00:00+00:00", seconds=0.0, suites=(suite,))


def _finding(status):
    return Finding(check="answered", status=status, message="as it is")


@pytest.mark.parametrize(
    ("statuses", "fail_on", "code"),
    [
        ([], ALL, 0),
        ([Status.PASS, Status.WARN], ALL, 0),
        ([Status.FAIL], USUAL, 1),
        ([Status.FAIL], ("unrecorded",), 0),
        ([Status.NEW], USUAL, 0),
        ([Status.NEW], ALL, 1),
        ([Status.UNRECORDED], USUAL, 3),
        ([Status.UNRECORDED], ("incomplete",), 0),
        ([Status.ERROR], ("incomplete",), 3),
        ([Status.ERROR], ("unrecorded",), 0),
        ([Status.FAIL, Status.ERROR, Status.UNRECORDED], USUAL, 1),
        ([Status.FAIL, Status.ERROR], ("incomplete",), 3),
        ([Status.FAIL], (), 0),
    ],
)
def test_a_finding_counts_where_it_is_named_and_is_never_masked(statuses, fail_on, code):
    """A failure outranks what is missing, and hides no error where it does not count."""
    assert exit_code(run_of(*statuses), fail_on=fail_on) == code


def test_findings_on_the_whole_suite_count_too():
    """A suite-level failure is a failure."""
    assert exit_code(run_of(whole=[Status.FAIL]), fail_on=USUAL) == 1


@pytest.mark.parametrize(
    ("statuses", "over_cap", "code"),
    [
        ([Status.FAIL, Status.UNRECORDED], True, 1),
        ([Status.UNRECORDED], True, 4),
        ([], True, 4),
        ([Status.UNRECORDED, Status.ERROR], False, 3),
    ],
)
def test_a_refused_budget_stands_between_a_finding_and_what_is_missing(statuses, over_cap, code):
    """Of 1, 4 and 3 the first that holds is the exit code."""
    run = replace(run_of(*statuses), over_cap=over_cap)

    assert exit_code(run, fail_on=USUAL) == code
