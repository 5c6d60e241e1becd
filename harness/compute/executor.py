"""Say what an executor is: whoever does tasks, in the order in which they were given."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Protocol, TypeVar

from harness.compute.tasks import Task
from harness.model.spreading import Spread

P = TypeVar("P")
R = TypeVar("R")
T = TypeVar("T")

TINY = 100_000
"""Bytes of pictures, all together, that are done sooner in this process than others start."""


class Executor(Protocol):
    """Whoever does tasks: this machine's processes, or a cluster."""

    def map(
        self,
        function: Callable[[Task[P]], R],
        tasks: Iterable[Task[P]],
        *,
        few: int = 1,
        tiny: int = 0,
        lost: Callable[[Task[P], str], R] | None = None,
    ) -> Iterator[R]:
        """Yield `function(task)` for every task, in the order of the tasks.

        Few or tiny ones are done in this process. Tasks are drawn lazily, a window ahead, so
        memory does not grow with their number. What the function raises is raised here, in
        its place in the order; then, as when the caller stops or is interrupted, nothing
        more is begun, and what runs is waited for. A task whose worker is killed is done
        again; the results are the same bytes in the same order whoever does them.

        Args:
            function: Importable by name, as are parameters and results; it writes nothing.
            tasks: Any number, drawn lazily.
            few: Tasks that are done sooner in this process than others start.
            tiny: Bytes of their files, all together, of which the same holds.
            lost: Gives what stands for the result of a task that kills whoever does it, from
                the task and the reason in words.

        Raises:
            ComputeError: a task kills whoever does it, and nothing stands for its result; or
                those who do the tasks are not there, or were lost.
            UsageError: those who do the tasks are other ones than this process needs.
        """
        ...


def taken(tasks: Iterable[Task[P]], *, few: int, tiny: int) -> tuple[Iterator[Task[P]], bool]:
    """Give the tasks, and whether they are few or tiny; no more are drawn than it takes."""
    rest = iter(tasks)
    head: list[Task[P]] = []
    weight = 0
    for task in rest:
        head.append(task)
        weight += _weight(task) if tiny else 1
        if len(head) > few and weight > tiny:
            return chain(head, rest), False
    return iter(head), True


def _weight(task: Task[P]) -> int:
    try:
        return sum(file.path.stat().st_size for file in task.files)
    except OSError:  # whoever reads it says so
        return 0


def spread_by(executor: Executor) -> Spread:
    """Give the plain map that an executor makes of items that are no tasks yet."""
    return partial(_spread, executor)


def _spread(
    executor: Executor, function: Callable[[T], R], items: Iterable[T], *, few: int = 1
) -> Iterator[R]:
    tasks = (Task(about=item) for item in items)
    return executor.map(partial(_about, function), tasks, few=few)


def _about(function: Callable[[T], R], task: Task[T]) -> R:
    return function(task.about)
