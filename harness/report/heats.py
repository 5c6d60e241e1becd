"""Bring the maps of what edits changed into the report's folder."""

import math
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.compute.executor import map_ordered
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
class _Task:
    edit: Edit
    original: Path
    cached: Path


def gather_heats(run: Run, *, folder: Path, sources: Sources) -> Mapping[str, Rendition]:
    """Draw the maps that are not cached, copy all into `folder`; what cannot be drawn is left out.

    What was forgotten is not drawn: a map shows the picture.
    """
    found = {heat_href(edit): edit for edit in shown_edits(run) if has_map(edit)}
    tasks = {href: _task(edit, href, sources) for href, edit in found.items()}
    wanted = [task for task in tasks.values() if task and not whole(task.cached)]
    for _ in map_ordered(draw_into_cache, wanted, workers=min(sources.workers, len(wanted))):
        pass
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


def _task(edit: Edit, href: str, sources: Sources) -> _Task | None:
    from harness.measure.heat import HEAT_VERSION  # late: it loads numpy and scipy

    if sources.forgotten(edit.before) or sources.forgotten(edit.after):
        return None
    original = sources.original(edit.after)
    cache = sources.derivative_cache / HEAT_VERSION.replace("/", "-") / Path(href).name
    return None if original is None else _Task(edit=edit, original=original, cached=cache)


def draw_into_cache(task: _Task) -> None:
    """Draw one map; a picture that cannot be read, or is another one, gets none."""
    from harness.measure.heat import heat_map  # late, and in the worker

    try:
        data = read_bytes(task.original, limit=MAX_BLOB)
        if BlobRef.of(data).sha256 == task.edit.after:
            write_atomic(task.cached, heat_map(data, task.edit).data, durable=False)
    except (StoreError, ImageError):
        return
