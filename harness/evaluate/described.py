"""Describe many pictures for drift, each once; what was described is remembered."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.compute.executor import map_ordered, workers_for
from harness.errors import ImageError, UsageError
from harness.evaluate.workspace import Workspace
from harness.store.vectors import Vectors

if TYPE_CHECKING:
    from harness.measure.description import Description

FEW = 8
"""Pictures that are described sooner in this process than processes are started."""

FOLDER = "descriptions"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """A picture to describe.

    Attributes:
        sha256: What its file must hold.
        path: Its file.
        level: It is brought to one size and one compression first.
        plant: Name of a known change that is put into it first; empty for none.
    """

    sha256: str
    path: Path
    level: bool
    plant: str


def described(
    digests: Iterable[str], workspace: Workspace, *, level: bool = False, plant: str = ""
) -> Mapping[str, "Description"]:
    """Describe pictures by sha256; one that is absent or cannot be read is left out.

    Args:
        digests: sha256 of pictures, repeated or not.
        workspace: Where they lie.
        level: Bring each to one pixel size and one compression first.
        plant: Name of a known change to put into each first; empty for none.

    Raises:
        UsageError: no such plant.
    """
    from harness.measure.description import LENGTH  # late: it loads Pillow

    folder = workspace.state / "features" / FOLDER
    memo = Vectors(folder, version=_version(level=level, plant=plant), numbers=LENGTH)
    found: dict[str, Description] = {}
    fresh: list[_Task] = []
    blobs = workspace.blobs
    for sha256 in dict.fromkeys(digests):
        known = memo.get(sha256)
        if known is not None:
            found[sha256] = known
        elif (path := blobs.path(sha256)) is not None:
            fresh.append(_Task(sha256=sha256, path=path, level=level, plant=plant))
    workers = workers_for([task.path for task in fresh], few=FEW)
    made = map_ordered(_describe, fresh, workers=workers)
    for task, description in zip(fresh, made, strict=True):
        if description is not None:
            memo.put(task.sha256, description)
            found[task.sha256] = description
    return found


def _version(*, level: bool, plant: str) -> str:
    """Name all that a description depends on beside the picture."""
    from harness.measure.description import description_version  # late: it loads Pillow

    parts = [description_version()]
    if plant:
        from harness.measure.plants import PLANTS_VERSION, plant_of

        parts += [PLANTS_VERSION, plant_of(plant).name]
    if level:
        from harness.measure.level import level_version

        parts.append(level_version())
    return " ".join(parts)


def _describe(task: _Task) -> "Description | None":
    """Describe one picture; in a worker."""
    from harness.measure.description import describe
    from harness.measure.level import levelled
    from harness.measure.pixels import open_image
    from harness.measure.plants import plant

    try:
        data = task.path.read_bytes()
        if hashlib.sha256(data).hexdigest() != task.sha256:
            return None
        image = open_image(data)
    except (OSError, ImageError):
        return None
    image = plant(image, task.plant) if task.plant else image
    image = levelled(image) if task.level else image
    return describe(image, own_pixels=not task.level)


def embeddings(
    measure: str, digests: Iterable[str], workspace: Workspace
) -> Mapping[str, "Description"]:
    """Describe pictures by an embedder; one that it cannot describe is left out.

    Args:
        measure: Name of the embedder.
        digests: sha256 of pictures, repeated or not.
        workspace: Where they lie, and which networks are set.

    Raises:
        UsageError: the embedder cannot be had, fails, or does not give equally many numbers
            of every picture.
    """
    from harness.evaluate.embedding import vectors_of
    from harness.evaluate.looks import onnx_models

    found = vectors_of(
        measure,
        {sha256: workspace.blobs.path(sha256) for sha256 in dict.fromkeys(digests)},
        models=onnx_models(workspace),
        features=workspace.state / "features",
    )
    sizes = sorted({vector.size for vector in found.values()})
    if len(sizes) > 1:
        raise UsageError(
            f"drift: embedder: {measure} describes one picture by {sizes[0]:,} numbers and another "
            f"by {sizes[-1]:,}, so that they cannot be held against each other; name one that "
            "gives equally many of every picture"
        )
    return found
