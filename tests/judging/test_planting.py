"""A reference and a changed fresh sample are drawn from one set of answers."""

import numpy as np
import pytest

from harness.judging.planting import Size, drawable, drawings, planted, trial_of, trials
from tests.judging.drifting import made_up
from tests.spreading import Elsewhere


def answers(count=10, cells=("c0", "c1"), seed=1):
    rng = np.random.default_rng(seed)
    return tuple(s for cell in cells for s in made_up(count, rng=rng, cell=cell))


def moved(subjects, by):
    shown = {s.picture: s.description + np.float32(by) for s in subjects}
    return planted(subjects, shown, name="moved")


def test_a_large_change_is_seen_and_none_is_not():
    """Every trial rejects the one; of the other the effect is nothing."""
    plain = answers()

    seen = list(trials(plain, moved(plain, 3), Size(old=6, new=4), times=5, draws=199, seed=0))
    none = list(trials(plain, plain, Size(old=6, new=4), times=20, draws=99, seed=0))

    assert max(trial.p for trial in seen) <= 0.01
    assert min(trial.sizes["layout"] for trial in seen) > 0.5
    assert np.mean([trial.sizes["layout"] for trial in none]) == pytest.approx(0, abs=0.02)
    assert sum(trial.p <= 0.05 for trial in none) <= 4


def test_trials_are_the_same_whoever_tests():
    """Both sides are drawn here; each test has a seed of its own."""
    plain = answers(count=6)
    asked = {"times": 3, "draws": 19, "seed": 2}

    drawn = drawings(plain, moved(plain, 1), Size(old=3, new=3), **asked)

    found = list(trials(plain, moved(plain, 1), Size(old=3, new=3), **asked))
    assert list(Elsewhere()(trial_of, drawn)) == found


def test_no_answer_is_held_against_itself():
    """Equal pictures with a change of nothing would otherwise have no distance to each other."""
    plain = answers(count=6, cells=("c0",))
    same = planted(plain, {s.picture: s.description for s in plain}, name="same")

    drawn = list(trials(plain, same, Size(old=3, new=3), times=10, draws=0, seed=0))

    assert len(drawn) == 10
    assert min(trial.sizes["layout"] for trial in drawn) > -0.1


def test_an_answer_whose_changed_picture_is_absent_says_nothing():
    """It stays an answer, without a picture."""
    first, *others = answers()

    changed = planted((first, *others), {s.picture: s.description for s in others}, name="x")

    assert changed[0].description is None
    assert changed[0].picture == ""
    assert changed[1].picture == f"{others[0].picture} x"


@pytest.mark.parametrize(
    ("count", "possible"),
    [(20, Size(old=16, new=4)), (10, Size(old=6, new=4)), (5, None)],
)
def test_the_reference_is_what_is_left(count, possible):
    """With fewer than two answers left nothing can be drawn."""
    plain = answers(count=count)

    assert drawable(plain, moved(plain, 1), Size(old=16, new=4)) == possible


def test_another_recording_takes_nothing_from_the_reference():
    """Both sides are whole where no answer is in both."""
    plain, other = answers(), tuple(made_up(4, rng=np.random.default_rng(2), side="new"))

    assert drawable(plain, other, Size(old=16, new=8)) == Size(old=10, new=4)


def test_the_same_seed_draws_the_same():
    """Nothing else plays a part."""
    plain = answers()
    changed = moved(plain, 0.1)

    once, again = (
        list(trials(plain, changed, Size(old=6, new=4), times=3, draws=49, seed=2))
        for _ in range(2)
    )

    assert once == again
