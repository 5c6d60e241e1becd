"""Run chains on a bounded pool of threads, and give their samples in order."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

from harness.errors import SpendingRefused
from harness.model.sample import Sample
from harness.runner.chain import Chain
from harness.runner.chains import ChainRunner

Told = Callable[[tuple[Sample, ...]], None]


def run_chains(
    runner: ChainRunner,
    chains: Sequence[Chain],
    *,
    jobs: int,
    progress: Told,
    ending: Callable[[], None] = lambda: None,
    give_up: Callable[[], None] = lambda: None,
) -> tuple[tuple[Sample, ...], ...]:
    """Obtain all `chains`, breadth first: sample 1 of every variant of every suite, then 2.

    Args:
        runner: Shared by the threads.
        chains: What is wanted.
        jobs: Calls in flight at the most.
        progress: Told of each chain that is done, in this thread.
        ending: Told when an interrupt ends the run, before calls under way are waited for.
        give_up: Breaks off the calls under way, at a second interrupt.

    Returns:
        The chains' samples in the order of `chains`.

    Raises:
        StoreError: an answer cannot be kept; calls under way are finished first, and
            no other is begun.
        KeyboardInterrupt: likewise; answers that had arrived are kept.
    """
    order = sorted(range(len(chains)), key=lambda i: chains[i].sample)
    pool = ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="harness")
    try:
        futures: dict[Future[tuple[Sample, ...]], int] = {
            pool.submit(runner.obtain, chains[i]): i for i in order
        }
        done: dict[int, tuple[Sample, ...]] = {}
        for future in as_completed(futures):
            done[futures[future]] = future.result()
            progress(done[futures[future]])
        return tuple(done[i] for i in range(len(chains)))
    except BaseException as error:
        runner.halt(SpendingRefused(f"the run was ended: {type(error).__name__} {error}"))
        _finish(pool, ending if isinstance(error, KeyboardInterrupt) else _nothing, give_up)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _nothing() -> None:
    """Tell nobody."""


def _finish(
    pool: ThreadPoolExecutor, ending: Callable[[], None], give_up: Callable[[], None]
) -> None:
    """Wait for the calls under way: they are paid for, and their answers are kept."""
    try:
        ending()
        pool.shutdown(wait=True, cancel_futures=True)
    except KeyboardInterrupt:
        give_up()
