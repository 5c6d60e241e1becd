"""Do tasks in several processes of this machine; one that is killed costs a retry."""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, Generic, TypeVar

from harness.compute.executor import taken
from harness.compute.ordered import Underway, ordered
from harness.compute.tasks import Task
from harness.errors import ComputeError

P = TypeVar("P")
R = TypeVar("R")

WINDOW = 4
"""Tasks under way or done and not yet taken, per process: what bounds memory."""

TOGETHER = 2
"""So often tasks are lost together; then nobody knows whose fault it is, and each runs alone."""

ALONE = 2
"""So often a task is lost alone; then it is its own."""

_SAFE_PATH = "PYTHONSAFEPATH"


def default_workers() -> int:
    """Count the processors that this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Processes:
    """Processes of this machine, which wait for the next map when one is done.

    Attributes:
        workers: How many; 0: one a processor; 1: this process alone.
    """

    workers: int = 0

    def map(
        self,
        function: Callable[[Task[P]], R],
        tasks: Iterable[Task[P]],
        *,
        few: int = 1,
        tiny: int = 0,
        lost: Callable[[Task[P], str], R] | None = None,
    ) -> Iterator[R]:
        """As `Executor.map`; of one process each task is done when its result is asked for."""
        workers = self.workers or default_workers()
        if workers == 1:
            return map(function, tasks)
        drawn, small = taken(tasks, few=few, tiny=tiny)
        if small:
            return map(function, drawn)
        return ordered(_Crew(function, workers=workers, lost=lost), drawn)


LOCAL = Processes()
"""As many processes as this one may use processors."""


class _Crew(Generic[P, R]):
    """A pool of processes, and another one where one of them was killed."""

    def __init__(
        self,
        function: Callable[[Task[P]], R],
        *,
        workers: int,
        lost: Callable[[Task[P], str], R] | None,
    ) -> None:
        self.window, self._workers = WINDOW * workers, workers
        self._function, self._lost = function, lost
        self._pool = _IDLE.hire(workers)

    def begin(self, task: Task[P]) -> Underway[Task[P]]:
        return Underway(work=task, future=self._submitted(task))

    def first(self, waiting: deque[Underway[Task[P]]]) -> R:
        while _broken(waiting[0].future):
            self._again(waiting)
        found: R = waiting[0].future.result()
        return found

    def end(self, *, done: bool) -> None:
        if done:
            _IDLE.keep(self._workers, self._pool)
        else:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _submitted(self, task: Task[P]) -> Future[R]:
        try:
            return self._pool.submit(self._function, task)
        except BrokenProcessPool as error:  # it broke since the last result
            failed: Future[R] = Future()
            failed.set_exception(error)
            return failed

    def _again(self, waiting: deque[Underway[Task[P]]]) -> None:
        """Begin anew what was lost with a process: together, then each alone."""
        self.end(done=False)
        lost = [one for one in waiting if _broken(one.future)]
        self._pool = _pool(self._workers)
        for one in lost:
            one.breaks += 1
            again = self._submitted if one.breaks < TOGETHER else self._alone
            one.future = again(one.work)

    def _alone(self, task: Task[P]) -> Future[R]:
        """Do a task in a process of its own, so that it is known who kills it."""
        for _ in range(ALONE):
            with _pool(1) as pool:
                future = pool.submit(self._function, task)
                if not _broken(future):
                    return future
        future = Future()
        try:
            future.set_result(given_up(task, times=TOGETHER + ALONE, lost=self._lost))
        except ComputeError as error:
            future.set_exception(error)
        return future


class _Idle:
    """The pool of the last map: a process takes longer to start than a map of small pictures.

    It serves maps in the same current folder alone, for paths may be relative. What is
    left of it when this process ends, ends then.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[tuple[int, str], ProcessPoolExecutor] | None = None

    def hire(self, workers: int) -> ProcessPoolExecutor:
        """Give the pool that waits, if it is such a one; else a new one."""
        named, waiting = (workers, str(Path.cwd())), self._swap(None)
        if waiting is not None and waiting[0] == named:
            return waiting[1]
        self._let_go(waiting)
        return _pool(workers)

    def keep(self, workers: int, pool: ProcessPoolExecutor) -> None:
        """Let a pool wait that has nothing to do, in place of the one that waited."""
        self._let_go(self._swap(((workers, str(Path.cwd())), pool)))

    def _swap(
        self, pool: tuple[tuple[int, str], ProcessPoolExecutor] | None
    ) -> tuple[tuple[int, str], ProcessPoolExecutor] | None:
        with self._lock:
            before, self._kept = self._kept, pool
        return before

    @staticmethod
    def _let_go(waiting: tuple[tuple[int, str], ProcessPoolExecutor] | None) -> None:
        if waiting is not None:
            waiting[1].shutdown(wait=True)


_IDLE = _Idle()


def given_up(task: Task[P], *, times: int, lost: Callable[[Task[P], str], R] | None) -> R:
    """Give what stands for the result of a task that kills whoever does it.

    Raises:
        ComputeError: nothing does.
    """
    why = f"it killed {times} worker processes, often for want of memory"
    if lost is not None:
        return lost(task, why)
    raise ComputeError(
        f"{task.shown}: {why}; look at it by itself, or give the machine more memory"
    )


def _broken(future: Future[Any]) -> bool:
    """Wait for a future, and tell whether it was lost with a process."""
    wait([future])
    return future.cancelled() or isinstance(future.exception(), BrokenProcessPool)


def _pool(workers: int) -> ProcessPoolExecutor:
    context = _context()
    if context.get_start_method() == "forkserver":
        with _safe_path():
            resource_tracker.ensure_running()
            forkserver.ensure_running()
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_leave_interrupts)


@contextlib.contextmanager
def _safe_path() -> Iterator[None]:
    """Let what is started meanwhile find no module in the current folder.

    The fork server starts by `python -c`, which looks there first: a folder
    `multiprocessing` in a stranger's repository would be run, beside our keys.
    """
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


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
