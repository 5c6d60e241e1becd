"""All findings on a variant make its verdict; a failure is never hidden."""

import re
from itertools import permutations

import pytest

from harness.catalogue import load_catalogue
from harness.judging.decided import decided_of
from harness.judging.judge import judge, repeated_pictures
from harness.model.checks import AnswerText, Checks, Rate
from harness.model.generation import Generation
from harness.model.sample import Failure, Standing
from harness.model.verdict import Finding, Status, Verdict, worst

FAILURE = Failure(kind="QuotaExhausted", message="HTTP 429: wait", status=429)


def verdict(variant, samples, *measures):
    return judge(
        variant,
        samples,
        measures={m.sha256: m for m in measures},
        decided=decided_of(()),
        catalogue=load_catalogue(),
    )


def of(found, sample, turn=0):
    return {finding.check: finding.status for finding in found.of(sample=sample, turn=turn)}


def test_a_failure_is_never_masked_by_an_error(sample, turn, variant, measured):
    """A broken picture beside an API error and an absent sample: FAIL, in whatever order."""
    blank = sample(0)
    error = sample(1, generation=None, failure=FAILURE, standing=Standing.MISSING)
    absent = sample(2, generation=None, standing=Standing.STALE, why="prompt differs")

    for samples in permutations([blank, error, absent]):
        found = verdict(variant(turn()), samples, measured(0, tile_sd=0.0))
        assert found.status is Status.FAIL
    assert of(found, 1) == {"answered": Status.ERROR}
    assert of(found, 2) == {"recorded": Status.UNRECORDED}


@pytest.mark.parametrize(
    ("statuses", "gravest"),
    [
        ([], Status.PASS),
        ([Status.PASS, Status.WARN], Status.WARN),
        ([Status.WARN, Status.NEW], Status.NEW),
        ([Status.NEW, Status.UNRECORDED], Status.UNRECORDED),
        ([Status.UNRECORDED, Status.ERROR], Status.ERROR),
        ([Status.ERROR, Status.FAIL], Status.FAIL),
    ],
)
def test_the_worst_finding_is_the_verdict(statuses, gravest):
    """PASS, WARN, NEW, UNRECORDED, ERROR, FAIL: each graver than the one before."""
    findings = tuple(Finding(check="c", status=status, message="") for status in statuses)

    assert Verdict(findings=findings).status is gravest
    assert worst(reversed(statuses)) is gravest


def test_what_is_not_recorded_says_why_and_what_it_costs(sample, turn, variant):
    """The reason and the price stand in the finding."""
    absent = sample(
        0, generation=None, standing=Standing.MISSING, why="nearest is x", expected_usd=0.1412
    )

    (finding,) = verdict(variant(turn()), (absent,)).findings

    assert finding.message == "missing: nearest is x (about $0.14)"


def test_a_recorded_error_is_an_error(sample, turn, variant):
    """It is neither unrecorded nor a picture that failed."""
    found = verdict(variant(turn()), (sample(0, generation=None, failure=FAILURE),))

    assert found.status is Status.ERROR
    assert found.findings[0].message == "HTTP 429: wait"


def test_each_turn_is_held_to_its_own_checks(sample, turn, variant, measured):
    """The second turn's limits are not the first's; an answer from a cache is told by turn."""
    turns = (turn(), turn(checks=Checks(cost_max_usd=0.1), modalities=("TEXT",)))
    samples = (sample(0), sample(1), sample(0, turn=1, pictures=(), text="hi", cost_usd=0.2))

    found = verdict(variant(*turns), samples, measured(0), measured(1))

    assert "cost" not in of(found, 0)
    assert of(found, 0, turn=1) == {"answered": Status.PASS, "cost": Status.FAIL}


def test_an_unchanged_picture_in_the_next_turn_is_no_cache(sample, turn, variant, measured):
    """Two turns of one chain may show the same bytes."""
    samples = (sample(0), sample(0, turn=1))

    found = verdict(variant(turn(), turn()), samples, measured(0))

    assert not any(finding.check == "fresh" for finding in found.findings)


def test_opinions_are_given_on_the_variant(sample, turn, variant, measured):
    """The rate is one finding on all samples, beside those on each."""
    expected = AnswerText(contains=("owl",), max_bad=Rate(bad=1, of=2))
    asked = variant(turn(checks=Checks(answer_text=expected)))

    found = verdict(asked, (sample(0, text="owl"), sample(1)), measured(0), measured(1))

    whole = [f for f in found.findings if f.check == "answer_text" and f.sample is None]
    assert [finding.status for finding in whole] == [Status.PASS]
    assert of(found, 1)["answer_text"] is Status.WARN


def test_equal_bytes_in_two_variants_came_from_a_cache(sample):
    """Within one variant it is that variant's own finding."""
    one = {
        "a": (sample(0), sample(1)),
        "b": (sample(2),),
        "c": (sample(3, generation=Generation()),),
    }
    two = {"a": (sample(0),), "b": (sample(2, pictures=(0,)),)}

    (finding,) = repeated_pictures(two)

    assert list(repeated_pictures(one)) == []
    assert finding.status is Status.FAIL
    assert finding.message.startswith("a, b were answered with the same bytes")


def test_pictures_that_came_twice_are_told_in_the_order_in_which_they_came(sample):
    """A set's order changes from process to process, and a report with it."""
    samples = tuple(sample(number) for number in range(12))

    found = list(repeated_pictures({"a": samples, "b": samples[::-1]}))

    said = [re.search(r"\((\w{8})\)", finding.message)[1] for finding in found]
    assert said == [one.picture[:8] for one in samples]
