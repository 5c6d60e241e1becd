"""Write a run's pages, and the files that were asked for."""

from collections.abc import Sequence
from pathlib import Path

from harness.compute.executor import default_workers
from harness.errors import UsageError
from harness.evaluate.history import remember_run
from harness.evaluate.showing import showing_of
from harness.evaluate.workspace import Workspace
from harness.model.run import Run
from harness.report.write import Sources, write_junit, write_markdown, write_report
from harness.store.files import dump_json, write_atomic
from harness.store.runs import run_document, save_run


def keep(run: Run, folder: Path, workspace: Workspace, *, outputs: Sequence[Path]) -> str:
    """Keep a run: `run.json`, the history where one is set, the pages, what was asked for.

    Returns:
        Why the history does not have it, in one line; empty where nothing is to be said.

    Raises:
        StoreError: a file cannot be written.
    """
    save_run(run, folder)
    missed = remember_run(run, folder, workspace)
    write_all(run, folder, workspace, outputs=outputs)
    return missed


def write_all(run: Run, folder: Path, workspace: Workspace, *, outputs: Sequence[Path]) -> None:
    """Write the report into the run's folder, and each of `outputs` by its ending.

    Raises:
        UsageError: an ending that nothing is written as; before anything is written.
        StoreError: a file cannot be written.
    """
    check_outputs(outputs)
    blobs = workspace.blobs
    sources = Sources(
        original=blobs.path,
        derivative_cache=workspace.state / "derivatives",
        workers=default_workers(),
        forgotten=lambda sha256: str(blobs.tombstones.get(sha256) or ""),
    )
    write_report(run, folder=folder, sources=sources, showing=showing_of(run, workspace))
    for path in outputs:
        match _form(path):
            case ".json":
                write_atomic(path, dump_json(run_document(run)))
            case ".xml":
                write_junit(run, path)
            case ".md":
                write_markdown(run, path)
            case _:
                write_report(run, folder=path.parent, sources=sources, name=path.name)


def check_outputs(outputs: Sequence[Path]) -> None:
    """Refuse endings that nothing is written as; before anything is spent or written.

    Raises:
        UsageError: names the first of them.
    """
    for path in outputs:
        _form(path)


def _form(path: Path) -> str:
    if path.suffix not in (".json", ".xml", ".md", ".html"):
        raise UsageError(f"-o {path}: write .json, .junit.xml, .md or .html")
    return path.suffix
