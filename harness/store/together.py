"""Add several files, all of them or none, also where the process is killed between two.

While they are written a journal names them. Who finds one that nobody is at work on takes
back what it names: whoever wrote it never said that it was done.
"""

import contextlib
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from harness.errors import StoreError
from harness.store.files import dump_json, locked, read_bytes, read_json, sync, write_atomic

_LARGEST = 64_000_000


def add_together(files: Mapping[Path, bytes], journal: Path) -> None:
    """Write files that are not there yet; the caller holds a lock, and took back what was left.

    Args:
        files: What each shall hold.
        journal: Where to say meanwhile what is being written.

    Raises:
        StoreError: one cannot be written; none is there then.
    """
    named = {os.path.abspath(p): hashlib.sha256(data).hexdigest() for p, data in files.items()}  # noqa: PTH100  # of links as they stand
    write_atomic(journal, dump_json(named))
    try:
        for path, data in files.items():
            write_atomic(path, data)
    except BaseException:
        take_back(journal)
        raise
    _done(journal)


def take_back(journal: Path) -> None:
    """Remove what a journal names, as far as it is what was written, and the journal.

    Raises:
        StoreError: the journal is broken, or a file cannot be removed.
    """
    if not journal.exists():
        return
    named = read_json(journal)
    if not isinstance(named, dict):
        raise StoreError(f"{journal}: says nothing of what was being written; delete it")
    try:
        for name, sha256 in named.items():
            _remove(Path(name), sha256)
        _done(journal)
    except OSError as error:
        raise StoreError(
            f"{journal}: what was half written cannot be taken back ({error.strerror or error}); "
            "check the folder's permissions, then try again"
        ) from error


def settle(journal: Path) -> None:
    """Take back what a killed process left, unless one is at work in the journal's folder."""
    if journal.exists():
        with contextlib.suppress(StoreError), locked(journal.parent, purpose="deciding"):
            take_back(journal)


def _remove(path: Path, sha256: object) -> None:
    if path.suffix != ".json" or path.parent.suffix != ".baseline":
        return  # nothing else is ever added, whoever wrote the journal
    with contextlib.suppress(StoreError, ValueError):  # it was not written yet
        if hashlib.sha256(read_bytes(path, limit=_LARGEST)).hexdigest() == sha256:
            path.unlink()
            sync(path.parent)


def _done(journal: Path) -> None:
    """Remove the journal so that no power cut brings it back."""
    journal.unlink()
    sync(journal.parent)
