"""The verbs on secrets: cassette lint, cassette scrub."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import shared
from harness.cli.shared import Json

if TYPE_CHECKING:
    from harness.evaluate.secrets import Linted, Scrubbed
    from harness.recording.secrets.mend import Mended

Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Files and folders; the cassettes, the baselines and harness.toml if none.",
        show_default=False,
    ),
]
All = Annotated[bool, typer.Option("--all", help="Also files that git does not track.")]
ROTATE = (
    "next    have the key rotated: git's history, forks and backups still hold it; "
    "then commit what changed"
)


def lint(paths: Paths = None, every: All = False, as_json: Json = False) -> None:
    """Look for keys in recordings, suites and settings; exit 1 where there are any.

    Only in what git tracks, unless --all is given. For CI: no key is needed.
    """
    from harness.evaluate.secrets import lint as look

    linted = look(paths or (), shared.workspace(), every=every)
    if as_json:
        shared.print_json(shared.document("lint", **asdict(linted)))
    else:
        for warning in linted.warnings:
            shared.remark(f"warning: {warning}", style="yellow")
        for finding in linted.findings:
            shared.say(str(finding))
        _passed_over(linted.passed_over)
        shared.say(_verdict(linted))
    raise typer.Exit(1 if linted.findings else 0)


def _verdict(linted: "Linted") -> str:
    count, files = len(linted.findings), _files(linted.files)
    return f"✖ {count} found in {files}" if count else f"✔ no key in {files}"


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def scrub(
    paths: Paths = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing.")] = False,
    every: All = False,
    as_json: Json = False,
) -> None:
    """Take keys out of text files: SCRUBBED in their places; exit 1 where some are left."""
    from harness.evaluate.secrets import scrub as take_out

    scrubbed = take_out(paths or (), shared.workspace(), every=every, dry_run=dry_run)
    if as_json:
        tree = {**asdict(scrubbed), "dry_run": dry_run, "left": [asdict(x) for x in scrubbed.left]}
        shared.print_json(shared.document("scrub", **tree))
    else:
        _tell(scrubbed, dry_run=dry_run)
    raise typer.Exit(1 if scrubbed.left else 0)


def _tell(scrubbed: "Scrubbed", *, dry_run: bool) -> None:
    for file in scrubbed.files:
        _tell_file(file, dry_run=dry_run)
    _passed_over(scrubbed.passed_over)
    if not scrubbed.files:
        shared.say("✔ nothing to scrub")
    elif dry_run:
        shared.say("next    the same without --dry-run")
    else:
        shared.say(ROTATE)


def _tell_file(file: "Mended", *, dry_run: bool) -> None:
    for finding in file.left:
        shared.say(f"✖ {finding}")
    if file.changed:
        what = "; ".join(dict.fromkeys(finding.what for finding in file.found))
        shared.say(f"✔ {file.file}: {'would be scrubbed' if dry_run else 'scrubbed'}: {what}")


def _passed_over(count: int) -> None:
    if count:
        shared.remark(f"passed over {_files(count)} that git does not track; --all looks there")
