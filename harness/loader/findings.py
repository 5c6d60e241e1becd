"""Gather everything that is wrong in a file, and what is only worth saying."""

from enum import Enum, auto

from harness.errors import Problem, SuiteError
from harness.loader.place import Path, path_text, printable
from harness.loader.tree import Fields, Mark, Node, locate

MOST_PROBLEMS = 200
MOST_WARNINGS = 100


class At(Enum):
    """Which of the two a message points to."""

    KEY = auto()
    VALUE = auto()


class Findings:
    """Collect problems and warnings of one file, each once."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._root: Node = Fields(mark=Mark(line=0, column=0), entries={})
        self._problems: dict[Problem, None] = {}
        self._warnings: dict[Problem, None] = {}
        self._unreadable: set[Mark] = set()
        self._spoiled: set[Path] = set()
        self._dropped = 0

    def knows(self, root: Node) -> None:
        """Take the document, so that from now on paths are found in it."""
        self._root = root

    @property
    def full(self) -> bool:
        """No more problems are kept: nobody would read them."""
        return len(self._problems) >= MOST_PROBLEMS

    def problem(self, path: Path, message: str, *, at: At = At.VALUE) -> None:
        if at is At.KEY or not self._follows(path):
            self._add(self._made(path, message, at))

    def spoil(self, path: Path) -> None:
        """Keep nothing that is later said of the value at `path`: it is wrong as a whole."""
        self._spoiled.add(self.shown(path))

    def spoiled(self, path: Path) -> bool:
        return path in self._spoiled

    def keys(self, path: Path) -> tuple[str, ...]:
        """Give the keys that are written in the mapping at `path`; none where there is none."""
        found = locate(self._root, path)
        if found.path != path or not isinstance(found.node, Fields):
            return ()
        return tuple(found.node.entries)

    def _follows(self, path: Path) -> bool:
        """Tell whether what is said of `path` only follows from what is said already."""
        found = locate(self._root, path)
        return found.value in self._unreadable or found.path in self._spoiled

    def missing(self, path: Path, key: str, message: str) -> None:
        """Note that the mapping at `path` lacks `key`."""
        found = locate(self._root, path)
        if found.value not in self._unreadable:
            self.problem_at(found.value, message, path=(*found.path, key), readable=True)

    def problem_at(
        self, mark: Mark | None, message: str, *, path: Path = (), readable: bool = False
    ) -> None:
        """Note a problem of the file itself, or of a place where nothing can be read.

        Unless it is `readable`, what is later said of the value at this place is not kept:
        it follows from this.
        """
        line, column = (mark.line, mark.column) if mark else (0, 0)
        if mark is not None and not readable:
            self._unreadable.add(mark)
        where = path_text(path)
        said = printable(message)
        self._add(Problem(file=self._file, line=line, column=column, path=where, message=said))

    def warn(self, path: Path, message: str, *, at: At = At.VALUE) -> None:
        if at is At.KEY or not self._follows(path):
            self._warnings[self._made(path, message, at)] = None

    def line(self, path: Path) -> int:
        return locate(self._root, path).value.line

    def shown(self, path: Path) -> Path:
        """Give as much of `path` as the document has."""
        return locate(self._root, path).path

    def _made(self, path: Path, message: str, at: At) -> Problem:
        found = locate(self._root, path)
        mark = found.key if at is At.KEY else found.value
        return Problem(
            file=self._file,
            line=mark.line,
            column=mark.column,
            path=path_text(found.path),
            message=printable(message),
        )

    def _add(self, problem: Problem) -> None:
        if self.full and problem not in self._problems:
            self._dropped += 1
        else:
            self._problems[problem] = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """All warnings in the file's order, the last one counting what was left out."""
        found = [str(warning) for warning in sorted(self._warnings, key=_order)]
        if len(found) > MOST_WARNINGS:
            rest = f"{self._file}: {len(found) - MOST_WARNINGS} more warnings are not shown"
            found[MOST_WARNINGS:] = [rest]
        return tuple(found)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems in the file's order, the last one counting what was left out."""
        found = sorted(self._problems, key=_order)
        if self._dropped:
            rest = f"{self._dropped} more problems are not shown; mend these first"
            found.append(Problem(file=self._file, message=rest))
        return tuple(found)

    def stop_on_problems(self) -> None:
        """Raise what was found.

        Raises:
            SuiteError: there are problems.
        """
        if self._problems:
            raise SuiteError(self.problems, self.warnings)


def _order(problem: Problem) -> tuple[int, int]:
    return problem.line, problem.column
