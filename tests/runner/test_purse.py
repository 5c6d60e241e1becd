"""A cap is never passed, and never refuses what calls in flight leave room for."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.errors import SpendingRefused
from harness.runner.spending import Bill, Purchase, Purse


def buy(purse, ceiling, actual):
    """Make a call that may cost `ceiling` and costs `actual`; tell whether it was made."""
    try:
        held = purse.reserve(Purchase(ceiling_usd=ceiling))
    except SpendingRefused:
        return False
    purse.settle(held, Bill(usd=actual))
    return True


@pytest.mark.parametrize("jobs", [1, 4, 16])
def test_the_same_is_bought_with_any_number_in_flight(jobs):
    """Reservations wait for each other: 11 of 11 answers fit under $2 at any -j."""
    purse = Purse(2.0)

    with ThreadPoolExecutor(jobs) as pool:
        made = list(pool.map(lambda _: buy(purse, 0.51, 0.14), range(11)))

    assert all(made)
    assert purse.spent_usd == pytest.approx(1.54)


def test_a_cap_is_never_passed():
    """Where every call costs its ceiling, only as many are made as fit."""
    purse = Purse(2.0)

    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: buy(purse, 0.51, 0.51), range(40)))

    assert sum(made) == 3
    assert purse.spent_usd <= 2.0


def test_a_call_that_could_never_fit_is_refused_at_once():
    """With nothing in flight there is nothing to wait for."""
    with pytest.raises(SpendingRefused, match=r"the cap of \$0.10 is reached: \$0.00 spent"):
        Purse(0.1).reserve(Purchase(ceiling_usd=0.51))


def test_no_cap_refuses_nothing():
    """None is no cap."""
    assert buy(Purse(None), 1e6, 1e6)
