"""Write a run's pages to disk, each file whole or not at all."""

from pathlib import Path

from harness.model.run import Run
from harness.model.showing import NOTHING_MORE, Showing
from harness.report.data import report_data, script
from harness.report.heats import gather_heats
from harness.report.junit import to_junit
from harness.report.markdown import to_markdown
from harness.report.page import page
from harness.report.pictures import Sources, gather
from harness.report.render import render
from harness.report.words import telling
from harness.store.files import write_atomic

__all__ = ["Sources", "to_junit", "to_markdown", "write_junit", "write_markdown", "write_report"]


INDEX = "index.html"


def write_report(
    run: Run,
    *,
    folder: Path,
    sources: Sources,
    showing: Showing = NOTHING_MORE,
    name: str = INDEX,
) -> Path:
    """Write the page and the small forms of its pictures into `folder`.

    Everything in it is relative: the folder can be moved, zipped and sent on.

    Args:
        run: What was judged.
        folder: Made where absent; pictures go to `img/` in it.
        sources: Where the pictures' bytes come from.
        showing: What is shown beside the run.
        name: The page's file.

    Returns:
        The page's path.

    Raises:
        StoreError: the folder cannot be written.
    """
    gallery = gather(run, folder=folder, sources=sources)
    heats = gather_heats(run, folder=folder, sources=sources)
    tell = telling(run)
    if name == INDEX:
        document = report_data(run, gallery, showing, heats, tell=tell)
        write_atomic(folder / "data.js", script("__REPORT__", document))
    html = render(page(run, gallery, heats), tell=tell)
    write_atomic(folder / name, html.encode())
    return folder / name


def write_junit(run: Run, path: Path) -> None:
    """Write JUnit XML to `path`."""
    write_atomic(path, to_junit(run).encode())


def write_markdown(run: Run, path: Path) -> None:
    """Write Markdown to `path`."""
    write_atomic(path, to_markdown(run).encode())
