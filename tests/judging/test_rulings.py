"""What is ruled of a criterion, on both sides of every limit."""

import pytest

from harness.judging.rulings import Held, rulings, worse_limit
from harness.model.regression import PRICE, Margins, Ruling
from harness.stats.worsening import Stratum

MARGINS = Margins()


def held(*strata, name="text"):
    return Held(
        name=name,
        strata=tuple(Stratum(old=tuple(old), new=tuple(new)) for old, new in strata),
        old=0.0,
        new=0.0,
    )


def ruled(*strata, name="text", margins=MARGINS):
    (criterion,) = rulings([held(*strata, name=name)], margins)
    return criterion


@pytest.mark.parametrize(
    ("pairs", "ruling"), [(36, Ruling.NO_WORSE), (35, Ruling.NOT_ENOUGH), (4, Ruling.NOT_ENOUGH)]
)
def test_good_answers_are_no_worse_from_36_pairs_on(pairs, ruling):
    """With fewer, one failure in ten would be missed too often: that is said, not hidden."""
    found = ruled(([0.0] * pairs, [0.0] * pairs))

    assert found.ruling is ruling
    assert found.samples in (0, 37)
    assert ("36 pairs are the fewest" in found.said) is (ruling is Ruling.NOT_ENOUGH)


@pytest.mark.parametrize(
    ("bad", "ruling"), [(4, Ruling.WORSE), (2, Ruling.NOT_ENOUGH), (0, Ruling.NOT_ENOUGH)]
)
def test_four_answers_can_be_worse(bad, ruling):
    """All four of them bad where none was is beyond chance, 1 in 70; two of them are not."""
    found = ruled(([0.0] * 4, [1.0] * bad + [0.0] * (4 - bad)))

    assert found.ruling is ruling


def test_some_failures_on_both_sides_are_undecided():
    """What would decide is said with its number."""
    found = ruled(([0.0] * 36 + [1.0] * 4, [1.0] * 4 + [0.0] * 36))

    assert found.ruling is Ruling.UNDECIDED
    assert found.needed > found.pairs == 40
    assert f"about {found.needed:,} pairs like these would decide" in found.said


def test_what_lies_beyond_the_margin_is_not_promised():
    """Where more answers would not show it to be kept, no number is given."""
    found = ruled(([1.0] * 8 + [0.0] * 32, [1.0] * 13 + [0.0] * 27))

    assert (found.ruling, found.needed) == (Ruling.UNDECIDED, 0)
    assert "more answers would not show it" in found.said


def test_a_sure_but_small_worsening_is_within_the_margin():
    """The margin decides; that it is worse all the same is said."""
    found = ruled(*[([0.0] * 20, [1.0] + [0.0] * 19)] * 20, ([0.0] * 400, [0.0] * 400))

    assert found.ruling is Ruling.NO_WORSE
    assert "worse by more than chance, but within it" in found.said


def test_answers_that_got_better_are_never_worse():
    """One-sided, as the question is."""
    found = ruled(([1.0] * 20, [0.0] * 20))

    assert found.ruling is not Ruling.WORSE


def test_criteria_that_cannot_be_worse_cost_nothing():
    """Six criteria in which no answer is bad leave the seventh its full level."""
    good = ([0.0] * 4, [0.0] * 4)
    bad = ([0.0] * 4, [1.0] * 4)

    found = rulings([*(held(good, name=f"c{i}") for i in range(6)), held(bad)], MARGINS)

    assert [criterion.ruling for criterion in found][-1] is Ruling.WORSE


@pytest.mark.parametrize(
    ("smallest", "limit"),
    [
        ([0.014], 0.05),
        ([0.014, 1.0, 1.0], 0.05),
        ([0.014, 0.014], 0.025),
        ([0.04, 0.03], 0.025),
        ([0.0001] * 5, 0.01),
        ([], 0.05),
    ],
)
def test_alpha_is_shared_by_those_that_could_reach_it(smallest, limit):
    """Tarone's divisor: the least number that no more criteria could reach."""
    assert worse_limit(smallest, alpha=0.05) == pytest.approx(limit)


@pytest.mark.parametrize(
    ("factor", "ruling"),
    [(1.0, Ruling.NO_WORSE), (1.09, Ruling.NO_WORSE), (1.11, Ruling.WORSE)],
)
def test_a_price_is_held_to_its_own_margin(factor, ruling):
    """As a share of the older mean, in percent; a tenth is the margin."""
    strata = [([1.0, 1.001, 0.999, 1.0], [factor] * 4)] * 3

    found = ruled(*strata, name=PRICE)

    assert found.ruling is ruling
    assert "%" in found.said


@pytest.mark.parametrize(("answers", "ruling"), [(4, Ruling.NO_WORSE), (3, Ruling.NOT_ENOUGH)])
def test_a_few_prices_show_nothing(answers, ruling):
    """Three that happen to be equal have no spread, and tell nothing of a fourth."""
    found = ruled(([1.0] * answers, [1.0] * answers), name=PRICE)

    assert found.ruling is ruling


def test_the_same_answers_give_the_same_ruling():
    """Nothing depends on a clock or on chance beyond the seed."""
    strata = [([0.0, 1.0, 0.0], [1.0, 1.0, 0.0])] * 5

    assert ruled(*strata) == ruled(*strata)
