"""Share what the verbs have in common: settings, consoles, tables, JSON."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from harness.evaluate.workspace import Workspace
    from harness.model.suite import Suite

Suites = Annotated[
    list[Path] | None,
    typer.Argument(help="Suite files or folders; the configured ones if none.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Recording = Annotated[str | None, typer.Option(help="Name of the recording.", show_default="main")]
By = Annotated[str, typer.Option(help="Who does this.", show_default=False)]
Why = Annotated[str, typer.Option(help="Why.")]


def out() -> "Console":
    """Give the console for results: stdout."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def err() -> "Console":
    """Give the console for everything else: stderr."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


def workspace(**flags: Any) -> "Workspace":  # noqa: ANN401  # a setting is of any type
    """Build the workspace of the current folder; flags that are None say nothing."""
    from harness.evaluate.workspace import Workspace
    from harness.settings import read_settings

    configured = read_settings(Path.cwd(), environ=os.environ, flags=flags)
    return Workspace(root=configured.root, settings=configured.settings, environ=os.environ)


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
    console = err()
    for suite in suites:
        for warning in suite.warnings:
            console.print(f"warning: {warning}", style="yellow", markup=False)
    return select(suites, keyword=keyword, tags=tags, samples=samples)


def print_json(document: object) -> None:
    """Write one JSON document to stdout."""
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def say(text: str) -> None:
    """Write a line of results, as it is."""
    out().print(text, markup=False)


def remark(text: str, *, style: str = "") -> None:
    """Write a line to stderr, as it is."""
    err().print(text, markup=False, style=style or None)
