"""Describe pictures with a known change in them, each once; what was described is remembered."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.compute.executor import default_workers, map_ordered
from harness.errors import ImageError
from harness.evaluate.described import FEW, descriptions
from harness.evaluate.workspace import Workspace
from harness.measure.plants import PLANTS_VERSION, plant, plant_of

if TYPE_CHECKING:
    from harness.measure.description import Description


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """A picture to change and describe."""

    sha256: str
    path: Path
    name: str


def described_with(
    name: str, digests: Iterable[str], workspace: Workspace
) -> Mapping[str, "Description"]:
    """Describe pictures with a plant in them; one that is absent or broken is left out.

    Args:
        name: Of the plant.
        digests: sha256 of the pictures as they were recorded.
        workspace: Where they lie.

    Raises:
        UsageError: no such plant.
    """
    from harness.measure.description import description_version

    version = f"{description_version()} {PLANTS_VERSION} {plant_of(name).name}"
    memo = descriptions(workspace, version=version)
    found: dict[str, Description] = {}
    fresh: list[_Task] = []
    blobs = workspace.blobs
    for sha256 in dict.fromkeys(digests):
        known = memo.get(sha256)
        if known is not None:
            found[sha256] = known
        elif (path := blobs.path(sha256)) is not None:
            fresh.append(_Task(sha256=sha256, path=path, name=name))
    workers = default_workers() if len(fresh) > FEW else 1
    made = map_ordered(_describe, fresh, workers=workers)
    for task, description in zip(fresh, made, strict=True):
        if description is not None:
            memo.put(task.sha256, description)
            found[task.sha256] = description
    return found


def _describe(task: _Task) -> "Description | None":
    """Change and describe one picture; in a worker."""
    from harness.measure.description import describe
    from harness.measure.pixels import open_image

    try:
        data = task.path.read_bytes()
        if hashlib.sha256(data).hexdigest() != task.sha256:
            return None
        image = open_image(data)
    except (OSError, ImageError):
        return None
    return describe(plant(image, task.name))
