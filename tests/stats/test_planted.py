"""What a shift would add to each labelling is what shifting the points adds."""

import numpy as np
import pytest

from harness.stats.channels import EnergyChannel
from harness.stats.labellings import Design, labellings
from harness.stats.permutation import standardised
from harness.stats.planted import planted

OLD, NEW, EFFECT = 6, 5, 0.7


def squares(points):
    """Give squared distances: then the points themselves lie in the space that is shifted."""
    return ((points[:, None] - points[None]) ** 2).sum(-1).astype(np.float32)


def spread_of_pairs(d):
    """Give the sum of the squared U-centred distances, by the definition."""
    count = len(d)
    rows = d.sum(1) / (count - 2)
    found = d - rows[:, None] - rows[None] + d.sum() / ((count - 1) * (count - 2))
    return (found[~np.eye(count, dtype=bool)] ** 2).sum()


@pytest.fixture
def points():
    return np.random.default_rng(1).normal(size=(OLD + NEW, 4))


def shifted(points, label, effect, *, within):
    """Move the old points of a labelling as `planted` does with the same generator."""
    mix = np.random.default_rng(7).normal(size=len(points))
    mix -= mix.mean()
    direction = (points - points.mean(0)).T @ mix
    direction /= np.linalg.norm(direction)
    return points + np.outer(label, direction) * np.sqrt(effect * within / 2)


def test_the_statistic_of_a_labelling_grows_as_if_its_points_had_been_shifted(points):
    """T + e W + 4 <m, d>, over a deviation that grew with the pooled points."""
    labels = labellings(Design(old=OLD, new=NEW), draws=50, seed=np.random.SeedSequence(1))
    d = squares(points)
    values = EnergyChannel(name="x", distances=d).values(labels)
    plan = planted(d, labels, old=OLD, rng=np.random.default_rng(7))

    moved = plan.moved(standardised(values), deviation=values.std(), sizes=np.array([EFFECT]))[0]

    for row in (0, 3, 17):
        after = squares(shifted(points, labels[row], EFFECT, within=plan.within))
        statistic = EnergyChannel(name="x", distances=after).values(labels[[row]])[0]
        deviation = values.std() * np.sqrt(spread_of_pairs(after) / spread_of_pairs(d))
        assert moved[row] == pytest.approx((statistic - values.mean()) / deviation, rel=1e-3)


def test_no_shift_changes_nothing(points):
    """An effect of 0 leaves each labelling as it is."""
    labels = labellings(Design(old=OLD, new=NEW), draws=50, seed=np.random.SeedSequence(1))
    values = standardised(EnergyChannel(name="x", distances=squares(points)).values(labels))

    plan = planted(squares(points), labels, old=OLD, rng=np.random.default_rng(7))

    assert plan.moved(values, deviation=1.0, sizes=np.zeros(1))[0] == pytest.approx(values)


@pytest.mark.parametrize(
    ("d", "old"),
    [(np.zeros((8, 8)), 5), (np.ones((8, 8)) - np.eye(8), 1), (np.ones((3, 3)) - np.eye(3), 2)],
    ids=["no spread", "one old sample", "three samples"],
)
def test_what_does_not_vary_cannot_be_shifted(d, old):
    """There is no unit to say an effect in."""
    labels = np.zeros((4, len(d)), dtype=np.float32)
    labels[:, :old] = 1

    assert planted(d, labels, old=old, rng=np.random.default_rng(1)) is None
