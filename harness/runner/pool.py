"""Run chains on a bounded pool of threads, and give their samples in order."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from harness.errors import SpendingRefused
from harness.model.sample import Sample
from harness.runner.chain import Chain
from harness.runner.chains import ChainRunner

Told = Callable[[tuple[Sample, ...]], None]


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
    try:
        futures: dict[Future[tuple[Sample, ...]], int] = {
            pool.submit(_work(runner, chains[i]), chains[i]): i for i in order
        }
        for future in as_completed(futures):
            progress(future.result())
        obtained = {futures[future]: future.result() for future in futures}
        return tuple(obtained[i] for i in range(len(chains)))
    except BaseException as error:
        runner.halt(SpendingRefused(f"the run was ended: {type(error).__name__} {error}"))
        if isinstance(error, KeyboardInterrupt) and interrupted is not None:
            _finish(pool, interrupted)
        raise
    finally:
        _drain(pool)


def _work(runner: ChainRunner, chain: Chain) -> Callable[[Chain], tuple[Sample, ...]]:
    return runner.obtain if chain.named is None else runner.ask


def _drain(pool: ThreadPoolExecutor) -> None:
    """Wait for the threads, whoever interrupts: what they write is brought in behind them."""
    while True:
        try:
            return pool.shutdown(wait=True, cancel_futures=True)
        except KeyboardInterrupt:
            continue


def _finish(pool: ThreadPoolExecutor, interrupted: Interrupted) -> None:
    """Wait for the calls under way: they are paid for, and their answers are kept."""
    try:
        interrupted.first()
        pool.shutdown(wait=True, cancel_futures=True)
    except KeyboardInterrupt:
        interrupted.second()
