"""Keep a window of work under way, and give the results in order."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

W = TypeVar("W")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


@dataclass(slots=True, kw_only=True)
class Underway(Generic[W]):
    """Work that was begun.

    Attributes:
        work: What was asked.
        future: Of its result, or of what a crew makes its result of.
        breaks: How often it was lost with those who did it.
    """

    work: W
    future: Future[Any]
    breaks: int = 0


class Crew(Protocol[W, R_co]):
    """Those who do the work of one map."""

    @property
    def window(self) -> int:
        """So much is under way, or done and not yet taken: what bounds memory."""
        ...

    def begin(self, work: W) -> Underway[W]: ...

    def first(self, waiting: deque[Underway[W]]) -> R_co:
        """Wait for the result of the first of them; others may be begun again for it."""
        ...

    def end(self, *, done: bool) -> None:
        """Begin nothing more, and wait for what runs.

        Args:
            done: Nothing is left under way; else all are let go with it.
        """
        ...


def ordered(crew: Crew[W, R], works: Iterator[W]) -> Iterator[R]:
    """Yield the results in the order of the work; the crew ends with the last one.

    As it does when some of it raises, or when the caller stops or is interrupted.
    """
    waiting: deque[Underway[W]] = deque()
    done = False
    try:
        while True:
            for work in islice(works, crew.window - len(waiting)):
                waiting.append(crew.begin(work))
            if not waiting:
                done = True
                return
            found = crew.first(waiting)
            waiting.popleft()
            yield found
    finally:
        crew.end(done=done)
