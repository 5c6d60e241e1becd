"""Map a function over items in order, in this process or in several."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import TypeVar

from harness.errors import HarnessError

T = TypeVar("T")
R = TypeVar("R")

WINDOW = 4
"""Items under way or done and not yet taken, per worker: what bounds memory."""

TINY = 100_000
"""Bytes of pictures, all together, that are done sooner in this process than others start."""


def map_ordered(function: Callable[[T], R], items: Iterable[T], *, workers: int) -> Iterator[R]:
    """Yield `function(item)` for every item, in the order of the items.

    With one worker or none it runs here, each item when its result is asked for.
    With more it runs in as many processes, and items are drawn `WINDOW` per worker
    ahead, so memory does not grow with their number. What the function raises is
    raised here, in its place in the order; then, as when the caller stops or is
    interrupted, nothing more is begun, and what runs is waited for.

    Args:
        function: Importable by name, as are items and results, where workers > 1.
        items: Any number, drawn lazily.
        workers: Processes.

    Raises:
        HarnessError: a worker process was killed.
    """
    if workers <= 1:
        return map(function, items)
    return _map_processes(function, iter(items), workers)


def default_workers() -> int:
    """Count the processors that this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def workers_for(files: Collection[Path], *, few: int) -> int:
    """Count the processes that some files are worth: one where they are few, or tiny.

    Args:
        files: What is read.
        few: Files of any size that are done sooner in this process.
    """
    if len(files) <= few or sum(path.stat().st_size for path in files) <= TINY:
        return 1
    return default_workers()


def _map_processes(function: Callable[[T], R], items: Iterator[T], workers: int) -> Iterator[R]:
    pool = ProcessPoolExecutor(workers, mp_context=_context(), initializer=_leave_interrupts)
    waiting: deque[Future[R]] = deque()
    try:
        while True:
            for item in islice(items, WINDOW * workers - len(waiting)):
                waiting.append(pool.submit(function, item))
            if not waiting:
                return
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise HarnessError(
            f"a worker process was killed, often for want of memory; "
            f"run again with fewer than {workers} workers, or with 1 to see the cause"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _context() -> BaseContext:
    """Choose how processes begin: from a fork server, else anew.

    A plain fork copies this process while its threads hold locks, and the copy may
    wait for them for ever. The fork server is a fresh process without threads; what
    it forks starts faster than what `spawn` starts, which Windows alone needs.
    """
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")


def _leave_interrupts() -> None:
    """Let Ctrl-C, which reaches every process of the terminal, be the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
