"""How large a change is: the size is the one by hand, and the interval holds the true one."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from harness.stats.channels import EnergyChannel, MeansChannel
from harness.stats.effect import effects
from harness.stats.labellings import Design
from harness.stats.permutation import Block, Cell


def distances(points):
    return np.sqrt(((points[:, None] - points[None]) ** 2).sum(-1)).astype(np.float32)


def block(*points, old, names=("energy",), units=None, present=None):
    """Make a block whose cells (or turns) are the given points, old ones first."""
    size = len(points[0]) if units is None else units.max() + 1
    cells = tuple(
        Cell(
            name="cell",
            units=units,
            channels=tuple(
                EnergyChannel(name=name, distances=distances(own), present=present)
                for name in names
            ),
        )
        for own in points
    )
    return Block(design=Design(old=old, new=size - old), cells=cells)


def by_hand(d, old):
    """Give the effect by loops over pairs."""
    one, two = range(old), range(old, len(d))
    across = np.mean([d[i, j] for i in one for j in two])
    within = np.mean([d[i, j] for i, j in itertools.permutations(one, 2)])
    return (2 * across - within - np.mean([d[i, j] for i, j in itertools.permutations(two, 2)])) / (
        within
    )


def samples(rng, *, old=16, new=10, shift=0.0):
    """Draw Gaussian points of one cell, the fresh ones moved along one axis."""
    points = rng.normal(size=(old + new, 6))
    points[old:, 0] += shift
    return points


def sessions(*, old, new, olds, news):
    return np.r_[np.arange(old) % olds, 100 + np.arange(new) % news]


def test_the_effect_is_the_one_by_hand_averaged_over_cells():
    """Twice across, minus within each, over within the reference."""
    rng = np.random.default_rng(1)
    cells = [samples(rng, old=6, new=4, shift=1), samples(rng, old=6, new=4)]

    found = effects([block(own, old=6) for own in cells], draws=9)

    by_cell = [by_hand(distances(own), 6) for own in cells]
    assert [cell[0].size for cell in found.cells] == pytest.approx(by_cell, abs=1e-5)
    assert found.channels[0].size == pytest.approx(np.mean(by_cell), abs=1e-5)
    assert found.channels[0].cells == 2


@pytest.mark.parametrize(
    ("old", "new", "olds", "news"), [(16, 10, 5, 2), (16, 4, 4, 1)], ids=["sessions", "answers"]
)
def test_an_interval_holds_the_true_effect_though_sessions_are_few(old, new, olds, news):
    """Of 200 intervals of .95 at least .93 hold it; the bound is passed by at most .08."""
    rng = np.random.default_rng(2)
    own = sessions(old=old, new=new, olds=olds, news=news)
    found = [
        effects([block(samples(rng, old=old, new=new, shift=1.6), old=old)], [own], draws=99)
        for _ in range(200)
    ]
    told = [effect.channels[0] for effect in found]

    true = np.mean([effect.size for effect in told])  # .21: the size has next to no bias
    assert true == pytest.approx(0.21, abs=0.03)
    assert sum(effect.low <= true <= effect.high for effect in told) >= 186
    assert sum(effect.upper < true for effect in told) <= 16


def test_days_widen_the_interval():
    """Sessions that lie apart tell less than their answers would, were they independent."""
    rng = np.random.default_rng(3)
    own = sessions(old=20, new=12, olds=5, news=4)
    day = {number: rng.normal(scale=0.6, size=6) for number in np.unique(own)}
    shifts = np.stack([day[number] for number in own])
    made = [block(rng.normal(size=(32, 6)) + shifts, old=20) for _ in range(10)]

    by_session = effects(made, [own] * 10, draws=199).channels[0]
    by_answer = effects(made, draws=199).channels[0]

    assert by_session.size == by_answer.size
    assert by_session.upper - by_session.size > 1.3 * (by_answer.upper - by_answer.size)


def test_a_reference_without_spread_has_no_effect():
    """Equal pictures give no unit; the cell is left out, and no figure is NaN."""
    rng = np.random.default_rng(4)
    equal = np.vstack([np.ones((8, 6)), rng.normal(size=(4, 6))])

    alone = effects([block(equal, old=8)])
    beside = effects([block(equal, old=8), block(samples(rng, old=8, new=4), old=8)])

    assert alone.channels == ()
    assert alone.upper is None
    assert beside.cells[0] == ()
    assert beside.channels[0].cells == 1
    assert np.isfinite([beside.channels[0].low, beside.channels[0].high]).all()


@pytest.mark.parametrize(("refused", "bounded"), [(0, True), (1, True), (2, False)])
def test_what_a_reference_without_spread_cannot_measure_is_never_bounded(refused, bounded):
    """Fresh refusals where there were none have no unit, so no bound holds; one is chance."""
    rng = np.random.default_rng(5)
    points, ended = samples(rng, old=8, new=6), np.zeros((14, 1))
    ended[8 : 8 + refused] = 1
    made = block(points, old=8)
    outcomes = EnergyChannel(name="outcomes", distances=distances(ended))
    cell = replace(made.cells[0], channels=(*made.cells[0].channels, outcomes))

    found = effects([replace(made, cells=(cell,))])

    assert [effect.channel for effect in found.channels] == ["energy"]
    assert (found.upper is not None) == bounded


def test_a_draw_of_equal_pictures_is_no_infinity():
    """Where few pictures differ, some draws have no spread; the interval stays finite."""
    points = np.zeros((8, 2))
    points[[0, 7]] = 1

    found = effects([block(points, old=4)], draws=199).channels[0]

    assert np.isfinite([found.size, found.low, found.high, found.upper]).all()


def test_samples_that_were_not_measured_play_no_part():
    """The effect is that of the samples that are there; of one on a side there is none."""
    points = samples(np.random.default_rng(5), old=6, new=4)
    present = np.ones(10, dtype=np.bool_)
    present[[2, 9]] = False
    holes = points.copy()
    holes[~present] = np.nan
    gone = present.copy()
    gone[6:] = False

    found = effects([block(holes, old=6, present=present)], draws=50).channels[0]

    assert found.size == pytest.approx(by_hand(distances(points[present]), 5), abs=1e-5)
    assert np.isfinite(found.upper)
    assert effects([block(holes, old=6, present=gone)]).channels == ()


def test_turns_of_a_chain_are_drawn_together():
    """Three turns that are copies of each other are no surer than one."""
    points = samples(np.random.default_rng(6), shift=1)
    own = np.arange(len(points))

    three = effects([block(points, points, points, old=16, units=own)], draws=199).channels[0]
    one = effects([block(points, old=16)], draws=199).channels[0]

    assert three.upper == pytest.approx(one.upper)


def test_of_a_side_with_one_session_as_its_unit_the_answers_are_drawn():
    """One new session is no certainty."""
    points = samples(np.random.default_rng(7), new=4)
    by_session = np.r_[np.arange(16) % 4, np.full(4, 4)]
    order = np.arange(5)

    found = effects([block(points, old=4, units=by_session)], [order], draws=199).channels[0]

    fixed = effects([block(points[:16], old=4, units=by_session[:16] % 4)]).channels
    assert fixed == ()
    assert found.upper - found.size > 0.1


def test_the_largest_channel_comes_first_and_features_without_distances_are_passed_over():
    """Each channel has its own size; the bound of all is the highest."""
    points = samples(np.random.default_rng(8), shift=2)
    other = samples(np.random.default_rng(9))
    channels = (
        EnergyChannel(name="calm", distances=distances(other)),
        EnergyChannel(name="moved", distances=distances(points)),
        MeansChannel(name="means", features=points.astype(np.float32)),
    )
    made = Block(design=Design(old=16, new=10), cells=(Cell(name="cell", channels=channels),))

    found = effects([made], draws=50)

    assert [effect.channel for effect in found.channels] == ["moved", "calm"]
    assert found.upper == max(effect.upper for effect in found.channels)


def test_a_seed_gives_one_interval():
    """Draws depend on the seed and on nothing else."""
    made = [block(samples(np.random.default_rng(10)), old=16)]

    assert effects(made, seed=3) == effects(made, seed=3)
    assert effects(made, seed=3) != effects(made, seed=4)
