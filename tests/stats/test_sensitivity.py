"""What a test says that it can see is what it sees, before and after money is spent."""

from dataclasses import replace

import numpy as np
import pytest

from harness.stats.channels import EnergyChannel, MeansChannel
from harness.stats.labellings import Design
from harness.stats.permutation import Block, Cell, permutation_test
from harness.stats.pretended import planned, pretended
from harness.stats.sensitivity import sensitivity


def distances(points):
    return np.sqrt(((points[:, None] - points[None]) ** 2).sum(-1)).astype(np.float32)


def block(*channels, old, units=None):
    """Make a block of one cell, of the points of each channel."""
    found = tuple(EnergyChannel(name=name, distances=distances(own)) for name, own in channels)
    size = len(channels[0][1]) if units is None else units.max() + 1
    cell = Cell(name="cell", channels=found, units=units)
    return Block(design=Design(old=old, new=size - old), cells=(cell,))


def blocks(rng, *, count, old, new, shift=0.0):
    """Make cells of two channels, of which the first is shifted in a direction of the data."""
    found = []
    for _ in range(count):
        one, two = rng.normal(size=(old + new, 8)), rng.normal(size=(old + new, 3))
        direction = rng.normal(size=8)
        one[old:] += shift * direction / np.linalg.norm(direction)
        found.append(block(("one", one), ("two", two), old=old))
    return found


def test_planned_power_is_the_power_that_is_seen():
    """Of 60 tests of a shift so many reject as calm samples and a reference alone tell."""
    rng = np.random.default_rng(1)
    shift, effect = 1.6, 0.178  # of 1,500 points a side; .655 of 400 such tests reject
    count, old, new = 3, 10, 6
    tests = [
        permutation_test(
            blocks(rng, count=count, old=old, new=new, shift=shift), draws=199, seed=number
        )
        for number in range(60)
    ]
    calm = blocks(rng, count=count, old=old, new=new)
    reference = blocks(rng, count=count, old=12, new=0)

    afterwards = sensitivity(calm, alpha=0.05).power_at(effect, channel="one")
    before = planned(reference, old=old, new=new, alpha=0.05).power_at(effect, channel="one")

    seen = sum(test.p <= 0.05 for test in tests) / 60
    assert 0.5 < seen < 0.8
    assert afterwards == pytest.approx(seen, abs=0.17)
    assert before == pytest.approx(seen, abs=0.17)


def test_next_to_no_effect_is_seen_as_often_as_a_false_alarm():
    """Moved by nothing, each labelling stands where it stood."""
    made = blocks(np.random.default_rng(8), count=4, old=12, new=6)

    found = sensitivity(made, alpha=0.05, sizes=(1e-9,))

    for name in ("one", "two"):
        assert found.power[name][0] == pytest.approx(0.05, abs=0.025)


def test_more_answers_see_smaller_changes():
    """The smallest effect falls with the fresh sample, and is seen with the power asked for."""
    reference = blocks(np.random.default_rng(2), count=3, old=16, new=0)

    few, many = (planned(reference, old=16, new=new, alpha=0.01) for new in (4, 12))

    assert many.smallest(0.8) < few.smallest(0.8)
    assert few.power_at(few.smallest(0.8)) == pytest.approx(0.8, abs=0.03)
    assert few.power_at(0.0) <= 0.01


def test_the_channel_that_needs_most_decides():
    """The power is the lowest of the channels, the smallest effect the highest."""
    made = blocks(np.random.default_rng(3), count=3, old=12, new=6)

    found = sensitivity(made, alpha=0.05)

    assert set(found.deciding) == {"one", "two"}
    assert found.power_at(0.3) == min(found.power_at(0.3, channel=c) for c in ("one", "two"))
    assert found.smallest() == max(found.smallest(channel=c) for c in ("one", "two"))
    assert found.power_at(0.3, channel="three") is None


def test_a_channel_of_few_cells_decides_nothing():
    """Refusals in one cell do not make the whole test blind; they are told all the same."""
    rng = np.random.default_rng(4)
    made = blocks(rng, count=4, old=12, new=6)
    ended = np.zeros((18, 1))
    ended[[2, 15]] = 1
    rare = EnergyChannel(name="outcomes", distances=distances(ended))
    cell = replace(made[2].cells[0], channels=(*made[2].cells[0].channels, rare))
    made[2] = replace(made[2], cells=(cell,))

    found = sensitivity(made, alpha=0.05)

    assert found.speaks == {"one": 1.0, "two": 1.0, "outcomes": 0.25}
    assert "outcomes" not in found.deciding
    assert found.power_at(0.3, channel="outcomes") < 0.2


def test_a_design_that_cannot_alarm_sees_nothing():
    """4 v 4 on one cell has no power at .01, whatever moves."""
    made = blocks(np.random.default_rng(5), count=1, old=4, new=4)

    found = sensitivity(made, alpha=0.01)

    assert found.power_at(4.0) == 0.0
    assert found.smallest() is None


def test_equal_pictures_say_nothing():
    """Without spread there is no unit: no power is told, and nothing fails."""
    made = [block(("one", np.ones((12, 2))), old=8)]

    found = sensitivity(made, alpha=0.05)

    assert found.power_at(0.3) is None
    assert found.smallest() is None


def test_a_seed_gives_one_answer_and_absent_samples_play_no_part():
    """Labellings and directions come of the seed; what was not measured holds anything."""
    points = np.random.default_rng(6).normal(size=(18, 4))
    present = np.ones(18, dtype=np.bool_)
    present[[3, 15]] = False
    holes = distances(points)
    holes[~present] = np.nan
    holes[:, ~present] = np.nan
    channels = (
        EnergyChannel(name="one", distances=holes, present=present),
        MeansChannel(name="means", features=points.astype(np.float32)),
    )
    made = [Block(design=Design(old=12, new=6), cells=(Cell(name="cell", channels=channels),))]

    found = sensitivity(made, alpha=0.05, seed=3)

    assert found == sensitivity(made, alpha=0.05, seed=3)
    assert found != sensitivity(made, alpha=0.05, seed=4)
    assert 0 < found.power_at(0.5) <= 1


def test_pretended_samples_have_the_planned_design_and_no_twins():
    """20 of 8 answers: no two copies lie at distance 0, and chains stay whole."""
    rng = np.random.default_rng(7)
    units = np.repeat(np.arange(8), 2)
    made = [block(("one", rng.normal(size=(16, 3))), old=8, units=units)]

    found = list(pretended(made, old=14, new=6, seed=1, blocks=3))

    assert len(found) == 3
    for pretence in found:
        (channel,) = pretence.cells[0].channels
        off = channel.distances[~np.eye(40, dtype=bool)]
        assert (pretence.design.old, pretence.design.new) == (14, 6)
        assert pretence.cells[0].units.tolist() == np.repeat(np.arange(20), 2).tolist()
        assert off.min() > 0
        assert (channel.distances == channel.distances.T).all()
