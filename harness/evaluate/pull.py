"""Pull: fetch the blobs that are named and not here."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from harness.errors import BlobMissing
from harness.evaluate.naming import named_blobs
from harness.evaluate.supply import bucket_of, keep
from harness.evaluate.transfer import Moved, carry
from harness.evaluate.workspace import Workspace
from harness.runner.going import Progress, silent
from harness.store.blobs import BlobStore
from harness.store.bucket import Bucket, Requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What a pull did, or would do.

    Attributes:
        url: Where from.
        here: Blobs that are named and lay here already.
        todo: Names of those that did not, in order.
        size: Bytes of those that are there; told by a dry run alone, else 0.
        nowhere: Names of blobs that are not there either; told by a dry run alone.
        forgotten: Blobs that are named and were forgotten: they are not fetched.
        broken: What cannot be read, and may name more.
        moved: What was fetched; None for a dry run.
        requests: What the bucket was asked.
    """

    url: str
    here: int
    todo: tuple[str, ...]
    size: int
    nowhere: tuple[str, ...]
    forgotten: int
    broken: tuple[str, ...]
    moved: Moved | None
    requests: Requests


def pull(
    workspace: Workspace,
    only: Sequence[str] = (),
    *,
    dry_run: bool = False,
    progress: Progress = silent,
) -> Pulled:
    """Fetch what is missing here, a request a blob; a dry run lists instead.

    Args:
        workspace: Who fetches.
        only: `suite` or `suite/recording`; empty for all, and what baselines name.
        dry_run: Only look.
        progress: Told how it goes.

    Raises:
        UsageError: nothing is called so.
        SettingsError, BucketError: no place is set, or it cannot be listed.
    """
    bucket, blobs = bucket_of(workspace), workspace.blobs
    named = named_blobs(workspace, only)
    absent = [name for name in named.names if not _is_here(name, blobs)]
    bare = [sha256 for sha256 in named.bare if blobs.path(sha256) is None]
    todo = (*absent, *(bucket.sizes(bare) if bare else ()))
    sizes = bucket.sizes(todo) if dry_run and todo else {}
    fetch = partial(_fetched, bucket=bucket, blobs=blobs)
    return Pulled(
        url=bucket.url,
        here=len(named.names) + len(named.bare) - len(absent) - len(bare),
        todo=todo,
        size=sum(sizes.values()),
        nowhere=tuple(name for name in todo if name not in sizes) if dry_run else (),
        forgotten=named.forgotten,
        broken=tuple(named.broken),
        moved=None if dry_run else carry(todo, fetch, what="pull", progress=progress),
        requests=bucket.requests,
    )


def _fetched(name: str, *, bucket: Bucket, blobs: BlobStore) -> int:
    """Fetch one blob; give its bytes."""
    data = bucket.get(name)
    keep(data, name, blobs)
    return len(data)


def _is_here(name: str, blobs: BlobStore) -> bool:
    """Tell whether a blob lies here; a Git LFS pointer in its place is none."""
    try:
        blobs.ref(name)
    except BlobMissing:
        return False
    return True
