"""Share what the verbs have in common: settings, consoles, tables, JSON."""

import json
import os
import re
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli import completing

if TYPE_CHECKING:
    from rich.console import Console

    from harness.evaluate.workspace import Workspace
    from harness.model.suite import Suite

Suites = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Suite files or folders; the configured ones if none.",
        show_default=False,
        autocompletion=completing.suites,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Recording = Annotated[
    str | None,
    typer.Option(
        help="Name of the recording.", show_default="main", autocompletion=completing.recordings
    ),
]
By = Annotated[str, typer.Option(help="Who does this.", show_default=False)]
Why = Annotated[str, typer.Option(help="Why.")]

NAMED = 3
"""Forgotten pictures that are named, the last ones; the others are counted."""
UNNAMED = "unnamed"
"""Nobody unless told: no user name goes into a file by itself."""
WIDE = 200
"""Columns of a table that goes to a file or another program."""


def out() -> "Console":
    """Give the console for results: stdout."""
    return _console(stderr=False)


def err() -> "Console":
    """Give the console for everything else: stderr."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> "Console":
    from rich.console import Console

    terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(
        stderr=stderr,
        highlight=False,
        emoji=False,
        markup=False,
        soft_wrap=not terminal,
        width=None if terminal else WIDE,
    )


def workspace(
    *,
    allow_code: bool = False,
    **flags: Any,  # noqa: ANN401  # a setting is of any type
) -> "Workspace":
    """Build the workspace of the current folder; flags that are None say nothing.

    Its root is relative to the current folder, and so are the paths in messages.
    """
    from harness.evaluate.given import refuse_given
    from harness.evaluate.workspace import Workspace
    from harness.settings import read_settings

    here = Path.cwd()
    configured = read_settings(here, environ=os.environ, flags=flags)
    root = Path(os.path.relpath(configured.root, here))
    found = Workspace(
        root=root, settings=configured.settings, environ=os.environ, allow_code=allow_code
    )
    refuse_given(found)
    remark_forgotten(found)
    return found


def remark_forgotten(here: "Workspace") -> None:
    """Say on stderr, in one line, which pictures were forgotten; nothing where none was."""
    from harness.report.words import count_of, shortened

    stones = here.blobs.tombstones.all()
    if not stones:
        return
    said = [
        f"{stone.sha256[:8]} ({shortened(stone.reason, limit=60)}, {stone.at[:10] or 'no date'})"
        for stone in stones[-NAMED:]
    ]
    more = ", ..." if len(stones) > NAMED else ""
    were = "was" if len(stones) == 1 else "were"
    remark(f"{count_of(len(stones), 'picture')} {were} forgotten: {', '.join(said)}{more}")


def suites_of(
    here: "Workspace",
    paths: Sequence[Path] | None,
    *,
    keyword: str | None = None,
    tags: Sequence[str] = (),
    samples: int | None = None,
) -> "tuple[Suite, ...]":
    """Load suites and select from them; warnings go to stderr."""
    from harness.loader import load_suites, select

    asked = list(paths or (here.root / path for path in here.settings.suites))
    suites = load_suites(asked)
    for suite in suites:
        for warning in suite.warnings:
            remark(f"warning: {warning}", style="yellow")
    return select(suites, keyword=keyword, tags=tags, samples=samples)


def remark_unready(suites: "Sequence[Suite]", here: "Workspace") -> None:
    """Say on stderr which checks could not be held here."""
    from harness.evaluate.readiness import unready

    for line in unready(suites, here):
        remark(f"warning: {line}", style="yellow")


def document(kind: str, **fields: object) -> dict[str, object]:
    """Give a JSON document of the harness: its format, its version, its fields."""
    return {"format": f"gemini-image-harness/{kind}", "version": 1, **fields}


def print_json(tree: object) -> None:
    """Write one JSON document to stdout."""
    text = json.dumps(tree, indent=1, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # a lone surrogate of a stranger's, or a terminal of few letters
        text = json.dumps(tree, indent=1)
    if "GITHUB_ACTIONS" in os.environ:  # within strings alone: it stays the same document
        text = text.replace("##[", "#\\u0023[")
    sys.stdout.write(text + "\n")


def say(text: str, *, style: str = "") -> None:
    """Write a line of results; what a terminal would obey is shown instead."""
    out().print(safe(text), style=style or None)


def say_clauses(text: str, *, mark: str, style: str = "") -> None:
    """Write a long result, each of its clauses on a line of its own, the further ones indented.

    Args:
        text: Clauses parted by `; `; within parentheses it parts nothing.
        mark: Stands before the first one.
        style: Of the first one.
    """
    line = " ".join(text.split())  # a stranger's line break would look like a line of ours
    first, *further = re.split(r"; (?![^(]*\))", line)
    say_hanging(f"{mark}{first}", indent=len(mark) + 4, style=style)
    for clause in further:
        say_hanging(f"{' ' * (len(mark) + 2)}{clause}", indent=len(mark) + 4)


def say_hanging(line: str, *, style: str = "", indent: int = 6) -> None:
    """Write a line of results; a terminal too narrow for it has the rest of it indented."""
    folded = [line]
    if sys.stdout.isatty():
        hanging = " " * indent
        folded = textwrap.wrap(
            safe(line), out().width, subsequent_indent=hanging, break_on_hyphens=False
        )
    for part in folded:
        say(part, style=style)


def remark(text: str, *, style: str = "") -> None:
    """Write a line to stderr; what a terminal would obey is shown instead."""
    err().print(safe(text), style=style or None)


def safe(text: str) -> str:
    """Show what a terminal or a CI's runner would obey, so that it is only read."""
    from harness.report.words import visible

    return _unobeyed(visible(text))


def _unobeyed(text: str) -> str:
    """Keep text from being a command where GitHub Actions reads what is printed."""
    if "GITHUB_ACTIONS" not in os.environ:
        return text
    from harness.report.github import unobeyed

    return unobeyed(text)
