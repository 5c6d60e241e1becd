"""Say a run in Markdown, for pull requests and a CI job's summary."""

import re

from harness.model.run import Run
from harness.model.verdict import Status
from harness.report.summary import Row, first_look, headline, rows
from harness.report.words import ICONS, portable, shortened, visible

_WORST = 50
_LONGEST = 400
_SPECIAL = re.compile(r"([\\`*_\[\]|~#])")


def to_markdown(run: Run) -> str:
    """Give counts, a sentence, and a table of what did not pass, gravest first."""
    found = [row for row in rows(run) if row.status is not Status.PASS]
    lines = [f"## {ICONS[run.status]} {run.status.value}: {_text(_suites(run))}", ""]
    if run.simulated:
        lines += ["> **Simulated pictures**: they say nothing about a model.", ""]
    lines += [_text(f"{headline(run)}."), ""]
    if found:
        lines += [_text(f"Of these, {first_look(run)}."), ""]
    lines += _table(found)
    if run.command:
        lines += ["Record what is missing:", "", *_code(run.command), ""]
    lines += [f"Run {_text(run.id)}, judged {_text(run.at)}.", ""]
    return portable("\n".join(lines), run)


def _suites(run: Run) -> str:
    return ", ".join(suite.suite for suite in run.suites) or "no suite"


def _table(found: list[Row]) -> list[str]:
    if not found:
        return []
    lines = ["| status | suite | variant | why |", "| --- | --- | --- | --- |"]
    lines += [_line(row) for row in found[:_WORST]]
    if len(found) > _WORST:
        lines += ["", f"... and {len(found) - _WORST} more: see the report."]
    return [*lines, ""]


def _line(row: Row) -> str:
    status = f"{ICONS[row.status]} {row.status.value}"
    return f"| {status} | {_text(row.suite)} | {_text(row.variant)} | {_text(row.reason)} |"


def _text(text: str) -> str:
    """Make strangers' text inert: no markup, no HTML, nobody mentioned, one line."""
    line = shortened(visible(text), limit=_LONGEST)
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", line).replace("@", "@<!-- -->")


def _code(text: str) -> list[str]:
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    return [f"{fence}sh", visible(text), fence]
