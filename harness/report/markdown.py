"""Say a run in Markdown, for pull requests and a CI job's summary."""

import re
from functools import partial

from harness.model.run import Run
from harness.model.verdict import Status
from harness.report.spending import spent_now
from harness.report.summary import Row, first_look, headline, rows
from harness.report.words import ICONS, Tell, money, shortened, telling

_WORST = 50
_CHARGES = 20
_LONGEST = 400
_SPECIAL = re.compile(r"([\\`*_\[\]|~#])")


def to_markdown(run: Run) -> str:
    """Give counts, a sentence, and a table of what did not pass, gravest first."""
    found = [row for row in rows(run) if row.status is not Status.PASS]
    tell = telling(run)
    text = partial(inert, tell=tell)
    lines = [f"## {ICONS[run.status]} {run.status.value}: {text(_suites(run))}", ""]
    if run.simulated:
        lines += ["> **Simulated pictures**: they say nothing about a model.", ""]
    lines += [text(f"{headline(run)}."), ""]
    lines += _spent(run, text)
    if found:
        lines += [text(f"Of these, {first_look(run)}."), ""]
    lines += _table(found, text)
    if run.command:
        lines += ["Record what is missing:", "", *code(tell(run.command)), ""]
    lines += [f"Run {text(run.id)}, judged {text(run.at)}.", ""]
    return "\n".join(lines)


def _suites(run: Run) -> str:
    return ", ".join(suite.suite for suite in run.suites) or "no suite"


def _spent(run: Run, text: Tell) -> list[str]:
    """Say what this run spent, and which calls may be charged."""
    if not run.calls and not run.may_be_charged:
        return []
    lines = [text(spent_now(run)), ""]
    for charge in run.may_be_charged[:_CHARGES]:
        price = f"at most {money(charge.ceiling_usd)}"
        said = f"{charge.suite}: {charge.sample} at {charge.endpoint}, {price}: {charge.why}"
        lines.append(f"- may be charged: {text(said)}")
    if len(run.may_be_charged) > _CHARGES:
        lines.append(f"- and {len(run.may_be_charged) - _CHARGES} more: see the report.")
    return [*lines, ""] if run.may_be_charged else lines


def _table(found: list[Row], text: Tell) -> list[str]:
    if not found:
        return []
    lines = ["| status | suite | variant | why |", "| --- | --- | --- | --- |"]
    lines += [_line(row, text) for row in found[:_WORST]]
    if len(found) > _WORST:
        lines += ["", f"... and {len(found) - _WORST} more: see the report."]
    return [*lines, ""]


def _line(row: Row, text: Tell) -> str:
    status = f"{ICONS[row.status]} {row.status.value}"
    return f"| {status} | {text(row.suite)} | {text(row.variant)} | {text(row.reason)} |"


def inert(text: str, *, tell: Tell) -> str:
    """Make strangers' text inert: no markup, no HTML, nobody mentioned, one line."""
    line = shortened(tell(text), limit=_LONGEST)
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", line).replace("@", "@<!-- -->")


def code(text: str) -> list[str]:
    """Fence a command, whatever backticks it holds."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    return [f"{fence}sh", text, fence]
