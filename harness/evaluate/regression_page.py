"""Write the page of prompt regressions: pictures old and new side by side, within the page."""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from harness.compute.tasks import Source, Task
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
    blobs = workspace.blobs
    tiles: dict[str, Tile] = {}
    files: dict[str, Path] = {}
    for sha256 in dict.fromkeys(pictures):
        stone = blobs.tombstones.get(sha256)
        path = None if stone is not None else blobs.path(sha256)
        if path is None:
            tiles[sha256] = Tile(words=str(stone or "") or ABSENT)
        else:
            files[sha256] = path
    made = workspace.executor.map(tile_of, tile_tasks(files), few=FEW, lost=lost_tile)
    return tiles | dict(zip(files, made, strict=True))


def tile_tasks(files: Mapping[str, Path]) -> Iterator[Task[None]]:
    """Make a task of each picture, by sha256."""
    from harness.measure.derivatives import DERIVATIVES_VERSION  # late: it loads Pillow

    for sha256, path in files.items():
        file = Source(path=path, sha256=sha256)
        yield Task(key=f"{DERIVATIVES_VERSION} {sha256}", about=None, files=(file,))


def lost_tile(task: Task[None], why: str) -> Tile:
    """Say what stands for a picture that kills its workers."""
    return Tile(words=f"cannot be shown: {why}")


def tile_of(task: Task[None]) -> Tile:
    """Make a thumb within the page, or say why there is none; in a worker."""
    from harness.measure.derivatives import Kind, derive  # late, and in the worker

    file = task.files[0]
    try:
        data = file.read(partial(read_bytes, limit=MAX_BLOB))
        if BlobRef.of(data).sha256 != file.sha256:
            return Tile(words=SWAPPED)
        thumb = derive(data, kind=Kind.THUMB)
    except (StoreError, ImageError) as error:
        return Tile(words=f"cannot be shown: {error}")
    href = f"data:image/webp;base64,{base64.b64encode(thumb.data).decode()}"
    return Tile(thumb=Rendition(href=href, width=thumb.width, height=thumb.height))
