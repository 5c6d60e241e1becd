"""Keep the ledger: what every process spent and may spend, a month and an endpoint at a time.

A file a month and endpoint, `<folder>/<endpoint>/2026-11.jsonl`. A call writes one line
before it goes out, with its ceiling, and one of the same id when its bill is known: the
last line of an id counts. A process that is killed in between leaves the ceiling, since
nobody can tell whether its call is charged. Lines are written under a lock that all
processes share; they are not synced, so that a power cut may lose the last of them.
"""

import contextlib
import fcntl
import json
import math
import os
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from harness.errors import StoreError
from harness.store.files import append_whole, open_own

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_TINY = 1e-9
"""US dollars: what sums of floats may be off by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How a month stands at an endpoint.

    Attributes:
        month: E.g. `"2026-11"`.
        spent_usd: US dollars of calls whose bill is known, or counts as its ceiling.
        open_usd: Ceilings of calls without a bill: under way, or of killed processes.
    """

    month: str
    spent_usd: float
    open_usd: float

    @property
    def usd(self) -> float:
        """What counts against a cap."""
        return self.spent_usd + self.open_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A call that is noted in the ledger, until its bill is known."""

    path: Path
    id: str


@dataclass(slots=True)
class _Book:
    """One file of the ledger, as far as it was read."""

    read: int = 0
    usd: dict[str, float] = field(default_factory=dict)
    settled: float = 0.0
    open: set[str] = field(default_factory=set)

    def take(self, line: bytes) -> None:
        """Take one line; what is none of ours is passed over."""
        try:
            tree = json.loads(line)
            name, usd, is_open = str(tree["id"]), float(tree["usd"]), tree["state"] == "open"
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return
        if not math.isfinite(usd) or usd < 0:
            return
        if name in self.usd and name not in self.open:
            self.settled -= self.usd[name]
        self.usd[name] = usd
        if is_open:
            self.open.add(name)
        else:
            self.open.discard(name)
            self.settled += usd

    @property
    def open_usd(self) -> float:
        return sum(self.usd[name] for name in self.open)


class Ledger:
    """The ledger of a workspace; shared by the threads of a run and by other processes."""

    def __init__(self, folder: Path, *, session: str, now: Callable[[], datetime]) -> None:
        """Name the ledger; nothing is read yet.

        Args:
            folder: Where it lies.
            session: Begins the ids of this run's lines.
            now: The clock; its month counts.
        """
        self._folder = folder
        self._name = f"{session}-{secrets.token_hex(4)}"  # no two ledgers write one id
        self._now = now
        self._books: dict[Path, _Book] = {}
        self._handles: dict[Path, int] = {}
        self._count = 0
        self._lock = threading.Lock()  # a file's lock does not part the threads of one handle

    def reserve(self, endpoint: str, usd: float, *, cap_usd: float | None) -> Entry | None:
        """Note a call's ceiling, unless the month's cap could be passed with it.

        Returns:
            The entry to settle; None where there is no room, and nothing was noted.

        Raises:
            StoreError: the ledger cannot be read or written.
        """
        path = self._path(endpoint)
        with self._held(path) as handle:
            book = self._read(path, handle)
            counted = book.settled + book.open_usd + usd
            if cap_usd is not None and counted > cap_usd + _TINY:
                return None
            self._count += 1
            entry = Entry(path=path, id=f"{self._name}-{self._count}")
            self._write(handle, {"id": entry.id, "state": "open", "usd": round(usd, 6)})
        return entry

    def settle(self, entry: Entry, *, usd: float, state: str, sample: str) -> None:
        """Note a call's bill in the month in which it went out.

        Args:
            entry: Of `reserve`.
            usd: US dollars.
            state: `"spent"`, or `"may be charged"` where no usage came.
            sample: Which answer it was for.

        Raises:
            StoreError: the ledger cannot be written.
        """
        at = self._now().isoformat(timespec="seconds")
        line = {"id": entry.id, "state": state, "usd": round(usd, 6), "at": at, "for": sample}
        with self._held(entry.path) as handle:
            self._write(handle, line)

    def entry(self, endpoint: str, *, month: str, name: str) -> Entry:
        """Name an entry that an earlier process noted, to settle it.

        Raises:
            StoreError: these are no names of an endpoint and a month.
        """
        if not _MONTH.fullmatch(month):
            raise StoreError(f"{month[:80]!r}: not the name of a month")
        return Entry(path=self._path(endpoint).with_name(f"{month}.jsonl"), id=name)

    def balance(self, endpoint: str) -> Balance:
        """Tell how this month stands at an endpoint.

        Raises:
            StoreError: the ledger cannot be read.
        """
        path = self._path(endpoint)
        if not path.exists():
            return Balance(month=path.stem, spent_usd=0.0, open_usd=0.0)
        with self._held(path) as handle:
            book = self._read(path, handle)
        return Balance(month=path.stem, spent_usd=book.settled, open_usd=book.open_usd)

    def _path(self, endpoint: str) -> Path:
        if not _NAME.fullmatch(endpoint):
            raise StoreError(f"{endpoint[:80]!r}: not the name of an endpoint")
        return self._folder / endpoint / f"{self._now():%Y-%m}.jsonl"

    @contextlib.contextmanager
    def _held(self, path: Path) -> Iterator[int]:
        """Hold the lock of a file of the ledger."""
        with self._lock:
            try:
                handle = self._handle(path)
                fcntl.flock(handle, fcntl.LOCK_EX)
                try:
                    yield handle
                finally:
                    fcntl.flock(handle, fcntl.LOCK_UN)
            except OSError as error:
                raise StoreError(
                    f"{path}: the ledger cannot be used ({error.strerror or error}); nothing is "
                    "spent without it: check the folder's permissions and the free space"
                ) from error

    def _handle(self, path: Path) -> int:
        if path not in self._handles:
            self._handles[path] = open_own(path)
        return self._handles[path]

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            while self._handles:
                os.close(self._handles.popitem()[1])

    def _read(self, path: Path, handle: int) -> _Book:
        """Read what was added since the last time."""
        book = self._books.setdefault(path, _Book())
        size = os.fstat(handle).st_size
        data = os.pread(handle, size - book.read, book.read)
        for line in data.split(b"\n"):
            if line:
                book.take(line)
        book.read += len(data)
        return book

    def _write(self, handle: int, line: dict[str, object]) -> None:
        append_whole(handle, json.dumps(line, separators=(",", ":")).encode() + b"\n")
