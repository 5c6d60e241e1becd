"""Hold what verifying found against a bucket's listing: absent here may lie there."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from harness.evaluate.supply import bucket_of
from harness.evaluate.verify import Found, Kind, Verified
from harness.evaluate.workspace import Workspace
from harness.report.words import count_of


def beside_bucket(verified: Verified, workspace: Workspace) -> Verified:
    """Tell what lies in the bucket, by listings alone; its bytes are not read.

    Raises:
        SettingsError: no place is set.
        BucketError: it cannot be listed.
    """
    bucket = bucket_of(workspace)
    there = bucket.everything()
    found = [_elsewhere(one, there, bucket.url) for one in verified.found]
    found += [*_unpushed(verified, there, bucket.url), *_back(workspace, there, bucket.url)]
    order = list(Kind)
    return replace(verified, found=tuple(sorted(found, key=lambda one: order.index(one.kind))))


def _elsewhere(one: Found, there: Mapping[str, int], url: str) -> Found:
    """Turn what is missing here and lies there into a note."""
    if one.kind not in (Kind.MISSING, Kind.POINTER) or one.where not in there:
        return one
    said = f"not here, but in {url}; fetch it: harness cassette pull"
    return replace(one, kind=Kind.ELSEWHERE, message=said)


def _unpushed(verified: Verified, there: Mapping[str, int], url: str) -> Iterator[Found]:
    count = sum(name not in there for name in verified.named)
    if count:
        said = f"{count_of(count, 'blob')} not in {url}; send them: harness cassette push"
        yield Found(kind=Kind.UNPUSHED, where="blobs", message=said)


def _back(workspace: Workspace, there: Mapping[str, int], url: str) -> Iterator[Found]:
    """Tell of what was forgotten and is still there."""
    for stone in workspace.blobs.tombstones.all():
        for name in (name for name in there if name[:64] == stone.sha256):
            said = (
                f"{stone}; {url} still holds it: harness cassette forget {stone.sha256} --remote "
                "--reason ..."
            )
            yield Found(kind=Kind.BACK, where=name, message=said)
