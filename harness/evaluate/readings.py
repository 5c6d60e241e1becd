"""Read the pictures whose text a suite's checks ask for, remembering what was read before."""

import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from harness.compute.executor import Executor
from harness.compute.processes import LOCAL
from harness.compute.tasks import Source, Task
from harness.errors import UsageError
from harness.evaluate.sources import Sources
from harness.model.features import Reading
from harness.model.sample import Sample
from harness.model.suite import Suite, Variant
from harness.store.figures import Figures

if TYPE_CHECKING:
    from harness.measure.reading import Reader


def readings_of(
    suite: Suite,
    samples: Mapping[str, tuple[Sample, ...]],
    *,
    sources: Sources,
    features: Path,
    executor: Executor = LOCAL,
) -> tuple[Reading, ...]:
    """Read every picture that a check of the suite looks for text in, once a language.

    Args:
        suite: What was asked.
        samples: By the variant's id for people.
        sources: Where pictures lie.
        features: Folder of what is remembered.
        executor: Who reads.
    """
    asked: dict[str, dict[str, None]] = {}
    for variant in suite.variants:
        for language, sha256 in _asked(variant, samples.get(variant.id, ())):
            asked.setdefault(language, {})[sha256] = None
    return tuple(
        reading
        for language, pictures in asked.items()
        for reading in _read_in(
            language, tuple(pictures), sources=sources, features=features, executor=executor
        )
    )


def _asked(variant: Variant, samples: tuple[Sample, ...]) -> Iterator[tuple[str, str]]:
    for sample in samples:
        check = variant.turns[sample.key.turn].checks.text
        if check is not None and sample.picture:
            yield check.language, sample.picture


def _read_in(
    language: str,
    pictures: tuple[str, ...],
    *,
    sources: Sources,
    features: Path,
    executor: Executor,
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
    wanted = [task for task in tasks if isinstance(task, Task)]
    for reading in executor.map(_read, wanted, lost=_lost):
        if not reading.unmeasurable:
            memo.put(reading, reading.sha256)
        yield reading


def _task(sha256: str, by: "Reader", sources: Sources) -> "Task[Reader] | Reading":
    path = sources.path(sha256)
    if path is not None:
        file = Source(path=path, sha256=sha256)
        return Task(key=f"{by.version} {sha256}", about=by, files=(file,))
    said = (
        "the picture is not here; harness cassette pull (or git lfs pull) fetches it, or record "
        "anew with --live all"
    )
    return Reading(sha256=sha256, language=by.language, unmeasurable=said)


def _lost(task: "Task[Reader]", why: str) -> Reading:
    return _unread(task, why)


def _unread(task: "Task[Reader]", why: str) -> Reading:
    return Reading(sha256=task.files[0].sha256, language=task.about.language, unmeasurable=why)


def _read(task: "Task[Reader]") -> Reading:
    from harness.measure.reading import read  # late, and in the worker

    _check_version(task)
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # Tesseract's threads cost three times the CPU
    try:
        reading = read(task.files[0].read(), by=task.about)
    except OSError as error:
        return _unread(task, f"it cannot be read: {error.strerror or error}")
    if reading.sha256 == task.files[0].sha256:
        return reading
    return _unread(task, "its file holds other bytes than its name says; restore it from git")


def _check_version(task: "Task[Reader]") -> None:
    """Refuse to read by another Tesseract than the one that asks, which is elsewhere.

    Raises:
        UsageError: this worker has another one, or none.
    """
    by = task.about
    if task.files[0].data is not None and (found := _version_here(by.language)) != by.version:
        raise UsageError(f"a worker has {found or 'no Tesseract'}; install {by.version} there")


@cache
def _version_here(language: str) -> str:
    from harness.measure.reading import reader

    return reader(language).version
