"""What the test says holds at its stated rate, whatever the data look like."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.stats.channels import EnergyChannel, MeansChannel
from harness.stats.labellings import Design, _choose, labellings, smallest_p
from harness.stats.permutation import (
    TOGETHER,
    Block,
    Cell,
    adjusted,
    permutation_test,
    rank_p,
    standardised,
    upper_ranks,
)
from tests.spreading import Elsewhere


def distances(points):
    return np.sqrt(((points[:, None] - points[None]) ** 2).sum(-1)).astype(np.float32)


def block(points, *, old, name="cell", channels=1, units=None):
    """Make a block of one cell; each further channel measures the same points otherwise."""
    found = tuple(
        EnergyChannel(name=f"energy {number}", distances=distances(points) ** (1 / (1 + number)))
        for number in range(channels)
    )
    cell = Cell(name=name, channels=found, units=units)
    size = len(points) if units is None else units.max() + 1
    return Block(design=Design(old=old, new=size - old), cells=(cell,))


def energy_by_hand(d, olds):
    """Give the unbiased energy statistic of one labelling, by loops."""
    news = [i for i in range(len(d)) if i not in olds]
    across = np.mean([d[i, j] for i in olds for j in news])
    one = np.mean([d[i, j] for i, j in itertools.permutations(olds, 2)])
    two = np.mean([d[i, j] for i, j in itertools.permutations(news, 2)])
    return 2 * across - one - two


def test_the_result_is_the_same_whoever_labels_and_in_which_order():
    """Every block has labellings of its own, drawn from the seed and its place."""
    rng, elsewhere = np.random.default_rng(3), Elsewhere()
    blocks = [
        block(rng.normal(size=(9, 3)), old=5, name=str(number), channels=2)
        for number in range(2 * TOGETHER + 1)
    ]

    found = permutation_test(blocks, draws=99, seed=7, spread=elsewhere)

    assert found == permutation_test(blocks, draws=99, seed=7)
    assert elsewhere.done == 3


def test_the_energy_of_every_labelling_is_the_one_by_hand():
    """One matrix product gives what loops over pairs give."""
    points = np.random.default_rng(1).normal(size=(7, 3))
    labels = labellings(Design(old=4, new=3), draws=0, seed=None)
    d = distances(points)

    found = EnergyChannel(name="x", distances=d).values(labels)

    by_hand = [energy_by_hand(d, list(np.flatnonzero(row))) for row in labels]
    assert found == pytest.approx(by_hand, abs=1e-5)


@pytest.mark.parametrize("apart", [1.0, 0.1, 3e4])
def test_one_answer_unlike_all_others_says_nothing_whoever_had_it(apart):
    """Where all others are alike the energy is 0 under every labelling, and not rounding."""
    one = np.zeros((10, 1))
    one[7] = apart
    labels = labellings(Design(old=6, new=4), draws=99, seed=np.random.SeedSequence(1))

    found = EnergyChannel(name="outcomes", distances=distances(one)).values(labels)

    assert standardised(found).tolist() == [0.0] * 100


def test_no_digits_are_lost_where_one_answer_lies_far_from_the_rest():
    """Labellings that tie with the observed one still tie: errors stay far below the margin."""
    points = np.random.default_rng(2).normal(size=(12, 3))
    points[3] += 500
    labels = labellings(Design(old=8, new=4), draws=0, seed=None)
    d = distances(points)

    found = standardised(EnergyChannel(name="x", distances=d).values(labels))

    by_hand = [energy_by_hand(d.astype(float), list(np.flatnonzero(row))) for row in labels]
    assert found == pytest.approx(standardised(np.array(by_hand)), abs=1e-5)


@pytest.mark.parametrize("design", [(16, 4), (8, 8), (3, 1), (1, 3)])
def test_labels_are_drawn_as_the_smallest_keys_of_each_row(design):
    """Results of a seed stay what they are, however fast the keys are ordered."""
    old, new = design
    keys = np.random.default_rng(np.random.SeedSequence(5)).random((200, old + new), np.float32)
    smallest = np.argsort(keys, axis=1)[:, :old]

    found = labellings(Design(old=old, new=new), draws=200, seed=np.random.SeedSequence(5))

    assert [set(np.flatnonzero(row)) for row in found[1:]] == [set(row) for row in smallest]


def test_equal_keys_at_the_border_call_no_more_old():
    """Every labelling has as many old units as the design, whatever was drawn."""
    keys = np.array([[0.5, 0.5, 0.5, 0.5], [0.1, 0.2, 0.2, 0.3]], dtype=np.float32)
    found = np.zeros((2, 4), dtype=np.float32)

    _choose(found, keys, 2)

    assert found.sum(axis=1).tolist() == [2, 2]


def test_a_sample_that_was_not_measured_plays_no_part():
    """The statistic is that of the samples that are there, whatever the absent one holds."""
    points = np.random.default_rng(2).normal(size=(8, 3))
    present = np.array([True, True, True, False, True, True, True, True])
    kept = np.flatnonzero(present)
    d = distances(points)
    d[3], d[:, 3] = np.nan, np.nan
    labels = labellings(Design(old=4, new=4), draws=0, seed=None)

    found = EnergyChannel(name="x", distances=d, present=present).values(labels)

    alone = EnergyChannel(name="x", distances=distances(points[kept])).values(labels[:, kept])
    assert found == pytest.approx(alone, abs=1e-5)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("number", range(4))
def test_all_labellings_and_draws_agree(number):
    """Exact p and Monte Carlo p differ by no more than the draws' own error."""
    points = np.random.default_rng(number).normal(size=(9, 2))
    points[5:] += number / 3
    made = block(points, old=5)

    exact = permutation_test([made], draws=1000, seed=1)
    drawn = permutation_test([made], draws=125 - 2, seed=1)

    assert exact.draws + 1 == 126  # 9 over 4
    assert abs(exact.p - drawn.p) < 5 * np.sqrt(exact.p * (1 - exact.p) / 124) + 0.01


def test_the_smallest_p_is_reached_and_never_passed():
    """4 v 4 on one cell reaches 2 of 70 and can never alarm at .01."""
    points = np.random.default_rng(3).normal(size=(8, 2))
    points[4:] += 50

    found = permutation_test([block(points, old=4)], draws=999, seed=1)

    assert found.p == found.smallest == pytest.approx(2 / 70)


@pytest.mark.parametrize(
    ("designs", "draws", "expected"),
    [
        ((Design(old=4, new=4),), 9999, 2 / 70),
        ((Design(old=12, new=2),), 9999, 1 / 91),
        ((Design(old=14, new=2),), 9999, 1 / 120),
        ((Design(old=5, new=5),), 9999, 2 / 252),
        ((Design(old=16, new=4),), 999, 1 / 1000),
        ((Design(old=4, new=4), Design(old=4, new=4)), 9999, 4 / 4900),
        ((Design(old=1, new=0),), 99, 1.0),
    ],
    ids=str,
)
def test_what_a_design_can_reach_is_known_before(designs, draws, expected):
    """Few labellings and few draws both keep p from being small."""
    assert smallest_p(designs, draws=draws) == pytest.approx(expected)


def test_a_change_in_all_cells_and_in_one_are_both_found():
    """The sum sees the first, the maximum the second, the combined p both."""
    rng = np.random.default_rng(4)
    little = [block(np.vstack([rng.normal(size=(8, 6)), rng.normal(0.8, 1, (4, 6))]), old=8)
              for _ in range(10)]  # fmt: skip
    calm = [block(rng.normal(size=(12, 6)), old=8) for _ in range(9)]
    much = block(np.vstack([rng.normal(size=(8, 6)), rng.normal(4, 1, (4, 6))]), old=8)

    everywhere = permutation_test(little, draws=999, seed=1)
    somewhere = permutation_test([*calm, much], draws=999, seed=1)

    assert everywhere.p <= 0.01
    assert somewhere.p <= 0.01
    assert somewhere.p_few < somewhere.p_all
    assert somewhere.cells[-1].p == min(cell.p for cell in somewhere.cells)


@pytest.mark.parametrize("ties", [False, True], ids=["smooth", "heavy ties"])
def test_nulls_are_rejected_no_more_often_than_said(ties):
    """Of 400 nulls no more are rejected than the binomial law lets pass in 1 of 10,000."""
    rng = np.random.default_rng(5)
    ps = []
    for number in range(400):
        points = rng.normal(size=(3, 12, 4))
        points = np.round(points) if ties else points
        made = [block(cell, old=8, channels=2) for cell in points]
        ps.append(permutation_test(made, draws=99, seed=number).p)

    assert sum(p <= 0.05 for p in ps) <= 38  # of 20 expected
    assert sum(p <= 0.01 for p in ps) <= 13  # of 4 expected


def test_equal_pictures_say_nothing():
    """Without any variance p is 1, and no figure is NaN."""
    found = permutation_test([block(np.ones((12, 3)), old=8)], draws=499, seed=1)

    assert found.p == 1.0
    assert found.cells[0].z == 0.0


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_p_is_never_0_and_swapping_equal_sides_changes_nothing(seed):
    """Which side is called old plays no part where both are of one size."""
    points = np.random.default_rng(seed).normal(size=(8, 2))
    swapped = np.vstack([points[4:], points[:4]])

    one = permutation_test([block(points, old=4)], draws=99, seed=seed)
    two = permutation_test([block(swapped, old=4)], draws=99, seed=seed)

    assert 0 < one.p <= 1
    assert one.p == pytest.approx(two.p)


def test_distances_that_are_no_numbers_never_make_p_0():
    """A channel that cannot be measured says nothing, and the others still speak."""
    points = np.random.default_rng(6).normal(size=(12, 3))
    made = block(points, old=6, channels=2)
    broken = made.cells[0].channels[1].distances
    broken[2, 3] = broken[3, 2] = np.nan

    found = permutation_test([made, made], draws=99, seed=1)
    alone = permutation_test([block(points, old=6)] * 2, draws=99, seed=1)

    assert found.p > 0
    assert dict(found.channels) == {**dict(alone.channels), "energy 1": 1.0}


@pytest.mark.parametrize("seed", range(5))
def test_swapping_equal_sides_changes_nothing_when_labellings_are_drawn(seed):
    """Which side is called old plays no part, in two cells and by draws."""
    points = np.random.default_rng(seed).normal(size=(2, 16, 2))
    swapped = np.roll(points, 8, axis=1)

    one = permutation_test([block(cell, old=8) for cell in points], draws=199, seed=seed)
    two = permutation_test([block(cell, old=8) for cell in swapped], draws=199, seed=seed)

    assert one.p == two.p
    assert (one.p_all, one.p_few) == (two.p_all, two.p_few)
    assert [cell.p for cell in one.cells] == [cell.p for cell in two.cells]


def test_the_order_of_samples_within_a_side_changes_nothing_when_all_labellings_are_taken():
    """A sample has no place."""
    points = np.random.default_rng(6).normal(size=(9, 2))
    mixed = np.vstack([points[[3, 1, 4, 0, 2]], points[[8, 6, 5, 7]]])

    one = permutation_test([block(points, old=5)], draws=500, seed=1)
    two = permutation_test([block(mixed, old=5)], draws=500, seed=1)

    assert one.p == pytest.approx(two.p)


def test_a_seed_gives_one_result():
    """Draws depend on the seed and the place of the block, on nothing else."""
    points = np.random.default_rng(7).normal(size=(12, 2))
    made = [block(points, old=8), block(points[::-1], old=8)]

    results = [permutation_test(made, draws=199, seed=9) for _ in range(2)]

    assert results[0] == results[1]
    assert results[0] != permutation_test(made, draws=199, seed=10)


def test_turns_of_a_chain_keep_one_label():
    """Three turns that are copies of each other count as one sample, not as three."""
    rng = np.random.default_rng(8)
    once = rng.normal(size=(10, 2))
    once[6:] += 1.2
    thrice = np.repeat(once, 3, axis=0) + rng.normal(scale=1e-3, size=(30, 2))
    units = np.repeat(np.arange(10), 3)

    whole = permutation_test([block(thrice, old=6, units=units)], draws=999, seed=1)
    single = permutation_test([block(once, old=6)], draws=999, seed=1)
    naive = permutation_test([block(thrice, old=18)], draws=999, seed=1)

    assert whole.p == pytest.approx(single.p, abs=0.03)
    assert naive.p < whole.p


def test_a_difference_of_means_is_the_one_by_hand():
    """The observed labelling's largest standardised difference, with its floor."""
    rng = np.random.default_rng(9)
    features = rng.normal(size=(10, 3)).astype(np.float32)
    features[6:, 1] += 2
    labels = labellings(Design(old=6, new=4), draws=3, seed=np.random.SeedSequence(1))

    found = MeansChannel(name="tmax", features=features).values(labels)

    one, two = features[:6], features[6:]
    pooled = (((one - one.mean(0)) ** 2).sum(0) + ((two - two.mean(0)) ** 2).sum(0)) / 8
    by_hand = (np.abs(one.mean(0) - two.mean(0)) / np.sqrt(pooled + 0.15)).max()
    assert found[0] == pytest.approx(by_hand, rel=1e-4)


def test_ranks_count_ties_as_reached():
    """Of values that are alike each is as high as the highest of them."""
    values = np.array([1.0, 1.0, 0.0, 2.0])

    assert rank_p(values) == 0.75
    assert upper_ranks(values).tolist() == [3, 3, 4, 1]


def test_standardised_values_have_mean_0_and_deviation_1():
    """The observed value is among them."""
    found = standardised(np.array([5.0, 1.0, 2.0, 4.0]))

    assert found.mean() == pytest.approx(0)
    assert found.std() == pytest.approx(1)


def test_false_discoveries_are_adjusted_as_benjamini_and_hochberg_say():
    """The published worked form: p times count over rank, made monotone from the largest."""
    assert adjusted([0.01, 0.04, 0.03, 0.5]) == pytest.approx((0.04, 0.16 / 3, 0.16 / 3, 0.5))
    assert adjusted([]) == ()
