"""A picture is held against people's decisions: the same again, another, or not yet seen."""

from dataclasses import replace

import pytest

from harness.judging.decided import decided_of, same_again
from harness.measure.sameness import SAME_PICTURE_SHARE
from harness.model.arm import Arm
from harness.model.baseline import Choice, Decision, DecisionSet
from harness.model.generation import Generation
from harness.model.verdict import Status

LIMIT = int(SAME_PICTURE_SHARE * 256)


def decision(sample, choice=Choice.ACCEPT, **changes):
    values = Decision(
        key=sample.key,
        cell=sample.cell,
        arm=sample.arm,
        sha256=sample.generation.picture.picture.sha256,
        choice=choice,
    )
    return replace(values, **changes)


def a_set(*decisions, unseen=False, why="", name="decisions-1"):
    return DecisionSet(
        id=name, suite="s", run="r", by="ada", at="2026-11-23T05:12:33+00:00", why=why,
        unseen=unseen, accepted_before="", decisions=decisions,
    )  # fmt: skip


def judged(sample, sets, *measures):
    (finding,) = same_again(sample, decided_of(tuple(sets)), {m.sha256: m for m in measures})
    return finding


def test_identical_bytes_pass(sample, measured):
    """By their sha256, before anything is measured."""
    finding = judged(sample(), [a_set(decision(sample()))])

    assert finding.status is Status.PASS
    assert finding.message == "accepted on 2026-11-23 by ada: the bytes are identical"


def test_whose_word_it_is_stands_before_who_applied_it(sample):
    """A rejection that is seen again says who rejected, on which day, and the note."""
    no = decision(sample(), Choice.REJECT, by="bob", reasons=("anatomy",), note="six fingers")

    finding = judged(sample(), [a_set(no)])

    assert finding.status is Status.FAIL
    assert finding.message == "rejected on 2026-11-23 by bob (anatomy): six fingers"


def test_what_was_approved_unseen_stays_marked_so(sample):
    """In every finding that leans on it."""
    assert "by ada, unseen" in judged(sample(), [a_set(decision(sample()), unseen=True)]).message


@pytest.mark.parametrize(("bits", "status"), [(LIMIT, Status.PASS), (LIMIT + 1, Status.NEW)])
def test_the_same_picture_with_other_bytes_passes_with_a_remark(sample, measured, bits, status):
    """Re-encoded at most: within the limit of one picture seen again, not beyond."""
    accepted, again = sample(0), sample(1)

    finding = judged(again, [a_set(decision(accepted))], measured(0), measured(1, bits=bits))

    assert finding.status is status
    assert finding.message.startswith("remark: ") is (status is Status.PASS)


def test_committed_measures_accept_nothing(sample, measured):
    """Anybody can write them: an accepted picture that is not here vouches for no other."""
    told = replace(measured(0), absent=True)

    finding = judged(sample(1), [a_set(decision(sample(0)))], told, measured(1))

    assert finding.status is Status.NEW
    assert "harness cassette pull" in finding.message


def test_a_picture_nobody_has_seen_is_new(sample, measured):
    """It is never wrong for being another one."""
    finding = judged(sample(1), [], measured(1))

    assert (finding.status, finding.sample) == (Status.NEW, 1)
    assert "nobody has decided" in finding.message


def test_a_rejected_picture_fails_with_who_and_why(sample):
    """The person's word and reasons stand in the finding."""
    no = decision(sample(), Choice.REJECT, reasons=("identity", "text"), note="not our fox")

    finding = judged(sample(), [a_set(no)])

    assert finding.status is Status.FAIL
    assert finding.message == "rejected on 2026-11-23 by ada (identity, text): not our fox"


def test_a_rejection_without_a_note_gives_the_sets_reason(sample):
    """And says so where there is neither."""
    no = decision(sample(), Choice.REJECT)

    assert judged(sample(), [a_set(no, why="blurred")]).message.endswith(": blurred")
    assert judged(sample(), [a_set(no)]).message.endswith(": no reason given")
    named = replace(no, reasons=("identity",))
    assert judged(sample(), [a_set(named)]).message.endswith(" (identity)")


def test_what_is_discussed_is_new(sample):
    """Neither right nor wrong yet."""
    finding = judged(sample(), [a_set(decision(sample(), Choice.DISCUSS, note="hm"))])

    assert finding.status is Status.NEW
    assert "under discussion" in finding.message


def test_a_rejected_picture_again_in_other_bytes_is_new(sample, measured):
    """Only accepted pictures stand for others."""
    no = decision(sample(0), Choice.REJECT)

    assert judged(sample(1), [a_set(no)], measured(0), measured(1)).status is Status.NEW


def test_the_newest_decision_counts(sample):
    """A later set lies over an earlier one."""
    sets = [a_set(decision(sample())), a_set(decision(sample(), Choice.REJECT), name="decisions-2")]

    assert judged(sample(), sets).status is Status.FAIL
    assert judged(sample(), sets[::-1]).status is Status.PASS


@pytest.mark.parametrize(
    "changes", [{"cell": "another"}, {"arm": Arm(model="gemini-3-pro-image", endpoint="gateway")}]
)
def test_a_decision_on_another_cell_or_arm_accepts_nothing_here(sample, measured, changes):
    """The same picture of another prompt, or of another gateway, is new."""
    yes = decision(sample(0), **changes)

    assert judged(sample(1), [a_set(yes)], measured(0), measured(1)).status is Status.NEW


@pytest.mark.parametrize(
    "changes", [{"fingerprints": ()}, {"unmeasurable": "broken"}], ids=["no fingerprint", "broken"]
)
def test_pictures_that_cannot_be_compared_are_new(sample, measured, changes):
    """Neither an error nor a pass."""
    sets = [a_set(decision(sample(0)))]

    assert judged(sample(1), sets, measured(0), measured(1, **changes)).status is Status.NEW
    assert judged(sample(1), sets, measured(0, **changes), measured(1)).status is Status.NEW
    assert judged(sample(1), sets).status is Status.NEW


def test_an_answer_without_a_picture_has_nothing_to_decide(sample):
    """Text is not decided on."""
    assert list(same_again(sample(generation=Generation()), decided_of(()), {})) == []
