"""Write the page of prompt regressions: pictures old and new side by side, within the page."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from harness.compute.executor import default_workers, map_ordered
from harness.errors import ImageError, StoreError
from harness.evaluate.workspace import Workspace
from harness.model.blob import BlobRef
from harness.model.regression import Regression
from harness.report.pictures import ABSENT, SWAPPED, Rendition, Tile
from harness.report.regression_page import shown, to_regression_html
from harness.store.blobs import MAX_BLOB
from harness.store.files import read_bytes, write_atomic

FEW = 8
"""Pictures that are made small sooner in this process than processes are started."""

_Task = tuple[str, Path | None, str]
"""A picture's sha256, where it lies, and why it is not shown; empty where it may be."""


def write_regression_page(found: Sequence[Regression], path: Path, *, workspace: Workspace) -> None:
    """Write the page.

    Args:
        found: A suite each.
        path: Where it is to lie.
        workspace: Where the pictures lie.

    Raises:
        StoreError: it cannot be written.
    """
    tiles = tiles_within(shown(found), workspace)
    page = to_regression_html(found, tile=lambda sha256: tiles[sha256])
    write_atomic(path, page.encode())


def tiles_within(pictures: Iterable[str], workspace: Workspace) -> Mapping[str, Tile]:
    """Make thumbs that lie within a page, by sha256; words where there can be none."""
    tasks = [_task(sha256, workspace) for sha256 in dict.fromkeys(pictures)]
    workers = default_workers() if len(tasks) > FEW else 1
    made = map_ordered(_tile, tasks, workers=workers)
    return {task[0]: tile for task, tile in zip(tasks, made, strict=True)}


def _task(sha256: str, workspace: Workspace) -> _Task:
    blobs = workspace.blobs
    stone = blobs.tombstones.get(sha256)
    if stone is not None:
        return sha256, None, str(stone)
    return sha256, blobs.path(sha256), ""


def _tile(task: _Task) -> Tile:
    """Make a thumb within the page, or say why there is none; in a worker."""
    from harness.measure.derivatives import Kind, derive  # late, and in the worker

    sha256, path, why = task
    if path is None:
        return Tile(words=why or ABSENT)
    try:
        data = read_bytes(path, limit=MAX_BLOB)
        if BlobRef.of(data).sha256 != sha256:
            return Tile(words=SWAPPED)
        thumb = derive(data, kind=Kind.THUMB)
    except (StoreError, ImageError) as error:
        return Tile(words=f"cannot be shown: {error}")
    href = f"data:image/webp;base64,{base64.b64encode(thumb.data).decode()}"
    return Tile(thumb=Rendition(href=href, width=thumb.width, height=thumb.height))
