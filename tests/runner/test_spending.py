"""A cap is never passed, and never spares what it would have paid for."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.catalogue import load_catalogue
from harness.errors import SpendingRefused
from harness.model.generation import Generation, Grounding, Usage
from harness.model.request import Parameters
from harness.model.suite import Turn, Variant
from harness.runner.prices import answer_cost, turn_price
from harness.runner.spending import Bill, Purchase, Purse

MODEL = "gemini-3-pro-image"


class Watched(Purse):
    """A purse that remembers the most that was ever at stake."""

    worst = 0.0

    def reserve(self, purchase):
        held = super().reserve(purchase)
        self.worst = max(self.worst, self.at_stake_usd)
        return held


def of(ceiling_usd):
    return Purchase(ceiling_usd=ceiling_usd)


def spend(purse, *, calls, ceiling, actual, jobs=16):
    """Make calls at once; give how many went out."""
    together = threading.Barrier(min(jobs, calls))

    def call(_):
        if _ < together.parties:
            together.wait()
        try:
            held = purse.reserve(of(ceiling))
        except SpendingRefused:
            return False
        purse.settle(held, Bill(usd=actual))
        return True

    with ThreadPoolExecutor(jobs) as pool:
        return sum(pool.map(call, range(calls)))


@pytest.mark.parametrize("actual", [0.0, 0.14, 0.5])
def test_the_cap_is_never_passed_with_sixteen_in_flight(actual):
    """What was spent and what may be spent by calls under way stay below it together."""
    purse = Watched(2.0)

    spend(purse, calls=100, ceiling=0.5, actual=actual)

    assert purse.spent_usd <= 2.0 + 1e-9
    assert purse.worst <= 2.0 + 1e-9


def test_calls_under_way_count_with_their_ceilings():
    """Four ceilings fill the cap: a fifth call goes out when a bill has come, not before."""
    purse = Purse(2.1)
    out, bill = threading.Semaphore(0), threading.Semaphore(0)

    def call():
        held = purse.reserve(of(0.5))
        out.release()
        bill.acquire()
        purse.settle(held, Bill(usd=0.1))

    threads = [threading.Thread(target=call) for _ in range(5)]
    for thread in threads:
        thread.start()
    went_out = [out.acquire(timeout=20) for _ in range(4)]
    fifth = out.acquire(timeout=0.05)
    bill.release()
    fifth_after = out.acquire(timeout=20)
    bill.release(4)
    for thread in threads:
        thread.join()

    assert went_out == [True] * 4
    assert (fifth, fifth_after) == (False, True)
    assert purse.spent_usd == pytest.approx(0.5)


@pytest.mark.parametrize("jobs", [1, 4, 16])
def test_as_many_calls_go_out_as_the_cap_pays_for(jobs):
    """However many are in flight: one that has to wait for the others' bills waits."""
    purse = Purse(2.0)

    made = spend(purse, calls=40, ceiling=0.5, actual=0.125, jobs=jobs)

    assert made == 13
    assert purse.spent_usd == pytest.approx(13 * 0.125)


def test_a_ceiling_that_just_fits_is_paid():
    """The cap itself is within; a cent more is not."""
    purse = Purse(0.5)

    with pytest.raises(SpendingRefused, match="raise --max-cost"):
        purse.reserve(of(0.51))
    purse.settle(purse.reserve(of(0.5)), Bill(usd=0.5))

    with pytest.raises(SpendingRefused, match=r"\$0.50 spent"):
        purse.reserve(of(0.01))


def test_without_a_cap_nothing_is_refused():
    """It is still counted."""
    purse = Purse(None)

    assert spend(purse, calls=30, ceiling=10.0, actual=1.0) == 30
    assert purse.spent_usd == pytest.approx(30)


def test_a_real_answer_costs_what_it_did():
    """The arithmetic of WIRE section 6, checked there against a real answer."""
    usage = Usage(
        prompt=22, candidates=1216, thoughts=179, total=1417, candidates_by_modality={"IMAGE": 1120}
    )

    cost = answer_cost(load_catalogue(), MODEL, Generation(usage=usage))

    assert cost == pytest.approx(0.1377, abs=5e-5)


def test_each_search_query_costs():
    """The empty one too: each query of a request counts."""
    usage = Usage(prompt=1)
    plain = Generation(usage=usage)
    searched = Generation(usage=usage, grounding=Grounding(queries=("", "q")))

    catalogue = load_catalogue()

    assert answer_cost(catalogue, MODEL, searched) == pytest.approx(
        answer_cost(catalogue, MODEL, plain) + 0.028
    )


@pytest.mark.parametrize(("model", "usage"), [("unknown", Usage(prompt=1)), (MODEL, None)])
def test_what_cannot_be_priced_has_no_price(model, usage):
    """No guess: an unknown model, an answer without usage."""
    assert answer_cost(load_catalogue(), model, Generation(usage=usage)) is None


def test_later_turns_cost_more_and_a_ceiling_is_above_what_is_expected():
    """Earlier prompts and pictures go along in the history."""
    turns = (
        Turn(prompt="a fox" * 99),
        Turn(prompt="a hat", parameters=Parameters(image_size="4K")),
    )
    variant = Variant(suite="s", case="c", label="", model=MODEL, turns=turns, samples=1)
    catalogue = load_catalogue()

    expected = [turn_price(catalogue, variant, i, ceiling=False) for i in range(2)]
    ceiling = [turn_price(catalogue, variant, i, ceiling=True) for i in range(2)]

    assert expected[0] < expected[1] < ceiling[1]
    assert expected[0] < ceiling[0]
    assert expected[0] > 0.134
    assert expected[1] > 0.24
