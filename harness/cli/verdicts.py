"""Show a run's verdicts at the terminal, worst first."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli import shared

if TYPE_CHECKING:
    from rich.text import Text

    from harness.model.run import Run
    from harness.report.summary import Row

ICONS = {
    "PASS": ("✔", "green"),
    "WARN": ("▲", "yellow"),
    "NEW": ("◆", "cyan"),
    "UNRECORDED": ("○", "magenta"),
    "ERROR": ("!", "red"),
    "FAIL": ("✖", "bold red"),
}
MANY = 30
"""Rows of one status that are listed; the rest is counted, and stands in the report."""


def show_run(run: "Run", folder: Path) -> None:
    """Print verdicts, the report's path, and the next command."""
    from rich.text import Text

    from harness.report.summary import headline, rows

    console = shared.out()
    found = rows(run)
    width = max((len(_name(row)) for row in found), default=0)
    listed: Counter[str] = Counter()
    for row in found:
        listed[row.status.value] += 1
        if listed[row.status.value] <= MANY:
            console.print(_line(row, width))
            if row.reason:
                console.print(Text(f"    {row.reason}", style="dim"))
    for status, count in listed.items():
        if count > MANY:
            console.print(Text(f"... and {count - MANY} more {status}, all in the report"))
    console.print(Text(headline(run), style="bold"))
    console.print(Text(f"report  {_shown(folder / 'index.html')}"))
    console.print(Text(f"next    {_next(run)}"))


def _line(row: "Row", width: int) -> "Text":
    from rich.text import Text

    icon, style = ICONS[row.status.value]
    line = Text(f"{icon} {row.status.value:<11}", style=style)
    count = f"{row.samples}/{row.wanted} samples" if row.wanted else ""
    return line.append(f"{_name(row):<{width}}  {count}".rstrip(), style="default")


def _name(row: "Row") -> str:
    return f"{row.suite}/{row.variant}" if row.wanted else f"{row.suite}{row.variant}"


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _next(run: "Run") -> str:
    from harness.model.verdict import Status

    if run.command:
        return run.command
    if run.counts[Status.NEW]:
        return f'harness approve {run.id} --all --unseen --by YOU --why "..."'
    return f"harness report {run.id} -o summary.md"
