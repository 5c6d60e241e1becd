"""Forget a picture on purpose: its bytes go wherever the harness keeps them.

The tombstone is laid first: a crash in between leaves bytes behind, never a picture
that is missed without a reason; the same command then goes on.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import StoreError, UsageError
from harness.evaluate.holdings import all_recordings, holdings
from harness.evaluate.supply import bucket_of
from harness.evaluate.workspace import Workspace
from harness.model.blob import BLOB_NAME
from harness.recording.packing import blob_names
from harness.recording.secrets.scrub import refuse_key_shapes, refuse_keys
from harness.store.blobs import CHUNK
from harness.store.committed import Committed
from harness.store.git import Repository, git_above
from harness.store.tombstones import FOLDER, Tombstone

_ASKED = re.compile(r"[0-9a-f]{8,64}")
_ANY = re.compile(r"[0-9a-f]{64}")
NO_KEY = "say it without"
LONGEST = 500
"""Characters of a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Where a blob lies.

    Attributes:
        sha256: Which.
        files: What holds its bytes or was derived of them, and goes.
        samples: Who names it: `suite/recording` and the sample, in order.
        beside: Other blobs of the answers that hold it: drafts, and signatures, which may
            hold the picture in a form that only the service reads.
        elsewhere: What the harness cannot reach or does not touch, a sentence a place.
        stone: That it was forgotten before, or None.
    """

    sha256: str
    files: tuple[Path, ...]
    samples: tuple[str, ...]
    beside: tuple[str, ...]
    elsewhere: tuple[str, ...]
    stone: Tombstone | None


@dataclass(slots=True, kw_only=True)
class _Named:
    """Who names a blob, in order, each once."""

    samples: dict[str, None] = field(default_factory=dict)
    beside: dict[str, None] = field(default_factory=dict)


def trace(workspace: Workspace, asked: str, *, remote: bool = False) -> Traces:
    """Find a blob by its sha256, or by a beginning that no other has.

    Args:
        workspace: Where it is looked for.
        asked: The sha256, or its beginning.
        remote: It will be removed from the bucket too.

    Raises:
        UsageError: it is no such beginning, nothing has it, or several have.
    """
    if not _ASKED.fullmatch(asked):
        raise UsageError(f"{asked[:80]!r}: say the sha256, or 8 or more of its first hex digits")
    files, named = _files(workspace, asked), _named(workspace, asked)
    stones = {stone.sha256: stone for stone in workspace.blobs.tombstones.all()}
    known = {*files, *named, *(sha256 for sha256 in stones if sha256.startswith(asked))}
    if len(known) != 1:
        raise UsageError(_not_one(asked, known))
    (sha256,) = known
    users = named.get(sha256, _Named())
    return Traces(
        sha256=sha256,
        files=tuple(files.get(sha256, ())),
        samples=tuple(users.samples),
        beside=tuple(users.beside),
        elsewhere=tuple(_elsewhere(workspace, sha256, remote=remote)),
        stone=stones.get(sha256),
    )


def _not_one(asked: str, known: set[str]) -> str:
    if not known:
        return (
            f"{asked}: no blob of the store, the trash or a report, and no recording names it; "
            "harness cassette show tells the sha256 of a sample's picture"
        )
    some = ", ".join(name[:16] for name in sorted(known)[:4])
    return f"{asked}: {len(known)} blobs begin so ({some}, ...); say more digits"


def _files(workspace: Workspace, asked: str) -> dict[str, list[Path]]:
    """Give every file of ours that is named by a sha256 that begins as asked."""
    found: dict[str, list[Path]] = {}
    begins = asked[:2]
    places = (
        (workspace.blobs.root, f"{begins}/*{asked}*"),
        (workspace.state, f"**/*{asked}*"),
        (workspace.reports, f"**/img/{begins}/*{asked}*"),
        (workspace.root, f"img/{begins}/*{asked}*"),  # of run -o page.html
    )
    for folder, pattern in places:
        for path in sorted(folder.glob(pattern)):
            name = _ANY.search(path.name)
            ours = name is not None and name[0].startswith(asked)
            if ours and name is not None and (path.is_symlink() or path.is_file()):
                found.setdefault(name[0], []).append(path)
    return found


def _named(workspace: Workspace, asked: str) -> dict[str, _Named]:
    """Find who names a blob that begins as asked, and what else their answers hold."""
    found: dict[str, _Named] = {}
    for holding in holdings(workspace):
        for item in holding.items:
            answered = blob_names(item.response.body)
            for name in (*blob_names(item.request.body), *answered):
                if not name.startswith(asked) or BLOB_NAME.fullmatch(name) is None:
                    continue
                users = found.setdefault(name[:64], _Named())
                users.samples[f"{holding.name}: {item.key.id}"] = None
                if name in answered:
                    users.beside |= {other: None for other in answered if other != name}
    return found


def _elsewhere(workspace: Workspace, sha256: str, *, remote: bool) -> Iterator[str]:
    """Say where else the bytes are or may be."""
    for path in _equals(workspace, sha256):
        yield f"{path} has these bytes: a file of yours, delete it yourself"
    top = git_above(workspace.blobs.root)
    if top is not None:
        yield from _in_git(Repository(top, environ=workspace.environ), sha256)
    if workspace.settings.blobs and not remote:
        yield (
            f"{workspace.settings.blobs} may hold it, for all who may read there: the same "
            "command with --remote removes it there too"
        )
    yield (
        "copies that were pushed, cloned, sent or uploaded, reports outside "
        f"{workspace.reports}, and caches of pytest and CI are out of reach"
    )


def _in_git(repository: Repository, sha256: str) -> Iterator[str]:
    try:
        commit = repository.commit_with(f"{sha256}.*")
        stored = repository.in_lfs(sha256)
    except StoreError as error:
        yield f"git could not be looked through: {error}"
        return
    if commit:
        yield (
            f"git's history holds it (commit {commit}): rewrite it with git filter-repo, "
            "and push it to wherever it was pushed"
        )
    if stored is not None:
        yield f"{stored} is Git LFS's copy: delete it, and have the LFS server delete its own"


def _equals(workspace: Workspace, sha256: str) -> Iterator[Path]:
    """Give the files below the suites' folders that have these bytes."""
    told = (workspace.root / path for path in workspace.settings.suites)
    for folder in sorted({path if path.is_dir() else path.parent for path in told}):
        for path in sorted(folder.rglob("*")):
            if sha256 not in path.name and path.is_file() and _sum(path) == sha256:
                yield path


def _sum(path: Path) -> str:
    total = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                total.update(chunk)
    except OSError:
        return ""
    return total.hexdigest()


def check_reason(reason: str) -> None:
    """Refuse an empty or a long reason.

    Raises:
        UsageError: it is one.
    """
    if not reason.strip() or len(reason) > LONGEST:
        raise UsageError(f"--reason: say in 1 to {LONGEST} characters why; it is kept for ever")


def forget(workspace: Workspace, traces: Traces, *, reason: str, by: str) -> Tombstone:
    """Lay the tombstone, then delete every file that holds the bytes or comes of them.

    A blob that was forgotten before keeps its tombstone; what came back since goes.

    Raises:
        UsageError: the reason is empty or long.
        SecretFound: the reason or the name holds a key.
        StoreError: a file cannot be written or deleted.
    """
    check_reason(reason)
    for text in (reason, by):
        refuse_keys(text.encode(), secrets=workspace.keys(), where="--reason", advice=NO_KEY)
        refuse_key_shapes(text.encode(), where="--reason", advice=NO_KEY)
    stone = traces.stone
    if stone is None:
        at = workspace.now().isoformat(timespec="seconds")
        stone = Tombstone(sha256=traces.sha256, reason=reason, by=by, at=at)
        workspace.blobs.tombstones.add(stone)
    for path in traces.files:
        _delete(path)
    for cassettes in all_recordings(workspace):
        Committed(cassettes.folder).drop(traces.sha256)
    return stone


def forget_there(workspace: Workspace, sha256: str) -> tuple[str, ...]:
    """Remove a blob from the bucket; give the keys that went.

    Raises:
        SettingsError: no place is set.
        BucketError: it cannot be listed, or removed.
    """
    return bucket_of(workspace).remove(sha256)


def _delete(path: Path) -> None:
    if FOLDER in path.parts:
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be deleted ({error.strerror or error}), the tombstone is laid; "
            "mend it and give the same command again"
        ) from error
