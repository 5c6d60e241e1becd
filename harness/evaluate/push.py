"""Push: send the blobs that a bucket has not, and commit what was measured of pictures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.errors import BlobMissing
from harness.evaluate.committing import commit_measures
from harness.evaluate.naming import Named, named_blobs
from harness.evaluate.supply import bucket_of
from harness.evaluate.transfer import Moved, carry
from harness.evaluate.workspace import Workspace
from harness.model.blob import BlobRef
from harness.runner.going import Progress, silent
from harness.store.blobs import BlobStore
from harness.store.bucket import Bucket, Requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a push did, or would do.

    Attributes:
        url: Where to.
        here: Blobs that are named and lie here.
        there: Those of them that lay there already, of the right length.
        todo: Names of those that did not, in order.
        size: Bytes of these.
        nowhere: Names of blobs that are neither here nor there.
        forgotten: Blobs that are named and were forgotten: they are not sent.
        broken: What cannot be read, and may name more.
        moved: What was sent; None for a dry run.
        requests: What the bucket was asked.
        measures: Files of committed measures that were written.
    """

    url: str
    here: int
    there: int
    todo: tuple[str, ...]
    size: int
    nowhere: tuple[str, ...]
    forgotten: int
    broken: tuple[str, ...]
    moved: Moved | None
    requests: Requests
    measures: tuple[str, ...] = ()


def push(
    workspace: Workspace,
    only: Sequence[str] = (),
    *,
    dry_run: bool = False,
    progress: Progress = silent,
) -> Pushed:
    """Send what is missing there.

    Args:
        workspace: Whose blobs are sent.
        only: `suite` or `suite/recording`; empty for all, and what baselines name.
        dry_run: Only look.
        progress: Told how it goes.

    Raises:
        UsageError: nothing is called so.
        SettingsError, BucketError: no place is set, or it cannot be listed.
        StoreError: the measures cannot be written.
    """
    bucket = bucket_of(workspace)
    named = named_blobs(workspace, only)
    here = {ref.name: ref for ref in _here(named, workspace)}
    absent = [name for name in named.names if name not in here]
    there = bucket.sizes([*here, *absent])
    todo = tuple(name for name, ref in here.items() if there.get(name) != ref.size)
    return Pushed(
        url=bucket.url,
        here=len(here),
        there=len(here) - len(todo),
        todo=todo,
        size=sum(here[name].size for name in todo),
        nowhere=tuple(name for name in absent if name not in there),
        forgotten=named.forgotten,
        broken=tuple(named.broken),
        measures=() if dry_run else commit_measures(workspace, named),
        moved=None if dry_run else _send(todo, here, workspace.blobs, bucket, progress),
        requests=bucket.requests,
    )


def _send(
    todo: Sequence[str],
    refs: Mapping[str, BlobRef],
    blobs: BlobStore,
    bucket: Bucket,
    progress: Progress,
) -> Moved:
    """Send blobs, each held against its name, after what killed pushes left is swept away."""

    def one(name: str) -> int:
        bucket.put(name, blobs.get(refs[name]))
        return refs[name].size

    bucket.sweep()
    return carry(todo, one, what="push", progress=progress)


def _here(named: Named, workspace: Workspace) -> Iterator[BlobRef]:
    """Give what is named and lies here; a Git LFS pointer is no blob."""
    blobs = workspace.blobs
    bare: Iterable[str] = (path.name for sha in named.bare if (path := blobs.path(sha)) is not None)
    for name in (*named.names, *bare):
        try:
            yield blobs.ref(name)
        except BlobMissing:
            continue
