"""A call is tried again where that can help, and counted whatever becomes of it."""

import pytest
import stamina

from harness.errors import (
    DeadlineExceeded,
    KeyRejected,
    MalformedAnswer,
    NoConnection,
    QuotaExhausted,
    RequestRejected,
    ServiceFailed,
    SpendingRefused,
    StoreError,
    Unreachable,
)
from harness.model.arm import Arm
from harness.model.sample import Failure, Sample, SampleKey, Standing
from harness.runner.brake import Brake
from harness.runner.calling import Caller, Lane
from harness.runner.gate import Gate
from harness.runner.spending import Caps, Purchase, Purse
from harness.store.ledger import Ledger

PURCHASE = Purchase(suite="shop", sample="fox sample 1", endpoint="gemini", ceiling_usd=0.5)


@pytest.fixture(autouse=True)
def at_once():
    """Retries wait for nothing here; how many there are is up to the lane."""
    with stamina.set_testing(True, attempts=20, cap=True):
        yield


class Desk:
    """A caller, and how its calls end: errors first, then an answer."""

    def __init__(self, *ends, caps=None, attempts=5, ledger=None, proven=True):
        self.ends = list(ends)
        self.calls = 0
        self.purse = Purse(caps or Caps(), ledger=ledger)
        self.brake = Brake()
        lane = Lane(gate=Gate(jobs=4, proven=proven), attempts=attempts)
        self.caller = Caller(lanes={"gemini": lane}, purse=self.purse, brake=self.brake)

    def attempt(self):
        self.calls += 1
        end = self.ends.pop(0) if self.ends else answer(0.14)
        if isinstance(end, Exception):
            raise end
        return end

    def buy(self):
        return self.caller.buy(PURCHASE, self.attempt)


def answer(cost, failure=None):
    return Sample(
        key=SampleKey(case="fox", variant="", sample=0),
        variant_id="fox",
        cell="c",
        arm=Arm(model="m", endpoint="gemini"),
        prompt="a fox",
        standing=Standing.RECORDED,
        cost_usd=cost,
        failure=failure,
    )


def failed(status):
    return ServiceFailed(str(status), status=status)


AGAIN = [
    QuotaExhausted("429", status=429),
    failed(500),
    failed(502),
    failed(503),
    failed(504),
    Unreachable("cut"),
    NoConnection("refused"),
]
NEVER = [
    RequestRejected("400", status=400),
    RequestRejected("404", status=404),
    KeyRejected("403", status=403),
    DeadlineExceeded("late"),
    MalformedAnswer("no JSON"),
    failed(501),
    QuotaExhausted("429", status=429, retry_after=3600.0),
]


def name(error):
    return f"{type(error).__name__} {error.status or ''}".strip()


@pytest.mark.parametrize("error", AGAIN, ids=name)
def test_what_may_pass_is_tried_again(error):
    """429, 500, 502, 503, 504 and broken connections."""
    desk = Desk(error, error)

    assert desk.buy().cost_usd == 0.14
    assert desk.calls == desk.purse.calls == 3


@pytest.mark.parametrize("error", NEVER, ids=name)
def test_what_stays_is_never_tried_again(error):
    """Another 400, what took its whole deadline, a quota that is gone for today."""
    desk = Desk(error)

    with pytest.raises(type(error)):
        desk.buy()
    assert desk.calls == 1


def test_a_quota_of_zero_is_never_tried_again():
    """A wait of minutes changes nothing."""
    error = QuotaExhausted("limit: 0", status=429)
    error.lasting = True
    desk = Desk(error)

    with pytest.raises(QuotaExhausted):
        desk.buy()
    assert desk.calls == 1


@pytest.mark.parametrize("attempts", [1, 3])
def test_there_are_as_many_attempts_as_the_lane_says(attempts):
    """The last error is the one that is told."""
    desk = Desk(*[failed(503)] * 4, failed(500), attempts=attempts)

    with pytest.raises(ServiceFailed, match="503") as raised:
        desk.buy()
    assert desk.calls == raised.value.attempts == attempts


@pytest.mark.parametrize(
    ("error", "usd"),
    [
        (QuotaExhausted("429", status=429), 0.0),
        (failed(500), 0.0),
        (failed(503), 0.0),
        (failed(502), 0.5),
        (failed(504), 0.5),
        (Unreachable("cut"), 0.5),
        (NoConnection("refused"), 0.0),
    ],
    ids=["429", "500", "503", "502", "504", "cut", "no connection"],
)
def test_a_call_without_usage_counts_as_spent_at_its_ceiling(error, usd):
    """Where the service may have painted; and it is named."""
    desk = Desk(error)

    desk.buy()

    assert desk.purse.spent_usd == pytest.approx(0.14 + usd)
    assert [charge.why for charge in desk.purse.charges] == ([str(error)] if usd else [])
    assert all(charge.sample == "fox sample 1" for charge in desk.purse.charges)


@pytest.mark.parametrize(
    ("sample", "why"),
    [
        (answer(None), "without its usage"),
        (answer(None, Failure(kind="MalformedAnswer", message="no JSON")), "no JSON"),
    ],
    ids=["stripped", "malformed"],
)
def test_an_answer_without_usage_may_be_charged(sample, why):
    """It came, and nobody says what it costs."""
    desk = Desk(sample)

    assert desk.buy() is sample
    assert desk.purse.spent_usd == 0.5
    assert why in desk.purse.charges[0].why


def test_a_wrong_key_is_one_call():
    """The brake is pulled before the gate lets anybody else in."""
    desk = Desk(KeyRejected("400", status=400), proven=False)

    with pytest.raises(KeyRejected):
        desk.buy()

    assert desk.buy() is None
    assert desk.calls == 1
    assert isinstance(desk.brake.error, KeyRejected)
    assert desk.purse.spent_usd == 0.0


def test_an_answer_that_cannot_be_kept_stops_the_run():
    """It counts at its ceiling: the service has answered."""
    desk = Desk(StoreError("disk full"))

    with pytest.raises(StoreError):
        desk.buy()

    assert isinstance(desk.brake.error, StoreError)
    assert desk.purse.spent_usd == 0.5
    assert desk.buy() is None


@pytest.mark.parametrize(
    ("error", "usd"),
    [(failed(524), 0.5), (RequestRejected("408", status=408), 0.5), (failed(501), 0.0)],
    ids=["524", "408", "501"],
)
def test_a_proxys_patience_may_have_ended_behind_a_painted_picture(error, usd):
    """Not asked again, and counted at its ceiling."""
    desk = Desk(error)

    with pytest.raises(type(error)):
        desk.buy()
    assert (desk.calls, desk.purse.spent_usd) == (1, usd)


def test_a_fault_outlasts_the_cap_that_stopped_its_repetition():
    """The sample is named with what befell it, not with the cap."""
    desk = Desk(failed(502), caps=Caps(run=0.6))

    with pytest.raises(ServiceFailed, match="502"):
        desk.buy()
    assert isinstance(desk.brake.error, SpendingRefused)
    assert desk.calls == 1


def test_a_stopped_run_tries_nothing_again():
    """An interrupt while a call is under way: its error stands, no second call goes out."""
    desk = Desk()

    def interrupted():
        desk.calls += 1
        desk.brake.pull(SpendingRefused("interrupted"))
        raise failed(503)

    with pytest.raises(ServiceFailed):
        desk.caller.buy(PURCHASE, interrupted)
    assert desk.calls == 1


def test_a_cap_stops_the_run_before_the_call(tmp_path):
    """Also a month's, which other runs have used up."""
    ledger = Ledger(tmp_path, session="other", now=_now)
    ledger.settle(ledger.reserve("gemini", 9.8, cap_usd=None), usd=9.8, state="spent", sample="")
    mine = Ledger(tmp_path, session="mine", now=_now)

    desk = Desk(caps=Caps(month={"gemini": 10.0}), ledger=mine)

    assert desk.buy() is None
    assert desk.calls == 0
    assert "the month's cap of $10.00 at gemini is reached" in str(desk.brake.error)


def test_an_answer_above_its_ceiling_stops_the_run():
    """A gateway that reports a billion tokens: it is told, and nothing more is bought."""
    desk = Desk(answer(2000.0), caps=Caps(run=2.0))

    assert desk.buy().cost_usd == 2000.0
    assert desk.buy() is None
    assert "the cap of $2.00 was passed: $2000.00 spent" in str(desk.brake.error)


def test_who_waits_at_the_gate_when_the_run_stops_has_spent_nothing():
    """Its reservation goes back, also from the ledger."""
    desk = Desk()
    desk.caller._lanes["gemini"].gate.close()

    assert desk.buy() is None
    assert (desk.calls, desk.purse.calls, desk.purse.at_stake_usd) == (0, 0, 0.0)


def test_the_ledger_says_what_became_of_each_call(tmp_path):
    """Tried three times: one may be charged, one was not, one is spent."""
    desk = Desk(Unreachable("cut"), failed(503), ledger=Ledger(tmp_path, session="s", now=_now))

    desk.buy()

    balance = Ledger(tmp_path, session="x", now=_now).balance("gemini")
    assert balance.spent_usd == pytest.approx(0.64) == desk.purse.spent_usd
    assert balance.open_usd == 0.0


def _now():
    from datetime import UTC, datetime

    return datetime(2026, 11, 25, tzinfo=UTC)
