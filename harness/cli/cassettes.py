"""The verbs on recordings: cassette import, ls, show, mv."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import completing, shared
from harness.cli.shared import Json, Recording
from harness.report.words import count_of

if TYPE_CHECKING:
    from harness.evaluate.recordings import Listed, Shown
    from harness.evaluate.workspace import Workspace
    from harness.model.suite import Suite

app = typer.Typer(no_args_is_help=True, help="The recordings.")


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="vcrpy cassettes, YAML or JSON.")],
    suite: Annotated[str, typer.Option(help="Id of the suite to make.", show_default=False)],
    recording: Recording = None,
    skip_refused: Annotated[
        bool, typer.Option("--skip-refused", help="Import the rest where something is refused.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a recording, and the suite that fits it, from other tools' cassettes."""
    from harness.evaluate.imports import import_cassettes

    here = shared.workspace(recording=recording)
    made = import_cassettes(files, here, name=suite, skip_refused=skip_refused)
    for line in made.refused:
        shared.remark(f"not imported: {line}", style="yellow")
    if as_json:
        counts = {"suite": made.suite.id, "answers": made.answers, "refused": list(made.refused)}
        shared.print_json(shared.document("import", **counts))
        return
    shared.say(f"✔ {count_of(made.answers, 'answer')} imported into suite {made.suite.id}")
    shared.say(f"next    harness run {made.suite.path}")


@app.command("ls")
def ls(
    suites: Annotated[
        list[str] | None, typer.Argument(help="Ids of suites; all if none.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """List recordings, and what of them is stale, missing or unused, and why."""
    from harness.evaluate.recordings import list_recordings

    here = shared.workspace()
    found = list_recordings(here, _readable_suites(here), only=suites or ())
    if as_json:
        shared.print_json(shared.document("recordings", recordings=[asdict(r) for r in found]))
        return
    for row in found:
        _say_listed(row)
    if not found:
        shared.say("nothing is recorded; record: harness run --live missing --endpoint simulator")


def _readable_suites(here: "Workspace") -> "list[Suite]":
    """Load the suites that can be loaded; what is wrong with others is remarked."""
    from harness.errors import HarnessError
    from harness.loader import load_suites
    from harness.loader.find import find_suites

    found: list[Suite] = []
    try:
        files = find_suites([here.root / path for path in here.settings.suites])
    except HarnessError as error:
        shared.remark(str(error), style="yellow")
        return found
    for path in files:
        try:
            found += load_suites([path])
        except HarnessError as error:
            shared.remark(str(error), style="yellow")
    return found


def _say_listed(row: "Listed") -> None:
    notes = [f"{row.replaced} replaced"] if row.replaced else []
    notes += [f"{row.replies} replies to questions"] if row.replies else []
    notes += [f"{len(row.stale)} stale"] if row.stale else []
    notes += [f"{row.missing} missing"] if row.missing else []
    notes += [f"{row.unused} unused"] if row.unused else []
    notes += ["simulated"] if row.simulated else []
    about = ", ".join([count_of(row.answers, "answer"), *row.arms, *notes])
    shared.say(f"{row.suite}/{row.recording}: {about}")
    for (variant, turn, why), samples in _by_reason(row).items():
        which = f"sample {samples[0]}" if len(samples) == 1 else f"samples {_spans(samples)}"
        shared.say(f"    stale: {variant} {which} turn {turn}: {why}", style="yellow")
    if row.unknown:
        shared.say(f"    {row.unknown}", style="dim")


def _by_reason(row: "Listed") -> dict[tuple[str, int, str], list[int]]:
    reasons: dict[tuple[str, int, str], list[int]] = {}
    for stale in row.stale:
        reasons.setdefault((stale.variant, stale.turn, stale.why), []).append(stale.sample)
    return reasons


def _spans(numbers: list[int]) -> str:
    """Say numbers in short: `1-4, 7`."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][-1] + 1:
            spans[-1][1:] = [number]
        else:
            spans.append([number])
    return ", ".join("-".join(map(str, span)) for span in spans)


@app.command("show")
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="SUITE[/RECORDING]", show_default=False, autocompletion=completing.recorded
        ),
    ],
    case: Annotated[
        str | None, typer.Argument(help="A case, or a variant: night-city[16:9].")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show recorded answers: who, when, what was asked, what came, and where its bytes lie."""
    from harness.evaluate.recordings import show as shown
    from harness.recording.moving import CaseName
    from harness.store.codec import encode

    here = shared.workspace()
    suite, _, recording = name.partition("/")
    cassettes = here.cassettes(suite, recording or None)
    found = shown(here, cassettes, CaseName.read(case) if case else None)
    if as_json:
        shared.print_json(shared.document("shown", answers=[encode(one) for one in found]))
        return
    for one in found:
        _say_shown(one)


def _say_shown(one: "Shown") -> None:
    from harness.report.words import shortened

    item = one.item
    dropped = f", {one.replaced} earlier discarded" if one.replaced else ""
    shared.say(f"{item.key.id}  {item.arm.name}  {item.recorded_at}{dropped}", style="bold")
    shared.say(f"    session {item.session}, request {item.request_digest[:12]}")
    shared.say(f"    {item.request.method} {item.request.url}")
    shared.say(f"    asked   {shortened(one.prompt, limit=100)}")
    for blob in one.sent:
        shared.say(f"    sent    {blob.name[:12]}  {blob.note}")
    seconds = "" if item.seconds is None else f" in {item.seconds:.1f} s"
    shared.say(f"    HTTP {item.response.status}{seconds}")
    for blob in one.came:
        shared.say(f"    came    {blob.name[:12]}.{blob.name.rpartition('.')[2]}  {blob.note}")


@app.command("mv")
def mv(
    suite: Annotated[str, typer.Argument(help="Id of the suite.", show_default=False)],
    old: Annotated[str, typer.Argument(help="Case, or variant: night-city[16:9].")],
    new: Annotated[str, typer.Argument(help="What it is called from now on.")],
    recording: Annotated[
        list[str] | None, typer.Option(help="Only this recording; all if none.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Give a case's answers, and those they took the place of, another name."""
    from harness.evaluate.recordings import move_case
    from harness.recording.moving import CaseName

    names = {"old": CaseName.read(old), "new": CaseName.read(new)}
    moved = move_case(shared.workspace(), suite, recording or (), **names)
    if as_json:
        shared.print_json(shared.document("moved", moved=moved))
        return
    for name, count in moved.items():
        shared.say(f"✔ {suite}/{name}: {count_of(count, 'answer')} moved from {old} to {new}")
    shared.say(f"next    rename it in the suite's file too, then: harness cassette ls {suite}")
