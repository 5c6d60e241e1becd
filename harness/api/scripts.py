"""Keep a script from being run anew in every process that measures its pictures."""

import sys
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
        main = sys.modules["__main__"].__dict__
        told = {name: main[name] for name in _TOLD if name in main}
        main.update(dict.fromkeys(told))
        try:
            return function(*args, **kwargs)
        finally:
            main.update(told)

    return called
