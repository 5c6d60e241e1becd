"""Tell the forge that a command runs on what was found: notes at lines, a job's summary."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import shared
from harness.errors import Problem, SuiteError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from harness.evaluate.forge import Forge
    from harness.evaluate.workspace import Workspace
    from harness.model.run import Run
    from harness.model.showing import Showing
    from harness.report.notes import Note

AUTO, PLAIN, GITHUB = "auto", "plain", "github"

FormatOption = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="FORM",
        help="github tells GitHub Actions what was found at which line; plain does not; "
        "auto does where GITHUB_ACTIONS is set.",
    ),
]
Pictures = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Address below which people see the blobs, for Markdown.",
        show_default="the forge's",
    ),
]


def forge_told(form: str) -> "Forge":
    """Say where the command runs, as far as it may tell so.

    Raises:
        UsageError: `form` is none of the three.
    """
    from harness.evaluate.forge import Forge, forge_of

    if form not in (AUTO, PLAIN, GITHUB):
        raise UsageError(f"--format {form}: say auto, plain or github")
    environ = {**os.environ, "GITHUB_ACTIONS": "true"} if form == GITHUB else os.environ
    return Forge() if form == PLAIN else forge_of(environ)


@contextmanager
def annotating(form: str) -> Iterator["Forge"]:
    """Give where the command runs; tell it at which lines a suite is wrong, where one is.

    Raises:
        SuiteError: as it came.
        UsageError: `form` is no form.
    """
    forge = forge_told(form)
    try:
        yield forge
    except SuiteError as error:
        annotate_problems(error.problems, forge)
        raise


def annotate_problems(
    problems: "Iterable[Problem]", forge: "Forge", *, warnings: "Iterable[Problem]" = ()
) -> None:
    """Tell GitHub what is wrong in files that people write."""
    if forge.name != GITHUB:  # to word it loads what measures pictures
        return
    from harness.report.notes import Grade, problem_notes

    prefix = forge.prefix(Path())
    found = problem_notes(problems, grade=Grade.ERROR, prefix=prefix)
    found += problem_notes(warnings, grade=Grade.WARNING, prefix=prefix)
    _annotate(found, forge)


def announce(run: "Run", forge: "Forge", *, root: Path) -> None:
    """Tell GitHub what a run found, at the lines of its suites."""
    from harness.report.notes import notes

    _annotate(notes(run, prefix=forge.prefix(root)), forge)


def tell_forge(run: "Run", showing: "Showing", here: "Workspace", forge: "Forge") -> None:
    """Tell GitHub of a run that is kept already: in the job's summary, and at its lines."""
    from harness.evaluate.forge import summarise

    unsaid = summarise(run, showing, here, forge)
    if unsaid:
        shared.remark(unsaid, style="yellow")
    announce(run, forge, root=here.root)


def _annotate(found: "Iterable[Note]", forge: "Forge") -> None:
    """Write commands to stderr: the runner reads both, and stdout may be one document."""
    from harness.report.github import commands

    if forge.name == GITHUB:
        for line in commands(found):
            shared.err().print(line, soft_wrap=True)
