"""The verb that starts a workspace: init."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import shared
from harness.cli.shared import Json

if TYPE_CHECKING:
    from harness.evaluate.promptfoo import Converted
    from harness.evaluate.starting import Started


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where; made if it is not there.")
    ] = Path(),
    source: Annotated[
        Path | None,
        typer.Option("--from", help="A promptfooconfig.yaml, to be converted into a suite."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Start a workspace that works offline at once; nothing that is there is overwritten.

    Brings a commented suite, its references, settings, a workflow, and one simulated recording.
    """
    from harness.evaluate.starting import start

    converted = _converted(source)
    found = start(folder, suite=None if converted is None else (converted.id, converted.text))
    for line in found.left:
        shared.remark(f"note    {line}", style="yellow")
    _tell(converted)
    if as_json:
        shared.print_json(_document(found, converted))
        return
    for name in found.written:
        if not name.startswith("cassettes/"):
            shared.say(f"✔ {found.folder / name}")
    _say_end(found, converted)


def _converted(source: Path | None) -> "Converted | None":
    if source is None:
        return None
    from harness.evaluate.promptfoo import convert

    return convert(source)


def _tell(converted: "Converted | None") -> None:
    if converted is None:
        return
    for line in converted.left_out:
        shared.remark(f"not converted: {line}", style="yellow")
    for line in converted.changed:
        shared.remark(f"converted otherwise: {line}")


def _say_end(found: "Started", converted: "Converted | None") -> None:
    from harness.report.words import count_of

    inside = "" if found.folder.resolve() == Path.cwd() else f"cd {_shown(found.folder)} && "
    if converted is None:
        shared.say("✔ cassettes: one picture, painted by the simulator")
        shared.say("all well: an example that replays offline, for nothing", style="bold")
        shared.say(
            "exit    the first run ends with 0: nothing failed; its picture is NEW, for nobody "
            "has decided on it (in the workflow, which asks for decisions, that is 1)"
        )
        shared.say(f"next    {inside}harness run")
        return
    left = len(converted.left_out)
    said = f", {count_of(left, 'line')} of what was not converted" if left else ""
    shared.say(f"all well: {count_of(converted.cases, 'case')}{said}", style="bold")
    suite = found.suite.relative_to(found.folder).as_posix()
    shared.say(f"next    {inside}harness plan {shlex.quote(suite)}")


def _shown(folder: Path) -> str:
    return shlex.quote(str(folder))


def _document(found: "Started", converted: "Converted | None") -> dict[str, object]:
    more: dict[str, object] = {}
    if converted is not None:
        more = {"not_converted": converted.left_out, "converted_otherwise": converted.changed}
    return shared.document(
        "init",
        folder=str(found.folder),
        suite=str(found.suite),
        written=found.written,
        left=found.left,
        **more,
    )
