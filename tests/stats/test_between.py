"""Whether sessions differ: a permutation test over answers, and an effect in the usual unit."""

import numpy as np
import pytest

from harness.stats.between import between_groups
from harness.stats.channels import EnergyChannel
from harness.stats.labellings import Design
from harness.stats.permutation import Block, Cell

SESSIONS = np.repeat(np.arange(5), 4)


def block_of(rows, units=None, present=None):
    distances = np.linalg.norm(rows[:, None] - rows[None, :], axis=-1).astype(np.float32)
    channel = EnergyChannel(name="far", distances=distances, present=present)
    count = len(rows) if units is None else int(units.max()) + 1
    cell = Cell(name="one", channels=(channel,), units=units)
    return Block(design=Design(old=count, new=0), cells=(cell,))


def drawn(rng, shift=0.0):
    means = shift * rng.normal(size=(5, 3))
    return rng.normal(size=(20, 3)) + means[SESSIONS]


def p_of(rng, shift, cells=2, draws=199):
    blocks = [block_of(drawn(rng, shift)) for _ in range(cells)]
    return between_groups(blocks, [SESSIONS] * cells, draws=draws, seed=1).p


def test_sessions_that_do_not_differ_are_seldom_said_to():
    """The false-alarm rate at .05 lies within its binomial limits: 200 nulls."""
    rng = np.random.default_rng(7)

    alarms = sum(p_of(rng, 0.0, cells=1, draws=99) <= 0.05 for _ in range(200))

    assert 2 <= alarms <= 20


def test_sessions_that_differ_are_found():
    """Means that move with the session, by as much as answers differ."""
    rng = np.random.default_rng(7)

    assert p_of(rng, 1.0) == pytest.approx(1 / 200)


def test_the_effect_is_that_of_two_sessions():
    """Two groups far apart: 2 (between - within) over the mean distance of all."""
    rows = np.array([[0.0], [1.0], [10.0], [11.0]])

    found = between_groups([block_of(rows)], [np.array([0, 0, 1, 1])], draws=19, seed=1)

    mean = (1 + 1 + 10 + 11 + 9 + 10) / 6
    assert found.effects[0].size == pytest.approx(2 * (10 - 1) / mean)
    assert not np.isfinite(found.effects[0].high)


def test_the_interval_holds_the_effect():
    """Leaving out one session after another gives its width."""
    rng = np.random.default_rng(7)
    blocks = [block_of(drawn(rng, 1.0)) for _ in range(2)]

    (effect,) = between_groups(blocks, [SESSIONS] * 2, draws=19, seed=1).effects

    assert effect.low < effect.size < effect.high
    assert 0 < effect.high < 3


def test_chains_are_one_answer_of_their_session():
    """Ten copies of each answer make no evidence: p is that of the single answers."""
    rng = np.random.default_rng(3)
    rows = drawn(rng, 0.3)
    once = between_groups([block_of(rows)], [SESSIONS], draws=99, seed=1).p
    units = np.repeat(np.arange(20), 10)

    again = between_groups([block_of(rows[units], units=units)], [SESSIONS], draws=99, seed=1).p

    assert again == pytest.approx(once, abs=0.05)


def test_answers_without_a_picture_play_no_part():
    """A row that was not measured may hold anything."""
    rng = np.random.default_rng(3)
    rows = drawn(rng, 1.0)
    present = np.ones(20, np.bool_)
    present[4] = False
    odd = rows.copy()
    odd[4] = 1e6

    found = [
        between_groups([block_of(r, present=present)], [SESSIONS], draws=49, seed=1)
        for r in (rows, odd)
    ]

    assert found[0] == found[1]


def test_one_session_says_nothing_of_days():
    """There is nothing to hold it against."""
    block = block_of(np.random.default_rng(1).normal(size=(6, 2)))

    assert between_groups([block], [np.zeros(6, np.intp)], draws=19, seed=1) is None
