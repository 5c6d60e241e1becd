"""Arms are asked in turn, in an order that the seed draws, and never one without the other."""

import pytest

from harness.evaluate.interleave import Together, interleaved
from harness.model.arm import Arm
from harness.model.sample import Failure, Receipt, Sample, SampleKey, Standing
from harness.model.suite import Turn, Variant
from harness.runner.chain import Chain

A, B, C = (Arm(model=name, endpoint="gemini") for name in "abc")


def chains(arm, *, variants=10, samples=4):
    """Give an arm's chains as a suite lists them: all samples of a variant, then the next."""
    return [
        Chain(variant=variant, sample=sample, arm=arm)
        for variant in (
            Variant(
                suite="shop",
                case=f"case-{number}",
                label="",
                model=arm.model,
                turns=(Turn(prompt="A fox"),),
                samples=samples,
            )
            for number in range(variants)
        )
        for sample in range(samples)
    ]


def test_every_block_asks_each_arm_once():
    """The arms' chains of one sample follow each other: nobody is ahead by more than a call."""
    found = interleaved([chains(A), chains(B), chains(C)], seed="s1")

    blocks = [found[i : i + 3] for i in range(0, len(found), 3)]
    assert all({chain.arm for chain in block} == {A, B, C} for block in blocks)
    assert all(len({(c.variant.case, c.sample) for c in block}) == 1 for block in blocks)
    assert len(blocks) == 40


def test_who_comes_first_is_drawn_by_the_seed():
    """The same seed draws the same order, another one another; each arm leads half the time."""
    arms = [chains(A, samples=40), chains(B, samples=40)]

    first, again, other = (interleaved(arms, seed=seed) for seed in ("s1", "s1", "s2"))

    leads = sum(chain.arm == A for chain in first[::2])
    assert first == again
    assert [c.arm for c in first] != [c.arm for c in other]
    assert 160 <= leads <= 240  # four standard deviations of 400 fair draws


def test_a_run_of_one_arm_keeps_its_order():
    """Nothing moves where there is nobody to be asked in turn with."""
    assert list(interleaved([chains(A)], seed="s1")) == chains(A)


def sample(arm, *, failure=None, answered=False):
    receipt = Receipt(arm=arm, session="s1", recorded_at="", seconds=None, request_digest="d" * 64)
    return Sample(
        key=SampleKey(case="fox", variant="", sample=0),
        variant_id="fox",
        cell="c" * 64,
        arm=arm,
        prompt="A fox",
        standing=Standing.MISSING,
        failure=failure,
        receipt=receipt if answered else None,
    )


QUOTA = Failure(kind="QuotaExhausted", message="used up", status=429)
REFUSED = Failure(kind="RequestRejected", message="no such size", status=400)


def test_an_arm_that_is_silent_three_times_in_a_row_stops_the_others():
    """The others' answers would be of another time; the error says who is silent."""
    together = Together()

    found = [together.told((sample(arm, failure=QUOTA),)) for arm in (A, B, A, A)]

    assert found[:3] == [None, None, None]
    assert "a@gemini left 3 calls in a row unanswered" in str(found[3])


@pytest.mark.parametrize(
    "between",
    [sample(A, answered=True), sample(A, failure=REFUSED)],
    ids=["an answer", "a refused request"],
)
def test_an_arm_that_answers_in_between_is_not_silent(between):
    """An answer begins the count anew, and a request refused as such is none of it."""
    together = Together()
    silent = sample(A, failure=QUOTA)

    found = [together.told((each,)) for each in (silent, silent, between, between)]

    assert found == [None] * 4
