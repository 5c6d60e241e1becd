"""Describe many pictures for drift, each once; what was described is remembered."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.compute.executor import TINY
from harness.compute.tasks import Source, Task
from harness.errors import ImageError, UsageError
from harness.evaluate.workspace import Workspace
from harness.store.vectors import Vectors

if TYPE_CHECKING:
    from harness.measure.description import Description

FEW = 8
"""Pictures that are described sooner in this process than processes are started."""

FOLDER = "descriptions"


@dataclass(frozen=True, slots=True, kw_only=True)
class _How:
    """How a picture is described.

    Attributes:
        level: It is brought to one size and one compression first.
        plant: Name of a known change that is put into it first; empty for none.
    """

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
    version = _version(level=level, plant=plant)
    memo = Vectors(folder, version=version, numbers=LENGTH)
    found: dict[str, Description] = {}
    fresh: dict[str, Path] = {}
    blobs = workspace.blobs
    for sha256 in dict.fromkeys(digests):
        known = memo.get(sha256)
        if known is not None:
            found[sha256] = known
        elif (path := blobs.path(sha256)) is not None:
            fresh[sha256] = path
    tasks = _tasks(fresh, _How(level=level, plant=plant), version)
    made = workspace.executor.map(_describe, tasks, few=FEW, tiny=TINY, lost=_left_out)
    for sha256, description in zip(fresh, made, strict=True):
        if description is not None:
            memo.put(sha256, description)
            found[sha256] = description
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


def _tasks(files: Mapping[str, Path], how: _How, version: str) -> Iterator[Task[_How]]:
    for sha256, path in files.items():
        file = Source(path=path, sha256=sha256)
        yield Task(key=f"{version} {sha256}", about=how, files=(file,))


def _left_out(task: Task[_How], why: str) -> "Description | None":
    """Treat a picture that kills its workers as one that cannot be read."""
    return None


def _describe(task: Task[_How]) -> "Description | None":
    """Describe one picture; in a worker."""
    from harness.measure.description import describe
    from harness.measure.level import levelled
    from harness.measure.pixels import open_image
    from harness.measure.plants import plant

    try:
        data = task.files[0].read()
        if hashlib.sha256(data).hexdigest() != task.files[0].sha256:
            return None
        image = open_image(data)
    except (OSError, ImageError):
        return None
    how = task.about
    image = plant(image, how.plant) if how.plant else image
    image = levelled(image) if how.level else image
    return describe(image, own_pixels=not how.level)


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
        executor=workspace.executor,
    )
    sizes = sorted({vector.size for vector in found.values()})
    if len(sizes) > 1:
        raise UsageError(
            f"drift: embedder: {measure} describes one picture by {sizes[0]:,} numbers and another "
            f"by {sizes[-1]:,}, so that they cannot be held against each other; name one that "
            "gives equally many of every picture"
        )
    return found
