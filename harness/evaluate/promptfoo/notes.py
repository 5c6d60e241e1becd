"""Gather what a conversion leaves out and what it changes: a line each, nothing is dropped."""

from collections.abc import Collection, Mapping

from harness.report.words import shortened, visible

_LONGEST = 200
_SOME = 8
MOST = 500
"""Lines that are kept; a file of thousands of strange keys is told in part, and counted."""


class Notes:
    """What a person has to look at after a conversion."""

    def __init__(self) -> None:
        self._left: dict[str, None] = {}
        self._changed: dict[str, None] = {}

    @property
    def left_out(self) -> tuple[str, ...]:
        """What is not in the suite, in the order of the file."""
        return _counted(self._left)

    @property
    def changed(self) -> tuple[str, ...]:
        """What is in the suite and says something else than it did."""
        return _counted(self._changed)

    def told_first(self, *words: str) -> tuple[str, ...]:
        """Give a few of what is left out, those with one of these words before the others."""
        sorts = sorted(self._left, key=lambda line: not any(word in line for word in words))
        return _counted(sorts, most=_SOME)

    def leave(self, path: str, why: str) -> None:
        """Note that what stands at `path` is left out; never its value, which may be a key."""
        self._left[_line(path, why)] = None

    def change(self, path: str, how: str) -> None:
        """Note that what stands at `path` was taken over otherwise."""
        self._changed[_line(path, how)] = None

    def leave_others(self, tree: Mapping[str, object], known: Collection[str], path: str) -> None:
        """Note every key of a mapping that nothing is made of."""
        for key in tree:
            if key not in known:
                self.leave(f"{path}.{key}".lstrip("."), "the harness has nothing like it")


def _line(path: str, why: str) -> str:
    return " ".join(visible(f"{shortened(path, limit=_LONGEST)}: {why}").split())


def _counted(lines: Collection[str], *, most: int = MOST) -> tuple[str, ...]:
    more = len(lines) - most
    shown = tuple(lines)[:most]
    return (*shown, f"and {more} more") if more > 0 else shown
