"""Each answer's value: what was measured, and nothing else."""

from dataclasses import replace

import pytest

from harness.judging.criteria import broken_checks, strict, values_of
from harness.model.checks import Ask, Checks, Custom, EditLimits, PictureText, Question, Rate
from harness.model.features import Features, Noted, Reading, Reply
from harness.model.generation import Generation
from harness.model.run import Judged
from harness.model.verdict import Finding, Status, Verdict

RATE = Rate(bad=3, of=4)
Q = Question(text="Is there a fox?")


@pytest.fixture
def judged(sample, turn, variant):
    """Give `judged(*samples, checks=..., findings=...)`: one turn of a variant."""

    def made(*samples, checks=None, findings=()):
        return Judged(
            variant=variant(turn(checks=checks)),
            samples=samples or tuple(sample(i) for i in range(3)),
            verdict=Verdict(findings=tuple(findings)),
        )

    return made


def finding(check, status, number=None):
    return Finding(check=check, status=status, message="", sample=number)


def refused(sample):
    return replace(sample, generation=Generation(finish_reason="IMAGE_SAFETY"))


def test_a_refusal_is_no_break_of_the_contract_too(judged, sample):
    """It counts once, where refusals have a rate."""
    of = judged(
        sample(0),
        refused(sample(1)),
        findings=[finding("answered", Status.FAIL, 1), finding("image_size", Status.FAIL, 0)],
    )

    values = values_of(of, Features(), turn=0)

    assert values["contract"] == {0: 1.0}
    assert values["refusals"] == {0: 0.0, 1: 1.0}
    assert broken_checks(of, turn=0) == {0: {"image_size"}}


def test_an_answer_that_is_not_there_has_no_value(judged, sample):
    """Errors and what is not recorded are left out of every criterion."""
    of = judged(sample(0, cost_usd=0.1), sample(1, generation=None))

    values = values_of(of, Features(), turn=0)

    assert {name: set(of) for name, of in values.items()} == {
        "contract": {0},
        "refusals": {0},
        "price": {0},
    }


def test_opinion_checks_are_not_the_contract(judged):
    """A FAIL of another check breaks no contract."""
    of = judged(findings=[finding("edit", Status.FAIL, 0), finding("cost", Status.FAIL, 1)])

    assert sum(values_of(of, Features(), turn=0)["contract"].values()) == 0


def test_a_strict_check_allows_nothing(turn, variant):
    """A bad answer within the suite's rate is bad here."""
    checks = Checks(edit=EditLimits(max_bad=RATE, level=Status.WARN))

    held = strict(variant(turn(checks=checks))).turns[0].checks

    assert (held.edit.max_bad, held.edit.level) == (Rate(bad=0, of=1), Status.FAIL)


def test_an_edit_that_could_not_be_judged_has_no_value(judged):
    """FAIL is bad, a remark says that it was not held, silence is good."""
    of = judged(
        checks=Checks(edit=EditLimits(max_bad=RATE)),
        findings=[
            finding("edit", Status.FAIL, 0),
            finding("edit", Status.WARN, 1),
            finding("edit", Status.FAIL),
        ],
    )

    assert values_of(of, Features(), turn=0)["edit"] == {0: 1.0, 2: 0.0}


@pytest.mark.parametrize("status", [Status.NEW, Status.WARN, Status.ERROR])
def test_a_check_that_cannot_tell_has_no_values(judged, status):
    """Without a limit, or with one that tells nothing, no answer counts as good."""
    of = judged(checks=Checks(edit=EditLimits(max_bad=RATE)), findings=[finding("edit", status)])

    assert values_of(of, Features(), turn=0)["edit"] == {}


def test_a_text_counts_by_its_error_rate(judged, sample):
    """The mean over the expected texts; a picture that was not read has no value."""
    check = PictureText(contains=("OPEN", "SALE"), max_bad=RATE)
    of = judged(sample(0), sample(1), checks=Checks(text=check))
    read = Reading(sha256=of.samples[0].picture, language="eng", lines=("we are OPEN",))
    unread = Reading(sha256=of.samples[1].picture, language="eng", unmeasurable="no tesseract")

    values = values_of(of, Features(readings=(read, unread)), turn=0)

    assert values["text"].keys() == {0}
    assert 0.25 <= values["text"][0] <= 0.5


@pytest.mark.parametrize(
    ("answer", "value"), [("yes", {0: 0.0}), ("no", {0: 1.0}), ("", {}), (None, {})]
)
def test_an_answer_about_a_picture_counts_where_it_is_one(judged, sample, answer, value):
    """One that is missing or cannot be used counts neither as good nor as bad."""
    check = Ask(model="m", questions=(Q,), max_bad=RATE)
    of = judged(sample(0), checks=Checks(ask=check))
    reply = Reply(
        sha256=of.samples[0].picture,
        model="m",
        question=Q,
        answer=answer or "",
        problem="" if answer else "unusable",
        recorded=answer is not None,
    )

    assert values_of(of, Features(replies=(reply,)), turn=0)["ask"] == value


def test_a_check_of_the_suites_own_counts_what_it_looked_at(judged):
    """A sample that broke the check has no value."""
    check = Custom(name="mine.py:bright", max_bad=RATE)
    noted = Noted(
        variant="fox",
        findings=(
            finding(check.check, Status.PASS, 0),
            finding(check.check, Status.FAIL, 1),
            finding(check.check, Status.ERROR, 2),
        ),
    )
    of = judged(checks=Checks(custom=(check,)))

    assert values_of(of, Features(custom=(noted,)), turn=0)[check.check] == {0: 0.0, 1: 1.0}
