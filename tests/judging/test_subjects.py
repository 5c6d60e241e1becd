"""An answer knows its day, and sessions theirs, as far as anything tells."""

import pytest

from harness.judging.subjects import Subject, days_of


def answer(session, recorded_at=""):
    return Subject(
        suite="panel", variant="city", turn=0, cell="c", chain=f"{session} 0", session=session,
        arm="m@gemini", outcome="picture", recorded_at=recorded_at,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("session", "recorded_at", "day"),
    [
        ("20261123T051233Z-9f2c", "2026-11-24T00:01:00+00:00", "2026-11-24"),
        ("20261123T051233Z-9f2c", "", "2026-11-23"),
        ("imported", "", ""),
        ("old 20261123T051233Z-9f2c", "", ""),
    ],
    ids=["its own time", "its session's", "neither", "no stamp in front"],
)
def test_an_answer_has_the_day_that_is_told_best(session, recorded_at, day):
    """Its own time goes before the id of its session, which begins with one."""
    assert answer(session, recorded_at).day == day


def test_sessions_whose_times_are_lost_are_of_the_days_of_their_names():
    """An epoch whose recording is gone is not of no day at all."""
    sessions = ("20261123T051233Z-0000", "20261123T061233Z-0000", "20261124T051233Z-0000")

    assert days_of(map(answer, sessions)) == 2
