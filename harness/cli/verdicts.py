"""Show a run's verdicts at the terminal, worst first."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli import shared
from harness.model.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from harness.model.run import Run
    from harness.model.verdict import Finding
    from harness.report.summary import Row

COLOURS = {
    Status.PASS: "green",
    Status.WARN: "yellow",
    Status.NEW: "cyan",
    Status.UNRECORDED: "magenta",
    Status.ERROR: "red",
    Status.FAIL: "bold red",
}
PULL = "harness cassette pull"
MANY = 30
"""Rows of one status that are listed; the rest is counted, and stands in the report."""


def show_run(run: "Run", folder: Path) -> None:
    """Print verdicts, the report's path, and the next command."""
    from harness.report.spending import to_record
    from harness.report.summary import headline, rows

    console = shared.out()
    found = rows(run)
    width = max((len(_name(row)) for row in found), default=0)
    listed: Counter[Status] = Counter()
    for row in found:
        listed[row.status] += 1
        if listed[row.status] <= MANY:
            console.print(_line(row, width))
            _explain(run, row)
    for status, count in listed.items():
        if count > MANY:
            shared.say(f"... and {count - MANY} more {status}, all in the report")
    shared.say(headline(run), style="bold")
    if run.missing:
        shared.say(f"missing {to_record(run)}")
    _show_spend(run)
    shared.say(f"report  {folder / 'index.html'}")
    shared.say(f"next    {_next(run)}")


def _show_spend(run: "Run") -> None:
    """Say what was sent and spent, and name every call that may be charged."""
    from harness.report.spending import charged, spent_now
    from harness.report.words import money

    if run.calls or run.spent_usd or run.may_be_charged:
        shared.say(f"spend   {spent_now(run)}")
    if not run.may_be_charged:
        return
    shared.say(f"        {charged(run)}", style="yellow")
    for charge in run.may_be_charged[:MANY]:
        where = f"{charge.suite}/{charge.sample} at {charge.endpoint}"
        shared.say(f"    {where}: at most {money(charge.ceiling_usd)}: {charge.why}", style="dim")
    if len(run.may_be_charged) > MANY:
        shared.say(f"    ... and {len(run.may_be_charged) - MANY} more", style="dim")


def _line(row: "Row", width: int) -> "Text":
    from rich.text import Text

    from harness.report.words import ICONS

    line = Text(f"{ICONS[row.status]} {row.status:<11}", style=COLOURS[row.status])
    count = f"{row.samples}/{row.wanted} samples" if row.wanted else ""
    return line.append(f"{_name(row):<{width}}  {count}".rstrip(), style="default")


def _name(row: "Row") -> str:
    return f"{row.suite}/{row.variant}" if row.wanted else f"{row.suite}{row.variant}"


def _explain(run: "Run", row: "Row") -> None:
    """Say why; of what is not recorded, all samples with what differs and the price."""
    reasons = list(row.reasons)
    if row.status is Status.UNRECORDED:
        reasons = _unrecorded(run, row)
    for reason in reasons[:MANY]:
        shared.say(f"    {reason}", style="dim")
    if len(reasons) > MANY:
        shared.say(f"    ... and {len(reasons) - MANY} more", style="dim")


def _unrecorded(run: "Run", row: "Row") -> list[str]:
    judged = next(
        judged
        for suite in run.suites
        for judged in suite.judged
        if (suite.suite, judged.variant.id) == (row.suite, row.variant)
    )
    turns = len(judged.variant.turns)
    alike: dict[tuple[str, int, str], list[Finding]] = {}
    for finding in judged.verdict.findings:
        if finding.status is Status.UNRECORDED:
            key = (finding.check, finding.turn, finding.message)
            alike.setdefault(key, []).append(finding)
    return [f"{_where(found, turns)}: {found[0].message}" for found in alike.values()]


def _where(found: "Sequence[Finding]", turns: int) -> str:
    """Name the samples that are missing alike, or the check whose answers are."""
    first = found[0]
    turn = f" turn {first.turn + 1}" if turns > 1 else ""
    numbers = [str(f.sample + 1) for f in found if f.sample is not None]
    if not numbers:
        return f"{first.check}{turn}"
    if len(numbers) == 1:
        return f"sample {numbers[0]}{turn}"
    return f"samples {', '.join(numbers)}{turn}, each"


def _next(run: "Run") -> str:
    counts = run.counts
    if not counts[Status.FAIL] and _lacks_pictures(run):
        return f"{PULL}, then run again"
    if counts[Status.FAIL] or counts[Status.ERROR]:
        return "open the report: what failed stands first, with the reason"
    if run.shard is not None and not run.command:
        return f"harness report --merge {run.id} RUN... (all {run.shard.of} shards)"
    return run.command or _after(run)


def _lacks_pictures(run: "Run") -> bool:
    """Tell whether fetching pictures is what is to be done."""
    findings = (f for judged in run.judged for f in judged.verdict.findings)
    return any(f.status is Status.ERROR and PULL in f.message for f in findings)


def _after(run: "Run") -> str:
    """Say what comes next where nothing failed and nothing is missing."""
    if run.counts[Status.NEW]:
        return f"harness review {run.id}"
    if run.counts[Status.WARN]:
        return "open the report: warnings stand first, with the evidence"
    return f"harness report {run.id} -o summary.md"
