"""Read the pictures whose text a suite's checks ask for, remembering what was read before."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.compute.executor import default_workers, map_ordered
from harness.evaluate.sources import Sources
from harness.model.features import Reading
from harness.model.sample import Sample
from harness.model.suite import Suite, Variant
from harness.store.figures import Figures

if TYPE_CHECKING:
    from harness.measure.reading import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """A picture, where it lies, and who reads it."""

    sha256: str
    path: Path
    by: "Reader"


def readings_of(
    suite: Suite, samples: Mapping[str, tuple[Sample, ...]], *, sources: Sources, features: Path
) -> tuple[Reading, ...]:
    """Read every picture that a check of the suite looks for text in, once a language.

    Args:
        suite: What was asked.
        samples: By the variant's id for people.
        sources: Where pictures lie.
        features: Folder of what is remembered.
    """
    asked: dict[str, dict[str, None]] = {}
    for variant in suite.variants:
        for language, sha256 in _asked(variant, samples.get(variant.id, ())):
            asked.setdefault(language, {})[sha256] = None
    return tuple(
        reading
        for language, pictures in asked.items()
        for reading in _read_in(language, tuple(pictures), sources, features)
    )


def _asked(variant: Variant, samples: tuple[Sample, ...]) -> Iterator[tuple[str, str]]:
    for sample in samples:
        check = variant.turns[sample.key.turn].checks.text
        if check is not None and sample.picture:
            yield check.language, sample.picture


def _read_in(
    language: str, pictures: tuple[str, ...], sources: Sources, features: Path
) -> Iterator[Reading]:
    from harness.measure.reading import reader  # late: it loads Pillow

    by = reader(language)
    if by.unavailable:
        for sha256 in pictures:
            yield Reading(sha256=sha256, language=language, unmeasurable=by.unavailable)
        return
    memo = Figures(features / "readings", Reading, by.version)
    known = {sha256: memo.get(sha256) for sha256 in pictures}
    tasks = [_task(sha256, by, sources) for sha256, reading in known.items() if reading is None]
    yield from (reading for reading in known.values() if reading is not None)
    yield from (task for task in tasks if isinstance(task, Reading))
    for reading in _mapped([task for task in tasks if isinstance(task, _Task)]):
        if not reading.unmeasurable:
            memo.put(reading, reading.sha256)
        yield reading


def _task(sha256: str, by: "Reader", sources: Sources) -> _Task | Reading:
    path = sources.path(sha256)
    if path is not None:
        return _Task(sha256=sha256, path=path, by=by)
    said = "the picture is not here; fetch it (git lfs pull), or record anew with --live all"
    return Reading(sha256=sha256, language=by.language, unmeasurable=said)


def _mapped(tasks: list[_Task]) -> Iterator[Reading]:
    workers = min(default_workers(), len(tasks))
    return map_ordered(_read, tasks, workers=workers)


def _read(task: _Task) -> Reading:
    from harness.measure.reading import read  # late, and in the worker

    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # Tesseract's threads cost three times the CPU
    failed = Reading(sha256=task.sha256, language=task.by.language)
    try:
        reading = read(task.path.read_bytes(), by=task.by)
    except OSError as error:
        return replace(failed, unmeasurable=f"it cannot be read: {error.strerror or error}")
    if reading.sha256 == task.sha256:
        return reading
    said = "its file holds other bytes than its name says; restore it from git"
    return replace(failed, unmeasurable=said)
