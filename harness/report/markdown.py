"""Say a run in Markdown, for pull requests and a CI job's summary."""

import html
import re
from collections.abc import Iterable, Iterator
from functools import partial

from harness.model.run import Run
from harness.model.showing import NOTHING_MORE, Showing
from harness.model.verdict import Status
from harness.report.elsewhere import NOWHERE, Elsewhere
from harness.report.pairs import Pair, pairs
from harness.report.spending import spent_now, to_record
from harness.report.summary import Row, first_look, headline, rows
from harness.report.words import ICONS, Tell, money, shortened, telling

_WORST = 50
_CHARGES = 20
_LONGEST = 400
_ROOM = 24_000
"""Characters that a table takes at the most: a comment of GitHub's holds 65,536."""
_WIDTH = 220
_SPECIAL = re.compile(r"([\\`*_\[\]|~#])")
_REACHING = re.compile(r"@|:(?=//)|\bwww(?=\.)", re.IGNORECASE)
"""What begins a mention or a link that forges make by themselves; a comment behind it parts it."""


def to_markdown(run: Run, showing: Showing = NOTHING_MORE, elsewhere: Elsewhere = NOWHERE) -> str:
    """Give counts, a sentence, a table of what did not pass, and what changed, old beside new.

    Args:
        run: What was judged.
        showing: What stands beside it: the pictures before.
        elsewhere: Where pictures and the report can be seen.
    """
    found = [row for row in rows(run) if row.status is not Status.PASS]
    tell = telling(run)
    text = partial(inert, tell=tell)
    lines = opening(run, text)
    lines += _spent(run, text)
    if found:
        lines += [text(f"Of these, {first_look(run)}."), ""]
    lines += _table(found, text)
    lines += changed(pairs(run, showing), text, elsewhere)
    lines += closing(run, text, tell=tell)
    return "\n".join(lines)


def opening(run: Run, text: Tell) -> list[str]:
    """Say the verdict and the counts."""
    lines = [f"## {ICONS[run.status]} {run.status.value}: {text(_suites(run))}", ""]
    if run.simulated:
        lines += ["> **Simulated pictures**: they say nothing about a model.", ""]
    lines += [text(f"{headline(run)}."), ""]
    return [*lines, f"{to_record(run)}.", ""] if run.missing else lines


def closing(run: Run, text: Tell, *, tell: Tell) -> list[str]:
    """Say what records what is missing, and which run this is."""
    lines = ["Record what is missing:", "", *code(tell(run.command)), ""] if run.command else []
    return [*lines, f"Run {text(run.id)}, judged {text(run.at)}.", ""]


def changed(found: tuple[Pair, ...], text: Tell, elsewhere: Elsewhere) -> list[str]:
    """Lay old and new pictures side by side, a row for each cell that changed."""
    if not found:
        return []
    rows = list(_fitting(_pair(pair, text, elsewhere) for pair in found))
    lines = ["### What changed", "", "| cell | before | now |", "| --- | --- | --- |", *rows]
    if len(rows) < len(found):
        lines += ["", f"... and {len(found) - len(rows)} more: see the report."]
    return [*lines, ""]


def _fitting(rows: Iterable[str]) -> Iterator[str]:
    """Give rows as long as there is room for them."""
    room = _ROOM
    for row in rows:
        room -= len(row)
        if room < 0:
            return
        yield row


def _pair(pair: Pair, text: Tell, elsewhere: Elsewhere) -> str:
    said = f"{ICONS[pair.status]} {pair.status.value}<br>**{text(pair.name)}**<br>{text(pair.why)}"
    where = f"<br>{text(f'{elsewhere.report}{pair.href}')}"
    old = _pictures(pair.old, pair.kind, elsewhere) or "nothing"
    new = _pictures(pair.new, "now", elsewhere) or text(pair.instead)
    return f"| {said}{where} | {old} | {new} |"


def _pictures(names: tuple[str, ...], alt: str, elsewhere: Elsewhere) -> str:
    return " ".join(_picture(sha256, alt, elsewhere.picture(sha256)) for sha256 in names)


def _picture(sha256: str, alt: str, url: str) -> str:
    """Show a picture by its address; name it where nobody can see it there."""
    if not url:
        return f"`{sha256[:12]}`"
    href = html.escape(url).replace("|", "%7C")
    return f'<a href="{href}"><img src="{href}" width="{_WIDTH}" alt="{alt} {sha256[:12]}"></a>'


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
    told = list(_fitting(_line(row, text) for row in found[:_WORST]))
    lines += told
    if len(found) > len(told):
        lines += ["", f"... and {len(found) - len(told)} more: see the report."]
    return [*lines, ""]


def _line(row: Row, text: Tell) -> str:
    status = f"{ICONS[row.status]} {row.status.value}"
    return f"| {status} | {text(row.suite)} | {text(row.variant)} | {text(row.reason)} |"


def inert(text: str, *, tell: Tell) -> str:
    """Make strangers' text inert: no markup, no HTML, no link, nobody mentioned, one line."""
    line = shortened(tell(text), limit=_LONGEST)
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _REACHING.sub(r"\g<0><!-- -->", _SPECIAL.sub(r"\\\1", line))


def code(text: str) -> list[str]:
    """Fence a command, whatever backticks it holds."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    return [f"{fence}sh", text, fence]
