"""Say what a spread is: a plain map, by whomever."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Spread(Protocol):
    """Whoever runs a function over items."""

    def __call__(
        self, function: Callable[[T], R], items: Iterable[T], *, few: int = 1
    ) -> Iterator[R]:
        """Yield `function(item)` for every item, in the order of the items.

        Args:
            function: Importable by name, as are items and results; it changes nothing.
            items: Any number, drawn lazily.
            few: Items that are done sooner in this process than others start.
        """
        ...


def here(function: Callable[[T], R], items: Iterable[T], *, few: int = 1) -> Iterator[R]:
    """Run it in this process, however many there are, each when its result is asked for."""
    return map(function, items)
