"""Write a page about drift that stands alone, its pictures within it."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from harness.compute.tasks import Source, Task
from harness.errors import ImageError, StoreError
from harness.evaluate.measured import FEW
from harness.evaluate.regression_page import lost_tile
from harness.evaluate.workspace import Workspace
from harness.judging.subjects import Subject
from harness.model.blob import SHA256
from harness.report.drift_page import DriftReport, Strip, drift_page, wanted
from harness.report.pictures import ABSENT, UNNAMED, Rendition, Tile
from harness.store.files import write_atomic

EXAMPLES = 4
"""Pictures of each side of a cell that are kept for the page."""


def strips_of(
    old: Sequence[Subject], new: Sequence[Subject], *, most: int = EXAMPLES
) -> Mapping[tuple[str, str], Strip]:
    """Choose examples of each cell, the first that came of each side: nobody's taste.

    Args:
        old: Answers of the reference.
        new: Fresh answers.
        most: So many of each side of a cell.
    """
    sides = _first(old, most), _first(new, most)
    places = dict.fromkeys((*sides[0], *sides[1]))
    return {
        place: Strip(old=sides[0].get(place, ()), new=sides[1].get(place, ())) for place in places
    }


def write_drift(report: DriftReport, path: Path, workspace: Workspace) -> None:
    """Write the page to `path`; a picture that cannot be shown is told in words.

    Args:
        report: What is shown. Its `answers` are `Told` (DELIVERY) and `Shown` (a test of
            drift with the examples of `strips_of`), in the order in which they are read.
        path: A file that ends in .html; its folder is made where absent.
        workspace: Where the pictures lie.

    Raises:
        StoreError: the page cannot be written.
    """
    write_atomic(path, drift_text(report, workspace).encode())


def drift_text(report: DriftReport, workspace: Workspace) -> str:
    """Give the page's text, its pictures within it; as `write_drift`."""
    return drift_page(report, _tiles(wanted(report), workspace))


def _first(subjects: Iterable[Subject], most: int) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for subject in sorted(subjects, key=lambda s: s.recorded_at):
        known = found.setdefault(subject.place, ())
        if subject.picture and len(known) < most:
            found[subject.place] = (*known, subject.picture)
    return found


def _tiles(digests: Sequence[str], workspace: Workspace) -> dict[str, Tile]:
    blobs = workspace.blobs
    tiles: dict[str, Tile] = {}
    files: dict[str, Path] = {}
    for sha256 in digests:
        gone = blobs.tombstones.get(sha256) if SHA256.fullmatch(sha256) else UNNAMED
        path = None if gone else blobs.path(sha256)
        if path is None:
            tiles[sha256] = Tile(words=str(gone or ABSENT))
        else:
            files[sha256] = path
    tasks = (
        Task(key=f"thumb {sha256}", about=None, files=(Source(path=path, sha256=sha256),))
        for sha256, path in files.items()
    )
    made = workspace.executor.map(_tile, tasks, few=FEW, lost=lost_tile)
    return tiles | dict(zip(files, made, strict=True))


def _tile(task: Task[None]) -> Tile:
    """Make a thumb within the page, or say why there is none; in a worker."""
    from harness.measure.derivatives import Kind, derive

    try:
        thumb = derive(task.files[0].read(), kind=Kind.THUMB)
    except (OSError, ImageError, StoreError) as error:
        return Tile(words=f"cannot be shown: {error}")
    href = f"data:image/webp;base64,{base64.b64encode(thumb.data).decode()}"
    return Tile(thumb=Rendition(href=href, width=thumb.width, height=thumb.height))
