"""What is looked at: what failed or moved first, the rest by a fair lot."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.judging.selecting import SECONDS_A_SHEET, Draw, drawn, plan
from harness.judging.sheets import sheets
from harness.model.drift import CellDrift
from harness.model.review import Why
from harness.model.showing import NOTHING_MORE, CellShow, Showing
from harness.model.verdict import Status
from tests.judging.reviewed import ids, run_of


def planned(run, *, take, seed=1, showing=NOTHING_MORE, discussed=()):
    return plan(run, showing, draw=Draw(take=take, seed=seed), discussed=discussed)


def moved(variant, *, moved=True):
    drift = CellDrift(
        suite="s", variant=variant, turn=0, cell="c", old=8, new=8, p=0.01, q=0.02, moved=moved
    )
    return CellShow(drift=drift)


def test_the_gravest_come_first_and_say_why():
    """Failures, errors, changes, warnings, discussions; then what is drawn."""
    status = {"s/a[v5]": Status.WARN, "s/a[v9]": Status.FAIL, "s/a[v7]": Status.ERROR}
    showing = Showing(cells={("s", "a[v6]", 0): moved("a[v6]")})

    plan_ = planned(
        run_of({"a": 100}, status=status), take=10, showing=showing, discussed={"s/a[v8]"}
    )

    told = [(p.item, p.why[0]) for p in plan_.sheets[:5]]
    assert told == [
        ("s/a[v9]", Why.FAILED),
        ("s/a[v7]", Why.ERROR),
        ("s/a[v6]", Why.WITNESS),
        ("s/a[v5]", Why.WARNED),
        ("s/a[v8]", Why.DISCUSSED),
    ]
    assert all(p.random and p.why == (Why.RANDOM,) for p in plan_.sheets[5:])


def test_a_cell_that_is_not_named_is_no_witness():
    """A test's p of one cell is read only after the whole was rejected."""
    showing = Showing(cells={("s", "a[v6]", 0): moved("a[v6]", moved=False)})

    assert not any(Why.WITNESS in p.why for p in planned(run_of({"a": 9}), take=5).sheets)
    plan_ = planned(run_of({"a": 9}), take=5, showing=showing)
    assert not any(Why.WITNESS in p.why for p in plan_.sheets)


def test_what_failed_can_be_drawn_too():
    """The draw is made from all sheets: what is there for a reason may feed the rate, by lot."""
    failed = {f"s/a[v{n}]": Status.FAIL for n in range(20)}
    run = run_of({"a": 40}, status=failed)

    both = [p for p in planned(run, take=35).sheets if Why.FAILED in p.why and p.random]

    assert both
    assert all(p.why == (Why.FAILED, Why.RANDOM) for p in both)


def test_failures_may_leave_no_room_for_a_draw():
    """The gravest of them, and no more than asked for."""
    failed = {f"s/a[v{n}]": Status.FAIL for n in range(20)}

    plan_ = planned(run_of({"a": 40}, status=failed), take=12)

    assert len(plan_.sheets) == 12
    assert not any(p.random for p in plan_.sheets)


@pytest.mark.parametrize(("new", "taken"), [(5, 5), (6, 0)], ids=["half", "more than half"])
def test_undecided_sheets_leave_half_of_the_room_to_the_draw(new, taken):
    """Where they do not, the draw takes its share of them."""
    fresh = {f"s/a[v{n}]": Status.NEW for n in range(new)}

    plan_ = planned(run_of({"a": 100}, status=fresh), take=10)

    assert sum(p.why[0] is Why.NEW and not p.random for p in plan_.sheets) >= taken - 1
    assert sum(p.random for p in plan_.sheets) == 10 - taken


@pytest.mark.parametrize("take", [0, 30, 31])
def test_nothing_taken_is_everything(take):
    """In which case nothing is drawn: a census needs no lot."""
    plan_ = planned(run_of({"a": 30}, status={"s/a[v4]": Status.FAIL}), take=take)

    assert len(plan_.sheets) == 30
    assert plan_.sheets[0].why == (Why.FAILED,)
    assert plan_.sheets[1].why == (Why.ASKED,)
    assert not any(p.random for p in plan_.sheets)
    assert plan_.minutes == 30 * SECONDS_A_SHEET / 60


def test_what_holds_nothing_is_not_looked_at():
    """Unrecorded sheets are not; an error is looked at, but no rate can rest on it."""
    answers = {"s/a[v0]": "nothing", "s/a[v1]": "error"}
    run = run_of({"a": 4}, answers=answers, status={"s/a[v1]": Status.ERROR})

    everything = planned(run, take=0)
    some = [p for seed in range(20) for p in planned(run, take=2, seed=seed).sheets]

    assert [p.item for p in everything.sheets] == ["s/a[v1]", "s/a[v2]", "s/a[v3]"]
    assert {p.item for p in some if not p.random} == {"s/a[v1]"}
    assert {p.item for p in some if p.random} == {"s/a[v2]", "s/a[v3]"}


def test_the_lot_is_the_seeds_and_the_runs():
    """The same draws the same, on every machine; another seed or run draws others."""
    run, other = run_of({"a": 90}), run_of({"a": 90}, id_="20261127T090000Z-0000")

    assert planned(run, take=20) == planned(run, take=20)
    assert planned(run, take=20).sheets != planned(run, take=20, seed=2).sheets
    assert planned(run, take=20).sheets != planned(other, take=20).sheets


@settings(max_examples=25, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 12), min_size=1, max_size=12),
    count=st.integers(0, 40),
    seed=st.integers(0, 9),
)
def test_each_case_is_drawn_by_its_size(sizes, count, seed):
    """So many as were asked for; of each case its proportional share, rounded either way."""
    run = run_of({f"c{n}": size for n, size in enumerate(sizes)})
    count = min(count, sum(sizes))

    found = drawn([*sheets(run)], count, lot=("r", seed))

    got = Counter(item.partition("/")[2].partition("[")[0] for item in found)
    assert len(found) == count
    for n, size in enumerate(sizes):
        share = size * count / sum(sizes)
        assert share - 1 < got[f"c{n}"] < share + 1


def test_every_sheet_has_the_same_chance():
    """A case with one variant too: its sheet is not drawn always or never."""
    run = run_of({"big": 7, "one": 1, "two": 2, "other": 1})
    every, rounds = [*sheets(run)], 1500

    hits = Counter(item for seed in range(rounds) for item in drawn(every, 3, lot=("r", seed)))

    expected = rounds * 3 / 11
    assert set(hits) == set(ids(run))
    assert all(abs(count - expected) < 5 * expected**0.5 for count in hits.values())
