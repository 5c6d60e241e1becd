"""Append lines to a file from many threads, and sync them together.

A sync takes as long as the disk needs, whatever is in it: lines that were written while
another thread's sync was under way are brought to the disk by one more.
"""

import os
import threading
from pathlib import Path

from harness.errors import StoreError
from harness.store.files import append_whole, open_own


class Lines:
    """A file of lines; what was appended outlives a kill, and a power cut."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is made when the first line comes."""
        self._path = path
        self._handle = -1
        self._written = 0
        self._synced = 0
        self._writing = threading.Lock()
        self._syncing = threading.Lock()

    def append(self, line: bytes) -> None:
        """Append one line; on disk when this returns.

        What a crash left of another line stays a line of its own; what a full disk cuts
        off is taken back.

        Raises:
            StoreError: it cannot be written.
        """
        try:
            with self._writing:
                self._open()
                append_whole(self._handle, line + b"\n")
                self._written += 1
                mine = self._written
            self._sync(mine)
        except OSError as error:
            raise StoreError(
                f"{self._path}: cannot be written ({error.strerror or error}); "
                "check the folder's permissions and the free space, then try again"
            ) from error

    def _open(self) -> None:
        if self._handle < 0:
            self._handle = open_own(self._path)

    def _sync(self, mine: int) -> None:
        with self._syncing:
            if self._synced >= mine:
                return
            reached = self._written
            os.fsync(self._handle)
            self._synced = reached

    def close(self) -> None:
        """Let go of the file; a later line opens it again."""
        with self._writing, self._syncing:
            if self._handle >= 0:
                os.close(self._handle)
            self._handle = -1
