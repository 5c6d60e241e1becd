"""Tie what a run found to the lines of its suites, for forges that show notes beside a file."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from harness.errors import Problem
from harness.model.run import Judged, Run, SuiteResult
from harness.model.verdict import Finding, Status, Verdict
from harness.report.findings import by_gravity, finding_views
from harness.report.words import Tell, shortened, telling

_LONGEST = 400
_MOST = 8
"""Findings that one note tells; the others are counted."""


class Grade(StrEnum):
    """How grave a note is."""

    ERROR = "error"
    WARNING = "warning"


_GRADES = {
    Status.FAIL: Grade.ERROR,
    Status.ERROR: Grade.ERROR,
    Status.UNRECORDED: Grade.ERROR,
    Status.NEW: Grade.WARNING,
    Status.WARN: Grade.WARNING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is to be said of one line of a file.

    Attributes:
        grade: How grave it is.
        title: In a few words, e.g. `FAIL night-city[16:9,4K]`.
        lines: What was found, gravest first.
        file: From the repository's root, with slashes; empty for no file.
        line: From 1; 0 where the file as a whole is meant.
        column: From 1; 0 where it is not known.
    """

    grade: Grade
    title: str
    lines: tuple[str, ...]
    file: str = ""
    line: int = 0
    column: int = 0


def notes(run: Run, *, prefix: str = "") -> tuple[Note, ...]:
    """Give a note for each variant and suite that is not all well, gravest first.

    Args:
        run: What was judged.
        prefix: Where the workspace lies from the repository's root; empty for the root itself.
    """
    tell = telling(run)
    found = [pair for suite in run.suites for pair in _of_suite(suite, tell, prefix)]
    return tuple(note for _, note in sorted(found, key=lambda pair: -pair[0].severity))


def _of_suite(suite: SuiteResult, tell: Tell, prefix: str) -> Iterator[tuple[Status, Note]]:
    file = within(prefix, suite.path)
    for judged in suite.judged:
        found = judged.verdict
        if found.status is not Status.PASS:
            said = _said(found, tell, turns=len(judged.variant.turns))
            yield found.status, _note(found.status, judged, said, file=file, tell=tell)
    for status, findings in _by_status(suite.findings):
        said = _said(Verdict(findings=findings), tell, turns=1)
        title = f"{status} {tell(suite.suite)}, the suite as a whole"
        yield status, Note(grade=_GRADES[status], title=title, lines=said, file=file, line=1)


def _by_status(findings: tuple[Finding, ...]) -> Iterator[tuple[Status, tuple[Finding, ...]]]:
    for status in _GRADES:
        own = tuple(finding for finding in findings if finding.status is status)
        if own:
            yield status, own


def _note(status: Status, judged: Judged, said: tuple[str, ...], *, file: str, tell: Tell) -> Note:
    title = f"{status} {tell(judged.variant.id)}"
    line = max(1, judged.variant.line)
    return Note(grade=_GRADES[status], title=title, lines=said, file=file, line=line)


def _said(verdict: Verdict, tell: Tell, *, turns: int) -> tuple[str, ...]:
    """Say every finding that is not PASS in a line, what is said of several samples once."""
    found = [f for f in by_gravity(verdict.findings) if f.status is not Status.PASS]
    views = finding_views(found, turns=turns)
    said = [
        f"{view.mark.word} {view.check}{f' ({view.where})' if view.where else ''}: {view.message}"
        for view in views[:_MOST]
    ]
    more = [f"... and {len(views) - _MOST} more"] if len(views) > _MOST else []
    return tuple(shortened(tell(line), limit=_LONGEST) for line in (*said, *more))


def problem_notes(problems: Iterable[Problem], *, grade: Grade, prefix: str) -> tuple[Note, ...]:
    """Give a note for each thing that is wrong in a file that people write.

    Args:
        problems: With paths from where the command runs.
        grade: How grave they are.
        prefix: Where the command runs, from the repository's root.
    """
    return tuple(
        Note(
            grade=grade,
            title=problem.path or "harness",
            lines=(problem.message,),
            file=within(prefix, problem.file),
            line=problem.line,
            column=problem.column,
        )
        for problem in problems
    )


def within(prefix: str, path: str) -> str:
    """Say where a file lies from the repository's root; an absolute path stays as it is."""
    return posixpath.normpath(posixpath.join(prefix, path))
