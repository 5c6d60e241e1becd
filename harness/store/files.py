"""Write files whole or not at all, and hold locks on folders."""

import contextlib
import errno
import fcntl
import io
import json
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.errors import StoreError
from harness.store.conflicts import conflict_line, keep_one
from harness.store.layout import laid_out

MAX_LEVELS = 200
"""Objects and lists in each other of a file of ours; bodies in cassettes have up to 64."""
LARGEST_FILE = 64_000_000
"""Bytes of a JSON file of ours, where nothing else is said."""
_HOLDERS = (dict, list)


def write_atomic(path: Path, data: bytes, *, durable: bool = True, synced: bool = True) -> None:
    """Write `data` to one side, sync it, and rename it into place.

    A reader sees the old file or the new one, never a part; after a crash too.

    Args:
        path: Folders on the way are made.
        data: The whole file.
        durable: Sync the folder too, so that the name outlives a power cut; what can be
            made anew does without.
        synced: Sync the file, so that a power cut leaves no part of it; see `write_cached`.

    Raises:
        StoreError: the folder cannot be written, or the disk is full.
    """
    try:
        _make(path.parent, durable=durable)
        _write_beside(path, data, synced=synced)
        if durable:
            sync(path.parent)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be written ({error.strerror or error}); "
            "check the folder's permissions and the free space, then try again"
        ) from error


def write_cached(path: Path, data: bytes) -> None:
    """Write what can be made anew: whole or not at all, but without waiting for the disk.

    A power cut may leave less of it, so whoever reads it counts what is cut short as absent.
    A sync for each small file is most of the time of measuring many.

    Raises:
        StoreError: the folder cannot be written, or the disk is full.
    """
    write_atomic(path, data, durable=False, synced=False)


def _make(folder: Path, *, durable: bool) -> None:
    """Make a folder and those above it; their names are synced too where that is asked."""
    if folder.is_dir():
        return
    _make(folder.parent, durable=durable)
    folder.mkdir(exist_ok=True)
    if durable:
        sync(folder.parent)


def sync(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_beside(path: Path, data: bytes, *, synced: bool) -> None:
    beside = path.parent / f".{path.name}.{secrets.token_hex(8)}.tmp"
    temporary, flags = str(beside), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    handle = os.open(temporary, flags, 0o600)  # under a name that nobody guesses
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            if synced:
                os.fsync(handle)
            os.fchmod(handle, 0o644)
        os.replace(temporary, path)  # noqa: PTH105  # as all here: a Path costs what a call does
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def writable(folder: Path) -> str:
    """Say what keeps `folder` from being written; empty where nothing does."""
    probe = folder / ".probe"
    try:
        write_atomic(probe, b"")
        probe.unlink()
    except (StoreError, OSError) as error:
        return str(error)
    return ""


def append_line(path: Path, line: bytes) -> None:
    """Append one line and sync it, so that it outlives a kill.

    What a crash left of another line stays a line of its own; what a full disk cuts off
    is taken back.

    Raises:
        StoreError: it cannot be written.
    """
    try:
        handle = open_own(path)
        try:
            append_whole(handle, line + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be written ({error.strerror or error}); "
            "check the folder's permissions and the free space, then try again"
        ) from error


def open_own(path: Path) -> int:
    """Open a file of ours to append, and make it durably where it is absent.

    A link in its place, which git carries, is refused.

    Raises:
        OSError: it cannot be opened.
    """
    _make(path.parent, durable=True)
    is_new = not path.exists()
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(path, flags, 0o644)
    if is_new:
        sync(path.parent)
    return handle


def append_whole(handle: int, data: bytes) -> None:
    """Append `data` whole or not at all, behind a line's end.

    Raises:
        OSError: it cannot be written.
    """
    end = os.fstat(handle).st_size
    if end and os.pread(handle, 1, end - 1) != b"\n":
        data = b"\n" + data
    try:
        while data:
            data = data[os.write(handle, data) :]
    except OSError:
        os.ftruncate(handle, end)
        raise


def read_bytes(path: Path, *, limit: int) -> bytes:
    """Read a file of at most `limit` bytes.

    Raises:
        StoreError: it is absent, unreadable or larger.
    """
    try:
        with open_file(path) as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror or error})") from error
    if len(data) > limit:
        raise StoreError(_too_large(path, limit))
    return data


def open_file(path: Path) -> io.BufferedReader:
    """Open a file; anything else that has a name, which might never end, is refused."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is no file")
    return os.fdopen(handle, "rb")


def read_pieces(path: Path, *, size: int, limit: int) -> Iterator[memoryview]:
    """Read a file of at most `limit` bytes in pieces, all but the last of `size` bytes.

    Each piece lies in the same memory: it is valid until the next one is asked for.

    Raises:
        StoreError: it is absent, unreadable or larger.
    """
    buffer = bytearray(size)
    view = memoryview(buffer)
    read = 0
    try:
        with open_file(path) as stream:
            while count := stream.readinto(buffer):
                read += count
                if read > limit:
                    raise StoreError(_too_large(path, limit))
                yield view[:count]
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror or error})") from error


def _too_large(path: Path, limit: int) -> str:
    return f"{path}: larger than {limit:,} bytes; this is no file of the harness"


def read_json(path: Path, *, limit: int = LARGEST_FILE) -> object:
    """Read a JSON file.

    Raises:
        StoreError: it is absent, too large, too deep, or no JSON; LFS pointers are named.
    """
    data = read_bytes(path, limit=limit)
    if data.startswith(b"version https://git-lfs"):
        raise StoreError(f"{path}: a Git LFS pointer, not the file; run: git lfs pull")
    try:
        tree: object = json.loads(data)
    except (ValueError, RecursionError) as error:
        if line := conflict_line(data):
            raise StoreError(f"{path}:{line}: {keep_one(path)}") from error
        raise StoreError(
            f"{path}: broken JSON ({error}); restore it from git or delete it"
        ) from error
    if nests_deeper(tree, MAX_LEVELS):
        raise StoreError(f"{path}: nests more than {MAX_LEVELS} levels deep; no file of ours does")
    return tree


def nests_deeper(tree: object, levels: int) -> bool:
    """Tell whether anything in a JSON value lies inside more than `levels` objects and lists."""
    layer: list[Any] = [tree] if isinstance(tree, _HOLDERS) else []
    for _ in range(levels):
        if not layer:
            return False
        layer = [
            value
            for held in layer
            for value in (held.values() if isinstance(held, dict) else held)
            if isinstance(value, _HOLDERS)  # what holds nothing is most of a tree
        ]
    return any(layer)


def dump_json(tree: object) -> bytes:
    """Write a JSON tree for people and diffs: indented by one, UTF-8, newline at the end.

    What UTF-8 cannot say (a lone surrogate) stands as a JSON escape.
    """
    try:
        return (laid_out(tree) + "\n").encode()
    except UnicodeEncodeError:
        return (json.dumps(tree, indent=1, ensure_ascii=True) + "\n").encode()


def _open_lock(path: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(path, flags, 0o644)


@contextlib.contextmanager
def locked(folder: Path, *, purpose: str, wait: bool = False) -> Iterator[None]:
    """Hold the folder's lock; it falls when the process ends, however it ends.

    Args:
        folder: Made where absent.
        purpose: What is being done, for the other's message, e.g. `"recording"`.
        wait: Until the other process has ended: for what takes no time.

    Raises:
        StoreError: another process holds it.
    """
    path = folder / ".lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = os.fdopen(_open_lock(path), "a+b")
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror or error})") from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreError(
                f"{folder}: another process is {purpose} here; wait for it to end, "
                "or record under another name with --recording"
            ) from error
        yield
