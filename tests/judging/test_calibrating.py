"""A suite's own answers tell the real false-alarm rate, the noise, and day effects."""

import numpy as np
import pytest

from harness.judging.calibrating import Trials, calibrated
from harness.judging.calibration_words import sessions_needed
from harness.judging.subjects import Subject
from harness.measure.description import LENGTH
from harness.model.watch import Watch
from tests.spreading import Elsewhere

FEW = Trials(splits=20, draws=99, day_draws=199)


def subjects(*, sessions, each=4, cells=3, shift=0.0, seed=1, spread=1.0):
    """Draw answers of some cells over sessions a day apart; a session moves its own answers."""
    rng = np.random.default_rng(seed)
    moves = shift * rng.normal(size=(sessions, LENGTH))
    return [
        Subject(
            suite="shop",
            variant=f"v{cell}",
            turn=0,
            cell=f"c{cell}",
            chain=f"s{session} v{cell} {sample}",
            session=f"s{session}",
            arm="m@e",
            outcome="picture",
            picture=f"{session}-{cell}-{sample}",
            description=described(rng, moves[session], spread if cell == 0 else 1.0),
            recorded_at=f"2026-11-{session + 1:02}T08:00:00+00:00",
        )
        for session in range(sessions)
        for cell in range(cells)
        for sample in range(each)
    ]


def described(rng, move, spread):
    return (spread * rng.normal(size=LENGTH) + move).astype(np.float32)


def test_a_steady_model_is_calibrated():
    """Random halves alarm as seldom as promised, sessions do not differ, answers are the unit."""
    found = calibrated(subjects(sessions=5), Watch(), FEW)

    assert [rate.of for rate in found.halves] == [20, 20]
    assert all(rate.holds and rate.low <= rate.rate <= rate.high for rate in found.halves)
    assert found.days.measurable
    assert found.days.p > 0.05
    assert (found.unit, found.armed, found.provisional) == ("answers", True, False)
    assert "no day effect seen over 5 sessions" in found.said


def test_a_calibration_is_the_same_whoever_tests():
    """Halves are drawn here, in order; each test has a seed of its own."""
    answers, elsewhere = subjects(sessions=2), Elsewhere()

    found = calibrated(answers, Watch(), FEW, spread=elsewhere)

    assert found == calibrated(answers, Watch(), FEW)
    assert elsewhere.done == 20 + 2


def test_where_days_differ_the_session_is_the_unit():
    """Each session moves a little: random halves see nothing of it, sessions do."""
    found = calibrated(subjects(sessions=5, shift=0.5), Watch(), FEW)

    assert all(rate.holds for rate in found.halves)
    assert found.days.p == pytest.approx(1 / 200)
    assert found.days.effect.size > 0.05
    assert found.between[0].alarms == 5
    assert found.unit == "sessions"
    assert "a test at .05 needs 19 sessions of reference for 1 fresh one, or 4 for 3" in found.said
    assert "a test at .01 needs 99 sessions of reference for 1 fresh one, or 7 for 3" in found.said


def test_below_the_sessions_that_are_needed_all_is_provisional():
    """Four days tell nothing of days that is to be trusted, and the sentence says so."""
    found = calibrated(subjects(sessions=4), Watch(), FEW)

    assert not found.days.measurable
    assert found.provisional
    assert "day effects not measurable: 4 sessions on 4 days, 5 are needed" in found.said
    assert "PROVISIONAL: SUSPECT at most" in found.said


def test_a_monitor_is_not_armed_without_a_test_that_can_alarm():
    """Three answers of each cell cannot be halved."""
    found = calibrated(subjects(sessions=1, each=3), Watch(), FEW)

    assert not found.armed
    assert found.left_out == ("3 cells with fewer than 4 answers",)
    assert "the monitor is not armed" in found.said


def test_the_noisiest_cell_comes_first():
    """Answers of the first cell lie thrice as far apart."""
    found = calibrated(subjects(sessions=2, spread=3.0), Watch(), FEW)

    assert found.noise[0].name == "v0"
    assert found.noise[0].noise > 2 * found.noise[1].noise
    assert found.noise[0].answers == 8


def test_answers_from_a_cache_are_left_out_and_told():
    """A picture that is byte for byte an earlier one of its cell is no answer."""
    first, *others = subjects(sessions=2)

    found = calibrated([first, first, *others], Watch(), FEW)

    assert found.repeated == 1
    assert found.answers == 1 + len(others)


def test_the_same_seed_gives_the_same_calibration():
    """Nothing depends on anything but the answers and the seed."""
    drawn = subjects(sessions=2, cells=1)

    assert calibrated(drawn, Watch(), FEW) == calibrated(drawn, Watch(), FEW)


@pytest.mark.parametrize(
    ("alpha", "fresh", "needed"), [(0.05, 1, 19), (0.01, 1, 99), (0.005, 3, 9)]
)
def test_how_many_sessions_a_test_of_sessions_needs(alpha, fresh, needed):
    """With one fewer, no result could reach alpha."""
    assert sessions_needed(alpha, fresh=fresh) == needed
