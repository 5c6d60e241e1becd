"""A draw without replacement tells of all that it was drawn from."""

import pytest

from harness.stats.finite import _chance, share_interval
from harness.stats.rates import rate_interval


def test_all_drawn_is_known():
    """A census has no interval."""
    assert share_interval(7, 10, total=10) == (0.7, 0.7)


def test_nothing_drawn_is_nothing_known():
    """Neither of many nor of none."""
    assert share_interval(0, 0, total=20) == (0.0, 1.0)
    assert share_interval(0, 0, total=0) == (0.0, 1.0)


def test_a_draw_from_very_many_is_as_from_infinitely_many():
    """Then the interval is that of Clopper and Pearson."""
    found = share_interval(17, 20, total=20_000)

    assert found == pytest.approx(rate_interval(17, 20), abs=2e-3)


def test_a_larger_share_drawn_says_more():
    """The same hits of fewer sheets in all."""
    small, large = share_interval(17, 20, total=30), share_interval(17, 20, total=3000)

    assert small[0] > large[0]
    assert small[1] < large[1]


def test_it_is_the_law_of_draws():
    """2 hits among 5 drawn of 12, of which 4 are hits, or more: counted by hand."""
    ways = (6 * 56 + 4 * 28 + 1 * 8) / 792

    assert _chance(2, 5, hits=4, total=12) == pytest.approx(ways, rel=1e-12)
    assert _chance(0, 5, hits=9, total=12) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(("of", "total"), [(5, 12), (20, 60)])
def test_it_holds_the_truth_as_often_as_it_says(of, total):
    """Whatever the true share: summed over all draws, exactly."""
    intervals = {count: share_interval(count, of, total=total) for count in range(of + 1)}
    for hits in range(total + 1):
        fits = range(max(0, of - (total - hits)), min(of, hits) + 1)
        held = sum(
            _chance(n, of, hits=hits, total=total) - _chance(n + 1, of, hits=hits, total=total)
            for n in fits
            if intervals[n][0] <= hits / total <= intervals[n][1]
        )
        assert held >= 0.95
