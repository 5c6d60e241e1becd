"""On pictures of the simulator the drift test raises as few false alarms as it says, and sees."""

import numpy as np
import pytest

from harness.judging.channels import HASHES
from harness.judging.pools import blocks_of, pools_of
from harness.judging.subjects import Subject
from harness.measure.description import describe
from harness.measure.plants import plant
from harness.simulator.paint.brief import read_brief
from harness.simulator.paint.picture import Order, paint
from harness.stats.permutation import permutation_test

OLD, NEW, COUNT = 8, 4, 14


@pytest.fixture(scope="module")
def pictures():
    order = Order(
        brief=read_brief("A cat at a lake at dawn"), size=(160, 160), cast=(), version="same"
    )
    return [paint(order, np.random.default_rng(seed)).image for seed in range(COUNT)]


@pytest.fixture(scope="module")
def described(pictures):
    return [describe(picture) for picture in pictures]


def p_of(old, new, names=None):
    """Test old against new descriptions of one cell, as the product does."""

    def answers(rows, side):
        about = {"suite": "s", "variant": "v", "turn": 0, "cell": "c", "arm": "a", "outcome": "ok"}
        return [
            Subject(**about, session=side, chain=f"{side} {n}", picture=f"{side} {n}",
                    description=row)
            for n, row in enumerate(rows)
        ]  # fmt: skip

    blocks = blocks_of(pools_of(answers(old, "old"), answers(new, "new")).pools, names=names)
    return permutation_test(blocks, draws=499, seed=1).p


def test_splits_of_one_sample_are_rejected_no_more_often_than_said(described):
    """Of 100 random splits at most so many reject as the binomial law lets in 1 of 2,000."""
    rng = np.random.default_rng(1)
    ps = []
    for _ in range(100):
        chosen = [described[i] for i in rng.permutation(COUNT)[: OLD + NEW]]
        ps.append(p_of(chosen[:OLD], chosen[OLD:]))

    assert sum(p <= 0.05 for p in ps) <= 13
    assert sum(p <= 0.01 for p in ps) <= 5


def test_a_blur_is_seen_by_all_channels_and_not_by_hashes_alone(pictures, described):
    """That is why there are channels."""
    blurred = [describe(plant(picture, "blur")) for picture in pictures[OLD : OLD + NEW]]

    assert p_of(described[:OLD], blurred) <= 0.01
    assert p_of(described[:OLD], blurred, names=HASHES) > 0.05
