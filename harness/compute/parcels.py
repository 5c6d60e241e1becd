"""Make a task ready to leave this process: whole paths, every file named, bytes where needed."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from harness.compute.tasks import Source, Task
from harness.compute.versions import versions

P = TypeVar("P")

LARGEST = 256_000_000
"""Bytes of a file that is sent or named; a larger one is read in this process alone."""


def packed(task: Task[P], *, sends: bool) -> Task[P] | None:
    """Give the task as it may leave; None where a file of it can be read by nobody.

    Args:
        task: Its files lie here.
        sends: Its files' bytes go along; else they are named, for who sees them too.
    """
    files = []
    for file in task.files:
        found = _sent(file) if sends else _named(file)
        if found is None:
            return None
        files.append(found)
    return replace(task, files=tuple(files))


def label_of(name: str, tasks: Sequence[Task[P]]) -> str:
    """Name the results of packed tasks by their content: equal names, equal bytes.

    Args:
        name: Of the function.
        tasks: They have keys.
    """
    told = [name, repr(versions())]
    for task in tasks:
        told.append(task.key)
        told += [f"{file.sha256} {_digest(file.data) if file.data else ''}" for file in task.files]
    return f"{name}-{_digest(chr(10).join(told).encode())[:32]}"


def _named(file: Source) -> Source | None:
    if file.sha256:
        return replace(file, path=file.path.absolute())
    data = _bytes(file)
    return None if data is None else replace(file, path=file.path.absolute(), sha256=_digest(data))


def _sent(file: Source) -> Source | None:
    data = _bytes(file)
    return None if data is None else replace(file, data=data)


def _bytes(file: Source) -> bytes | None:
    try:
        if not file.path.is_file() or file.path.stat().st_size > LARGEST:
            return None
        return file.read()
    except OSError:
        return None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
