"""What the history tells of suites over time."""

from dataclasses import replace

import pytest

from harness.history.days import p90
from harness.history.queries import known_suites, months, trend
from harness.model.arm import Arm
from harness.model.monitor import State
from tests.history.made import EPOCH, STEP, a_run, look, sample


@pytest.fixture
def told(place):
    """Bring the history up to the files, and ask it of the shop."""

    def told(since=""):
        place.sync()
        with place.open() as database:
            return trend(database, "shop", since=since)

    return told


def test_an_answer_counts_once_however_often_it_was_replayed(place, told):
    """On the day on which it was recorded, at the price of the newest run."""
    place.run(a_run("r1", sample(usd=0.10)))
    place.run(a_run("r2", sample(usd=0.14), at="2026-12-30T06:00:00+00:00"))

    (day,) = told().days

    assert (day.day, day.answers, day.usd, day.usd_mean) == ("2026-11-23", 1, 0.14, 0.14)
    assert [judging.samples for judging in told().judgings] == [1, 1]


def test_a_day_sums_its_answers_up(place, told):
    """Refusals and what is not priced or timed are among the answers."""
    place.run(
        a_run(
            "r1",
            sample(0, seconds=10.0),
            sample(1, seconds=30.0, session="s2"),
            sample(2, seconds=None, usd=None, finish_reason="IMAGE_SAFETY"),
            sample(3, seconds=20.0, block_reason="OTHER"),
            sample(0, at="2026-11-24T00:00:00+00:00", version="m-2"),
        )
    )

    first, second = told().days

    assert (first.answers, first.sessions, first.refusals, first.pictures) == (4, 2, 2, 0)
    assert (first.priced, first.usd_mean) == (3, pytest.approx(0.14))
    assert (first.seconds_median, first.seconds_p90) == (20.0, 30.0)
    assert (first.thoughts, first.picture_tokens) == (300, 1120)
    assert (second.day, second.versions) == ("2026-11-24", ("m-2",))


def test_what_was_never_recorded_is_no_answer(place, told):
    """A sample that is missing has no day."""
    gone = replace(sample(), generation=None, receipt=None)
    place.run(a_run("r1", gone))

    found = told()

    assert found.days == ()
    assert found.judgings[0].samples == 1


@pytest.mark.parametrize(
    ("values", "nine"),
    [([], None), ([5.0], 5.0), ([float(n) for n in range(10, 0, -1)], 9.0), ([1.0, 2.0], 2.0)],
)
def test_nine_of_ten_stay_within(values, nine):
    """The least value that nine of ten do not exceed."""
    assert p90(values) == nine


def test_runs_tell_their_failed_checks(place, told):
    """By the check's name, in the order of time."""
    place.run(a_run("r2", sample(), failed=("blank", "blank", "count")))
    place.run(a_run("r1", sample()))

    assert [(j.run, j.failed) for j in told().judgings] == [
        ("r1", {}),
        ("r2", {"blank": 2, "count": 1}),
    ]


def test_looks_tell_verdict_and_effect(place, told):
    """With the effect that matters, as it was set then."""
    place.beside(look(effect=0.07))

    (found,) = told().looks

    assert (found.verdict, found.channel, found.effect) == ("NO CHANGE SEEN", "phash16", 0.07)
    assert (found.low, found.high, found.matters, found.arm) == (-0.01, 0.08, 0.1, "m@gemini")


def test_what_happened_is_marked_in_the_order_of_time(place, told):
    """A model version that changed, an epoch, an incident and what was done about it."""
    place.run(a_run("r1", sample(), sample(1, at="2026-11-25T00:00:00+00:00", version="m-2")))
    at = "2026-11-24T06:00:00+00:00"
    place.beside(EPOCH, look("look-2", at=at, incident="look-2"), STEP)

    assert [(mark.at[:10], mark.kind, mark.said) for mark in told().marks] == [
        ("2026-11-23", "epoch", "epoch-1, 0 answers of 1 session, pinned by ada: first"),
        ("2026-11-24", "incident", "look-2 opened: It moved."),
        ("2026-11-25", "model version", "m-1 became m-2"),
        ("2026-11-26", "incident", "look-2 closed (fixed) by bob: told the seller"),
    ]


def test_two_arms_are_no_model_version_that_changed(place, told):
    """Each has its own days and its own versions."""
    other = replace(sample(1, version="m-2"), arm=Arm(model="m", endpoint="zz"))
    place.run(a_run("r1", sample(), other))

    found = told()

    assert found.arms == ("m@gemini", "m@zz")
    assert [(day.arm, day.versions) for day in found.days] == [
        ("m@gemini", ("m-1",)),
        ("m@zz", ("m-2",)),
    ]
    assert found.marks == ()


@pytest.mark.parametrize(
    ("steps", "still"),
    [
        ([], ("look-2",)),
        ([replace(STEP, state=State.ACKNOWLEDGED, closing=None)], ("look-2",)),
        ([STEP], ()),
    ],
    ids=["open", "acknowledged", "closed"],
)
def test_an_incident_is_open_until_it_is_closed(place, told, steps, still):
    """A look that only found it open is none of its own."""
    place.beside(look("look-2", incident="look-2"), look("look-3", incident="look-2"), *steps)

    assert told().open == still


def test_since_leaves_out_what_was_before(place, told):
    """The day itself counts; a change against the day before it is still one."""
    place.run(a_run("r1", sample(), sample(1, at="2026-11-25T00:00:00+00:00", version="m-2")))
    place.beside(EPOCH, look(at="2026-11-24T06:00:00+00:00"))

    found = told(since="2026-11-25")

    assert [day.day for day in found.days] == ["2026-11-25"]
    assert (found.judgings, found.looks) == ((), ())
    assert [mark.kind for mark in found.marks] == ["model version"]


def test_months_tell_what_was_spent_and_what_is_open(place):
    """By endpoint, as the ledger has it."""
    place.ledger({"id": "a", "state": "spent", "usd": 0.5}, {"id": "b", "state": "open", "usd": 2})
    place.ledger({"id": "c", "state": "may be charged", "usd": 0.25}, month="2026-10")
    place.sync()

    with place.open() as database:
        found = months(database)
        later = months(database, since="2026-11-20")

    assert [(m.month, m.calls, m.spent_usd, m.open_usd) for m in found] == [
        ("2026-10", 1, 0.25, 0.0),
        ("2026-11", 2, 0.5, 2.0),
    ]
    assert later == found[1:]


def test_suites_are_known_by_runs_looks_or_epochs(place):
    """Whatever there is of them."""
    place.run(a_run("r1", suite="zoo"))
    place.beside(EPOCH)
    place.sync()

    with place.open() as database:
        assert known_suites(database) == ("shop", "zoo")
