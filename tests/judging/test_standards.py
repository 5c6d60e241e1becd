"""What a character is held to: the AUC by hand, scores, and the spread of accepted pictures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judging.standards import DISCRIMINATIVE, auc, mean_distances, standard_of
from harness.model.arm import Arm
from harness.model.features import Character, Features, Looks

SCORES = st.lists(st.integers(0, 9).map(float), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("own", "control", "expected"),
    [
        ((0.1, 0.2), (0.3, 0.4), 1.0),
        ((0.3, 0.4), (0.1, 0.2), 0.0),
        ((0.2, 0.2), (0.2,), 0.5),
        ((0.1, 0.3), (0.2, 0.4), 0.75),
        ((0.1, 0.2), (0.2, 0.3), 0.875),
    ],
)
def test_the_auc_counts_pairs(own, control, expected):
    """A pair in which the own picture is nearer counts 1, a tie a half."""
    assert auc(own, control) == expected


@given(SCORES, SCORES)
def test_the_auc_mirrors(own, control):
    """What is own and what is control changes places: 1 less the AUC."""
    assert auc(own, control) == pytest.approx(1 - auc(control, own))


@pytest.mark.parametrize(("own", "control"), [((), (0.1,)), ((0.1,), ())])
def test_of_nothing_there_is_no_auc(own, control):
    """Neither 0 nor a half."""
    assert auc(own, control) is None


def line(**places):
    """Put pictures on a line: their distance is how far they lie apart on it."""
    rows = tuple(tuple(abs(a - b) for b in places.values()) for a in places.values())
    return Looks(measure="look", version="look 1", names=tuple(places), rows=rows)


def character(**changes):
    arm = Arm(model="m", endpoint="e")
    values = {"name": "fox", "measure": "look", "arm": arm, "references": ("r",)}
    return Character(**values | changes)


def test_a_score_is_the_distance_to_the_nearest_reference():
    """And nothing where the picture was not measured."""
    looks = line(r=0.0, q=1.0, x=0.75)

    standard = standard_of(character(references=("r", "q", "gone")), looks, Features())

    assert standard.score("x") == 0.25
    assert standard.score("unknown") is None


def test_others_are_the_control_and_else_the_distractors():
    """Which of the two is told."""
    looks = line(r=0.0, o=0.5, d=0.9)
    features = Features(controls=("d",))

    by_others = standard_of(character(others=("o",)), looks, features)
    by_painted = standard_of(character(), looks, features)

    assert (by_others.control, by_others.painted) == ((0.5,), False)
    assert (by_painted.control, by_painted.painted) == ((0.9,), True)


@pytest.mark.parametrize(("count", "spread"), [(2, None), (3, 0.15)])
def test_the_spread_needs_three_accepted_pictures(count, spread):
    """Of two, each lies as far from the other."""
    looks = line(r=0.0, a=0.1, b=0.2, c=0.3)

    standard = standard_of(character(accepted=("a", "b", "c")[:count]), looks, Features())

    assert standard.spread == (None if spread is None else pytest.approx(spread))


def test_mean_distances_leave_out_what_was_not_measured():
    """The places are those of the names that were given."""
    looks = line(a=0.0, b=0.2, c=0.6)

    found = dict(mean_distances(("a", "unknown", "b", "c"), looks))

    assert found == {0: pytest.approx(0.4), 2: pytest.approx(0.3), 3: pytest.approx(0.5)}


@pytest.mark.parametrize(
    ("score", "bad"),
    [(0.2, False), (0.21, False), (0.49, False), (0.5, True), (0.6, True)],
)
def test_bad_is_worse_than_every_accepted_and_than_the_nearest_stranger(score, bad):
    """Both limits are inclusive on the good side of accepted, on the bad side of strangers."""
    looks = line(r=0.0, a=0.1, b=0.2, o=0.5, p=0.9)
    found = standard_of(character(accepted=("a", "b"), others=("o", "p")), looks, Features())

    assert found.is_bad(score) is bad


@pytest.mark.parametrize(("score", "bad"), [(0.6, False), (0.61, True)])
def test_beyond_a_stranger_an_accepted_picture_is_still_the_limit(score, bad):
    """What people accepted is never bad."""
    looks = line(r=0.0, a=0.6, o=0.5)
    found = standard_of(character(accepted=("a",), others=("o",)), looks, Features())

    assert found.is_bad(score) is bad


@pytest.mark.parametrize(("own", "others"), [(4, 4), (3, 8), (7, 20)])
def test_how_often_a_blind_measure_passes_is_known(own, others):
    """Within 6 % of what 20,000 suites of random scores show."""
    rng = np.random.default_rng(3)
    names = [f"a{number}" for number in range(own)] + [f"o{number}" for number in range(others)]
    looks = line(r=0.0, **{name: number / 100 for number, name in enumerate(names, 1)})
    made = character(accepted=tuple(names[:own]), others=tuple(names[own:]))
    scores = rng.random((20_000, own + others))
    wins = (scores[:, :own, None] < scores[:, None, own:]).mean(axis=(1, 2))

    found = standard_of(made, looks, Features())

    assert found.by_chance == pytest.approx((wins >= DISCRIMINATIVE).mean(), abs=0.06)
