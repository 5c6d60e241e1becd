"""Stored answers are held against the wanted ones; what is missing or unusable never passes."""

import pytest

from harness.judging.asking import agreements, asking
from harness.judging.decided import Decided
from harness.model.arm import Arm
from harness.model.baseline import Choice, Decision
from harness.model.blob import BlobRef
from harness.model.checks import Ask, Question, Rate
from harness.model.features import Features, Reply
from harness.model.generation import Generation
from harness.model.request import Part
from harness.model.sample import Sample, SampleKey, Standing
from harness.model.verdict import Status

ARM = Arm(model="gemini-3-pro-image", endpoint="gemini")
Q = Question(text="Is there a fox?")
RATE = Rate(bad=1, of=4)


def sample(number, *pictures, turn=0):
    parts = tuple(
        Part(picture=BlobRef(sha256=sha256, extension="jpg", size=1), mime_type="image/jpeg")
        for sha256 in pictures
    )
    return Sample(
        key=SampleKey(case="fox", variant="", sample=number, turn=turn),
        variant_id="fox",
        cell="c",
        arm=ARM,
        prompt="a fox",
        standing=Standing.RECORDED,
        generation=Generation(parts=parts, finish_reason="STOP"),
    )


def reply(sha256, answer="yes", **more):
    given = {"recorded": True, "why": "I see it"} | more
    return Reply(sha256=sha256, model="m", question=Q, answer=answer, **given)


def found(samples, *replies, rate=RATE, level=Status.WARN, turn=0):
    check = Ask(model="m", questions=(Q,), max_bad=rate, level=level)
    features = Features(replies=replies)
    return list(asking(samples, check, features, turn=turn))


@pytest.mark.parametrize(
    ("bad", "level", "status"),
    [(1, Status.FAIL, Status.PASS), (2, Status.FAIL, Status.FAIL), (2, Status.WARN, Status.WARN)],
)
def test_the_rate_decides(bad, level, status):
    """Within it a bad sample warns; beyond it the level of the check counts."""
    samples = [sample(i, f"p{i}") for i in range(4)]
    replies = [reply(f"p{i}", "no" if i < bad else "yes") for i in range(4)]

    *single, whole = found(samples, *replies, level=level)

    assert (whole.status, len(single)) == (status, bad)
    assert whole.message == (
        f'{bad} of 4 answered otherwise than yes: "Is there a fox?" (allowed 1 of 4)'
    )
    assert single[0].message == '"Is there a fox?" m says no, wanted is yes: I see it'


def test_a_sample_is_bad_by_any_of_its_pictures():
    """All final pictures of an answer are asked about."""
    single, _ = found([sample(0, "good", "bad")], reply("good"), reply("bad", "no"))

    assert single.sample == 0


def test_what_cannot_be_used_is_named_and_counts_as_neither():
    """Three of four say yes, one says nothing: 0 of 3."""
    samples = [sample(i, f"p{i}") for i in range(4)]
    replies = [reply(f"p{i}") for i in range(3)]

    strange, whole = found(samples, *replies, reply("p3", "", problem="no answer: refused"))

    assert (strange.status, strange.sample) == (Status.WARN, 3)
    assert strange.message == '"Is there a fox?": no answer: refused'
    assert (whole.status, whole.message[:6]) == (Status.PASS, "0 of 3")


@pytest.mark.parametrize("level", [Status.WARN, Status.FAIL])
def test_what_is_not_asked_is_unrecorded_at_every_level(level):
    """A picture without an answer, known or not, leaves the variant incomplete."""
    missing = reply("p0", "", recorded=False, problem="not asked yet", cost_usd=0.004)

    (known,) = found([sample(0, "p0")], missing, level=level)
    (unknown,) = found([sample(0, "p0")], level=level)

    assert (known.status, unknown.status) == (Status.UNRECORDED, Status.UNRECORDED)
    assert known.message == (
        "1 question to m without a recorded answer: not asked yet; "
        "harness run --live missing asks (about $0.0040)"
    )
    assert "about" not in unknown.message


def test_only_the_turns_own_pictures_count():
    """A sample without a picture, or of another turn, is not asked about."""
    assert found([sample(0), sample(1, "p1", turn=1)]) == []


def decisions(**choices):
    made = {
        ("c", sha256): Decision(
            key=SampleKey(case="fox", variant="", sample=0),
            cell="c",
            arm=ARM,
            sha256=sha256,
            choice=choice,
        )
        for sha256, choice in choices.items()
    }
    return Decided(choices=made, sets={})


def test_agreement_counts_accepted_and_rejected_pictures():
    """Good for accepted, bad for rejected; no answer, no word and a doubt count for nothing."""
    decided = decisions(
        a=Choice.ACCEPT, b=Choice.ACCEPT, c=Choice.REJECT, d=Choice.DISCUSS, e=Choice.REJECT
    )
    replies = [
        reply("a"), reply("b", "no"), reply("c", "no"), reply("d"), reply("e", "", problem="x"),
        reply("undecided"),
    ]  # fmt: skip

    (agreement,) = agreements(replies, decided)

    assert str(agreement) == "agrees with people in 2 of 3 (2 accepted, 1 rejected)"
    assert agreements([reply("undecided")], decided) == ()
