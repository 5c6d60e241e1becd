"""Show how a run goes: a bar on a terminal, a plain line every 10 s elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.cli.shared import err

EVERY = 10.0
"""Seconds between two plain lines."""


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Give what is told (what, done, total)."""
    if sys.stderr.isatty():
        with _bar() as told:
            yield told
    else:
        yield _plain()


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    bar = Progress(*columns, console=err(), transient=True)
    tasks: dict[str, TaskID] = {}

    def told(what: str, done: int, total: int) -> None:
        if what not in tasks:
            bar.start()  # not before: a question may stand on the terminal till then
            tasks[what] = bar.add_task(what, total=total)
        bar.update(tasks[what], completed=done)

    try:
        yield told
    finally:
        bar.stop()


def _plain() -> Callable[[str, int, int], None]:
    last = time.monotonic()

    def told(what: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            err().print(f"{what}: {done} of {total} samples")

    return told
