"""Let matrix products run on one thread: small ones are faster so, and the same everywhere."""

from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import ThreadpoolController

P = ParamSpec("P")
R = TypeVar("R")


def one_thread(function: Callable[P, R]) -> Callable[P, R]:
    """Run a function with one BLAS thread.

    Products of some thousand labellings with some twenty samples are too small to share: on
    two busy cores threads that wait for each other took seven times as long. A sum that is
    split otherwise is also rounded otherwise, and results are to be the same anywhere.
    """

    @wraps(function)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        with _controller().limit(limits=1, user_api="blas"):
            return function(*args, **kwargs)

    return alone


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()
