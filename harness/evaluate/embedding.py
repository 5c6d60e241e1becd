"""Describe many pictures by an embedder, and lay their distances into a matrix; both remembered."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.compute.executor import default_workers, map_ordered
from harness.errors import ImageError, UsageError
from harness.model.features import Looks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from harness.measure.embedders import Embedder
    from harness.measure.onnx import OnnxModel
    from harness.store.vectors import Vectors

FEW = 24
"""Pictures that are described sooner in this process than processes are started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """A picture to describe, and by whom.

    Attributes:
        sha256: What its file must hold.
        path: Its file.
        measure: Name of the embedder.
        model: Its network, where the settings name one.
    """

    sha256: str
    path: Path
    measure: str
    model: "OnnxModel | None"


def looks_of(
    measure: str,
    pictures: Mapping[str, Path | None],
    *,
    models: Mapping[str, "OnnxModel"],
    features: Path,
) -> Looks:
    """Tell how far pictures lie apart by one measure.

    An embedder that cannot be had, or that fails, leaves its reason in `unavailable`.

    Args:
        measure: Name of the embedder.
        pictures: Where each lies, by sha256; None where it is not here.
        models: Networks of the settings, by name.
        features: Folder of what is remembered.
    """
    from harness.measure.embedders import identity, load_embedder  # late: they load numpy
    from harness.store.vectors import Vectors

    try:
        embedder = load_embedder(measure, models=models)
        memo = Vectors(features / "looks", version=memo_version(embedder))
        tasks = [
            _Task(sha256=sha256, path=path, measure=measure, model=models.get(measure))
            for sha256, path in pictures.items()
            if path is not None
        ]
        vectors, unmeasurable = _described(tasks, memo)
        rows = _matrix(embedder, vectors, memo)
    except UsageError as error:
        return Looks(measure=measure, unavailable=str(error))
    absent = {name: "its bytes are not here" for name, path in pictures.items() if path is None}
    return Looks(
        measure=measure,
        version=identity(embedder),
        names=tuple(vectors),
        rows=rows,
        unmeasurable={**unmeasurable, **absent},
    )


def memo_version(embedder: "Embedder") -> str:
    """Name everything that a remembered description depends on, beside the picture."""
    from harness.measure.embedders import VIEW, identity

    return f"{identity(embedder)} {VIEW}"


def _described(
    tasks: Iterable[_Task], memo: "Vectors"
) -> tuple[dict[str, "NDArray[Any]"], dict[str, str]]:
    """Give each picture's description, or why it has none; in the order of the tasks."""
    ordered = list(tasks)
    known = {task.sha256: memo.get(task.sha256) for task in ordered}
    fresh = [task for task in ordered if known[task.sha256] is None]
    unmeasurable: dict[str, str] = {}
    workers = default_workers() if len(fresh) > FEW else 1
    for task, found in zip(fresh, map_ordered(_describe, fresh, workers=workers), strict=True):
        if isinstance(found, str):
            unmeasurable[task.sha256] = found
        else:
            memo.put(task.sha256, found)
            known[task.sha256] = found
    return {name: v for name, v in known.items() if v is not None}, unmeasurable


def _describe(task: _Task) -> "NDArray[Any] | str":
    """Describe one picture, or say why not; in a worker."""
    from harness.measure.embedders import embedded

    try:
        data = task.path.read_bytes()
    except OSError as error:
        return f"{task.path.name} cannot be read ({error.strerror})"
    if hashlib.sha256(data).hexdigest() != task.sha256:
        return f"{task.path.name} holds other bytes than its name says"
    try:
        return embedded(_embedder(task.measure, task.model), data)
    except ImageError as error:
        return str(error)


@cache
def _embedder(measure: str, model: "OnnxModel | None") -> "Embedder":
    """Load an embedder once a process."""
    from harness.measure.embedders import load_embedder

    return load_embedder(measure, models={measure: model} if model else {})


def _matrix(
    embedder: "Embedder", vectors: Mapping[str, "NDArray[Any]"], memo: "Vectors"
) -> tuple[tuple[float, ...], ...]:
    """Give the distances of all pairs; remembered for just these pictures in this order."""
    import numpy as np

    name = hashlib.sha256("\n".join(vectors).encode()).hexdigest()
    found = memo.get(name)
    if found is None or found.shape != (len(vectors), len(vectors)):
        found = np.array(_distances(embedder, list(vectors.values())), dtype=np.float64)
        if found.size:
            memo.put(name, found)
    return tuple(tuple(round(float(value), 4) for value in row) for row in found)


def _distances(embedder: "Embedder", vectors: list["NDArray[Any]"]) -> list[list[float]]:
    from harness.measure.embedders import apart

    rows = [[0.0] * len(vectors) for _ in vectors]
    for one, first in enumerate(vectors):
        for two in range(one):
            rows[one][two] = rows[two][one] = apart(embedder, first, vectors[two])
    return rows
