"""Bring the maps of what edits changed into the report's folder."""

import math
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from harness.compute.tasks import Source, Task
from harness.errors import ImageError, StoreError
from harness.model.blob import SHA256, BlobRef
from harness.model.features import Edit
from harness.model.run import Run
from harness.report.edits import heat_href, shown_edits
from harness.report.pictures import Rendition, Sources, rendition, whole
from harness.store.blobs import MAX_BLOB
from harness.store.files import read_bytes, write_atomic

_MOST_TILES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    edit: Edit
    original: Path
    cached: Path


def gather_heats(run: Run, *, folder: Path, sources: Sources) -> Mapping[str, Rendition]:
    """Draw the maps that are not cached, copy all into `folder`; what cannot be drawn is left out.

    What was forgotten is not drawn: a map shows the picture.
    """
    found = {heat_href(edit): edit for edit in shown_edits(run) if has_map(edit)}
    tasks = {href: _wanted(edit, href, sources) for href, edit in found.items()}
    wanted = [task for task in tasks.values() if task and not whole(task.cached)]
    drawn = sources.executor.map(draw, map(_task, wanted), lost=_lost)
    for one, data in zip(wanted, drawn, strict=True):
        if data:
            write_atomic(one.cached, data, durable=False)
    kept = {href: task.cached for href, task in tasks.items() if task and whole(task.cached)}
    for href, cached in kept.items():
        (folder / href).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(cached, folder / href)
    return {href: rendition(folder, href) for href in kept}


def has_map(edit: Edit) -> bool:
    """Tell whether an edit can be drawn: a run.json may be a stranger's."""
    named = SHA256.fullmatch(edit.before) and SHA256.fullmatch(edit.after)
    if not named or edit.unmeasurable or not _fits(edit):
        return False
    left, top, right, bottom = edit.frame
    numbers = (*edit.colour, *edit.structure, *edit.frame, *edit.shift)
    return all(map(math.isfinite, numbers)) and left < right and top < bottom


def _fits(edit: Edit) -> bool:
    """Tell whether the grid is one, and every tile has its figures."""
    sides = 0 < edit.columns <= _MOST_TILES and 0 < edit.rows <= _MOST_TILES
    tiles = {len(edit.colour), len(edit.structure), len(edit.changed)}
    return sides and tiles == {edit.columns * edit.rows} and len(edit.frame) == 4


def _wanted(edit: Edit, href: str, sources: Sources) -> _Wanted | None:
    from harness.measure.heat import HEAT_VERSION  # late: it loads numpy and scipy

    if sources.forgotten(edit.before) or sources.forgotten(edit.after):
        return None
    original = sources.original(edit.after)
    cache = sources.derivative_cache / HEAT_VERSION.replace("/", "-") / Path(href).name
    return None if original is None else _Wanted(edit=edit, original=original, cached=cache)


def _task(wanted: _Wanted) -> Task[Edit]:
    from harness.measure.heat import HEAT_VERSION

    file = Source(path=wanted.original, sha256=wanted.edit.after)
    return Task(key=f"{HEAT_VERSION} {wanted.edit!r}", about=wanted.edit, files=(file,))


def _lost(task: Task[Edit], why: str) -> bytes:
    return b""


def draw(task: Task[Edit]) -> bytes:
    """Draw one map; a picture that cannot be read, or is another one, gets none."""
    from harness.measure.heat import heat_map  # late, and in the worker

    try:
        data = task.files[0].read(partial(read_bytes, limit=MAX_BLOB))
        if BlobRef.of(data).sha256 == task.about.after:
            return heat_map(data, task.about).data
    except (StoreError, ImageError):
        pass
    return b""
