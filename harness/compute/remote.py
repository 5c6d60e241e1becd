"""Do tasks on a worker of a cluster: hold versions and files against each other, then work."""

import hashlib
import platform
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from harness.compute.tasks import Source, Task
from harness.compute.versions import Versions, differing, versions

P = TypeVar("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Generic[R]):
    """How a task ended.

    Attributes:
        value: Its result; None where it raised.
        error: What it raised, or None.
    """

    value: R | None = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Generic[R]):
    """Tasks were done.

    Attributes:
        ended: How each of them ended, in order.
    """

    ended: tuple[Ended[R], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """The worker does not see a file of a task, or sees another one in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """The worker is not as the process that asks; it did nothing.

    Attributes:
        worker: Where it is.
        differs: What differs, in words.
    """

    worker: str
    differs: str


def do_tasks(
    function: Callable[[Task[P]], R], tasks: tuple[Task[P], ...], wanted: Versions
) -> Done[R] | Unseen | Stranger:
    """Do tasks, or say why not; on a worker.

    Args:
        function: What is to be done.
        tasks: Their files have bytes, or paths that may be seen here too.
        wanted: The versions of who asks.
    """
    differs = differing(wanted, versions())
    if differs:
        return Stranger(worker=platform.node(), differs=differs)
    held = tuple(replace(task, files=tuple(map(_held, task.files))) for task in tasks)
    if any(file.data is None for task in held for file in task.files):
        return Unseen()
    return Done(ended=tuple(ended(function, task) for task in held))


def ended(function: Callable[[Task[P]], R], task: Task[P]) -> Ended[R]:
    """Do a task in this process."""
    try:
        return Ended(value=function(task))
    except Exception as error:  # noqa: BLE001  # it is raised in its place in the order
        return Ended(error=error)


def _held(file: Source) -> Source:
    """Give a file with its bytes, where they are the right ones."""
    if file.data is not None:
        return file
    try:
        data = file.path.read_bytes() if file.path.is_file() else None
    except OSError:
        return file
    if data is None or hashlib.sha256(data).hexdigest() != file.sha256:
        return file
    return replace(file, data=data)
