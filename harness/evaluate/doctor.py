"""Look whether everything that a run needs is there; without the network unless asked."""

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from harness.errors import HarnessError
from harness.evaluate.batch_jobs import JobFolder
from harness.evaluate.examined import Examined
from harness.evaluate.online import look
from harness.evaluate.online_bucket import look_at_bucket
from harness.evaluate.run import environment
from harness.evaluate.workspace import Workspace
from harness.model.verdict import Status
from harness.recording.cassettes import recordings_of
from harness.recording.packing import blob_names
from harness.report.words import count_of
from harness.settings import BUILT_IN
from harness.store.files import writable

LEAST_FREE = 2_000_000_000
"""Bytes: some 300 pictures of 4K at 6 MB each."""
_BROWSERS = ("chromium", "google-chrome", "firefox", "xdg-open", "open")


def examine(workspace: Workspace, *, online: bool = False) -> tuple[Examined, ...]:
    """Look at versions, keys, stores, free space, recordings, simulator and browser.

    Args:
        workspace: What is looked at.
        online: Ask each endpoint whose key is set one free question too.
    """
    return (
        _versions(),
        *_keys(workspace),
        *_stores(workspace),
        _space(workspace),
        *_recordings(workspace),
        *look_at_bucket(workspace, online=online),
        _simulator(),
        _browser(),
        *(look(workspace) if online else ()),
    )


def _versions() -> Examined:
    said = ", ".join(f"{name} {version}" for name, version in environment().items())
    return Examined(name="versions", status=Status.PASS, message=said)


def _keys(workspace: Workspace) -> Iterator[Examined]:
    """Tell which variable holds a key, never the key."""
    for name, endpoint in {**BUILT_IN, **workspace.settings.endpoints}.items():
        holder = next((v for v in endpoint.key_env if workspace.environ.get(v)), None)
        wanted = " or ".join(endpoint.key_env)
        yield Examined(
            name=f"key of {name}",
            status=Status.PASS if holder else Status.WARN,
            message=f"{holder} is set" if holder else f"none: set {wanted} to record from {name}",
        )


def _stores(workspace: Workspace) -> Iterator[Examined]:
    settings = workspace.settings
    for path in (settings.cassettes, settings.reports, settings.state):
        folder = workspace.root / path
        trouble = writable(folder)
        yield Examined(
            name=f"folder {path}",
            status=Status.FAIL if trouble else Status.PASS,
            message=trouble or "can be written",
        )


def _space(workspace: Workspace) -> Examined:
    free = shutil.disk_usage(workspace.root).free
    enough = free >= LEAST_FREE
    return Examined(
        name="free space",
        status=Status.PASS if enough else Status.WARN,
        message=f"{free / 1e9:.0f} GB" + ("" if enough else ": recording may fill the disk"),
    )


def _recordings(workspace: Workspace) -> Iterator[Examined]:
    root = workspace.root / workspace.settings.cassettes
    suites = sorted(p.name for p in root.glob("*") if p.is_dir() and p.name != "blobs")
    for suite in suites:
        for recording in recordings_of(root, suite):
            yield _recording(workspace, suite, recording)
            yield from _batches(workspace, suite, recording)


def _batches(workspace: Workspace, suite: str, recording: str) -> Iterator[Examined]:
    """Tell which batch jobs were handed in and not collected."""
    name = f"batches {suite}/{recording}"
    try:
        found = JobFolder(workspace.cassettes(suite, recording).folder).open()
    except HarnessError as error:
        yield Examined(name=name, status=Status.FAIL, message=str(error))
        return
    if found:
        answers = sum(len(job.asked.items) for job in found)
        said = (
            f"{len(found)} open, first {found[0].asked.id}, with {answers} answers asked for; "
            "harness run --batch collects them"
        )
        yield Examined(name=name, status=Status.WARN, message=said)


def _recording(workspace: Workspace, suite: str, recording: str) -> Examined:
    name = f"recording {suite}/{recording}"
    try:
        items = workspace.cassettes(suite, recording).load()
    except HarnessError as error:
        return Examined(name=name, status=Status.FAIL, message=str(error))
    bodies = [body for item in items for body in (item.request.body, item.response.body)]
    blobs = {blob for body in bodies for blob in blob_names(body)}
    forgotten = {blob for blob in blobs if blob.partition(".")[0] in workspace.blobs.tombstones}
    absent = sorted(blob for blob in blobs - forgotten if not _is_here(workspace, blob))
    said = f"{count_of(len(items), 'answer')}, {count_of(len(blobs), 'blob')}"
    if forgotten:
        said += f", {len(forgotten)} forgotten on purpose"
    if absent:
        pulls = "harness cassette pull, or git lfs pull?"
        said += f", {len(absent)} absent ({pulls}), first {absent[0][:12]}"
    bad = Status.WARN if workspace.settings.blobs else Status.FAIL  # a run fetches them
    return Examined(name=name, status=bad if absent else Status.PASS, message=said)


def _is_here(workspace: Workspace, blob: str) -> bool:
    """Tell whether a blob's bytes are here; an LFS pointer in its place is not them."""
    try:
        path = workspace.blobs.path(blob.partition(".")[0])
    except HarnessError:
        return False
    if path is None:
        return False
    with path.open("rb") as stream:
        return not stream.read(20).startswith(b"version https://git-")


def _simulator() -> Examined:
    there = find_spec("starlette") is not None and find_spec("uvicorn") is not None
    return Examined(
        name="simulator",
        status=Status.PASS if there else Status.WARN,
        message="installed" if there else "absent: pip install 'gemini-image-harness[simulator]'",
    )


def _browser() -> Examined:
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    return Examined(
        name="browser",
        status=Status.PASS if found else Status.WARN,
        message=Path(found).name if found else "none found; open reports on another machine",
    )
