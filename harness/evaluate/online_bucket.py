"""Look at the bucket of the blobs: what speaks its scheme, and, online, what lies in it."""

from collections.abc import Iterator

from harness.errors import HarnessError
from harness.evaluate.examined import Examined
from harness.evaluate.supply import bucket_of
from harness.evaluate.workspace import Workspace
from harness.model.verdict import Status
from harness.report.words import weight

NAME = "bucket"


def look_at_bucket(workspace: Workspace, *, online: bool) -> Iterator[Examined]:
    """Look at the place where blobs are kept too; nothing where none is set.

    Args:
        workspace: Its settings say where.
        online: List it, which shows that the credentials let us in.
    """
    if not workspace.settings.blobs:
        return
    try:
        bucket = bucket_of(workspace)
        said = f"{bucket.url}; --online looks whether it lets us in"
        if online:
            there = bucket.everything()
            total = weight(sum(there.values()))
            said = f"{bucket.url}: {len(there):,} blobs of {total}, by listings alone"
    except HarnessError as error:
        yield Examined(name=NAME, status=Status.FAIL, message=str(error))
        return
    yield Examined(name=NAME, status=Status.PASS, message=said)
