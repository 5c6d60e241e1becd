"""Bring small forms of a run's pictures into the report's folder.

Thumbs and previews are derived in a pool of processes, once for ever: they lie in
a cache by the original's sha256 and are linked into each report that shows them.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from harness.compute.executor import Executor
from harness.compute.processes import LOCAL
from harness.compute.tasks import Source, Task
from harness.errors import ImageError, StoreError
from harness.judging.sheets import sheets
from harness.measure.container import header_size
from harness.measure.derivatives import DERIVATIVES_VERSION, Kind, derive
from harness.model.blob import SHA256, BlobRef
from harness.model.run import Run
from harness.model.showing import NOTHING_MORE, Showing
from harness.report.extent import WHOLE, Extent, Images, with_originals
from harness.report.linking import IMG, link
from harness.report.originals import bring_original
from harness.store.blobs import MAX_BLOB
from harness.store.files import read_bytes, write_cached

ABSENT = (
    "picture absent: harness cassette pull (or git lfs pull) fetches it; or record it anew with "
    "--live all"
)
FEW = 4
"""Pictures that are made small sooner in this process than processes are started."""
_HEAD = 64
POINTER = "picture absent: a Git LFS pointer lies in its place; run git lfs pull"
HEIC = "HEIC: no small copy of it can be made here; its own bytes are what is sent and kept"
UNNAMED = "cannot be shown: what names it is no sha256"
SWAPPED = "cannot be shown: the bytes are not those that the name says; restore the file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where the bytes come from.

    Attributes:
        original: Gives the file with a blob's original bytes by sha256, or None.
        derivative_cache: Folder of derivatives by version and sha256; made where absent.
        executor: Who derives.
        forgotten: Says by sha256 that a picture was forgotten on purpose, and why; empty
            where it was not. What was is not shown, though a small form of it lay here.
    """

    original: Callable[[str], Path | None]
    derivative_cache: Path
    executor: Executor = LOCAL
    forgotten: Callable[[str], str] = lambda _: ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """A small form of a picture within the report.

    Attributes:
        href: Where it lies, relative to the page.
        width: Pixels.
        height: Pixels.
    """

    href: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A picture as it can be shown: its renditions, or words that say why not.

    Attributes:
        thumb: At most 320 px, or None.
        preview: At most 1600 px, or None.
        full: The original, where the report's folder holds it.
        words: Why nothing can be shown; empty where it can.
    """

    thumb: Rendition | None = None
    preview: Rendition | None = None
    full: Rendition | None = None
    words: str = ""


Gallery = Mapping[str, Tile]
"""Every picture of a run by sha256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """Both small forms of a picture, or why there is none.

    Attributes:
        data: The bytes of each kind.
        trouble: In words; empty for none.
    """

    data: tuple[tuple[Kind, bytes], ...] = ()
    trouble: str = ""


def gather(
    run: Run,
    *,
    folder: Path,
    sources: Sources,
    showing: Showing = NOTHING_MORE,
    extent: Extent = WHOLE,
) -> Gallery:
    """Derive what is not cached, link all into `folder/img`, and say what cannot be shown.

    Args:
        run: What was judged; every picture of it is brought.
        folder: The report's.
        sources: Where the bytes come from.
        showing: Names the pictures that stand beside the run's own.
        extent: Says which forms are brought.

    Raises:
        StoreError: the folder cannot be written.
    """
    wanted = tuple(dict.fromkeys((*shown(run), *beside(run, showing))))
    small = _Small(sources.derivative_cache)
    troubles = _derive_missing(wanted, sources, small)
    full = frozenset(with_originals(run, showing, extent))
    gallery = {}
    for sha256 in wanted:
        if sha256 in troubles:
            gallery[sha256] = Tile(words=troubles[sha256])
            continue
        kinds = (Kind.THUMB,) if extent.images is Images.THUMB else tuple(Kind)
        tile = _tile(sha256, kinds, folder=folder, small=small)
        if sha256 in full:
            measured = run.measures.get(sha256)
            weight = measured.size if measured else None
            tile = replace(tile, full=_full(sha256, weight, folder=folder, sources=sources))
        gallery[sha256] = tile
    return gallery


def _full(sha256: str, weight: int | None, *, folder: Path, sources: Sources) -> Rendition | None:
    source = sources.original(sha256)
    if source is None:
        return None
    found = bring_original(sha256, source=source, folder=folder, weight=weight)
    return Rendition(href=found.href, width=found.width, height=found.height) if found else None


def shown(run: Run) -> Iterator[str]:
    """Give the sha256 of every picture that the page shows: answers, thoughts, references."""
    for judged in run.judged:
        for turn in judged.variant.turns:
            yield from (reference.blob.sha256 for reference in turn.references)
        for sample in judged.samples:
            parts = () if sample.generation is None else sample.generation.parts
            yield from (part.picture.sha256 for part in parts if part.picture is not None)


def beside(run: Run, showing: Showing) -> Iterator[str]:
    """Give the sha256 of every picture that stands beside the run's own: baselines, older ones."""
    for sheet in sheets(run):
        cell = showing.cell(sheet.place)
        yield from (*cell.order, *cell.baseline, *cell.earlier)
        yield from (witness.sha256 for witness in cell.drift.witnesses) if cell.drift else ()


def _derive_missing(wanted: tuple[str, ...], sources: Sources, small: "_Small") -> dict[str, str]:
    """Fill the cache; give what went wrong, in words, by sha256."""
    troubles: dict[str, str] = {}
    tasks = []
    for sha256 in wanted:
        if not SHA256.fullmatch(sha256):  # it would name a path: a run.json is a stranger's
            troubles[sha256] = UNNAMED
            continue
        if words := sources.forgotten(sha256):
            troubles[sha256] = words
            continue
        if all(small.size(sha256, kind) for kind in Kind):
            continue
        original = sources.original(sha256)
        if original is None:
            troubles[sha256] = ABSENT
        else:
            file = Source(path=original, sha256=sha256)
            tasks.append(Task(key=f"{DERIVATIVES_VERSION} {sha256}", about=None, files=(file,)))
    return troubles | dict(_derive(tasks, sources))


def _derive(tasks: Sequence[Task[None]], sources: Sources) -> Iterator[tuple[str, str]]:
    """Fill the cache by the executor; give what went wrong, in words, by sha256."""
    made = sources.executor.map(forms_of, tasks, few=FEW, lost=_lost)
    for task, forms in zip(tasks, made, strict=True):
        sha256 = task.files[0].sha256
        for kind, data in forms.data:
            write_cached(_cached(sources.derivative_cache, sha256, kind), data)
        if forms.trouble:
            yield sha256, forms.trouble


def forms_of(task: Task[None]) -> Forms:
    """Derive both forms of one picture; in a worker, which keeps nothing."""
    file = task.files[0]
    try:
        data = file.read(partial(read_bytes, limit=MAX_BLOB))
    except StoreError:
        return Forms(trouble=ABSENT)
    if BlobRef.of(data).sha256 != file.sha256:
        pointer = data.startswith(b"version https://git-lfs")
        return Forms(trouble=POINTER if pointer else SWAPPED)
    try:
        return Forms(data=tuple((kind, derive(data, kind=kind).data) for kind in Kind))
    except ImageError as error:
        return Forms(trouble=_in_words(str(error)))


def _lost(task: Task[None], why: str) -> Forms:
    return Forms(trouble=f"cannot be shown: {why}")


def _cached(cache: Path, sha256: str, kind: Kind) -> Path:
    """Give where a derivative lies; other sizes and qualities lie elsewhere."""
    version = DERIVATIVES_VERSION.replace("/", "-")
    return cache / f"{version}/{sha256[:2]}/{sha256}.{kind.value}.webp"


class _Small:
    """The cache of small forms: the head of each is read once."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._sizes: dict[tuple[str, Kind], tuple[int, int]] = {}

    def path(self, sha256: str, kind: Kind) -> Path:
        return _cached(self._cache, sha256, kind)

    def size(self, sha256: str, kind: Kind) -> tuple[int, int] | None:
        """Give width and height in pixels; None where there is none, or it was cut short."""
        known = self._sizes.get((sha256, kind)) or _size(self.path(sha256, kind))
        if known:
            self._sizes[sha256, kind] = known
        return known


def whole(path: Path) -> bool:
    """Tell whether a derivative is there and is one: a cache may have been cut short."""
    return _size(path) is not None


def _size(path: Path) -> tuple[int, int] | None:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123  # of each picture of a report, twice
            head = stream.read(_HEAD)
            is_cut = int.from_bytes(head[4:8], "little") + 8 != os.fstat(stream.fileno()).st_size
        size = (0, 0) if is_cut else header_size(head)  # a WebP's head says how long it is
    except (OSError, ImageError):
        return None
    return size if min(size) > 0 else None


def _href(sha256: str, kind: Kind) -> str:
    return f"{IMG}/{sha256[:2]}/{sha256}.{kind.value}.webp"


def _tile(sha256: str, kinds: tuple[Kind, ...], *, folder: Path, small: _Small) -> Tile:
    """Link the small forms into the report."""
    found = {}
    for kind in kinds:
        size = small.size(sha256, kind)
        if size is None:
            return Tile(words=ABSENT)
        href = _href(sha256, kind)
        link(small.path(sha256, kind), folder / href)
        found[kind] = Rendition(href=href, width=size[0], height=size[1])
    return Tile(thumb=found[Kind.THUMB], preview=found.get(Kind.PREVIEW))


def rendition(folder: Path, href: str) -> Rendition:
    """Give a small form that lies in the report's folder, with its size."""
    with (folder / href).open("rb") as stream:
        width, height = header_size(stream.read(_HEAD))
    return Rendition(href=href, width=width, height=height)


def _in_words(trouble: str) -> str:
    """Tell what is broken from what is whole and of a kind that is not read."""
    if trouble.startswith("HEIC"):
        return HEIC
    kind = "broken picture" if trouble.startswith(("broken", "truncated")) else "cannot be shown"
    return f"{kind}: {trouble.removeprefix('broken ')}"
