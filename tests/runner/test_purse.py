"""A cap is never passed, and never refuses what calls in flight leave room for."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from harness.errors import SpendingRefused
from harness.runner.spending import Bill, Caps, Purchase, Purse
from harness.store.ledger import Ledger


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


class Settling(Ledger):
    """A ledger in which another call's bill comes just when there was no room."""

    def between(self):
        pass

    def reserve(self, endpoint, usd, *, cap_usd):
        entry = super().reserve(endpoint, usd, cap_usd=cap_usd)
        if entry is None:
            self.between()
        return entry


def test_a_bill_that_comes_while_the_ledger_is_asked_makes_room(tmp_path):
    """The month's last $0.40 are free by then: nobody is refused, and nobody waits for ever."""
    ledger = Settling(tmp_path, session="s", now=lambda: datetime(2026, 11, 25, tzinfo=UTC))
    purse = Purse(Caps(month={"gemini": 1.0}), ledger=ledger)
    first = purse.reserve(Purchase(endpoint="gemini", ceiling_usd=0.6))
    ledger.between = lambda: purse.settle(first, Bill(usd=0.1))

    second = purse.reserve(Purchase(endpoint="gemini", ceiling_usd=0.6))
    purse.settle(second, Bill(usd=0.1))

    assert purse.spent_usd == pytest.approx(0.2)
