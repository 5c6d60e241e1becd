"""A suite's own limits: text at a rate, latency and cost each by each."""

import pytest

from harness.judging.limits import answer_text, limits
from harness.model.arm import Arm
from harness.model.checks import AnswerText, Checks, Rate
from harness.model.generation import Generation
from harness.model.sample import Receipt
from harness.model.verdict import Status


def receipt(seconds):
    arm = Arm(model="m", endpoint="gemini")
    return Receipt(arm=arm, session="s", recorded_at="", seconds=seconds, request_digest="d")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"receipt": receipt(20.0)}, Status.PASS),
        ({"receipt": receipt(20.1)}, Status.FAIL),
        ({"receipt": receipt(None)}, Status.WARN),
        ({}, Status.WARN),
    ],
)
def test_latency_has_a_limit(sample, turn, changes, status):
    """The limit itself is within; what is not known is a warning."""
    (finding,) = limits(sample(**changes), turn(checks=Checks(latency_max_s=20.0)))

    assert (finding.check, finding.status) == ("latency", status)


def test_the_services_own_clock_counts(sample, turn):
    """`server-timing` is free of the network."""
    generation = Generation(service={"server-timing": "gfet4t7; dur=2500"})
    answer = sample(generation=generation, receipt=receipt(90.0))

    (finding,) = limits(answer, turn(checks=Checks(latency_max_s=20.0)))

    assert finding.status is Status.PASS
    assert finding.message.startswith("2.5 s (limit 20")


@pytest.mark.parametrize(
    ("cost", "status"), [(0.14, Status.PASS), (0.1401, Status.FAIL), (None, Status.WARN)]
)
def test_cost_has_a_limit(sample, turn, cost, status):
    """The limit itself is within."""
    (finding,) = limits(sample(cost_usd=cost), turn(checks=Checks(cost_max_usd=0.14)))

    assert (finding.check, finding.status) == ("cost", status)


def test_no_limit_finds_nothing(sample, turn):
    """What a suite does not say is not checked."""
    assert list(limits(sample(), turn())) == []


def judged(sample, bad, good, *, allowed, of):
    texts = ["nothing"] * bad + ["A fox and an OWL"] * good
    samples = tuple(sample(i, text=text) for i, text in enumerate(texts))
    expected = AnswerText(contains=("owl", "fox"), max_bad=Rate(bad=allowed, of=of))
    *single, whole = answer_text(samples, expected, turn=0)
    return [finding.status for finding in single], whole


@pytest.mark.parametrize(
    ("bad", "good", "allowed", "of", "status"),
    [
        (0, 4, 0, 1, Status.PASS),
        (1, 3, 0, 1, Status.FAIL),
        (1, 7, 1, 8, Status.PASS),
        (2, 6, 1, 8, Status.FAIL),
        (1, 3, 1, 8, Status.FAIL),
        (2, 14, 1, 8, Status.PASS),
        (4, 0, 1, 1, Status.PASS),
    ],
)
def test_text_is_checked_at_a_rate(sample, bad, good, allowed, of, status):
    """`1 of 8` is a share: it allows 2 of 16, and none of 4."""
    single, whole = judged(sample, bad, good, allowed=allowed, of=of)

    assert whole.status is status
    assert single == [Status.WARN if status is Status.PASS else Status.FAIL] * bad
    assert whole.message.startswith(f"{bad} of {bad + good} answers lack")


def test_only_answers_of_the_turn_count(sample):
    """Another turn's text, and a sample without an answer, count neither way."""
    samples = (
        sample(0, text="owl"),
        sample(1, text="nothing", turn=1),
        sample(2, generation=None),
    )
    expected = AnswerText(contains=("Owl",), max_bad=Rate(bad=0, of=1))

    (whole,) = answer_text(samples, expected, turn=0)

    assert (whole.status, whole.message[:6]) == (Status.PASS, "0 of 1")
    assert list(answer_text((), expected, turn=0)) == []


def test_what_is_missing_is_named(sample):
    """Only the words that are not there."""
    expected = AnswerText(contains=("fox", "owl"), max_bad=Rate(bad=0, of=1))

    first, _ = answer_text((sample(0, text="a Fox"),), expected, turn=0)

    assert first.message == "the answer's text lacks 'owl'"
