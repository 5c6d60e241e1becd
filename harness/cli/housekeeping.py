"""The verbs that keep the blob store in order: cassette verify, prune, forget."""

import os
import sys
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import shared
from harness.cli.shared import By, Json
from harness.report.words import count_of

if TYPE_CHECKING:
    from harness.evaluate.forget import Traces
    from harness.evaluate.prune import Pruning
    from harness.evaluate.verify import Found, Verified

MANY = 30
"""Lines of one kind that are listed; the rest is counted, and stands in the JSON."""
FEW = 3
"""Samples that are named in a line."""


def verify(
    recordings: Annotated[
        list[str] | None,
        typer.Argument(help="SUITE or SUITE/RECORDING; everything if none.", show_default=False),
    ] = None,
    remote: Annotated[
        bool, typer.Option("--remote", help="List the bucket too: what lies there, and what not.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check every blob's sha256, every reference both ways, and that all unpacks."""
    from harness.evaluate.verify import verify as verified

    here = shared.workspace()
    found = verified(here, recordings or ())
    if remote:
        from harness.evaluate.verify_remote import beside_bucket

        found = beside_bucket(found, here)
    if as_json:
        from harness.store.codec import encode

        fields = {"faults": found.faults, **encode(found)}
        shared.print_json(shared.document("verified", **fields))
    else:
        _show_verified(found)
    raise typer.Exit(1 if found.faults else 0)


def _show_verified(found: "Verified") -> None:
    listed: dict[str, int] = {}
    for one in found.found:
        listed[one.kind] = listed.get(one.kind, 0) + 1
        if listed[one.kind] <= MANY:
            style = "red" if one.is_fault else "dim"
            shared.say(f"{one.kind:<12} {_line(one)}", style=style)
    for kind, count in listed.items():
        if count > MANY:
            shared.say(f"... and {count - MANY} more {kind}; --json has all")
    shared.say(
        f"{count_of(found.recordings, 'recording')}, {count_of(found.answers, 'answer')}, "
        f"{count_of(found.blobs, 'blob')} of {_bytes(found.size)}: "
        + (count_of(found.faults, "fault") if found.faults else "all well"),
        style="bold",
    )


def _line(one: "Found") -> str:
    samples = ", ".join(one.samples[:FEW])
    more = f", +{len(one.samples) - FEW} more" if len(one.samples) > FEW else ""
    named = f" (named by {samples}{more})" if samples else ""
    said = one.message if one.message.startswith(one.where) else f"{one.where}: {one.message}"
    return f"{said}{named}"


def _bytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def prune(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show; this is so without --apply.")
    ] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Move them into the trash.")] = False,
    older_than: Annotated[
        int, typer.Option(min=1, metavar="DAYS", help="Younger blobs stay.")
    ] = 30,
    as_json: Json = False,
) -> None:
    """Show blobs that nothing names any more; --apply moves them into .harness/trash."""
    from harness.errors import UsageError
    from harness.evaluate.prune import plan_pruning
    from harness.evaluate.prune import prune as move

    if dry_run and apply:
        raise UsageError("--dry-run and --apply: say one of them")
    here = shared.workspace()
    plan = plan_pruning(here, older_than=older_than)
    if not as_json:
        _show_pruning(plan)
    trash = move(plan, here) if apply and (plan.candidates or plan.troubles) else None
    if as_json:
        from harness.store.codec import encode

        fields = {"moved_to": trash.as_posix() if trash else None, **encode(plan)}
        shared.print_json(shared.document("prune", **fields))
    elif trash is not None:
        shared.say(f"✔ {count_of(len(plan.candidates), 'blob')} moved to {trash}", style="bold")
        shared.say(f"undo    cp -a {quote(f'{trash}/blobs/.')} {quote(f'{here.blobs.root}/')}")
        if here.settings.blobs:
            shared.say(f"kept    {here.settings.blobs} holds what was pushed; nothing goes there")
    elif plan.candidates and not plan.troubles:
        shared.say("next    harness cassette prune --apply")


def _show_pruning(plan: "Pruning") -> None:
    for blob in plan.candidates[:MANY]:
        shared.say(
            f"{blob.name[:16]}{blob.name[64:]}  {_bytes(blob.size):>10}  "
            f"{blob.age_days:.0f} days old: {blob.why}"
        )
    if len(plan.candidates) > MANY:
        shared.say(f"... and {len(plan.candidates) - MANY} more; --json has all")
    protected = ", ".join(f"{count} by {root}" for root, count in plan.protected.items() if count)
    shared.say(
        f"protected: {count_of(plan.kept, 'blob')}" + (f" ({protected})" if protected else "")
    )
    if plan.young:
        shared.say(
            f"spared: {count_of(plan.young, 'blob')} that nothing names, "
            f"younger than {count_of(plan.older_than, 'day')}"
        )
    for trouble in plan.troubles:
        shared.remark(f"cannot be read, and may name blobs: {trouble}", style="red")
    shared.say(
        f"{count_of(len(plan.candidates), 'blob')} of {_bytes(plan.size)} that nothing names"
        + ("; nothing is moved while something cannot be read" if plan.troubles else ""),
        style="bold",
    )


def forget(
    sha256: Annotated[
        str, typer.Argument(help="Of the picture, or 8 or more of its first digits.")
    ],
    reason: Annotated[str, typer.Option(help="Why; it is kept for ever.", show_default=False)],
    by: By = "",
    remote: Annotated[
        bool, typer.Option("--remote", help="Remove it from the bucket of the blobs too.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Delete a picture's bytes for good, and leave a tombstone that every verb reports."""
    from harness.evaluate.forget import check_reason, forget_there, trace
    from harness.evaluate.forget import forget as delete

    here = shared.workspace()
    check_reason(reason)
    traces = trace(here, sha256, remote=remote)
    _confirm(traces, yes=yes)
    stone = delete(here, traces, reason=reason, by=by)
    there = forget_there(here, traces.sha256) if remote else ()
    if as_json:
        from harness.store.codec import encode

        fields = {"tombstone": encode(stone), **encode(traces), "removed_there": list(there)}
        shared.print_json(shared.document("forgotten", **fields))
        return
    shared.say(f"✔ {traces.sha256[:16]} {stone}", style="bold")
    for path in traces.files:
        shared.say(f"deleted {path}")
    for key in there:
        shared.say(f"deleted {key} at {here.settings.blobs}; versions that a bucket keeps stay")
    for name in traces.beside:
        shared.say(f"look at {name}: a draft or signature of the same answer", style="yellow")
    for place in traces.elsewhere:
        shared.say(f"look at {place}", style="yellow")
    shared.say(f"next    git add {here.blobs.root}, commit; report RUN writes a run's pages anew")


def _confirm(traces: "Traces", *, yes: bool) -> None:
    """Ask before bytes are deleted for good.

    Raises:
        SpendingRefused: it was not agreed to.
    """
    from harness.errors import SpendingRefused

    said = (
        f"{traces.sha256}: {count_of(len(traces.files), 'file')} to delete for good, "
        f"named by {count_of(len(traces.samples), 'sample')}"
    )
    if yes:
        return
    if sys.stdin is None or not sys.stdin.isatty() or os.environ.get("CI"):
        raise SpendingRefused(f"{said}; without a terminal this needs --yes")
    for sample in traces.samples[:MANY]:
        shared.remark(f"named by {sample}")
    shared.err().print(f"{said}. Forget it? [y/N] ", end="")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise SpendingRefused("not confirmed; nothing was deleted")
