"""What a session adds to a reference sample, and when there is enough of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from harness.errors import NothingSelected
from harness.evaluate.grow import Goal, Growth, growth_of, next_plan, next_step
from harness.evaluate.recordings import list_recordings
from harness.evaluate.unfinished import Asked
from harness.evaluate.workspace import Wish
from harness.loader import load_suite


def grown(reached, *days):
    return Growth(
        arms=(), answers=(reached,), reached=reached, days={f"s{i}": d for i, d in enumerate(days)}
    )


@pytest.mark.parametrize(
    ("reference", "sessions", "shares"),
    [(16, 5, [4, 3, 3, 3, 3]), (16, 4, [4, 4, 4, 4]), (5, 2, [3, 2]), (2, 5, [1, 1, 1, 1, 1])],
)
def test_what_is_left_is_spread_over_the_sessions_that_are_left(reference, sessions, shares):
    """The reference is reached with the last session, and no session goes without."""
    goal, found, days = Goal(sessions=sessions, reference=reference), [], []
    while not grown(sum(found), *days).is_enough(goal):
        growth = grown(sum(found), *days)
        found.append(growth.next_samples(goal) - growth.reached)
        days.append(f"2026-11-{len(days) + 1:02}")

    assert found == shares


def test_answers_of_one_day_are_not_enough_whatever_their_number():
    """Day effects need days: each session that is left still gets its share."""
    goal = Goal(sessions=5, reference=16)
    growth = grown(16, "2026-11-01")

    assert not growth.is_enough(goal)
    assert growth.next_samples(goal) == 16 + 3


def test_two_sessions_of_one_day_count_once_unless_it_is_said():
    """--same-day counts sessions, and the days stay what they are."""
    growth = grown(8, "2026-11-01", "2026-11-01", "2026-11-02")

    assert growth.counted(Goal(sessions=5, reference=16)) == 2
    assert growth.counted(Goal(sessions=5, reference=16, same_day=True)) == 3


def recorded_on(workspace, suite, *days):
    """Let a suite of one cell have an answer a day."""
    cassettes = workspace.cassettes(suite.id)
    (first,) = cassettes.load()
    cassettes.write(
        replace(
            first,
            key=replace(first.key, sample=sample),
            session=f"s{sample}",
            recorded_at=f"{day}T06:17:00+00:00",
        )
        for sample, day in enumerate(days)
    )


def test_growth_counts_answers_beyond_the_samples_of_the_suite(workspace, imported):
    """By the days on which their sessions began."""
    suite = imported("a")
    recorded_on(workspace, suite, "2026-11-20", "2026-11-21", "2026-11-21")

    growth = growth_of(suite, workspace, Wish())

    assert (growth.reached, growth.missing) == (3, 0)
    assert growth.calendar == ("2026-11-20", "2026-11-21")
    assert list(growth.days) == ["s0", "s1", "s2"]


@pytest.mark.parametrize(("last", "refused"), [("2026-11-22", False), ("2026-11-23", True)])
def test_a_day_has_one_session(workspace, imported, last, refused):
    """The workspace's clock stands at 2026-11-23, UTC."""
    suite = imported("a")
    recorded_on(workspace, suite, "2026-11-20", last)
    here = replace(workspace, now=lambda: datetime(2026, 11, 23, 23, 59, tzinfo=UTC))
    goal, asked = Goal(sessions=5, reference=16), Asked(live="missing", record_only=True)

    if refused:
        with pytest.raises(NothingSelected, match="the last one of today"):
            next_step(suite, here, goal=goal, asked=asked)
    step = next_step(suite, here, goal=replace(goal, same_day=refused), asked=asked)

    assert step is not None
    assert step.number == 3


def test_what_was_grown_is_not_called_unused(workspace, imported):
    """The list of recordings tells of answers that nobody would find, and of no others."""
    suite = imported("a")
    recorded_on(workspace, suite, "2026-11-20", "2026-11-21", "2026-11-22")

    (listed,) = list_recordings(workspace, (suite,))

    assert (listed.answers, listed.missing, listed.unused) == (3, 0, 0)


def test_a_session_puts_no_questions(workspace):
    """A reference sample needs no opinion: what is planned, and priced, are answers alone."""
    path = workspace.root / "suites" / "shop.yaml"
    path.parent.mkdir()
    path.write_text(
        "version: 1\nsuite: shop\ncases:\n  - id: fox\n    prompt: A fox\n"
        "    checks: {ask: {questions: [Is it a fox?]}}\n"
    )
    goal, growth = Goal(sessions=5, reference=16), Growth(arms=(), answers=(0,), reached=0)

    plan = next_plan(
        load_suite(path), workspace, growth=growth, goal=goal, wish=Wish(endpoint="gemini")
    )

    assert len(plan.to_do) == 4
    assert plan.questions == ()
