"""A drift verdict holds at its rate, is one sentence, and says what it could not see."""

import numpy as np
import pytest

from harness.judging.drift import NAMED_BELOW, Terms, drift
from harness.judging.drift_words import number
from harness.judging.pools import SESSIONS
from harness.model.drift import Shift
from harness.model.watch import Watch
from harness.stats.permutation import adjusted
from tests.judging.drifting import made_up, of_tiles, subject, tiles

TERMS = Terms(watch=Watch(), alpha=0.01)


def cells(rng, *, count=3, size=4, **told):
    return [s for n in range(count) for s in made_up(size, rng=rng, cell=f"c{n}", **told)]


def test_answers_that_moved_are_changed_and_the_cells_named():
    """A shift of one cell of three is found, named, and shown by its pictures."""
    rng = np.random.default_rng(1)
    old = cells(rng, size=8)
    new = cells(rng, count=2, side="new") + list(
        made_up(4, rng=rng, cell="c2", side="new", shift=3.0)
    )

    found = drift(old, new, TERMS)

    assert found.verdict is Shift.CHANGED
    assert [cell.cell for cell in found.moved] == ["c2"]
    assert {w.sha256 for w in found.moved[0].witnesses if w.fresh} < {s.picture for s in new}
    assert "shop/variant-c2" in found.said
    assert found.effect.size > 0.3
    assert (found.power, found.seen) == (None, None)  # told from a spread that the change widens


@pytest.mark.parametrize("cells", [1, 100, 250, 1000])
def test_one_cell_of_many_can_be_named(cells):
    """The smallest p of the labellings that are drawn stays below the false discovery rate."""
    draws = TERMS.draws_for(cells)

    q, *_ = adjusted([1 / (draws + 1), *[0.5] * (cells - 1)])

    assert TERMS.draws <= draws < 20_000
    assert q < NAMED_BELOW


def test_a_verdict_that_sees_nothing_says_what_it_would_have_seen():
    """No change seen comes with p, alpha and sizes, in one sentence."""
    rng = np.random.default_rng(2)

    found = drift(cells(rng, size=16), cells(rng, size=4, side="new"), TERMS)

    assert found.verdict in (Shift.NO_CHANGE_SEEN, Shift.NOT_ENOUGH_DATA)
    assert "3 cells, 16 v 4 answers each" in found.said
    assert found.p > 0.01
    assert not any(cell.witnesses for cell in found.cells)


def test_four_against_four_on_one_cell_is_not_enough_data():
    """The smallest reachable p, 2/70, lies above .01: whatever the pictures, no verdict."""
    rng = np.random.default_rng(3)

    found = drift(made_up(4, rng=rng), made_up(4, rng=rng, side="new", shift=9.0), TERMS)

    assert found.verdict is Shift.NOT_ENOUGH_DATA
    assert found.smallest_p == pytest.approx(2 / 70)
    assert ".029" in found.said


def test_equal_pictures_say_nothing():
    """Answers of one look have p = 1, and no number is lost on the way."""
    row = np.ones_like(made_up(1, rng=np.random.default_rng(4))[0].description)
    old = [subject(n, description=row) for n in range(10)]
    new = [subject(n, side="new", description=row) for n in range(4)]

    found = drift(old, new, TERMS)

    assert found.p == 1.0
    assert found.effects == ()
    assert "nan" not in found.said


def test_refusals_are_a_channel_of_their_own():
    """A model that begins to refuse has changed, though no picture that came is another."""
    rng = np.random.default_rng(5)
    old = made_up(16, rng=rng)
    new = [
        subject(n, side="new", outcome="refused", picture="", description=None) for n in range(6)
    ]

    found = drift(old, new, TERMS)

    assert found.verdict is Shift.CHANGED
    assert found.channels["outcomes"] <= 0.01


def test_a_cell_of_refusals_alone_plays_no_part():
    """It has nothing to hold against anything: the others decide; alone, it is not enough data."""
    rng = np.random.default_rng(6)

    def refused(side, count):
        told = {"cell": "r", "outcome": "refused", "picture": "", "description": None}
        return [subject(n, side=side, **told) for n in range(count)]

    mixed = drift(
        [*cells(rng, size=8), *refused("old", 8)],
        [*cells(rng, side="new", shift=3.0), *refused("new", 4)],
        TERMS,
    )
    alone = drift(refused("old", 8), refused("new", 8), TERMS)

    assert mixed.verdict is Shift.CHANGED
    assert {cell.cell for cell in mixed.moved} == {"c0", "c1", "c2"}
    assert alone.verdict is Shift.NOT_ENOUGH_DATA
    assert "no answer of either side has a picture" in alone.said


def test_a_provisional_result_is_no_more_than_a_suspicion():
    """Where day effects are not measurable the verdict says so, and is SUSPECT at most."""
    rng = np.random.default_rng(6)
    terms = Terms(watch=Watch(), alpha=0.01, provisional=True)

    found = drift(made_up(12, rng=rng), made_up(6, rng=rng, side="new", shift=3.0), terms)

    assert found.verdict is Shift.SUSPECT
    assert "provisional" in found.said
    assert "4 days, 5 are due" in found.said


def test_sessions_as_units_need_many_of_them():
    """Where days differ, one new session against four old ones can never alarm at .01."""
    rng = np.random.default_rng(7)
    terms = Terms(watch=Watch(), alpha=0.01, unit=SESSIONS)
    new = made_up(4, rng=rng, side="new", shift=9.0, session="one")

    found = drift(made_up(16, rng=rng), new, terms)

    assert found.verdict is Shift.NOT_ENOUGH_DATA
    assert found.smallest_p == pytest.approx(1 / 5)
    assert "sessions" in found.said


def test_the_order_of_answers_plays_no_part_in_what_is_measured():
    """Effects and the observed statistic are those of the set, not of the list."""
    rng = np.random.default_rng(8)
    old, new = made_up(10, rng=rng), made_up(4, rng=rng, side="new", shift=0.5)

    plain, turned = drift(old, new, TERMS), drift(old[::-1], new[::-1], TERMS)

    assert turned.effect.size == pytest.approx(plain.effect.size)
    assert turned.p == pytest.approx(plain.p, abs=0.02)


def test_swapping_sides_of_equal_size_changes_nothing():
    """Which of two arms is called the reference is no evidence."""
    rng = np.random.default_rng(9)
    old, new = made_up(6, rng=rng), made_up(6, rng=rng, side="new", shift=0.4)

    assert drift(old, new, TERMS).p == drift(new, old, TERMS).p


def test_the_same_seed_gives_the_same_result():
    """Nothing of a result depends on the moment."""
    rng = np.random.default_rng(10)
    old, new = cells(rng, size=8), cells(rng, side="new")

    assert drift(old, new, TERMS) == drift(old, new, TERMS)


def test_two_real_grids_are_told_apart(real_data):
    """Eight pictures of one prompt at low against eight at high temperature: changed."""
    low, high = tiles(real_data, "low"), tiles(real_data, "high")

    found = drift(of_tiles(low, range(8)), of_tiles(high, range(8), side="new"), TERMS)

    assert found.verdict is Shift.CHANGED


def test_halves_of_one_real_grid_alarm_as_seldom_as_stated(real_data):
    """Of 40 splits of one real grid at .05 no more are rejected than chance allows (p .001)."""
    low = tiles(real_data, "low")
    rng = np.random.default_rng(11)
    terms = Terms(watch=Watch(), alpha=0.05)

    def is_rejected():
        places = rng.permutation(25)
        old, new = of_tiles(low, places[:12]), of_tiles(low, places[12:16], side="new")
        return drift(old, new, terms).p <= 0.05

    assert sum(is_rejected() for _ in range(40)) <= 7


def test_numbers_are_worded_as_statistics_are():
    """A share has no leading zero, and none is worded as an exact 0."""
    worded = [number(v) for v in (0.0005, 0.012, 0.41, 1.0, 2.346, 0.0, -0.02)]

    assert worded == [".0005", ".012", ".41", "1", "2.35", "0", "-.02"]
