"""Keep a script from being run anew in every process that measures its pictures."""

import sys
import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_TOLD = ("__file__", "__spec__")
"""What a new process reads of the main module, to import it: nothing of ours lies there."""


def once(function: Callable[P, R]) -> Callable[P, R]:
    """Let `function` start processes that do not import the script which calls it.

    Python imports the main module in each process that it starts. A script without the guard
    `if __name__ == "__main__":` would call us there again, and wait for ever.
    """

    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        with _UNTOLD:
            return function(*args, **kwargs)

    return called


class _Untold:
    """What is told of the main module, put aside while any thread is within."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._within = 0
        self._told: dict[str, object] = {}

    def __enter__(self) -> None:
        with self._lock:
            if self._within == 0:
                main = sys.modules["__main__"].__dict__
                self._told = {name: main[name] for name in _TOLD if name in main}
                main.update(dict.fromkeys(self._told))
            self._within += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._within -= 1
            if self._within == 0:
                sys.modules["__main__"].__dict__.update(self._told)


_UNTOLD = _Untold()
