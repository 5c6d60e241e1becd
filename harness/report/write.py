"""Write a run's pages to disk, each file whole or not at all."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from harness.model.run import Run
from harness.model.showing import NOTHING_MORE, Showing
from harness.report.assets import ASSETS, bring, sweep
from harness.report.data import report_data
from harness.report.elsewhere import NOWHERE, Elsewhere
from harness.report.extent import WHOLE, Extent, included
from harness.report.heats import gather_heats
from harness.report.index_views import ALONE, Around
from harness.report.junit import to_junit
from harness.report.linking import prune
from harness.report.markdown import to_markdown
from harness.report.packing import script
from harness.report.page import page
from harness.report.pictures import Gallery, Rendition, Sources, gather
from harness.report.render import render, style
from harness.report.review_page import write_review
from harness.report.words import telling
from harness.store.files import write_atomic

__all__ = ["Sources", "to_junit", "to_markdown", "write_junit", "write_markdown", "write_report"]


INDEX = "index.html"
PAGES = (INDEX, "review.html", "trends.html")
"""Pages of a run's folder."""
SCRIPTS = ("theme.js", "review/keys.js", "cards.js", "index.js", "alpinejs-csp")
"""What index.html loads, in this order: the last one starts what the others say."""


def write_report(
    run: Run,
    *,
    folder: Path,
    sources: Sources,
    showing: Showing = NOTHING_MORE,
    name: str = INDEX,
    extent: Extent = WHOLE,
) -> Path:
    """Write the pages and the pictures that they show into `folder`.

    Everything in it is relative: the folder can be moved, zipped and sent on. What an older
    report of the run brought there and this one does not name is removed.

    Args:
        run: What was judged.
        folder: Made where absent; pictures go to `img/` in it.
        sources: Where the pictures' bytes come from.
        showing: What is shown beside the run.
        name: The page's file.
        extent: How much of the run it holds.

    Returns:
        The page's path.

    Raises:
        StoreError: the folder cannot be written.
    """
    whole, run = run, included(run, showing, extent)
    gallery = gather(run, folder=folder, sources=sources, showing=showing, extent=extent)
    heats = gather_heats(run, folder=folder, sources=sources)
    tell = telling(run)
    around = ALONE
    if name == INDEX:
        around = _write_beside(run, gallery, showing, heats, folder=folder, whole=whole)
    html = render(page(run, gallery, heats, showing, around=around, whole=whole), tell=tell)
    write_atomic(folder / name, html.encode())
    if name == INDEX:
        _tidy(run, folder, named=_named(gallery, heats))
    return folder / name


def _tidy(run: Run, folder: Path, *, named: frozenset[str]) -> None:
    """Remove pictures, scripts and styles that an older report brought and this one does not."""
    prune(folder, named=named, pages=(*PAGES, single_name(run)))
    sweep(folder, PAGES)


def single_name(run: Run) -> str:
    """Name the one file that holds the page and all it shows."""
    return f"report-{run.id}.html"


def _write_beside(
    run: Run,
    gallery: Gallery,
    showing: Showing,
    heats: Mapping[str, Rendition],
    *,
    folder: Path,
    whole: Run,
) -> Around:
    """Write what lies beside the page: its data, the page of the review, scripts, style."""
    tell = telling(run)
    document = report_data(run, gallery, showing, heats, tell=tell, whole=whole)
    write_atomic(folder / "data.js", script("__REPORT__", document))
    write_review(folder, run, gallery, tell=tell)
    return _around(folder)


def _around(folder: Path) -> Around:
    """Say what lies in the folder beside the page, and lay its scripts and style there."""
    _, review, trends = PAGES
    scripts = tuple(bring(folder, SCRIPTS).values())
    there = trends if (folder / trends).exists() else ""
    return Around(review=review, trends=there, style=_lay_style(folder), scripts=scripts)


def _lay_style(folder: Path) -> str:
    """Write the page's style sheet under its digest; give where it lies."""
    data = style().encode()
    href = f"{ASSETS}/index.{hashlib.sha256(data).hexdigest()[:12]}.css"
    write_atomic(folder / href, data, durable=False)
    return href


def _named(gallery: Gallery, heats: Mapping[str, Rendition]) -> frozenset[str]:
    """Give where everything lies that the pages show."""
    tiles = gallery.values()
    forms = [form for tile in tiles for form in (tile.thumb, tile.preview, tile.full) if form]
    return frozenset((*heats, *(form.href for form in forms)))


def write_junit(run: Run, path: Path) -> None:
    """Write JUnit XML to `path`."""
    write_atomic(path, to_junit(run).encode())


def write_markdown(
    run: Run, path: Path, *, showing: Showing = NOTHING_MORE, elsewhere: Elsewhere = NOWHERE
) -> None:
    """Write Markdown to `path`."""
    write_atomic(path, to_markdown(run, showing, elsewhere).encode())
