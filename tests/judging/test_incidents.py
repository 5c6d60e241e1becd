"""An alarm is open, acknowledged, closed; evidence adds up over the looks of an epoch."""

from dataclasses import replace

import pytest

from harness.errors import DecisionError
from harness.judging.incidents import (
    added,
    incidents_of,
    named,
    past,
    refuse_step,
    standing,
    threshold,
)
from harness.model.drift import Drift, Shift
from harness.model.monitor import Closing, Look, State, Step
from harness.model.watch import DAILY, WEEKLY, Watch

ARM = "m@gemini"
WATCH = Watch(every=WEEKLY)


def screen(p):
    return Drift(
        verdict=Shift.NO_CHANGE_SEEN, said="", alpha=0.05, p=p, p_all=p, p_few=p, smallest_p=0.0005,
        draws=1999, seed=0, power=None, seen=None, matters=0.1, margin=0.1,
    )  # fmt: skip


def look(day, *, p=0.5, opens=False, arm=ARM, epoch="epoch-1"):
    name = f"look-{day:03}"
    return Look(
        id=name, suite="s", at=f"2026-01-{day:02}", epoch=epoch, arm=arm, recording="monitor-1",
        verdict=Shift.CHANGED if opens else Shift.NO_CHANGE_SEEN, said="", screen=screen(p),
        incident=name if opens else "",
    )  # fmt: skip


def step(day, *, of, closing=None):
    return Step(
        id=f"step-{day}", incident=of.id, state=State.CLOSED if closing else State.ACKNOWLEDGED,
        by="ada", at=f"2026-01-{day:02}", why="so", closing=closing,
    )  # fmt: skip


ALARM = look(3, opens=True)
ACKNOWLEDGED = step(4, of=ALARM)
CLOSED = step(5, of=ALARM, closing=Closing.FALSE_ALARM)


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([], State.OPEN),
        ([ACKNOWLEDGED], State.ACKNOWLEDGED),
        ([ACKNOWLEDGED, CLOSED], State.CLOSED),
        ([CLOSED, step(6, of=ALARM)], State.CLOSED),
    ],
    ids=["open", "acknowledged", "closed", "closed before another branch acknowledged it"],
)
def test_an_incident_goes_from_open_to_closed(steps, state):
    """And never back, in whatever order branches come together."""
    for order in (steps, steps[::-1]):
        (incident,) = incidents_of([look(1), ALARM], order)

        assert incident.state is state
        assert state.value in incident.said


def test_who_and_why_are_said_of_an_incident():
    """The closing counts, where there are several steps."""
    (incident,) = incidents_of([ALARM], [ACKNOWLEDGED, CLOSED])

    assert "closed as false alarm by ada" in incident.said


@pytest.mark.parametrize(
    ("steps", "stands"), [([], True), ([ACKNOWLEDGED], True), ([CLOSED], False)]
)
def test_an_incident_stands_until_it_is_closed(steps, stands):
    """Acknowledged or not: so long nothing is paid for a confirmation."""
    before = past([ALARM], steps, epoch="epoch-1", arm=ARM, watch=WATCH)

    assert (before.incident is not None) == stands


def test_an_incident_of_one_arm_keeps_no_other_from_being_confirmed():
    """An arm is watched by itself."""
    incidents = incidents_of([ALARM], [])

    assert standing(incidents, arm="m@other") is None
    assert standing(incidents, arm=ARM).id == ALARM.id


@pytest.mark.parametrize("name", ["look-003", "003", "last"])
def test_an_incident_is_found_by_its_end(name):
    """Ids are long."""
    assert named(incidents_of([ALARM], []), name).id == ALARM.id


@pytest.mark.parametrize("name", ["look-9", "look-00", ""])
def test_a_name_of_no_single_incident_is_refused(name):
    """With those that are known; a look that opened none is none."""
    incidents = incidents_of([look(1), ALARM, look(8, opens=True)], [])

    with pytest.raises(DecisionError, match=r"look-003, look-008"):
        named(incidents, name)


def test_what_is_closed_stays_closed():
    """A second word on it is refused, and names the first."""
    (incident,) = incidents_of([ALARM], [CLOSED])

    with pytest.raises(DecisionError, match="false alarm by ada"):
        refuse_step(incident, Closing.FIXED, epochs=["epoch-1"])


def test_a_new_epoch_is_said_only_where_there_is_one():
    """By a person's decision: the baseline never slides by itself."""
    (incident,) = incidents_of([ALARM], [])

    with pytest.raises(DecisionError, match="baseline pin"):
        refuse_step(incident, Closing.NEW_EPOCH, epochs=["epoch-1"])
    refuse_step(incident, Closing.NEW_EPOCH, epochs=["epoch-1", "epoch-2"])
    refuse_step(incident, Closing.FIXED, epochs=["epoch-1"])


def total(looks, steps=(), **changed):
    return past(looks, steps, **({"epoch": "epoch-1", "arm": ARM, "watch": WATCH} | changed)).total


def test_small_lasting_evidence_adds_up():
    """1 / (2 sqrt(p)) a look, in the order of their times; good news is forgotten at 1."""
    looks = [look(2, p=0.04), look(1, p=1.0)]

    assert total(looks) == pytest.approx(2.5)
    assert added(total(looks), screen(0.01)) == pytest.approx(12.5)
    assert added(7.0, None) == 7.0


@pytest.mark.parametrize(
    "other",
    [look(2, p=0.04, epoch="epoch-0"), look(2, p=0.04, arm="m@other")],
    ids=["epoch", "arm"],
)
def test_evidence_counts_for_its_own_epoch_and_arm(other):
    """A new epoch begins anew."""
    assert total([other]) == 1.0


def test_evidence_is_counted_anew_once_an_incident_is_closed():
    """The looks before were spoken of."""
    looks = [look(1, p=0.0001), ALARM]

    assert total(looks, [ACKNOWLEDGED]) > 20
    assert total(looks, [CLOSED]) == 1.0
    assert total([*looks, look(9, p=0.04)], [CLOSED]) == pytest.approx(2.5)


def test_evidence_is_counted_anew_once_it_was_told():
    """So that one excursion is one SUSPECT."""
    below, above = look(1, p=1 / (2 * 52) ** 2), look(1, p=1 / (2 * 54) ** 2)

    assert total([below]) == pytest.approx(52)
    assert total([above]) == 1.0


@pytest.mark.parametrize(("every", "limit"), [(WEEKLY, 52.18), (DAILY, 365.25)])
def test_the_accumulator_may_speak_once_a_year_by_chance(every, limit):
    """Looks a year: an e-CUSUM of that threshold takes as many on average."""
    assert threshold(replace(WATCH, every=every)) == pytest.approx(limit, abs=0.01)


def test_an_incident_of_a_provisional_look_says_so():
    """On its line in every list, whatever became of it."""
    alarm = replace(ALARM, provisional=True)

    told = [incident.said for incident in incidents_of([alarm, look(6, opens=True)], [CLOSED])]

    assert ["PROVISIONAL" in said for said in told] == [True, False]
