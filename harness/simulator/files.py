"""Keep uploaded files in memory, as the Files service does: names, hashes, 48 hours, limits."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

from harness.simulator.refusal import Refusal

UPLOADED, GENERATED, FAILED = "UPLOADED", "GENERATED", "FAILED"
LIFETIME = timedelta(hours=48)
MOST_FILE = 2 * 1024**3
MOST_IN_ALL = 20 * 1024**3
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_ADDRESS = re.compile(r"(?:https?://[^/]+/(?:download/)?v1(?:beta)?/)?files/([a-z0-9-]{1,60})")


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One file.

    Attributes:
        id: Its name, without `files/`.
        display: Its name for people, or empty.
        mime: Its declared type.
        data: Its bytes.
        created: When it was there whole.
        expires: When it will be gone.
        made: Whether the service made it, so that it may be downloaded.
        failed: Whether its processing failed, so that it cannot be used.
    """

    id: str
    display: str
    mime: str
    data: bytes
    created: datetime
    expires: datetime
    made: bool = False
    failed: bool = False

    def entry(self, base: str) -> dict[str, object]:
        """Make its entry; `base` is the address of the API's version."""
        digest = hashlib.sha256(self.data).hexdigest().encode()
        entry: dict[str, object] = {"name": f"files/{self.id}"}
        if self.display:
            entry["displayName"] = self.display
        entry |= {
            "mimeType": self.mime,
            "sizeBytes": str(len(self.data)),
            "createTime": stamp(self.created),
            "updateTime": stamp(self.created),
            "expirationTime": stamp(self.expires),
            "sha256Hash": base64.b64encode(digest).decode(),
            "uri": f"{base}/files/{self.id}",
            "state": FAILED if self.failed else "ACTIVE",
            "source": GENERATED if self.made else UPLOADED,
        }
        if self.failed:
            entry["error"] = {"code": 13, "message": "The file failed to be processed."}
        if self.made:
            entry["downloadUri"] = f"{base}/files/{self.id}:download?alt=media"
        return entry


def stamp(moment: datetime) -> str:
    """Write a time as the service does."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def no_such_file() -> Refusal:
    """Refuse a file that is not there, or not any more."""
    words = "You do not have permission to access the File or it may not exist."
    return Refusal(words, "PERMISSION_DENIED")


class FileStore:
    """The files of one simulator; they end with it."""

    def __init__(
        self,
        new_id: Callable[[], str],
        *,
        clock: Callable[[], datetime] = now,
        most_in_all: int = MOST_IN_ALL,
        most_file: int = MOST_FILE,
    ) -> None:
        self._new_id = new_id
        self._clock = clock
        self._most_in_all = most_in_all
        self._most_file = most_file
        self._files: dict[str, Stored] = {}
        self._lock = Lock()

    def check(self, name: str, size: int) -> None:
        """Refuse an upload before its bytes come.

        Raises:
            Refusal: the name is ill-formed or taken, or the file too large.
        """
        with self._lock:
            self._check(name.removeprefix("files/"), size)

    def keep(
        self, data: bytes, *, name: str, display: str, mime: str, kind: str = UPLOADED
    ) -> Stored:
        """Keep a file under `name`, or under one of the service's own.

        Args:
            data: Its bytes.
            name: Name that was asked for, or empty.
            display: Name for people, or empty.
            mime: Declared type.
            kind: `UPLOADED`, `GENERATED` by the service itself, or `FAILED` to be processed.

        Raises:
            Refusal: the name is ill-formed or taken, or the file too large.
        """
        moment = self._clock()
        with self._lock:
            taken = name.removeprefix("files/") or self._new_id()
            if kind != GENERATED:
                self._check(taken, len(data))
            self._files[taken] = stored = Stored(
                id=taken,
                display=display,
                mime=mime,
                data=data,
                created=moment,
                expires=moment + LIFETIME,
                made=kind == GENERATED,
                failed=kind == FAILED,
            )
        return stored

    def _check(self, taken: str, size: int) -> None:
        if taken and not _ID.fullmatch(taken):
            raise Refusal(
                "File name must be up to 40 characters that are lowercase alphanumeric or dashes, "
                "and cannot start or end with a dash."
            )
        if taken and taken in self._alive():
            raise Refusal("Requested entity already exists", "ALREADY_EXISTS")
        if size > self._most_file:
            raise Refusal(f"File size exceeds the limit: {self._most_file} bytes.")
        if size + sum(len(file.data) for file in self._alive().values()) > self._most_in_all:
            words = f"File storage exceeds the limit of the project: {self._most_in_all} bytes."
            raise Refusal(words, "RESOURCE_EXHAUSTED")

    def _alive(self) -> dict[str, Stored]:
        moment = self._clock()
        self._files = {name: file for name, file in self._files.items() if file.expires > moment}
        return self._files

    def get(self, name: str) -> Stored:
        """Look a file up, by `files/x`, by `x`, or by its address on any host.

        Raises:
            Refusal: there is none of that name, or not any more.
        """
        found = _ADDRESS.fullmatch(name)
        with self._lock:
            file = self._alive().get(found.group(1) if found else name)
        if file is None:
            raise no_such_file()
        return file

    def use(self, name: str) -> Stored:
        """Look up a file that is to be used.

        Raises:
            Refusal: there is none of that name, or its processing failed.
        """
        file = self.get(name)
        if file.failed:
            words = f"The File {file.id} is not in an ACTIVE state and usage is not allowed."
            raise Refusal(words, "FAILED_PRECONDITION")
        return file

    def delete(self, name: str) -> None:
        """Forget a file.

        Raises:
            Refusal: there is none of that name.
        """
        file = self.get(name)
        with self._lock:
            self._files.pop(file.id, None)

    def list(self) -> tuple[Stored, ...]:
        """List what is there, newest first."""
        with self._lock:
            return tuple(reversed(self._alive().values()))
