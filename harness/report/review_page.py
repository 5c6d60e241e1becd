"""Write review.html: the page on which people compare pictures and decide on them."""

from dataclasses import dataclass
from pathlib import Path

from harness.judging.sheets import Sheet, sheets
from harness.model.review import REASONS
from harness.model.run import Run
from harness.model.sample import Sample
from harness.report.assets import bring
from harness.report.pictures import Gallery
from harness.report.render import template
from harness.report.shots import instead
from harness.report.words import Tell
from harness.store.files import write_atomic

REVIEW = "review.html"
MODES = (
    ("side", "side by side"),
    ("swipe", "swipe"),
    ("onion", "onion skin"),
    ("blink", "blink"),
    ("diff", "difference"),
)
"""Ways to compare, in the order of their keys 1 to 5."""
DATA = "data.js"
SERVED = {
    "plan.js": b"/* No plan: every sheet of the report. */\n",
    "saver.js": b"/* Nobody saves for this page: it keeps decisions in the browser. */\n",
}
"""Scripts that `harness review` puts others in the place of."""
_LIBRARY = "openseadragon"
_SCRIPTS = (
    "store",
    "keys",
    "viewer_pictures",
    "viewer_panes",
    "viewer_modes",
    "viewer",
    "drawer",
    "sheet",
    "panel",
    "written",
    "saver",
    "served",
    "blind",
    "rounds",
    "markdown",
    "fingers",
    "main",
)
_STYLES = ("review", "panel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A picture for who has no JavaScript.

    Attributes:
        name: E.g. `"sample 2"`.
        href: Of its preview; empty where there is none.
        words: Why there is none.
    """

    name: str
    href: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLinks:
    """A sheet's pictures for who has no JavaScript.

    Attributes:
        id: Of the sheet.
        links: Its samples, in order.
    """

    id: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """What review.html prints; its scripts read the rest from data.js.

    Attributes:
        title: Names the run.
        simulated: Some of the pictures were painted by the simulator.
        styles: Addresses of style sheets.
        scripts: Addresses of scripts, in the order in which they run.
        modes: Ways to compare, with the words for them.
        sheets: Links to the pictures.
    """

    title: str
    simulated: bool
    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    modes: tuple[tuple[str, str], ...]
    sheets: tuple[SheetLinks, ...]


def write_review(folder: Path, run: Run, gallery: Gallery, *, tell: Tell) -> Path:
    """Write the page beside `data.js`, with what it loads.

    A plan that `harness review` put there is taken away: it writes its own one after this.

    Raises:
        StoreError: the folder cannot be written.
    """
    for name, stub in SERVED.items():
        write_atomic(folder / name, stub, durable=False)
    page = _page(folder, run, gallery)
    html = template("review.html.jinja", tell=tell).render(page=page, reasons=REASONS)
    write_atomic(folder / REVIEW, html.encode())
    return folder / REVIEW


def _page(folder: Path, run: Run, gallery: Gallery) -> ReviewPage:
    styles = [f"review/{name}.css" for name in _STYLES]
    scripts = ["theme.js", *(f"review/{name}.js" for name in _SCRIPTS)]
    laid = bring(folder, (_LIBRARY, *styles, *scripts))
    return ReviewPage(
        title=f"Review of {run.id}",
        simulated=run.simulated,
        styles=tuple(laid[name] for name in styles),
        scripts=(DATA, *SERVED, laid[_LIBRARY], *(laid[name] for name in scripts)),
        modes=MODES,
        sheets=tuple(_links(sheet, gallery) for sheet in sheets(run)),
    )


def _links(sheet: Sheet, gallery: Gallery) -> SheetLinks:
    return SheetLinks(id=sheet.id, links=tuple(_link(sample, gallery) for sample in sheet.samples))


def _link(sample: Sample, gallery: Gallery) -> Link:
    name = f"sample {sample.key.sample + 1}"
    tile = gallery.get(sample.picture) if sample.picture else None
    if tile is None:
        return Link(name=name, href="", words=instead(sample))
    small = tile.preview or tile.thumb
    return Link(name=name, href=small.href if small else "", words=tile.words)
