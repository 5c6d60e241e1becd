"""The verb that writes a run's pages anew: report."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import completing, shared
from harness.cli.announcing import AUTO, PLAIN, FormatOption, Pictures, forge_told, tell_forge
from harness.cli.merging import merged_and_kept
from harness.cli.opening import open_browser
from harness.cli.options import ExecutorOption, Outputs
from harness.cli.shared import Json
from harness.cli.verdicts import show_run
from harness.cli.weighing import tell_weight
from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.model.run import Run
    from harness.report.everything import Everything


def report(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RUN",
            help="Run id, its end, or last; to merge, of every shard: ids, folders, files.",
            show_default="last",
            autocompletion=completing.runs,
        ),
    ] = None,
    merge: Annotated[
        bool,
        typer.Option("--merge", help="Join the runs of all shards to what one run would give."),
    ] = False,
    fail_on: Annotated[
        str | None, typer.Option(help="Of a merge: as for run.", show_default=False)
    ] = None,
    include: Annotated[
        str,
        typer.Option(
            metavar="SET",
            help="Only cases that are: failed, error, changed, new, undecided, warned, "
            "unrecorded, passed. Commas between them.",
            show_default="all",
        ),
    ] = "",
    images: Annotated[
        str,
        typer.Option(
            metavar="FORM",
            help="thumb, preview, needed (and originals of what a person has to look at), "
            "or full (and all originals).",
        ),
    ] = "needed",
    single_file: Annotated[
        bool, typer.Option("--single-file", help="Also one HTML file that holds all it shows.")
    ] = False,
    open_page: Annotated[
        bool, typer.Option("--open", help="Open the page in the browser.")
    ] = False,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="One page over the newest run of every suite: what needs a person."
        ),
    ] = False,
    output: Outputs = None,
    form: FormatOption = AUTO,
    pictures: Pictures = None,
    executor: ExecutorOption = None,
    as_json: Json = False,
) -> None:
    """Write a run's pages anew from what is kept of it."""
    if everything:
        _all(open_page=open_page, as_json=as_json)
        return
    from harness.evaluate.reporting import check_outputs, write_all
    from harness.evaluate.showing import showing_of
    from harness.report.extent import extent_of
    from harness.store.runs import find_run, load_run, run_document

    extent = extent_of(images=images, include=include)
    check_outputs(output or [])
    forge = forge_told(PLAIN if form == AUTO and not merge else form)  # only a merge is news
    here = shared.workspace(executor=executor, pictures=pictures)
    name, code = _named(names or [], merge=merge, fail_on=fail_on, executor=executor)
    folder = find_run(here.reports, name)
    loaded = load_run(folder)
    showing = showing_of(loaded, here)
    write_all(loaded, folder, here, outputs=output or [], extent=extent, showing=showing)
    page = _single(folder, loaded) if single_file else folder / "index.html"
    tell_weight(folder)
    if as_json:
        shared.print_json(run_document(loaded))
    else:
        show_run(loaded, folder)
    tell_forge(loaded, showing, here, forge)
    _open(page, wanted=open_page)
    raise typer.Exit(code)


def _named(
    names: list[str], *, merge: bool, fail_on: str | None, executor: str | None
) -> tuple[str, int]:
    """Name the run that is meant, merged first where that is asked, and the exit code.

    Raises:
        UsageError: several are named, or what only a merge takes is asked.
    """
    if merge:
        return merged_and_kept(names, fail_on=fail_on, executor=executor)
    if fail_on is not None:
        raise UsageError("--fail-on goes with --merge; what a run exits with: harness run")
    if len(names) > 1:
        raise UsageError("a report is of one run; shards are joined with: harness report --merge")
    return (names[0] if names else "last"), 0


def _single(folder: Path, run: "Run") -> Path:
    """Write the one file, and say what it weighs; stderr, since stdout is the verdict's."""
    from harness.evaluate.reporting import write_single
    from harness.report.single_file import LARGE
    from harness.report.words import weight

    path, weighs = write_single(folder, run)
    shared.remark(f"single  {path} ({weight(weighs.size)})")
    if weighs.size > LARGE:
        shared.remark(
            f"warning: it weighs more than {weight(LARGE)}; mail may refuse it: "
            "--images thumb or --include failed,changed makes it smaller",
            style="yellow",
        )
    return path


def _open(page: Path, *, wanted: bool) -> None:
    if wanted and not open_browser(page.resolve().as_uri()):
        shared.remark(f"no browser could be opened; open {page} yourself", style="yellow")


def _all(*, open_page: bool, as_json: bool) -> None:
    """Write the page over all suites, and say who has how much to look at."""
    from harness.evaluate.everything import write_everything

    here = shared.workspace()
    path, found = write_everything(here)
    if as_json:
        owned = [
            {"owner": one.owner, "items": [{"id": n.id, "said": n.said} for n in one.needs]}
            for one in found.owned
        ]
        shared.print_json(shared.document("everything", owned=owned, gaps=list(found.gaps)))
    else:
        for one in found.owned:
            shared.say(f"{one.owner}: {one.said}")
        for gap in found.gaps:
            shared.remark(gap, style="yellow")
        shared.say(found.said, style="bold")
        shared.say(f"report  {path}")
        shared.say(f"next    {_next(found)}")
    _open(path, wanted=open_page)


def _next(found: "Everything") -> str:
    return "open the page; each cell leads to where it is decided on" if found.count else "nothing"
