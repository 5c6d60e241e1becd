"""The verbs that keep blobs elsewhere: cassette push, pull."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from harness.cli import shared
from harness.cli.progress import progress
from harness.cli.shared import Json
from harness.report.words import count_of, weight

if TYPE_CHECKING:
    from harness.evaluate.pull import Pulled
    from harness.evaluate.push import Pushed
    from harness.evaluate.transfer import Moved
    from harness.store.bucket import Requests

MANY = 30
"""Blobs of one kind that are named; the rest is counted, and stands in the JSON."""

Carried = TypeVar("Carried", "Pushed", "Pulled")

Recordings = Annotated[
    list[str] | None,
    typer.Argument(help="SUITE or SUITE/RECORDING; everything if none.", show_default=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only look, by listings.")]


def push(recordings: Recordings = None, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Send the blobs that the bucket has not; commit what was measured of the pictures."""
    from harness.evaluate.push import push as send

    with progress() as told:
        done = send(shared.workspace(), recordings or (), dry_run=dry_run, progress=told)
    _end("pushed", done, _show_pushed, as_json=as_json)


def pull(recordings: Recordings = None, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Fetch the blobs that recordings name and that are not here."""
    from harness.evaluate.pull import pull as fetch

    with progress() as told:
        done = fetch(shared.workspace(), recordings or (), dry_run=dry_run, progress=told)
    _end("pulled", done, _show_pulled, as_json=as_json)


def _end(kind: str, done: Carried, show: Callable[[Carried], None], *, as_json: bool) -> NoReturn:
    """Tell what was carried, and end with its exit code."""
    _tell_broken(done.broken)
    if as_json:
        _print(kind, done)
    else:
        show(done)
    raise typer.Exit(_exit(done))


def _exit(done: "Pushed | Pulled") -> int:
    """Give 2 for what is refused or cannot be read, 3 for what is not all, else 0."""
    if done.broken:
        return 2
    code = 0 if done.moved is None else done.moved.exit_code
    return code or (3 if done.nowhere else 0)


def _print(kind: str, done: "Pushed | Pulled") -> None:
    from harness.store.codec import encode

    stopped = done.moved.stopped if done.moved else None
    tree = encode(done)
    if done.moved is not None:
        tree["moved"]["stopped"] = str(stopped) if stopped else None
    shared.print_json(shared.document(kind, **tree))


def _show_pushed(done: "Pushed") -> None:
    _show_nowhere(done.nowhere)
    if done.moved is None:
        size = weight(done.size)
        shared.say(
            f"{count_of(len(done.todo), 'blob')} of {size} to send to {done.url}, "
            f"{done.there} there already; nothing was sent",
            style="bold",
        )
        shared.say(f"asked   {_asked(done.requests)}")
        shared.say("next    harness cassette push")
        return
    _show_moved(done.moved, f"sent to {done.url}, {done.there} there already", code=_exit(done))
    if done.measures:
        said = count_of(len(done.measures), "file")
        shared.say(f"wrote   {said} of committed measures; git add cassettes, and commit them")
    shared.say(f"asked   {_asked(done.requests)}")
    _show_next(
        done.moved, again="push", then="git commit: who clones it runs harness cassette pull"
    )


def _show_pulled(done: "Pulled") -> None:
    _show_nowhere(done.nowhere)
    if done.moved is None:
        shared.say(
            f"{count_of(len(done.todo), 'blob')} of {weight(done.size)} to fetch from {done.url}, "
            f"{done.here} here already; nothing was fetched",
            style="bold",
        )
        shared.say(f"asked   {_asked(done.requests)}")
        shared.say("next    harness cassette pull")
        return
    _show_moved(done.moved, f"fetched from {done.url}, {done.here} here already", code=_exit(done))
    shared.say(f"asked   {_asked(done.requests)}")
    _show_next(done.moved, again="pull", then="harness run")


def _show_nowhere(names: tuple[str, ...]) -> None:
    for name in names[:MANY]:
        shared.say(f"neither here nor there: {name}", style="yellow")
    if len(names) > MANY:
        shared.say(f"... and {len(names) - MANY} more; --json has all")


def _show_moved(moved: "Moved", where: str, *, code: int) -> None:
    for said, style in ((moved.refused, "red"), (moved.absent, "yellow")):
        lines = [said[name] for name in sorted(said)]
        for line in lines[:MANY]:
            shared.say(line, style=style)
        if len(lines) > MANY:
            shared.say(f"... and {len(lines) - MANY} more; --json has all")
    if moved.stopped is not None:
        shared.remark(str(moved.stopped), style="red")
    mark = "✘" if code else "✔"
    faults = [f"{len(moved.refused)} refused"] if moved.refused else []
    faults += [f"{len(moved.absent)} not found"] if moved.absent else []
    told = "".join(f", {fault}" for fault in faults)
    shared.say(
        f"{mark} {count_of(len(moved.names), 'blob')} of {weight(moved.size)} {where}{told}",
        style="bold",
    )


def _asked(requests: "Requests") -> str:
    """Say what the bucket was asked, which is what it charges for."""
    said = [count_of(requests.listings, "listing")] if requests.listings else []
    said += [count_of(requests.uploads, "upload")] if requests.uploads else []
    said += [f"{requests.read_back} of them read back"] if requests.read_back else []
    said += [count_of(requests.downloads, "download")] if requests.downloads else []
    return ", ".join(said) or "nothing"


def _show_next(moved: "Moved", *, again: str, then: str) -> None:
    shared.say(f"next    harness cassette {again}" if moved.exit_code else f"next    {then}")


def _tell_broken(lines: tuple[str, ...]) -> None:
    for line in lines:
        shared.remark(f"cannot be read, and may name blobs: {line}", style="red")
