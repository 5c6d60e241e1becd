"""An endpoint gets as many calls as it takes, as fast as it takes them."""

import threading

import pytest

from harness.errors import (
    KeyRejected,
    ProviderError,
    QuotaExhausted,
    RequestRejected,
    ServiceFailed,
)
from harness.runner.gate import MINUTE, Gate, arrived


class Time:
    """A clock that runs while somebody waits, and notes for how long."""

    def __init__(self):
        self.now = 100.0
        self.waited = []

    def __call__(self):
        return self.now

    def wait(self, changed, seconds):
        assert seconds is not None, "it waits for somebody to leave, and nobody is there"
        self.waited.append(round(seconds, 6))
        self.now += seconds


@pytest.fixture
def time():
    return Time()


def gate(time, **how):
    return Gate(**{"jobs": 8, "proven": True} | how, clock=time, wait=time.wait)


def call(found, error=None):
    """Pass the gate once; tell whether it was open."""
    try:
        with found.passed() as admitted:
            if error is not None:
                raise error
            return admitted
    except ProviderError:
        return True


def quota(seconds=None, *, lasting=False):
    error = QuotaExhausted("429", status=429, retry_after=seconds)
    error.lasting = lasting
    return error


def test_calls_a_minute_are_spread_over_it(time):
    """Three a minute: the fourth begins a minute after the first, the seventh after two."""
    found = gate(time, per_minute=3)

    for _ in range(7):
        call(found)

    assert time.waited == [MINUTE, MINUTE]


def test_less_than_one_call_a_minute_is_possible(time):
    """0.5 a minute is one in two minutes."""
    found = gate(time, per_minute=0.5)

    call(found)
    call(found)

    assert time.waited == [2 * MINUTE]


def test_everybody_waits_as_long_as_a_429_asks(time):
    """RetryInfo is about the project, not about one call."""
    found = gate(time)

    call(found, quota(48.0))
    assert found.held() == 48.0
    call(found)

    assert time.waited == [48.0]


def test_a_delay_of_hours_is_no_wait(time):
    """Who asks for more than five minutes has no quota left; others may be answered."""
    found = gate(time)

    call(found, quota(7200.0))
    call(found)

    assert time.waited == []


def test_a_429_halves_what_is_allowed_and_answers_bring_it_back(time):
    """8, 4, 2, 1, never 0; then one more for each round of answers."""
    found = gate(time)
    seen = []
    for _ in range(4):
        time.now += 1
        call(found, quota())
        seen.append(found.allowed)

    for _ in range(60):
        call(found)

    assert seen == [4, 2, 1, 1]
    assert found.allowed == 8


def test_calls_that_were_under_way_together_halve_it_once():
    """Eight refusals of one moment are one piece of news."""
    found = Gate(jobs=8, proven=True)
    inside, go = threading.Barrier(9), threading.Event()

    def refused():
        try:
            with found.passed():
                inside.wait()
                go.wait()
                raise quota()
        except QuotaExhausted:
            pass

    threads = [threading.Thread(target=refused) for _ in range(8)]
    for thread in threads:
        thread.start()
    inside.wait()
    go.set()
    for thread in threads:
        thread.join()

    assert found.allowed == 4


@pytest.mark.parametrize(
    ("error", "allowed"),
    [
        (None, 8),
        (ServiceFailed("503", status=503), 8),
        (KeyRejected("400", status=400), 1),
        (RequestRejected("400", status=400), 1),
    ],
    ids=["answered", "overloaded", "wrong key", "bad request"],
)
def test_the_first_call_goes_alone_until_the_key_is_taken(time, error, allowed):
    """A wrong key is one call, not as many as could be in flight."""
    found = gate(time, proven=False)
    assert found.allowed == 1

    call(found, error)

    assert found.allowed == allowed


def test_a_closed_gate_turns_everybody_away():
    """Also who waits at it at that moment."""
    found = Gate(jobs=1, proven=True)
    inside, leave = threading.Event(), threading.Event()
    admitted = []

    def first():
        with found.passed():
            inside.set()
            leave.wait()

    def second():
        with found.passed() as open_:
            admitted.append(open_)

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    inside.wait()
    threads[1].start()
    found.close()
    threads[1].join(20)
    leave.set()
    threads[0].join()

    assert admitted == [False]
    assert call(found) is False


def test_who_writes_an_answer_down_keeps_nobody_out(time):
    """What was told to have arrived is left once: the next call is in, and the count is right."""
    found = gate(time, jobs=1)

    with found.passed() as first:
        arrived()
        with found.passed() as second:
            pass
        arrived()

    assert (first, second) == (True, True)
    assert call(found)
    arrived()  # of no call: nothing
