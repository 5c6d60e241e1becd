"""The reference is split by days, and designs that can never alarm are known beforehand."""

import re

import pytest

from harness.judging.subjects import Subject
from harness.judging.watching import enough_in_both, halved, stages_of, why_no_alarm
from harness.model.drift import Shift
from harness.model.watch import DAILY, Watch


def reference(days, *, samples=2, cells=("a", "b"), turns=1):
    """Give answers of one session a day, in no order."""
    found = [
        Subject(
            suite="s", variant=cell, turn=turn, cell=f"{cell}{turn}", chain=f"{s} {cell} {i}",
            session=s, arm="m@gemini", outcome="picture", recorded_at=f"2026-01-{day}T0{s[-1]}:00",
        )
        for s, day in ((f"session{n}", day) for n, day in enumerate(days))
        for cell in cells
        for i in range(samples)
        for turn in range(turns)
    ]  # fmt: skip
    return found[::-1]


@pytest.mark.parametrize(
    ("days", "first", "second"),
    [
        (["01", "02", "03", "04", "05"], "024", "13"),
        (["01", "01", "02", "03", "03"], "0134", "2"),
        (["01", "01", "01"], "02", "1"),
    ],
    ids=["a session a day", "sessions of a day stay together", "one day"],
)
def test_the_days_of_a_reference_alternate(days, first, second):
    """Sessions of one day share its mood, so that they serve one step alone."""
    halves = halved(reference(days))

    assert ["".join(sorted({s.session[-1] for s in half})) for half in halves] == [first, second]


def test_one_session_is_split_by_chains():
    """Whole ones, as many on either side, in each variant."""
    first, second = halved(reference(["01"], samples=4, turns=2))

    assert {s.chain for s in first}.isdisjoint(s.chain for s in second)
    for half in (first, second):
        assert sorted(s.cell for s in half) == sorted(["a0", "a1", "b0", "b1"] * 2)


def test_halves_are_the_same_every_time():
    """Nothing is drawn: a confirmation never sees what a screen saw."""
    subjects = reference(["01", "02", "03"])

    assert halved(subjects) == halved(subjects)
    assert {*map(id, halved(subjects)[0])}.isdisjoint(map(id, halved(subjects)[1]))


def test_a_cell_needs_answers_in_both_halves():
    """One that only one day recorded can be screened and never confirmed."""
    subjects = [*reference(["01", "02"]), *reference(["01"], cells=["lone"])]

    assert enough_in_both(halved(subjects)) == {"a0", "b0"}


def refusal(days=5, *, unit="answers", count=12, samples=4, **watch):
    subjects = reference([f"{n:02}" for n in range(days)], samples=samples, cells=range(count))
    return why_no_alarm(halved(subjects), stages_of(Watch(**watch), unit=unit))


def test_the_default_design_can_alarm():
    """Weekly and daily."""
    assert refusal() == ""
    assert refusal(every=DAILY) == ""


@pytest.mark.parametrize(
    ("design", "said"),
    [
        ({"count": 9}, r"9 of the suite's cells .* asks for 10"),
        ({"count": 1, "cells": 1, "days": 2, "samples": 2}, r"the screen .* \.067, above .* \.05 "),
        ({"unit": "sessions"}, r"days differ.* 3 sessions .* 19 are needed"),
        ({"unit": "sessions", "days": 38}, r"confirmation .* 19 sessions .* 199 are needed"),
    ],
    ids=["too few cells", "too few answers", "too few sessions", "too few for a confirmation"],
)
def test_a_design_that_can_never_alarm_is_known_beforehand(design, said):
    """By the smallest p that each step can reach, or by the cells that are asked for."""
    assert re.search(said, refusal(**design))


def test_the_two_steps_are_as_strict_as_is_asked():
    """.05, then .005 weekly or .001 daily; a screen alone is a suspicion."""
    screen, weekly = stages_of(Watch())
    _, daily = stages_of(Watch(every=DAILY))

    assert (screen.terms.alpha, screen.terms.called, screen.fresh) == (0.05, Shift.SUSPECT, 4)
    assert (weekly.terms.alpha, weekly.terms.called, weekly.fresh) == (0.005, Shift.CHANGED, 10)
    assert daily.terms.alpha == 0.001
