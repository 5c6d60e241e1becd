"""Chains go breadth first and come back in their order; a failure ends what is not begun."""

import signal
import sys
import threading

import pytest

from harness.errors import SpendingRefused, StoreError
from harness.model.sample import Standing
from harness.runner.chain import Live
from harness.runner.pool import Interrupted, run_chains


class Obtaining:
    """A runner that remembers who asked, and does as it is told."""

    def __init__(self, does=lambda chain: None):
        self.asked = []
        self.halted = None
        self.ended = threading.Event()
        self._does = does

    def obtain(self, chain):
        self.asked.append((chain.variant.case, chain.sample))
        self._does(chain)
        return (f"{chain.variant.case} {chain.sample}",)

    def halt(self, error):
        self.halted = error
        self.ended.set()


def test_the_first_sample_of_every_case_comes_first(chains):
    """A run that is cut short has seen everything once before anything twice."""
    wanted = [*chains("a", case="a", samples=3), *chains("b", case="b", samples=2)]
    runner = Obtaining()
    told = []

    samples = run_chains(runner, wanted, jobs=1, progress=told.append)

    assert runner.asked == [("a", 0), ("b", 0), ("a", 1), ("b", 1), ("a", 2)]
    assert samples == (("a 0",), ("a 1",), ("a 2",), ("b 0",), ("b 1",))
    assert sorted(told) == sorted(samples)


def test_no_more_than_jobs_are_in_flight(chains):
    """Bounded, and as many as that."""
    together = threading.Barrier(4, timeout=20)
    flying, most = [], []

    def does(chain):
        flying.append(chain)
        together.wait()
        most.append(len(flying))
        together.wait()
        flying.remove(chain)

    run_chains(Obtaining(does), chains("a", samples=8), jobs=4, progress=lambda s: None)

    assert max(most) <= 8
    assert len(most) == 8


def test_an_error_ends_what_is_not_begun(chains):
    """What cannot be kept stops the run; the rest is never asked."""

    def does(chain):
        if chain.sample == 1:
            raise StoreError("disk full")
        if chain.sample > 1:
            runner.ended.wait()

    runner = Obtaining(does)

    with pytest.raises(StoreError, match="disk full"):
        run_chains(runner, chains("a", samples=50), jobs=1, progress=lambda s: None)

    assert len(runner.asked) <= 3
    assert runner.halted is not None


def test_an_interrupt_begins_no_further_call(stage, chains, faulty):
    """A chain under way finishes its turn, and spends no more on the next."""
    asked = []

    def talk(connection, request):
        asked.append(request)
        body = b'{"candidates": [{"content": {"parts": [{"text": "hi"}]}}]}'
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%b"
            % (len(body), body)
        )

    def interrupted(_):
        raise KeyboardInterrupt

    wanted = chains("a", "b", "c", samples=12)
    with stage.runner(wanted, url=faulty(talk), live=Live.MISSING) as runner:
        with pytest.raises(KeyboardInterrupt):
            run_chains(runner, wanted, jobs=1, progress=interrupted)
        (later, *_) = runner.obtain(wanted[11])

    assert isinstance(runner.stopped, SpendingRefused)
    assert later.standing is Standing.MISSING
    assert len(asked) <= 6


def test_what_a_second_interrupt_breaks_off_is_waited_for(chains):
    """What a call comes to is written down by its thread, which must not be left behind."""
    went_on, noted, left = [], threading.Event(), threading.Event()

    def does(_):
        _interrupt_once_waiting(left)
        _interrupt_once_waiting(left, told=told)
        went_on.append(_waits(left, told=broken_off))
        noted.set()

    told, broken_off = threading.Event(), threading.Event()
    ends = Interrupted(first=told.set, second=broken_off.set)
    try:
        with pytest.raises(KeyboardInterrupt):
            run_chains(
                Obtaining(does), chains("a"), jobs=1, progress=lambda s: None, interrupted=ends
            )
    finally:
        left_early = not noted.is_set()
        left.set()

    assert broken_off.is_set()
    assert not left_early
    assert went_on == [True]


def _waits(left, *, told):
    """Look on until the main thread waits again behind `told`; tell whether it ever does."""
    told.wait(20)
    while not left.is_set():
        frame = sys._current_frames()[threading.main_thread().ident]
        if frame.f_code.co_name in ("wait", "_wait_for_tstate_lock"):
            return True
    return False


def _interrupt_once_waiting(left, *, told=None):
    begun = threading.Event()
    begun.set()
    if _waits(left, told=told or begun):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)


def test_after_an_answer_that_was_not_kept_nobody_asks(stage, chains, faulty):
    """A full disk costs the calls in flight, and none after them."""
    asked = []

    def talk(connection, request):
        asked.append(request)
        body = b'{"candidates": [{"content": {"parts": [{"text": "hi"}]}}]}'
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%b"
            % (len(body), body)
        )

    wanted = chains("a", samples=2)
    journal = stage.cassettes.folder / "_journal.jsonl"
    with stage.runner(wanted, url=faulty(talk), live=Live.MISSING) as runner:
        journal.mkdir()
        with pytest.raises(StoreError, match="cannot be written"):
            runner.obtain(wanted[0])
        (later,) = runner.obtain(wanted[1])
        journal.rmdir()

    assert isinstance(runner.stopped, StoreError)
    assert later.standing is Standing.MISSING
    assert len(asked) == 1
