"""Measure pictures from anywhere: files and folders, without a suite or a service."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.compute.executor import Executor
from harness.compute.processes import LOCAL
from harness.compute.tasks import Source, Task
from harness.evaluate.measured import FEW
from harness.judging.contract import tier_of
from harness.judging.delivery import backend_of, provenance_of_picture
from harness.measure.framing import nearest_name, ratio_value
from harness.model.picture import Measures
from harness.model.provenance import Backend, Provenance
from harness.store.files import open_file

MAX_BYTES = 200_000_000
"""Larger files are refused; a 4K picture of the model has some 8 MB."""
_TOO_LARGE = f"more than {MAX_BYTES // 1_000_000} MB"

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"})
"""Files of a folder that are looked at; what they are is told by their bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture from anywhere, and everything that its bytes tell.

    Attributes:
        path: Where it lies, as asked for.
        measures: As of a recorded picture.
        tier: The nearest size, e.g. `"1K"`; empty where the pixels are not told.
        ratio: The nearest ratio that a model offers, e.g. `"16:9"`; may be empty.
        ratio_off: Share by which it misses that ratio, below 0 for narrower; 0 where not told.
        provenance: How it was delivered.
        backend: The back end that this fits.
    """

    path: Path
    measures: Measures
    tier: str
    ratio: str
    ratio_off: float
    provenance: Provenance
    backend: Backend


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A file that gives nothing to measure, and why."""

    path: Path
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found at the paths.

    Attributes:
        pictures: In order of the paths; within a folder by name.
        unreadable: What could not be measured.
    """

    pictures: tuple[Picture, ...]
    unreadable: tuple[Unreadable, ...]


def measure_paths(
    paths: Sequence[Path], *, mirrored: bool = False, executor: Executor = LOCAL
) -> Looked:
    """Measure files, and the pictures below folders; links in folders are not followed.

    Args:
        paths: Files and folders.
        mirrored: Hash the mirror images too, to find mirrored copies by.
        executor: Who measures.
    """
    from harness.measure.measures import measures_version  # late: it loads numpy and Pillow

    files = tuple(dict.fromkeys(file for path in paths for file in files_at(path)))
    methods = _methods(mirrored=mirrored)
    key = measures_version(methods)
    tasks = (Task(key=key, about=methods, files=(Source(path=path),)) for path in files)
    made = executor.map(_look, tasks, few=FEW, lost=_lost)
    found = list(zip(files, made, strict=True))
    return Looked(
        pictures=tuple(_picture(path, it) for path, it in found if isinstance(it, Measures)),
        unreadable=tuple(
            Unreadable(path=path, why=it) for path, it in found if isinstance(it, str)
        ),
    )


def files_at(path: Path) -> Iterator[Path]:
    """Give a file, or the pictures below a folder by name."""
    if not _is_folder(path):
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders.sort()
        yield from (
            Path(folder) / name
            for name in sorted(names)
            if Path(name).suffix.lower() in SUFFIXES and not (Path(folder) / name).is_symlink()
        )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # such as a name that is too long: whoever reads it says so
        return False


def _methods(*, mirrored: bool) -> tuple[str, ...]:
    from harness.measure.fingerprints import DEFAULT_FINGERPRINTS  # late: it loads numpy
    from harness.measure.sameness import MIRRORED_METHOD

    return (*DEFAULT_FINGERPRINTS, *((MIRRORED_METHOD,) if mirrored else ()))


def _lost(task: Task[tuple[str, ...]], why: str) -> Measures | str:
    return why


def _look(task: Task[tuple[str, ...]]) -> Measures | str:
    """Measure a file, or say why it cannot be; in a process of its own where there are many."""
    from harness.measure.measures import measure  # late, and in the worker

    try:
        data = task.files[0].read(read_picture)
    except OSError as error:
        return error.strerror or str(error)
    found = measure(data, methods=task.about)
    return found if found.width else found.unmeasurable or "no width and height"


def read_picture(path: Path) -> bytes:
    """Read a file that is one, and not endless, whatever size it states.

    Raises:
        OSError: it cannot be read, is no file, or is too large.
    """
    if path.exists() and not path.is_file():
        raise OSError("not a file")
    if path.stat().st_size > MAX_BYTES:
        raise OSError(_TOO_LARGE)
    with open_file(path) as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise OSError(_TOO_LARGE)
    return data


def _picture(path: Path, measures: Measures) -> Picture:
    provenance = provenance_of_picture(measures)
    ratio, off = nearest_ratio(measures.width, measures.height)
    return Picture(
        path=path,
        measures=measures,
        tier=tier_of(measures.width * measures.height),
        ratio=ratio,
        ratio_off=off,
        provenance=provenance,
        backend=backend_of(provenance),
    )


def nearest_ratio(width: int, height: int) -> tuple[str, float]:
    """Name the ratio that a model offers nearest to width by height, and by which share it misses.

    Wide and tall are treated alike: 16:9 and 9:16 lie as far from their neighbours.
    """
    found = width / height
    best = nearest_name(found)
    return best, round(found / ratio_value(best) - 1, 4)


def by_delivery(pictures: Iterable[Picture]) -> dict[str, list[Picture]]:
    """Group pictures that were delivered alike, in the order in which they came."""
    groups: dict[str, list[Picture]] = {}
    for picture in pictures:
        groups.setdefault(f"{picture.backend.row}{picture.provenance.digest}", []).append(picture)
    return groups
