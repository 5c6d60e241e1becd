"""Say notes as workflow commands, which GitHub Actions shows at the lines of a pull request.

A line of a job's output is a command where it begins with `::`, or holds `##[`: so escaped text
stands in ours, and strangers' text is kept from being one (`unobeyed`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from harness.report.notes import Grade, Note
from harness.report.words import count_of, visible

MOST = 10
"""Notes of a kind that GitHub shows of one step; it drops the others."""
_DATA: Mapping[str, str] = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY: Mapping[str, str] = {**_DATA, ":": "%3A", ",": "%2C"}
_COMMAND = re.compile(r"(?m)^([\s\ufeff]*):(?=:)")
_OLD_COMMAND = re.compile(r"##(?=\[)")


def commands(notes: Iterable[Note]) -> tuple[str, ...]:
    """Give one line of output a note: at most ten of a kind, the last one counting the rest."""
    found = list(notes)
    graded = ([note for note in found if note.grade is grade] for grade in Grade)
    return tuple(command(note) for same in graded for note in _first(same))


def _first(notes: list[Note]) -> Iterator[Note]:
    if len(notes) <= MOST:
        yield from notes
        return
    yield from notes[: MOST - 1]
    rest = count_of(len(notes) - MOST + 1, f"more {notes[0].grade}")
    lines = ("GitHub shows ten of a kind; the summary and the report have all.",)
    yield Note(grade=notes[0].grade, title=rest, lines=lines)


def command(note: Note) -> str:
    """Write one note as a command that nothing within it can end or continue."""
    place = {"file": note.file, "line": note.line, "col": note.column} if note.file else {}
    known = {**{name: str(value) for name, value in place.items() if value}, "title": note.title}
    said = ",".join(f"{name}={_escaped(value, _PROPERTY)}" for name, value in known.items())
    message = _escaped("\n".join(note.lines), _DATA)
    return f"::{note.grade} {said}::{message}"


def _escaped(text: str, table: Mapping[str, str]) -> str:
    """Escape as GitHub's runner reads it back; what hides in `text` is shown before."""
    return visible(text).translate({ord(mark): escape for mark, escape in table.items()})


def unobeyed(text: str) -> str:
    """Keep lines of output from being commands: a blank parts what would make them one."""
    return _OLD_COMMAND.sub("# #", _COMMAND.sub(r"\1: ", text))
