"""Tell which of a folder's files knew which others: what two branches added, neither did.

Each file names, in `after`, the newest ones that lay there when it was written. One of an
older harness says nothing (None): it counts as knowing all such files before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Protocol, TypeVar

from harness.errors import StoreError


class Written(Protocol):
    """What has a file of its own, and says what lay beside it."""

    @property
    def id(self) -> str: ...

    @property
    def at(self) -> str: ...

    @property
    def after(self) -> tuple[str, ...] | None: ...


W = TypeVar("W", bound=Written)


class Lineage:
    """Who knew whom among the files of a folder."""

    def __init__(self, items: Iterable[Written]) -> None:
        """Follow what each item says that it came after.

        Raises:
            StoreError: files name each other in a ring, as no harness writes them.
        """
        found = sorted(items, key=lambda item: (item.at, item.id))
        parents = _parents(found)
        try:
            order = tuple(TopologicalSorter(parents).static_order())
        except CycleError as error:
            ring = ", ".join(dict.fromkeys(map(str, error.args[1])))
            raise StoreError(f"{ring}: say that each came after the other; restore them") from None
        self._bit = {name: 1 << place for place, name in enumerate(order)}
        self._known: dict[str, int] = {}
        for name in order:
            known = 0
            for parent in parents[name]:
                known |= self._bit[parent] | self._known[parent]
            self._known[name] = known

    def heads(self, items: Sequence[W]) -> tuple[W, ...]:
        """Give those of `items` that no other of them knew; more than one after a merge."""
        known = 0
        for item in items:
            known |= self._known[item.id]
        return tuple(item for item in items if not known & self._bit[item.id])


def _parents(found: Sequence[Written]) -> Mapping[str, tuple[str, ...]]:
    """Name what each file says that it came after, as far as it is here."""
    here = {item.id for item in found}
    parents: dict[str, tuple[str, ...]] = {}
    last: tuple[str, ...] = ()
    for item in found:
        if item.after is None:
            parents[item.id], last = last, (item.id,)
        else:
            parents[item.id] = tuple(name for name in item.after if name in here)
    return parents
