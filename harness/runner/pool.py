"""Run chains on a bounded pool of threads, and give their samples in order."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from harness.errors import SpendingRefused
from harness.model.sample import Sample
from harness.runner.chain import Chain
from harness.runner.chains import ChainRunner

Told = Callable[[tuple[Sample, ...]], None]
Obtain = Callable[[Chain], tuple[Sample, ...]]

LISTENING = 0.5
"""Seconds after which a wait looks up for a signal that did not wake it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted:
    """What an interrupt does.

    Attributes:
        first: Told before the calls under way are waited for.
        second: Breaks them off.
    """

    first: Callable[[], None]
    second: Callable[[], None]


def threads_of(jobs: int) -> int:
    """Give the threads of a live run: a quarter more than `jobs`, its calls in flight at the most.

    The gate lets the next call out while an answer is written down. So as many answers are not
    yet kept at any moment as there are threads, and a killed run loses no more than that.
    """
    return jobs + jobs // 4


def run_chains(
    runner: ChainRunner,
    chains: Sequence[Chain],
    *,
    jobs: int,
    progress: Told,
    interrupted: Interrupted | None = None,
) -> tuple[tuple[Sample, ...], ...]:
    """Obtain all `chains`, breadth first: sample 1 of every variant of every suite, then 2.

    Args:
        runner: Shared by the threads.
        chains: What is wanted.
        jobs: Threads, of which each has one chain under way.
        progress: Told of each chain that is done, in this thread.
        interrupted: What an interrupt does beside ending the run.

    Returns:
        The chains' samples in the order of `chains`.

    Raises:
        StoreError, KeyboardInterrupt: calls under way are finished first, none is begun.
    """
    order = sorted(range(len(chains)), key=lambda i: chains[i].sample)
    pool = ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="harness")
    under_way = _UnderWay()
    try:
        started = {
            i: pool.submit(under_way.does, _work(runner, chains[i]), chains[i]) for i in order
        }
        for future in as_completed(started.values()):
            progress(future.result())
        return tuple(started[i].result() for i in range(len(chains)))
    except BaseException as error:
        runner.halt(SpendingRefused(f"the run was ended: {type(error).__name__} {error}"))
        if isinstance(error, KeyboardInterrupt) and interrupted is not None:
            _finish(pool, under_way, interrupted)
        raise
    finally:
        _drain(pool, under_way)


def _work(runner: ChainRunner, chain: Chain) -> Obtain:
    return runner.obtain if chain.named is None else runner.ask


class _UnderWay:
    """The chains that threads are at, to be waited for.

    Joining the threads would not do: once a join was interrupted, Python takes its thread for
    ended. And a signal that comes just before a wait begins wakes nobody.
    """

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def does(self, work: Obtain, chain: Chain) -> tuple[Sample, ...]:
        """Obtain a chain."""
        self._count_on(1)
        try:
            return work(chain)
        finally:
            self._count_on(-1)

    def await_end(self) -> None:
        """Wait until no thread is at any."""
        with self._changed:
            while not self._changed.wait_for(lambda: self._count == 0, timeout=LISTENING):
                pass

    def _count_on(self, by: int) -> None:
        with self._changed:
            self._count += by
            self._changed.notify_all()


def _drain(pool: ThreadPoolExecutor, under_way: _UnderWay) -> None:
    """Wait for the threads, whoever interrupts: what they write is brought in behind them."""
    while True:
        try:
            _await(pool, under_way)
            return pool.shutdown(wait=True)
        except KeyboardInterrupt:
            continue


def _finish(pool: ThreadPoolExecutor, under_way: _UnderWay, interrupted: Interrupted) -> None:
    """Wait for the calls under way: they are paid for, and their answers are kept."""
    try:
        interrupted.first()
        _await(pool, under_way)
    except KeyboardInterrupt:
        interrupted.second()


def _await(pool: ThreadPoolExecutor, under_way: _UnderWay) -> None:
    """Begin nothing more, and wait for what is under way."""
    pool.shutdown(wait=False, cancel_futures=True)
    under_way.await_end()
