"""Write the page of trends: where it was asked for, and beside reports once a history is there."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import HarnessError
from harness.evaluate.history import Trends, has_history, trends_of
from harness.evaluate.workspace import Workspace
from harness.model.run import Run

if TYPE_CHECKING:
    from harness.report.trends_page import TrendsReport

log = logging.getLogger(__name__)

INDEX = "index.html"


def write_trends_page(
    found: Trends, path: Path, workspace: Workspace, *, since: str = "", run: str = ""
) -> Path:
    """Write the page, and beside it what it loads.

    Args:
        found: What the history says.
        path: The page.
        workspace: Whose runs are linked where they lie below the page's folder.
        since: The first day that counts; empty for all.
        run: The run whose report lies beside; empty for none.

    Raises:
        StoreError: it cannot be written.
    """
    from harness.report.trends_page import write_trends

    report = _report(found, path, workspace, since=since, run=run)
    return write_trends(report, path, index=INDEX if run else "")


def write_trends_beside(run: Run, folder: Path, workspace: Workspace) -> None:
    """Write `trends.html` of a run's suites beside its report, where a history is there.

    A history is there once `harness trends` was asked, or where a database is set. What
    keeps it from being written is logged: the report itself is whole without it.

    Args:
        run: The run.
        folder: Where it is kept.
        workspace: Whose history.
    """
    if not has_history(workspace):
        return
    from harness.report.trends_page import NAME

    try:
        write_trends_page(trends_of(run, folder, workspace), folder / NAME, workspace, run=run.id)
    except HarnessError as error:
        log.warning("%s: written without %s: %s", run.id, NAME, error)


def _report(
    found: Trends, path: Path, workspace: Workspace, *, since: str, run: str
) -> "TrendsReport":
    from harness.report.trends_page import TrendsReport

    return TrendsReport(
        suites=found.suites,
        months=found.months,
        since=since,
        unread=found.unread,
        run=run,
        href=_hrefs(path.parent, workspace, run=run),
    )


def _hrefs(folder: Path, workspace: Workspace, *, run: str) -> Callable[[str], str]:
    """Give where runs' reports lie below a folder: what leads out of it breaks when it is moved."""
    here, reports = folder.resolve(), workspace.reports.resolve()

    def href(name: str) -> str:
        page = reports / name / INDEX
        if name == run or not page.is_file() or not page.is_relative_to(here):
            return ""
        return page.relative_to(here).as_posix()

    return href
