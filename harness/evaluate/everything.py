"""Write one page over the newest run of every suite: what needs a person, by owner."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from harness.errors import HarnessError
from harness.evaluate.showing import showing_of
from harness.evaluate.workspace import Workspace
from harness.loader import load_suites
from harness.model.run import Run
from harness.report.everything import Everything, Newest, everything
from harness.report.everything_page import to_everything_html
from harness.report.pictures import shown
from harness.store.files import read_bytes, write_atomic
from harness.store.runs import load_run

PAGE = "everything.html"
_MAX_RUN = 1_000_000_000


def write_everything(workspace: Workspace, suites: Sequence[str] = ()) -> tuple[Path, Everything]:
    """Write the page over all suites beside the runs' folders.

    Args:
        workspace: Whose runs.
        suites: Ids of the suites; those of the suite files that are set if none.

    Returns:
        Where it lies, and what it says.

    Raises:
        SuiteError: a suite file is wrong.
        StoreError: the page cannot be written.
    """
    wanted = tuple(suites) or _ids(workspace)
    gaps: list[str] = []
    found = tuple(_newest(workspace, wanted, gaps))
    page = everything(found, gaps=gaps)
    path = workspace.reports / PAGE
    write_atomic(path, to_everything_html(page).encode())
    return path, page


def _ids(workspace: Workspace) -> tuple[str, ...]:
    paths = [workspace.root / path for path in workspace.settings.suites]
    return tuple(suite.id for suite in load_suites(paths))


def _newest(workspace: Workspace, suites: Sequence[str], gaps: list[str]) -> Iterator[Newest]:
    """Go through the runs, the newest first, until each suite has been met."""
    left = dict.fromkeys(suites)
    for path in sorted(workspace.reports.glob("*/run.json"), reverse=True):
        if not left:
            return
        try:
            run = _of(path, left)
        except HarnessError as error:
            gaps.append(f"A run is passed over: {error}")
            continue
        if run is not None:
            for suite in run.suites:
                del left[suite.suite]
            yield _shown(run, path.parent, workspace)
    gaps += [f"{suite}: no run of it lies here; make one with: harness run" for suite in left]


def _of(path: Path, wanted: dict[str, None]) -> Run | None:
    """Read a run and keep the suites that are wanted; one of none of them is not decoded."""
    data = read_bytes(path, limit=_MAX_RUN)
    if not any(f'"{suite}"'.encode() in data for suite in wanted):
        return None
    run = load_run(path.parent)
    if run.shard is not None:
        return None  # its merge tells of the whole suite
    kept = tuple(suite for suite in run.suites if suite.suite in wanted)
    return replace(run, suites=kept) if kept else None


def _shown(run: Run, folder: Path, workspace: Workspace) -> Newest:
    showing = showing_of(run, workspace)
    names = dict.fromkeys(shown(run))
    for cell in showing.cells.values():
        names |= dict.fromkeys((*cell.order, *cell.baseline))
    hrefs = {name: f"img/{name[:2]}/{name}.thumb.webp" for name in names}
    return Newest(
        run=run,
        showing=showing,
        folder=folder.name,
        review=(folder / "review.html").is_file(),
        thumbs={name: href for name, href in hrefs.items() if (folder / href).is_file()},
    )
