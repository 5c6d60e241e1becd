"""How often answers are called no worse, or worse, that are the opposite."""

import itertools
import math

import numpy as np
import pytest

from harness.stats.worsening import (
    Stratum,
    differences,
    evidence_below,
    expected_pairs,
    fewest,
    mean_bound,
    permuted_p,
    smallest_p,
    upper_bound,
    worsening,
)

ALPHA = 0.05
BEYOND_CHANCE = 3.1
"""Standard deviations of a binomial count that a right test passes once in a thousand."""


def beyond_chance(rate, trials):
    return rate + BEYOND_CHANCE * math.sqrt(rate * (1 - rate) / trials)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param([0.0] * 10, [0.1] * 10, id="only the new ones fail"),
        pytest.param([0.0] * 10, [0.0] * 9 + [1.0], id="one case of ten fails"),
        pytest.param([0.02] * 10, [0.12] * 10, id="both fail seldom"),
        pytest.param([0.3] * 10, [0.4] * 10, id="both fail often"),
        pytest.param([0.0, 0.8] * 5, [0.2, 0.8] * 5, id="some cases are hard"),
    ],
)
@pytest.mark.parametrize("answers", [4, 5, 12])
def test_a_worsening_as_large_as_the_margin_is_seldom_called_no_worse(old, new, answers):
    """At the margin itself the false rate is within alpha, whatever differs between cases."""
    generator = np.random.default_rng(1)
    shape = (600, answers, 10)
    pairs = (generator.random(shape) < new) * 1.0 - (generator.random(shape) < old)

    called = [evidence_below(run.ravel(), 0.1) >= 1 / ALPHA for run in pairs]

    assert np.mean(called) <= beyond_chance(ALPHA, 600)


def test_equal_answers_are_called_no_worse():
    """Thirty pairs of cases that hardly fail are enough more often than not."""
    generator = np.random.default_rng(2)
    pairs = (generator.random((300, 120)) < 0.02) * 1.0 - (generator.random((300, 120)) < 0.02)

    called = [evidence_below(run, 0.1) >= 1 / ALPHA for run in pairs]

    assert np.mean(called) >= 0.8


@pytest.mark.parametrize("margin", [0.05, 0.1, 0.2])
def test_the_fewest_pairs_are_the_fewest(margin):
    """One good pair less shows nothing; so many show it."""
    least = fewest(margin, alpha=ALPHA)

    assert evidence_below(np.zeros(least), margin) >= 1 / ALPHA
    assert evidence_below(np.zeros(least - 1), margin) < 1 / ALPHA


def test_the_fewest_pairs_obey_the_rule_of_three():
    """No test that holds its level decides with fewer: as many failures must be improbable."""
    assert 0.9 ** (fewest(0.1, alpha=ALPHA) - 1) < ALPHA
    assert fewest(0.1, alpha=ALPHA) == 36


def test_the_bound_is_where_the_evidence_begins():
    """Just above the bound a worsening is refuted, just below it is not."""
    pairs = np.array([0.0] * 50 + [1.0] * 3 + [-1.0] * 2)

    bound = upper_bound(pairs, alpha=ALPHA)

    assert bound > pairs.mean()
    assert evidence_below(pairs, bound + 1e-6) >= 1 / ALPHA
    assert evidence_below(pairs, bound - 1e-6) < 1 / ALPHA


@pytest.mark.parametrize("pairs", [[], [0.0], [1.0, 1.0]])
def test_too_few_pairs_have_no_bound(pairs):
    """Nothing, or nothing but failures, bounds nothing."""
    bound = upper_bound(np.array(pairs), alpha=ALPHA)

    assert bound is None or bound > 0.9


def test_no_bound_is_given_of_nothing():
    """Not even a number near 1."""
    assert upper_bound(np.array([]), alpha=ALPHA) is None


def test_more_pairs_like_these_decide():
    """So many pairs as are expected are about enough, far fewer are not."""
    few = np.array([0.0] * 18 + [1.0, -1.0])

    needed = expected_pairs(few, 0.1, alpha=ALPHA)
    repeated = np.tile(few, math.ceil(needed / few.size))

    assert evidence_below(repeated, 0.1) >= 1 / ALPHA
    assert evidence_below(np.tile(few, needed // (3 * few.size)), 0.1) < 1 / ALPHA


def test_no_number_of_pairs_makes_a_large_worsening_small():
    """Where the worsening lies beyond the margin, more answers would not show it to be kept."""
    assert expected_pairs(np.array([1.0, 0.0, 0.0]), 0.1, alpha=ALPHA) == 0


def test_sides_of_unequal_size_are_paired_without_loss():
    """Each answer counts in one pair; the mean difference stays."""
    stratum = Stratum(old=(1.0, 0.0, 0.0, 1.0, 1.0, 1.0), new=(0.0, 1.0))

    pairs = differences([stratum])

    assert pairs.tolist() == pytest.approx([-2 / 3, 1 / 3])
    assert pairs.mean() == pytest.approx(worsening([stratum]))


def test_cases_weigh_by_their_pairs():
    """The estimate is that of the pairs, which the bound is of."""
    strata = [Stratum(old=(0.0,), new=(1.0, 1.0)), Stratum(old=(0.0, 0.0, 0.0), new=(0.0,) * 3)]

    assert worsening(strata) == pytest.approx(differences(strata).mean()) == 0.25


@pytest.mark.parametrize(
    "stratum",
    [
        Stratum(old=(0.0,) * 4, new=(1.0,) * 4),
        Stratum(old=(0.0, 0.0, 1.0), new=(1.0, 0.0)),
        Stratum(old=(0.2, 0.5, 0.5), new=(0.5, 0.9, 0.1)),
        Stratum(old=(0.0, 0.0), new=(0.0, 0.0, 0.0)),
    ],
)
def test_the_smallest_p_is_that_of_all_labellings(stratum):
    """Counted one by one, as many labellings are as extreme as is said."""
    together = np.array([*stratum.old, *stratum.new])
    chosen = itertools.combinations(range(together.size), len(stratum.new))
    sums = np.array([together[list(places)].sum() for places in chosen])

    assert smallest_p([stratum]) == pytest.approx(np.mean(sums >= sums.max() - 1e-9))


def test_p_is_that_of_all_labellings():
    """Drawn labellings give what counting them gives: 1 in 70 here, never 0."""
    strata = [Stratum(old=(0.0,) * 4, new=(1.0,) * 4)]

    assert permuted_p(strata, draws=9_999, seed=0) == pytest.approx(1 / 70, abs=0.005)
    assert permuted_p(strata, draws=1, seed=3) > 0
    assert permuted_p([Stratum(old=(1.0, 1.0), new=(1.0, 1.0))], draws=99, seed=0) == 1.0


def test_equal_answers_are_seldom_called_worse():
    """Where old and new are one, p is at most alpha as seldom as alpha says."""
    generator = np.random.default_rng(3)
    called = []
    for _ in range(300):
        drawn = (generator.random((4, 10)) < [[0.1], [0.3], [0.5], [0.0]]) * 1.0
        strata = [Stratum(old=tuple(row[:6]), new=tuple(row[6:])) for row in drawn]
        called.append(permuted_p(strata, draws=99, seed=int(generator.integers(1 << 30))) <= ALPHA)

    assert np.mean(called) <= beyond_chance(ALPHA, 300)


def test_cases_that_differ_are_no_worsening():
    """Labels stay within their case: a hard case with more new answers is not a worse prompt."""
    strata = [
        Stratum(old=(1.0,) * 2, new=(1.0,) * 8),
        Stratum(old=(0.0,) * 8, new=(0.0,) * 2),
    ]

    assert worsening(strata) == 0.0
    assert permuted_p(strata, draws=99, seed=0) == 1.0


def test_a_price_is_bounded_by_students_t():
    """Two cases of three and three: 8 degrees of freedom, quantile 1.860."""
    strata = [Stratum(old=(1.0, 1.1, 0.9), new=(1.0, 1.1, 0.9))] * 2

    assert mean_bound(strata, alpha=ALPHA) == pytest.approx(
        1.860 * math.sqrt(2 * 0.25 * 2 * 0.01 / 3), rel=0.002
    )


def test_few_prices_have_no_bound():
    """Of one answer a side no spread is known."""
    assert mean_bound([Stratum(old=(1.0,), new=(1.0,))], alpha=ALPHA) is None
