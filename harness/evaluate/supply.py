"""Bring absent blobs while a run replays, as far as it may; say once where it cannot."""

import functools
import logging
import threading
from collections.abc import Iterable, Mapping, Sequence

from harness.errors import BlobCorrupt, BlobMissing, HarnessError, SettingsError
from harness.evaluate.transfer import carry
from harness.evaluate.workspace import Workspace
from harness.model.blob import BLOB_NAME, BlobRef
from harness.model.picture import Measures
from harness.runner.going import Progress, silent
from harness.store.blobs import BlobStore
from harness.store.bucket import Bucket
from harness.store.committed import Committed
from harness.store.supplied import SuppliedBlobs

log = logging.getLogger(__name__)

PULL = "harness cassette pull"
MOST = 5
"""Blobs of which it is said, each by itself, that they are not in the bucket."""
NO_BUCKET = (
    'no place for blobs is set; say blobs = "s3://bucket/prefix" in harness.toml '
    "(what is kept in git goes and comes by git, or git lfs)"
)


def bucket_of(workspace: Workspace, *, hasty: bool = False) -> Bucket:
    """Open the place where blobs are kept too; nobody is asked yet.

    Args:
        workspace: Its settings say where.
        hasty: Whether to give up within seconds where nobody answers.

    Raises:
        SettingsError: none is set, or what speaks its scheme is not installed.
    """
    if not workspace.settings.blobs:
        raise SettingsError(NO_BUCKET)
    return Bucket(workspace.settings.blobs, hasty=hasty)


def supplied(workspace: Workspace, suites: Sequence[str]) -> BlobStore:
    """Give the blob store of a run: it fetches, and knows what is committed of absent pictures.

    Args:
        workspace: Its settings say whether and where from.
        suites: Ids of the suites that are run.
    """
    supply = _Supply(workspace, tuple(suites))
    return SuppliedBlobs(workspace.blobs.root, bring=supply.bring, known=supply.known)


def bring(
    names: Sequence[str],
    workspace: Workspace,
    suites: Sequence[str],
    *,
    progress: Progress = silent,
) -> None:
    """Fetch blobs that are not here, as far as that may be; why one does not come is logged.

    Args:
        names: `<sha256>.<ext>`.
        workspace: Its settings say whether and where from.
        suites: Ids of the suites whose blobs they are.
        progress: Told how it goes.
    """
    absent = [name for name in names if workspace.blobs.path(name[:64]) is None]
    if not (absent and workspace.settings.blobs and workspace.settings.fetch):
        return
    store = supplied(workspace, suites)
    moved = carry(absent, lambda name: store.ref(name).size, what="fetch", progress=progress)
    for said in moved.refused.values():  # why others did not come is said already
        log.warning("%s", said)
    if moved.stopped is not None:
        log.warning("%s", moved.stopped)


def committed_measures(workspace: Workspace, suites: Sequence[str]) -> Mapping[str, Measures]:
    """Give what is committed of the pictures of some suites' recordings, by sha256."""
    from harness.measure.measures import measures_version  # late: it loads numpy and Pillow

    found: dict[str, Measures] = {}
    for suite in suites:
        folder = workspace.cassettes(suite).folder
        found |= Committed(folder).known(version=measures_version())
    return found


def with_committed(
    measures: Mapping[str, Measures],
    pictures: Iterable[str],
    workspace: Workspace,
    suites: Sequence[str],
) -> Mapping[str, Measures]:
    """Add what is committed of pictures that are not here; forgotten ones stay without.

    Args:
        measures: What was measured, by sha256.
        pictures: sha256 of what is judged.
        workspace: Where cassettes and blobs lie.
        suites: Ids of the suites that are run.
    """
    blobs = workspace.blobs
    absent = {name for name in pictures if name not in measures and blobs.path(name) is None}
    absent = {name for name in absent if name not in blobs.tombstones}
    if not absent:
        return measures
    known = committed_measures(workspace, suites)
    return {**measures, **{name: known[name] for name in sorted(absent & known.keys())}}


class _Supply:
    """Who brings blobs; shared by the threads of a run."""

    def __init__(self, workspace: Workspace, suites: tuple[str, ...]) -> None:
        self._workspace = workspace
        self._suites = suites
        self._lock = threading.Lock()
        self._missed = 0
        self._given_up = not (workspace.settings.blobs and workspace.settings.fetch)

    @functools.cached_property
    def _committed(self) -> Mapping[str, Measures]:
        return committed_measures(self._workspace, self._suites)

    def known(self, name: str) -> int | None:
        """Give a blob's bytes as the commit says; of a signature nobody needs them."""
        measures = self._committed.get(name[:64])
        if measures is not None:
            return measures.size
        may_be_absent = self._committed or self._workspace.settings.blobs
        return 0 if name.endswith(".bin") and may_be_absent else None

    def bring(self, name: str) -> bool:
        """Fetch one blob; after a bucket that cannot be used nobody asks it again.

        Raises:
            BlobCorrupt: what lies in the bucket is not what the name says.
        """
        bucket = self._bucket()
        if bucket is None:
            return False
        try:
            keep(bucket.get(name), name, self._workspace.blobs)
        except BlobCorrupt:
            raise
        except BlobMissing as error:
            self._miss(error)
            return False
        except HarnessError as error:
            self._give_up(error)
            return False
        return True

    def _bucket(self) -> Bucket | None:
        with self._lock:
            if self._given_up:
                return None
            try:
                return self._opened
            except HarnessError as error:
                failure = error
        self._give_up(failure)
        return None

    @functools.cached_property
    def _opened(self) -> Bucket:
        return bucket_of(self._workspace, hasty=True)

    def _miss(self, error: HarnessError) -> None:
        """Say of some blobs that they are not there; the rest would fill the screen."""
        with self._lock:
            self._missed += 1
            number = self._missed
        if number <= MOST:
            log.warning("%s", error)
        elif number == MOST + 1:
            log.warning("more pictures are not in the bucket; what names them all: %s", PULL)

    def _give_up(self, error: HarnessError) -> None:
        """Say once why nothing is fetched any more."""
        with self._lock:
            if not self._given_up:
                self._given_up = True
                log.warning("pictures are not fetched: %s; where it works: %s", error, PULL)


def keep(data: bytes, name: str, blobs: BlobStore) -> None:
    """Keep bytes that were held against their name, under it.

    Raises:
        StoreError: they cannot be written, or it is no name of a blob.
    """
    match = BLOB_NAME.fullmatch(name)
    if match is None:
        raise BlobMissing(f"{name[:80]!r}: not the name of a blob")
    blobs.put_named(data, BlobRef(sha256=match[1], extension=match[2], size=len(data)))
