"""Write a run's pages, and the files that were asked for."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from harness.errors import UsageError
from harness.evaluate.before import bring_before
from harness.evaluate.forge import Forge, elsewhere_of, forge_of, summarise
from harness.evaluate.history import remember_run
from harness.evaluate.showing import showing_of
from harness.evaluate.trends_page import write_trends_beside
from harness.evaluate.workspace import Workspace
from harness.model.run import Run
from harness.model.showing import Showing
from harness.report.extent import WHOLE, Extent
from harness.report.gitlab import to_code_quality
from harness.report.linking import Weight
from harness.report.notes import notes
from harness.report.single_file import single_file
from harness.report.write import (
    INDEX,
    Sources,
    single_name,
    write_junit,
    write_markdown,
    write_report,
)
from harness.store.files import dump_json, write_atomic
from harness.store.runs import run_document, save_run

NO_FORGE = Forge()


def keep(
    run: Run,
    folder: Path,
    workspace: Workspace,
    *,
    outputs: Sequence[Path],
    forge: Forge = NO_FORGE,
) -> str:
    """Keep a run: `run.json`, the history where one is set, the pages, what was asked for.

    Args:
        run: What was judged.
        folder: The run's.
        workspace: Where everything lies.
        outputs: Files that were asked for beside it.
        forge: Where the run is made; its job's summary tells it.

    Returns:
        Why the history or the summary does not have it; empty where nothing is to be said.

    Raises:
        StoreError: a file cannot be written.
    """
    save_run(run, folder)
    missed = remember_run(run, folder, workspace)
    beside = showing_of(run, workspace)
    bring_before(beside, workspace)
    write_all(run, folder, workspace, outputs=outputs, showing=beside)
    unsaid = summarise(run, beside, workspace, forge)
    return "; ".join(said for said in (missed, unsaid) if said)


def write_all(
    run: Run,
    folder: Path,
    workspace: Workspace,
    *,
    outputs: Sequence[Path],
    extent: Extent = WHOLE,
    showing: Showing | None = None,
) -> None:
    """Write the report into the run's folder, and each of `outputs` by its ending.

    Args:
        run: What was judged.
        folder: The run's.
        workspace: Where everything lies.
        outputs: Files that were asked for beside it.
        extent: How much of the run the pages hold.
        showing: What stands beside the run, where it was found already.

    Raises:
        UsageError: an ending that nothing is written as; before anything is written.
        StoreError: a file cannot be written.
    """
    check_outputs(outputs)
    sources, beside = sources_of(workspace), showing or showing_of(run, workspace)
    write_trends_beside(run, folder, workspace)
    page = partial(write_report, run, sources=sources, showing=beside, extent=extent)
    page(folder=folder)
    for path in outputs:
        if path.suffix == ".html":
            page(folder=path.parent, name=path.name)
        else:
            _write_text(run, path, beside, workspace)


def _write_text(run: Run, path: Path, beside: Showing, workspace: Workspace) -> None:
    """Write a run to `path`, by its ending, in the words of the forge that it is made on."""
    forge = forge_of(workspace.environ)
    match _form(path):
        case ".codequality.json":
            found = notes(run, prefix=forge.prefix(workspace.root))
            write_atomic(path, to_code_quality(found).encode())
        case ".json":
            write_atomic(path, dump_json(run_document(run)))
        case ".xml":
            write_junit(run, path)
        case _:
            elsewhere = elsewhere_of(run, workspace, forge)
            write_markdown(run, path, showing=beside, elsewhere=elsewhere)


def write_single(folder: Path, run: Run) -> tuple[Path, Weight]:
    """Write the run's page once more, as one file that holds all it shows.

    Returns:
        Where it lies, and what it weighs.

    Raises:
        UsageError: it would be too large; nothing is written.
        StoreError: it cannot be written.
    """
    path = folder / single_name(run)
    data = single_file(folder, INDEX)
    write_atomic(path, data)
    return path, Weight(size=len(data), files=1)


def sources_of(workspace: Workspace) -> Sources:
    """Say where the pictures' bytes come from."""
    blobs = workspace.blobs
    return Sources(
        original=blobs.path,
        derivative_cache=workspace.state / "derivatives",
        executor=workspace.executor,
        forgotten=lambda sha256: str(blobs.tombstones.get(sha256) or ""),
    )


def check_outputs(outputs: Sequence[Path]) -> None:
    """Refuse endings that nothing is written as; before anything is spent or written.

    Raises:
        UsageError: names the first of them.
    """
    for path in outputs:
        _form(path)


def _form(path: Path) -> str:
    if path.name.endswith(".codequality.json"):
        return ".codequality.json"
    if path.suffix not in (".json", ".xml", ".md", ".html"):
        raise UsageError(f"-o {path}: write .json, .codequality.json, .junit.xml, .md or .html")
    return path.suffix
