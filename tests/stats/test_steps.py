"""A step is told where there is one, and seldom where there is none."""

import numpy as np
import pytest

from harness.stats.steps import FEWEST, MOST, holm, step


def test_a_step_is_found_where_it_is():
    """With the level on each side; one wild day changes neither."""
    values = [20.0, 21, 90, 20, 22, 20, 19, 21, 31, 30, 32, 31, 30, 33, 31, 32, 30, 31]

    found = step(values)

    assert found.at == 8
    assert (found.before, found.after) == (20.5, 31.0)
    assert found.p < 0.05


def test_one_wild_day_is_no_step():
    """However wild."""
    found = step([20.0, 21, 19, 20, 22, 20, 900, 21, 20, 19, 21])

    assert found.p > 0.05


def test_a_series_that_never_moves_is_no_step():
    """All values are equal: every order shows the same."""
    assert step([0.0] * 30).p == 1.0


@pytest.mark.parametrize(("count", "told"), [(FEWEST - 1, False), (FEWEST, True)])
def test_too_few_values_tell_nothing(count, told):
    """Not that there is no step."""
    assert (step([float(n) for n in range(count)]) is not None) is told


def test_only_the_last_of_a_long_series_count():
    """The place is that of the whole series."""
    found = step([5.0] * 300 + [0.0] * (MOST - 10) + [1.0] * 10)

    assert found.at == 300 + MOST - 10
    assert (found.before, found.after) == (0.0, 1.0)


@pytest.mark.parametrize("kind", ["heavy tails", "mostly zero"])
def test_false_steps_are_as_rare_as_is_said(kind):
    """Of 200 series without a step at most 5 % (and chance) have p <= .05."""
    rng = np.random.default_rng(7)
    draw = {
        "heavy tails": lambda: rng.standard_cauchy(size=14),
        "mostly zero": lambda: np.maximum(0, rng.normal(-1, size=14)),
    }[kind]

    false = sum(step(list(draw()), draws=99, seed=n).p <= 0.05 for n in range(200))

    assert false <= 20  # 10 expected; reached by chance in .2 % of such tests


def test_holm_holds_the_whole_family():
    """The smallest against all, the next against one less; after one that falls all fall."""
    assert holm([0.02, 0.01, 0.5], alpha=0.05) == (True, True, False)
    assert holm([0.04, 0.018, 0.019], alpha=0.05) == (False, False, False)
    assert holm([], alpha=0.05) == ()
