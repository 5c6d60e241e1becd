"""Show what applying reviews did: a table of sheets, what was left, and the next command."""

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.cli import shared
from harness.judging.merging import OPEN, Result
from harness.judging.settling import SETTLED, marks_said, said, who
from harness.report.words import count_of, shortened, visible

if TYPE_CHECKING:
    from rich.table import Table

    from harness.evaluate.approve import Approval
    from harness.evaluate.approve_ground import Line
    from harness.evaluate.gone import Gone

ICONS = {
    Result.ACCEPTED: "✔",
    Result.REJECTED: "✖",
    Result.DISCUSS: "?",
    Result.SPLIT: "≠",
    Result.UNDER_QUORUM: "…",
    Result.UNDECIDED: "○",
}
NAMED = 5
"""Pictures that no longer occur that are named; `--json` has all."""


def show_approval(approval: "Approval", *, quorum: int) -> None:
    """Print the table, what was left open or stale, the verdict and the next command."""
    shared.out().print(_table(approval.lines))
    left = [line for line in approval.lines if line.merged.result in OPEN]
    for line in left:
        shared.say(
            f"{ICONS[line.merged.result]} {line.merged.item}: left: {marks_said(line.merged)}"
        )
    for line in (line for line in approval.lines if line.stale):
        shared.say(f"▲ {line.merged.item}: stale, left as it is: {line.stale}", style="yellow")
    for overruled in (line for line in approval.lines if _overruled(line)):
        by = overruled.merged.resolved.by if overruled.merged.resolved else ""
        shared.say(f"{overruled.merged.item}: {by} resolved: {marks_said(overruled.merged)}")
    _show_gone(approval.gone)
    shared.say(_verdict(approval), style="bold")
    for decided in approval.sets if not approval.dry else ():
        shared.say(f"written {decided.suite}: {decided.id}")
    shared.say(f"next    {_next(approval, left=bool(left), quorum=quorum)}")


def _overruled(line: "Line") -> bool:
    return line.merged.resolved is not None and line.merged.result not in OPEN


def _table(lines: "Sequence[Line]") -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for head in ("", "sheet", "pictures", "was", "is now", "who", "note"):
        table.add_column(head, justify="right" if head == "pictures" else "left", overflow="fold")
    for line in lines:
        cells = (
            ICONS[line.merged.result],
            line.merged.item,
            str(line.pictures),
            line.old,
            _becomes(line),
            _who(line),
            shortened(said(line.merged), limit=80),
        )
        table.add_row(*(Text(visible(cell)) for cell in cells))
    return table


def _becomes(line: "Line") -> str:
    if line.stale:
        return "stale"
    if line.merged.result not in SETTLED:
        return line.merged.result.value
    so = "" if line.decided or not line.pictures else " (already so)"
    return f"{line.new}{so}"


def _who(line: "Line") -> str:
    return f"{who(line.merged)} (chair)" if line.merged.resolved else who(line.merged)


def _show_gone(gone: "Sequence[Gone]") -> None:
    for one in gone[:NAMED]:
        shared.say(
            f"▲ {one.suite}: {one.sample}: picture {one.sha256[:8]}, {one.choice.value}ed on "
            f"{one.at[:10]} by {one.by}, occurs no more: this decision is stale"
        )
    if len(gone) > NAMED:
        shared.say(f"▲ and {len(gone) - NAMED} more decided pictures that occur no more")


def _verdict(approval: "Approval") -> str:
    decisions = [d for decided in approval.sets for d in decided.decisions]
    accepted = sum(d.choice.value == "accept" for d in decisions)
    sheets = sum(len(decided.sheets) for decided in approval.sets)
    left = sum(line.merged.result in OPEN for line in approval.lines)
    stale = sum(bool(line.stale) for line in approval.lines)
    would = "would be " if approval.dry else ""
    told = [
        f"{count_of(sheets, 'sheet')} {would}decided: {count_of(accepted, 'picture')} accepted, "
        f"{len(decisions) - accepted} rejected"
    ]
    told += [f"{left} left open"] if left else []
    told += [f"{stale} stale"] if stale else []
    return "; ".join([*told, "nothing was written"] if approval.dry else told)


def _next(approval: "Approval", *, left: bool, quorum: int) -> str:
    if approval.dry:
        return "the same without --dry-run"
    if left:
        files = " ".join(f"--from {shlex.quote(source)}" for source in approval.sources)
        files += f" --quorum {quorum}" if quorum > 1 else ""
        return f"harness review {approval.run} {files}  # a second round, on what was left"
    return "harness run     (undo: harness approve --undo)"


def approved_tree(approval: "Approval") -> dict[str, object]:
    """Give an approval as JSON."""
    from harness.store.codec import encode

    return {
        "run": approval.run,
        "from": list(approval.sources),
        "dry_run": approval.dry,
        "sheets": [_line_tree(line) for line in approval.lines],
        "sets": [encode(decided) for decided in approval.sets],
        "gone": [encode(one) for one in approval.gone],
    }


def _line_tree(line: "Line") -> dict[str, object]:
    return {
        "item": line.merged.item,
        "result": line.merged.result.value,
        "pictures": line.pictures,
        "old": line.old,
        "new": line.new,
        "decided": line.decided,
        "stale": line.stale,
        "who": who(line.merged),
        "note": said(line.merged),
        "resolved_by": line.merged.resolved.by if line.merged.resolved else "",
        "votes": [
            {
                "by": cast.by,
                "choice": cast.vote.choice.value,
                "reasons": list(cast.vote.reasons),
                "note": cast.vote.note,
                "before": cast.changed.value if cast.changed else "",
            }
            for cast in line.merged.casts
        ],
    }
