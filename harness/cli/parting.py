"""Judge a large replay suite by suite, and show it: a line a suite, worst first."""

from collections import Counter
from typing import TYPE_CHECKING

from harness.cli import shared
from harness.cli.announcing import announce
from harness.cli.verdicts import COLOURS, MANY
from harness.model.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from harness.evaluate.forge import Forge
    from harness.evaluate.order import Order
    from harness.evaluate.workspace import Workspace
    from harness.model.suite import Suite
    from harness.report.parts_page import Parts


def run_and_show_parts(
    found: "Sequence[Suite]",
    here: "Workspace",
    order: "Order",
    *,
    outputs: "Sequence[Path]",
    forge: "Forge",
    as_json: bool,
) -> int:
    """Judge, keep and show every suite's part; give the exit code."""
    from harness.evaluate.parts import code_of, page_of, run_parts

    whole = run_parts(
        found,
        here,
        order,
        outputs=outputs,
        forge=forge,
        heard=lambda run: announce(run, forge, root=here.root),
    )
    if as_json:
        shared.print_json(_document(whole))
    else:
        _show(whole, page_of(whole, here))
    for said in dict.fromkeys(part.missed for part in whole.parts if part.missed):
        shared.remark(said, style="yellow")
    for suite in whole.unjudged:
        shared.remark(f"{suite.suite}: not judged: {suite.why}", style="red")
    return code_of(whole)


def _document(whole: "Parts") -> dict[str, object]:
    """Give the parts as one document; each part's own is its `run.json`."""
    parts = [
        {
            "suite": part.suite,
            "run": part.run,
            "status": part.status.value,
            "counts": {status.value: count for status, count in part.counts.items()},
            "samples": part.samples,
        }
        for part in whole.parts
    ]
    counts = {status.value: count for status, count in whole.counts.items()}
    unjudged = [{"suite": suite.suite, "why": suite.why} for suite in whole.unjudged]
    return shared.document(
        "runs",
        id=whole.id,
        status=whole.status.value,
        counts=counts,
        runs=parts,
        unjudged=unjudged,
    )


def _show(whole: "Parts", page: "Path") -> None:
    from rich.text import Text

    listed: Counter[Status] = Counter()
    width = max(len(part.suite) for part in whole.parts)
    for part in whole.gravest_first:
        listed[part.status] += 1
        if listed[part.status] <= MANY:
            line = Text(f"{part.icon} {part.status:<11}", style=COLOURS[part.status])
            said = f"{part.suite:<{width}}  {part.said}"
            shared.out().print(line.append(said, style="default"))
    for status, count in listed.items():
        if count > MANY:
            shared.say(f"... and {count - MANY} more suites {status}, all in the report")
    shared.say(whole.sentence, style="bold")
    shared.say(f"report  {page}")
    shared.say(f"next    {_next(whole)}")


def _next(whole: "Parts") -> str:
    first = whole.gravest_first[0]
    if first.status in (Status.FAIL, Status.ERROR):
        return "open the report: what failed stands first, each suite with a report of its own"
    if whole.unjudged:
        return "harness validate"
    command = next((part.command for part in whole.parts if part.command), "")
    if command:
        return command
    verb = "review" if first.status is Status.NEW else "report"
    return f"harness {verb} {first.run}"
