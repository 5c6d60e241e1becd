"""The verb that holds two recordings or arms against each other."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import completing, shared
from harness.cli.compared import next_of
from harness.cli.options import AllowCode, ExecutorOption
from harness.cli.shared import Json, Recording

if TYPE_CHECKING:
    from harness.evaluate.compare import Compared
    from harness.model.comparison import Comparison, Side

MANY = 20
"""Cells that are listed because the contract fails in them; `--json` has all."""

SIGNS = {"for": "+", "against": "-", "note": "·"}

SideName = Annotated[
    str,
    typer.Argument(
        help="A recording, a model@endpoint, an endpoint, or earlier: before the suite was edited.",
        show_default=False,
        autocompletion=completing.sides,
    ),
]


def compare(
    first: SideName,
    second: SideName,
    suites: Annotated[
        list[Path] | None,
        typer.Option(
            "--suite",
            help="Suite file or folder; the configured ones if none.",
            autocompletion=completing.suites,
        ),
    ] = None,
    recording: Recording = None,
    anchor: Annotated[
        str | None,
        typer.Option(help="A known other model, or a recording: which side is nearer to it?"),
    ] = None,
    equivalence: Annotated[
        bool, typer.Option("--equivalence", help="Ask whether both are as good as equal.")
    ] = False,
    dossier: Annotated[
        Path | None, typer.Option(help="Write the evidence: a new folder, or a .zip.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Also write a page, FILE.html.")
    ] = None,
    allow_code: AllowCode = False,
    executor: ExecutorOption = None,
    as_json: Json = False,
) -> None:
    """Hold two recordings or arms against each other, cell by cell. Spends nothing.

    Contract and delivery are one answer, the pictures another: brought to one size and one
    compression, has their distribution moved? An edited question is held by itself. Exits with
    1 where something changed, with 3 where there is too little to say so.
    """
    from harness.evaluate.compare import Question, compare_sides
    from harness.evaluate.compare_files import check_files, write_files
    from harness.store.codec import encode

    here = shared.workspace(allow_code=allow_code, recording=recording, executor=executor)
    chosen = shared.suites_of(here, suites)
    check_files(dossier, output)
    question = Question(
        anchor=anchor, equivalence=equivalence, suites=tuple(suites or ()), recording=recording
    )
    compared = compare_sides(first, second, suites=chosen, workspace=here, question=question)
    found = compared.comparison
    written = write_files(compared, dossier=dossier, page=output, suites=chosen, workspace=here)
    if as_json:
        shared.print_json(shared.document("comparison", comparison=encode(found)))
    else:
        _show(compared, written)
    raise typer.Exit(_code(found))


def _code(found: "Comparison") -> int:
    if found.changed:
        return 1
    return 3 if found.undecided else 0


def _show(compared: "Compared", written: "Mapping[str, Path]") -> None:
    from harness.report.comparison_words import verdict

    found = compared.comparison
    if not found.sides:
        _show_reworded(found, written)
        return
    shared.out().print(_table(found))
    _show_failing(found)
    for side in found.sides:
        _show_evidence(side)
    shared.say("")
    for said in found.said:
        changed = said.partition(": ")[2].startswith("CHANGED")
        shared.say_clauses(
            said, mark="✖ " if changed else "  ", style="bold red" if changed else ""
        )
    _show_unseen(found)
    if found.regressions:
        from harness.cli.regressions import show_edits
        from harness.report.regression_words import headline

        show_edits(found.regressions)
        shared.say(f"PROMPTS: {headline(found.regressions)}", style="bold")
    if found.simulated:
        shared.say("SIMULATED: the simulator painted pictures of this", style="bold yellow")
    shared.say(verdict(found), style="bold")
    for what, path in written.items():
        shared.say(f"{what:<7} {path}")
    shared.say(f"next    {next_of(compared, written)}")


def _show_reworded(found: "Comparison", written: "Mapping[str, Path]") -> None:
    from harness.cli.regressions import show_regressions

    show_regressions(found.regressions, page=str(written.get("page", "")))


def _show_unseen(found: "Comparison") -> None:
    if found.unseen:
        shared.say("not seen by this, whatever it says:", style="dim")
    for line in found.unseen:
        shared.say_hanging(f"    {line}", style="dim")


def _table(found: "Comparison") -> object:
    from rich.table import Table
    from rich.text import Text

    from harness.report.words import visible

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", no_wrap=True, style="dim")
    for side in found.sides:
        table.add_column(Text(visible(side.name)), overflow="fold")
    for name, told in _ROWS.items():
        cells = [" ".join(visible(told(side)).split()) for side in found.sides]
        style = "" if len(set(cells)) == 1 else "yellow" if name in _DECIDING else "bold"
        table.add_row(name, *(Text(cell, style=style) for cell in cells))
    return table


def _counts(counted: "Mapping[str, int]") -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counted.items())) or "none"


def _contract(side: "Side") -> str:
    why = f" ({_counts(side.checks)})" if side.checks else ""
    return f"{side.failed} of {side.answers} failed{why}"


def _delivered_by(side: "Side") -> str:
    return _counts(side.delivery.backends)


def _form(side: "Side") -> str:
    """Word the usual delivery: container, tables, marks."""
    usual = side.delivery.usual
    if usual.container is None:
        return "no picture"
    table = f" {usual.quantisation} {usual.subsampling}" if usual.quantisation else ""
    marks = {
        "C2PA": usual.c2pa,
        "Google's credit": usual.credit,
        "XMP": usual.xmp,
        "EXIF": usual.exif,
    }
    told = " ".join(name for name, there in marks.items() if there) or "no mark"
    return f"{usual.container.removeprefix('image/').upper()}{table}, {told}"


def _answer_form(side: "Side") -> str:
    usual = side.delivery.usual
    fields = {
        "usage": usual.usage,
        "responseId": usual.response_id,
        "server-timing": usual.server_timing,
        "signature": usual.signature,
    }
    absent = [name for name, there in fields.items() if there is False]
    version = usual.model_version or "no modelVersion"
    return f"{version}{', without ' + ', '.join(absent) if absent else ''}"


def _ways(side: "Side") -> str:
    """Count the answers by the digest of their delivery, the most frequent first."""
    ways = sorted(side.delivery.digests.items(), key=lambda way: (-way[1], way[0]))
    return ", ".join(f"{count} of {digest}" for digest, count in ways)


def _cost(side: "Side") -> str:
    from harness.report.words import money

    return f"{money(side.mean_usd)} an answer ({side.priced} priced)"


def _tokens(side: "Side") -> str:
    return "not told" if side.mean_tokens is None else f"{side.mean_tokens:,.0f} an answer"


def _latency(side: "Side") -> str:
    from harness.report.words import duration

    if side.median_s is not None:
        return f"{duration(side.median_s)} by the service's clock ({side.timed} told)"
    return f"{duration(side.median_wall_s)} by our clock"


def _days(side: "Side") -> str:
    from harness.report.words import days

    return days((side.recorded_from, side.recorded_to))


_ROWS: "Mapping[str, Callable[[Side], str]]" = {
    "answered by": lambda side: ", ".join(side.arms),
    "recording": lambda side: ", ".join(side.recordings),
    "recorded": _days,
    "answers": lambda side: f"{side.answers}{' (simulated)' if side.simulated else ''}",
    "contract": _contract,
    "outcomes": lambda side: _counts(side.outcomes),
    "delivered by": _delivered_by,
    "pictures": _form,
    "answer": _answer_form,
    "deliveries": _ways,
    "price, mean": _cost,
    "tokens, mean": _tokens,
    "time, median": _latency,
}
_DECIDING = ("contract", "delivered by", "pictures", "answer", "deliveries")


def _show_failing(found: "Comparison") -> None:
    """List the cells in which the contract fails on one side more than on the other."""
    failing = [pair for pair in found.pairs if pair.failed[0] != pair.failed[1]]
    for pair in failing[:MANY]:
        turn = f" turn {pair.turn + 1}" if pair.turn else ""
        both = " against ".join(
            f"{failed} of {answers}"
            for failed, answers in zip(pair.failed, pair.answers, strict=True)
        )
        shared.say(f"    {pair.suite}/{pair.variant}{turn}: contract fails in {both}", style="dim")
    if len(failing) > MANY:
        shared.say(f"    ... and {len(failing) - MANY} more cells", style="dim")


def _show_evidence(side: "Side") -> None:
    """Say what the usual delivery of a side was told by: + for, - against, · to be known."""
    backend = side.delivery.backend
    said = "; ".join(f"{SIGNS[item.weight]} {item.said}" for item in backend.evidence)
    shared.say_hanging(f"    {side.name}: {backend.name}: {said}", style="dim")
