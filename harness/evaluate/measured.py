"""Measure every picture that judging needs, remembering what was measured before."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.compute.executor import TINY, Executor
from harness.compute.processes import LOCAL
from harness.compute.tasks import Source, Task
from harness.errors import ComputeError, HarnessError
from harness.evaluate.workspace import Workspace
from harness.model.picture import Measures
from harness.store.blobs import BlobStore, misfit
from harness.store.memo import Memo, stamp_of

FEW = 4
"""Pictures that are measured sooner in this process than processes are started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured.

    Attributes:
        measures: By sha256; absent pictures are left out.
        corrupt: Pictures whose file holds other bytes, or kills who measures it, by sha256.
    """

    measures: Mapping[str, Measures]
    corrupt: Mapping[str, HarnessError]


def measured(
    digests: Iterable[str], *, blobs: BlobStore, features: Path, executor: Executor = LOCAL
) -> Measured:
    """Measure pictures by sha256; each file is held against its name when it is measured.

    Args:
        digests: sha256 of pictures, repeated or not.
        blobs: Where they lie.
        features: Folder of the memo.
        executor: Who measures.
    """
    from harness.measure.measures import measures_version  # late: it loads numpy and Pillow

    version = measures_version()
    memo = Memo(features, version=version)
    found: dict[str, Measures] = {}
    fresh: dict[str, _File] = {}
    for sha256 in dict.fromkeys(digests):
        path = blobs.path(sha256)
        file = None if path is None else _File(path=path, stamp=stamp_of(path))
        known = memo.get(sha256, stamp=file.stamp if file else None)
        if known is not None:
            found[sha256] = known
        elif file is not None:
            fresh[sha256] = file
    corrupt: dict[str, HarnessError] = {}
    for sha256, measures in _measured_files(fresh, version, executor):
        if isinstance(measures, ComputeError):
            corrupt[sha256] = measures
        elif measures.sha256 == sha256:
            memo.put(measures, stamp=fresh[sha256].stamp)
            found[sha256] = measures
        else:
            corrupt[sha256] = misfit(fresh[sha256].path)
    return Measured(measures=found, corrupt=corrupt)


def measured_here(digests: Iterable[str], workspace: Workspace) -> Measured:
    """Measure pictures of a workspace, by whom it says."""
    return measured(
        digests,
        blobs=workspace.blobs,
        features=workspace.state / "features",
        executor=workspace.executor,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """Where a blob lies, and its file's stamp before it was read."""

    path: Path
    stamp: str


def _measured_files(
    files: Mapping[str, _File], version: str, executor: Executor
) -> Iterator[tuple[str, Measures | ComputeError]]:
    tasks = (
        Task(key=f"{version} {sha256}", about=None, files=(Source(path=file.path, sha256=sha256),))
        for sha256, file in files.items()
    )
    found = executor.map(_measure_file, tasks, few=FEW, tiny=TINY, lost=_lost)
    return zip(files, found, strict=True)


def _measure_file(task: Task[None]) -> Measures | ComputeError:
    from harness.measure.measures import measure  # late, and in the worker

    return measure(task.files[0].read())


def _lost(task: Task[None], why: str) -> Measures | ComputeError:
    return ComputeError(f"{task.shown}: {why}; restore the file, or record it anew")
