"""Designs that can never alarm are refused; known changes are seen as often as measured."""

from dataclasses import replace

import numpy as np
import pytest

from harness.judging.calibrating import Trials
from harness.judging.planting import Size, planted
from harness.judging.powering import (
    Change,
    Reference,
    change_power,
    design_powers,
    refusal,
    sizes_tried,
)
from harness.measure.description import PARTS
from harness.model.watch import Watch
from tests.judging.drifting import made_up

SIZES = (Size(old=16, new=4), Size(old=8, new=8))


def reference(cells=1, count=8, **told):
    rng = np.random.default_rng(1)
    subjects = tuple(s for c in range(cells) for s in made_up(count, rng=rng, cell=f"c{c}"))
    plain = {"subjects": subjects, "unit": "answers", "watch": Watch(), "alpha": 0.01}
    return Reference(**plain | told)


@pytest.mark.parametrize(
    ("cells", "size", "refused"),
    [
        (1, Size(old=4, new=4), True),
        (1, Size(old=12, new=2), True),
        (1, Size(old=14, new=2), False),
        (1, Size(old=5, new=5), False),
        (2, Size(old=4, new=4), False),
    ],
    ids=["4 v 4", "12 v 2", "14 v 2", "5 v 5", "4 v 4 on two cells"],
)
def test_a_design_that_can_never_alarm_is_refused(cells, size, refused):
    """The smallest p is computed before money is spent (MEASURES section 4.1)."""
    assert bool(refusal(reference(cells), size)) is refused


def test_a_refusal_says_the_smallest_p():
    """4 v 4 on one cell: 2 of 70 labellings at the least."""
    said = refusal(reference(), Size(old=4, new=4))

    assert said == "4 v 4 on 1 cell can never alarm at .01: its smallest p is 0.0286"


def test_where_sessions_are_the_unit_many_are_needed():
    """Four sessions of reference reach 1 in 5, however many answers they have."""
    said = refusal(reference(cells=3, unit="sessions"), Size(old=16, new=4))

    assert "its smallest p is 0.2000" in said
    assert "99 sessions of reference for 1 fresh one" in said


def test_a_design_has_its_price():
    """One answer to every cell costs 2 dollars: four fresh ones 8."""
    (own, other) = design_powers(reference(cells=2), SIZES, usd=2.0)

    assert (own.look_usd, own.reference_usd, own.own) == (8.0, 32.0, True)
    assert (other.look_usd, other.reference_usd, other.own) == (16.0, 16.0, False)
    assert design_powers(reference(), SIZES, usd=None)[0].look_usd is None


def test_more_fresh_answers_see_more():
    """Power at the change that matters, and the smallest effect that is seen often enough."""
    own, other = design_powers(reference(cells=4), SIZES, usd=None)

    assert 0 < own.power < other.power <= 1
    assert own.seen > other.seen > 0


def test_a_refused_design_sees_nothing():
    """Nor is a power told where sessions are the unit: nobody knows how a fresh one differs."""
    (refused,) = design_powers(reference(), [Size(old=4, new=4)], usd=None)
    many = made_sessions(120)
    (unknown,) = design_powers(reference(subjects=many, unit="sessions"), SIZES[:1], usd=None)

    assert (bool(refused.refused), refused.power, refused.seen) == (True, None, None)
    assert (unknown.refused, unknown.power) == ("", None)


def made_sessions(count):
    rng = np.random.default_rng(1)
    subjects = made_up(count, rng=rng)
    return tuple(replace(s, session=f"s{place}") for place, s in enumerate(subjects))


def test_the_own_design_is_in_the_table():
    """Whatever the suite has chosen."""
    tried = sizes_tried(Size(old=12, new=3))

    assert Size(old=12, new=3) in tried
    assert len(tried) == 4 * 5


def test_a_planted_change_is_seen_as_often_as_it_is():
    """With its interval, the effect by channel, and what hashes alone would have seen."""
    plain = reference(cells=2, count=10).subjects
    shown = {s.picture: _louder(s.description) for s in plain}
    change = Change(name="loud", said="louder", subjects=planted(plain, shown, name="loud"))

    found = change_power(
        plain, change, Size(old=16, new=4), alpha=0.05, tried=Trials(splits=20, draws=99)
    )

    assert (found.reference, found.fresh) == (6, 4)
    assert found.seen.alarms == 20
    assert found.seen.low > 0.8
    assert found.hashes.alarms <= 5
    assert next(iter(found.effects)) == "layout"


def _louder(description):
    """Move the layout and leave the hashes as they are."""
    changed = description.copy()
    changed[PARTS["layout"]] += 2
    return changed


def test_too_few_answers_give_no_trial():
    """Of five, four are fresh: one is no reference."""
    plain = reference(count=5).subjects
    change = Change(name="x", said="", subjects=plain)

    assert change_power(plain, change, Size(old=16, new=4), alpha=0.05, tried=Trials()) is None
