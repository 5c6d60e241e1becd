"""What a count tells of a rate holds as often as it says; evidence adds up slowly."""

from math import comb

import numpy as np
import pytest

from harness.stats.rates import accumulate, accumulated, accumulator_threshold, rate_interval


def binomial(count, *, of, rate):
    return comb(of, count) * rate**count * (1 - rate) ** (of - count)


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.3, 0.95])
@pytest.mark.parametrize("of", [5, 40])
def test_an_interval_holds_the_true_rate_at_least_as_often_as_it_says(rate, of):
    """Summed over every count that can be seen, weighted by how often it is."""
    held = 0.0
    for count in range(of + 1):
        low, high = rate_interval(count, of, level=0.9)
        held += binomial(count, of=of, rate=rate) * (low <= rate <= high)

    assert 0.9 <= held <= 1


def test_an_interval_of_no_event_and_of_nothing_but_events_is_the_closed_form():
    """0 of 10 at .95 reaches to 1 - .025^(1/10); nothing tried tells nothing."""
    edge = 1 - 0.025 ** (1 / 10)

    assert rate_interval(0, 10) == pytest.approx((0, edge))
    assert rate_interval(10, 10) == pytest.approx((1 - edge, 1))
    assert rate_interval(0, 0) == (0, 1)


def test_a_bet_is_worth_1_on_average_without_a_change():
    """The mean of 1 / (2 sqrt(p)) over the reachable p of 10,000 labellings is at most 1."""
    ps = np.arange(1, 10_001) / 10_000

    bets = [accumulate(1.0, p) for p in ps]

    assert 0.98 < np.mean(bets) <= 1


def test_many_small_looks_add_up_and_a_calm_one_does_not_go_below_the_beginning():
    """Each p of .04 multiplies by 2.5; what is below 1 is forgotten at the next look."""
    assert accumulated([0.04] * 3) == pytest.approx(2.5**3)
    assert accumulated([1.0, 1.0, 0.04]) == pytest.approx(2.5)
    assert accumulated([]) == 1.0


def test_false_words_are_as_rare_as_the_threshold_says():
    """Without a change it takes at least 20 looks on average to reach 20."""
    rng = np.random.default_rng(1)
    looks = []
    for _ in range(300):
        total, count = 1.0, 0
        while total < 20 and count < 2000:
            total, count = accumulate(total, 1 - rng.random()), count + 1
        looks.append(count)

    assert np.mean(looks) >= 20


def test_a_threshold_counts_looks():
    """One false word in two years of weekly looks: about 104 looks."""
    assert accumulator_threshold(years=2, days=7) == pytest.approx(104.4, abs=0.1)
