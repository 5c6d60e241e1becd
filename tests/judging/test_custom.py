"""What a suite's own checks found is held against the rates that the suite allows."""

import pytest

from harness.judging.custom import customs
from harness.model.checks import Checks, Custom, Rate
from harness.model.features import Features, Noted
from harness.model.suite import Turn, Variant
from harness.model.verdict import Finding, Status

CHECK = Custom(name="palette", max_bad=Rate(bad=1, of=4))


def judged(*findings, checks=(CHECK,), turn=0):
    """Judge a variant of two turns whose second has the checks."""
    turns = (Turn(prompt="a"), Turn(prompt="b", checks=Checks(custom=checks)))
    variant = Variant(suite="s", case="c", label="x", model="m", turns=turns, samples=4)
    other = Noted(variant="other", findings=(noted(0, Status.FAIL),))
    features = Features(custom=(other, Noted(variant="c[x]", findings=findings)))
    return [(f.sample, f.status, f.message) for f in customs(variant, features, turn=1 - turn)]


def noted(sample, status, message="m", *, check="custom:palette", turn=1):
    return Finding(check=check, status=status, message=message, sample=sample, turn=turn)


def good(*samples):
    return [noted(sample, Status.PASS) for sample in samples]


def test_bad_samples_within_the_rate_warn():
    """One of four may be bad."""
    found = judged(*good(0, 1, 2), noted(3, Status.FAIL, "dark"))

    assert found == [
        (3, Status.WARN, "dark"),
        (None, Status.PASS, "1 of 4 samples are bad (allowed 1 of 4)"),
    ]


def test_bad_samples_beyond_the_rate_fail():
    """A sample that is bad for two reasons is one bad sample."""
    found = judged(
        *good(0, 1), noted(2, Status.FAIL, "a"), noted(2, Status.FAIL, "b"), noted(3, Status.FAIL)
    )

    assert found == [
        (2, Status.FAIL, "a; b"),
        (3, Status.FAIL, "m"),
        (None, Status.FAIL, "2 of 4 samples are bad (allowed 1 of 4)"),
    ]


def test_what_only_warns_is_shown_and_counts_as_good():
    """A check can say something without deciding."""
    found = judged(*good(0), noted(1, Status.WARN, "hardly"))

    assert found == [
        (1, Status.WARN, "hardly"),
        (None, Status.PASS, "0 of 2 samples are bad (allowed 1 of 4)"),
    ]


def test_what_could_not_be_looked_at_is_neither_good_nor_bad():
    """Else a check that always crashes would pass."""
    found = judged(*good(0), noted(1, Status.ERROR, "crash"), noted(1, Status.FAIL))

    assert found == [
        (1, Status.ERROR, "crash"),
        (None, Status.PASS, "0 of 1 samples are bad (allowed 1 of 4)"),
    ]


@pytest.mark.parametrize("status", [Status.WARN, Status.ERROR])
def test_a_check_that_was_not_run_passes_nothing(status):
    """The variant is told that it was not looked at."""
    assert judged(noted(None, status, "not run")) == [(None, status, "not run")]


def test_only_the_turns_own_findings_count():
    """Other turns, variants and checks have their own."""
    others = (noted(0, Status.FAIL, turn=0), noted(0, Status.FAIL, check="custom:other"))

    assert judged(*others, *good(1)) == [
        (None, Status.PASS, "0 of 1 samples are bad (allowed 1 of 4)")
    ]
    assert judged(*others, turn=1) == []
