"""Describe many pictures by an embedder, and lay their distances into a matrix; both remembered."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.compute.executor import Executor
from harness.compute.processes import LOCAL
from harness.compute.tasks import Source, Task
from harness.errors import ImageError, UsageError
from harness.model.features import Looks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from harness.measure.embedders import Embedder
    from harness.measure.onnx import OnnxModel
    from harness.store.vectors import Vectors

_DIGEST = 32
FEW = 24
"""Pictures that are described sooner in this process than processes are started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who describes.

    Attributes:
        measure: Name of the embedder.
        model: Its network, where the settings name one.
    """

    measure: str
    model: "OnnxModel | None"


def looks_of(
    measure: str,
    pictures: Mapping[str, Path | None],
    *,
    models: Mapping[str, "OnnxModel"],
    features: Path,
    purpose: str = "",
    executor: Executor = LOCAL,
) -> Looks:
    """Tell how far pictures lie apart by one measure.

    An embedder that cannot be had, or that fails, leaves its reason in `unavailable`.

    Args:
        measure: Name of the embedder.
        pictures: Where each lies, by sha256; None where it is not here.
        models: Networks of the settings, by name.
        features: Folder of what is remembered.
        purpose: For what, e.g. a suite: its last distances are remembered.
        executor: Who describes.
    """
    from harness.measure.embedders import load_embedder  # late: it loads numpy

    try:
        embedder = load_embedder(measure, models=models)
        tasks = _tasks(embedder, pictures, by_whom(measure, models))
        found = _looks(embedder, tasks, features, purpose=purpose, executor=executor)
    except UsageError as error:
        return Looks(measure=measure, unavailable=str(error))
    absent = {name: "its bytes are not here" for name, path in pictures.items() if path is None}
    return replace(found, measure=measure, unmeasurable={**found.unmeasurable, **absent})


def vectors_of(
    measure: str,
    pictures: Mapping[str, Path | None],
    *,
    models: Mapping[str, "OnnxModel"],
    features: Path,
    executor: Executor = LOCAL,
) -> Mapping[str, "NDArray[Any]"]:
    """Describe pictures by one measure; one that is absent or cannot be described is left out.

    Args:
        measure: Name of the embedder.
        pictures: Where each lies, by sha256; None where it is not here.
        models: Networks of the settings, by name.
        features: Folder of what is remembered.
        executor: Who describes.

    Raises:
        UsageError: the embedder cannot be had, or fails.
    """
    from harness.measure.embedders import load_embedder  # late: it loads numpy
    from harness.store.vectors import Vectors

    embedder = load_embedder(measure, models=models)
    tasks = _tasks(embedder, pictures, by_whom(measure, models))
    memo = Vectors(features / "looks", version=memo_version(embedder))
    found, _ = _described(tasks, memo, executor)
    if len({vector.shape for vector in found.values()}) > 1:  # maybe what is remembered is broken
        found, _ = _described(tasks, memo, executor, anew=True)
    return found


def by_whom(measure: str, models: Mapping[str, "OnnxModel"]) -> By:
    """Say who describes; a network by its whole path, for whoever sees it too."""
    model = models.get(measure)
    return By(measure=measure, model=model and replace(model, path=model.path.absolute()))


def _tasks(embedder: "Embedder", pictures: Mapping[str, Path | None], by: By) -> list[Task[By]]:
    """Make a task of each picture that is here."""
    version = memo_version(embedder)
    return [
        Task(key=f"{version} {sha256}", about=by, files=(Source(path=path, sha256=sha256),))
        for sha256, path in pictures.items()
        if path is not None
    ]


def _looks(
    embedder: "Embedder",
    tasks: list[Task[By]],
    features: Path,
    *,
    purpose: str,
    executor: Executor,
) -> Looks:
    from harness.measure.embedders import identity
    from harness.store.vectors import Vectors

    memo = Vectors(features / "looks", version=memo_version(embedder))
    vectors, unmeasurable = _described(tasks, memo, executor)
    return Looks(
        measure=embedder.name,
        version=identity(embedder),
        names=tuple(vectors),
        rows=_matrix(embedder, vectors, memo, purpose=purpose),
        unmeasurable=unmeasurable,
    )


def memo_version(embedder: "Embedder") -> str:
    """Name everything that a remembered description depends on, beside the picture."""
    from harness.measure.embedders import VIEW, identity

    return f"{identity(embedder)} {VIEW}"


def _described(
    tasks: list[Task[By]], memo: "Vectors", executor: Executor, *, anew: bool = False
) -> tuple[dict[str, "NDArray[Any]"], dict[str, str]]:
    """Give each picture's description, or why it has none; in the order of the tasks."""
    names = [task.files[0].sha256 for task in tasks]
    known = {sha256: None if anew else memo.get(sha256) for sha256 in names}
    fresh = [task for task, sha256 in zip(tasks, names, strict=True) if known[sha256] is None]
    unmeasurable: dict[str, str] = {}
    made = executor.map(_describe, fresh, few=FEW, lost=_lost)
    for task, found in zip(fresh, made, strict=True):
        sha256 = task.files[0].sha256
        if isinstance(found, str):
            unmeasurable[sha256] = found
        else:
            memo.put(sha256, found)
            known[sha256] = found
    return {name: v for name, v in known.items() if v is not None}, unmeasurable


def _lost(task: Task[By], why: str) -> "NDArray[Any] | str":
    return f"{task.files[0].path.name}: {why}"


def _describe(task: Task[By]) -> "NDArray[Any] | str":
    """Describe one picture, or say why not; in a worker."""
    from harness.measure.embedders import embedded

    file, by = task.files[0], task.about
    try:
        data = file.read()
    except OSError as error:
        return f"{file.path.name} cannot be read ({error.strerror})"
    if hashlib.sha256(data).hexdigest() != file.sha256:
        return f"{file.path.name} holds other bytes than its name says"
    try:
        return embedded(loaded(by.measure, by.model), data)
    except ImageError as error:
        return str(error)


@cache
def loaded(measure: str, model: "OnnxModel | None") -> "Embedder":
    """Load an embedder once in each process.

    Args:
        measure: Its name.
        model: Its network, where the settings name one.
    """
    from harness.measure.embedders import load_embedder

    return load_embedder(measure, models={measure: model} if model else {})


def _matrix(
    embedder: "Embedder", vectors: Mapping[str, "NDArray[Any]"], memo: "Vectors", *, purpose: str
) -> tuple[tuple[float, ...], ...]:
    """Give the distances of all pairs; those of the last time are remembered, whatever came by."""
    from harness.measure.embedders import apart

    key = hashlib.sha256(f"distances {purpose}".encode()).hexdigest()
    known, names = _unpacked(memo.get(key)), list(vectors)
    rows = [[0.0] * len(names) for _ in names]
    fresh = False
    for one, first in enumerate(names):
        for two, second in enumerate(names[:one]):
            distance = known.get((first, second))
            if distance is None:
                distance, fresh = apart(embedder, vectors[first], vectors[second]), True
            rows[one][two] = rows[two][one] = distance
    if fresh:
        memo.put(key, _packed(names, rows))
    return tuple(map(tuple, rows))


def _packed(names: list[str], rows: list[list[float]]) -> "NDArray[Any]":
    """Lay names and distances into one array: a row a picture, its sha256 in 32 numbers first."""
    import numpy as np

    digests = [list(bytes.fromhex(name)) for name in names]
    return np.hstack([np.array(digests, dtype=np.float64), np.array(rows, dtype=np.float64)])


def _unpacked(found: "NDArray[Any] | None") -> Mapping[tuple[str, str], float]:
    """Read what `_packed` laid down, both ways round; nothing where it is of another form."""
    if found is None or found.ndim != 2 or found.shape[1] != found.shape[0] + _DIGEST:
        return {}
    digests = found[:, :_DIGEST].clip(0, 255).astype("u1")
    names = [digest.tobytes().hex() for digest in digests]
    distances = found[:, _DIGEST:].tolist()
    return {
        (first, second): round(float(distances[one][two]), 4)
        for one, first in enumerate(names)
        for two, second in enumerate(names)
    }
