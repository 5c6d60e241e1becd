"""Show how a run goes: a bar on a terminal, a plain line every 10 s elsewhere."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from harness.cli.shared import err

if TYPE_CHECKING:
    from rich.progress import TaskID

    from harness.runner.going import Going, Progress

EVERY = 10.0
"""Seconds between two plain lines."""


@contextmanager
def progress() -> "Iterator[Progress]":
    """Give what is told how a run goes."""
    if sys.stderr.isatty() and not os.environ.get("CI"):
        with _bar() as told:
            yield told
    else:
        yield _plain()


@contextmanager
def _bar() -> "Iterator[Progress]":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Remaining(),
        TextColumn("{task.fields[beside]}", style="dim"),
    )
    bar = Progress(*columns, console=err(), transient=True)
    tasks: dict[str, TaskID] = {}

    def told(going: "Going") -> None:
        if going.what not in tasks:
            bar.start()  # not before: a question may stand on the terminal till then
            tasks[going.what] = bar.add_task(going.what, total=going.total, beside="")
        bar.update(tasks[going.what], completed=going.done, beside=beside(going))

    try:
        yield told
    finally:
        bar.stop()


def beside(going: "Going") -> str:
    """Say what stands beside the count: calls in flight, money, a wait; empty for a replay."""
    if not going.live:
        return ""
    said = [f"{going.in_flight} in flight", f"${going.spent_usd:.2f} spent"]
    if going.held >= 1:
        said.append(f"the service asks to wait {going.held:.0f} s")
    return ", ".join(said)


def _plain() -> "Progress":
    begun = last = time.monotonic()

    def told(going: "Going") -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < EVERY:
            return
        last = now
        rest = (going.total - going.done) * (now - begun) / going.done if going.done else 0.0
        more = [beside(going), f"about {rest:.0f} s left" if rest else ""]
        tail = "".join(f", {part}" for part in more if part)
        err().print(f"{going.what}: {going.done} of {going.total} {going.unit}{tail}")

    return told
