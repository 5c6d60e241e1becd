"""Upload pictures by the Files API (WIRE section 1.10), each once in two days."""

import contextlib
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from harness.errors import (
    DeadlineExceeded,
    MalformedAnswer,
    NoConnection,
    ProviderError,
    RequestRejected,
    ServiceFailed,
    StoreError,
    Unreachable,
)
from harness.model.blob import BlobRef
from harness.model.request import Part
from harness.provider.calling import CHARGED, Line
from harness.provider.quoting import quoted
from harness.store.blobs import ReadBlob
from harness.store.codec import decode, encode
from harness.store.files import dump_json, read_json, write_atomic

CHUNK = 8 * 1024 * 1024
"""Bytes of one upload request: what the official SDK sends."""
MARGIN = timedelta(hours=2)
"""A file that ends sooner is uploaded anew: a batch may wait before it reads it."""
_LOOKS = 60
"""Questions whether a file is ready, half a second apart at first; a picture is at once."""
_NAME = re.compile(r"files/[A-Za-z0-9-]{1,100}")
_GOOGLE = ".googleapis.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A file that lies at the service.

    Attributes:
        name: `"files/abc"`.
        uri: What a request names it by.
        expires_at: ISO 8601, UTC: when the service drops it.
    """

    name: str
    uri: str
    expires_at: str


class FileService:
    """The Files API of one endpoint, and what lies there already; for all threads of a run."""

    def __init__(
        self,
        line: Line,
        *,
        memo: Path | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Bind the service.

        Args:
            line: To the endpoint.
            memo: Folder that remembers what was uploaded; safe to delete at any time.
            now: The clock.
            pause: Waits some seconds.
        """
        self._line = line
        self._memo = memo
        self._now = now
        self._pause = pause
        self._known: dict[str, Remote] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def picture(self, ref: BlobRef, *, mime_type: str, read: ReadBlob) -> Remote:
        """Give a picture's file, uploaded unless it is there.

        Raises:
            ProviderError: it cannot be uploaded; nothing was asked of a model.
        """
        with self._lock:
            lock = self._locks.setdefault(ref.sha256, threading.Lock())
        with lock:
            found = self._there(ref)
            if found is None:
                found = self.upload(read(ref), mime_type=mime_type, title=ref.sha256[:16])
                self._remember(ref, found)
            self._known[ref.sha256] = found
            return found

    def upload(self, data: bytes, *, mime_type: str, title: str) -> Remote:
        """Upload bytes and wait until the service can use them; errors as `picture`."""
        try:
            place = self._place(len(data), mime_type, title)
            entry = self._line.tree(self._sent(data, mime_type, place)).get("file")
            return self._ready(entry if isinstance(entry, dict) else {})
        except (Unreachable, DeadlineExceeded) as error:
            raise NoConnection(_said(error)) from error
        except (ServiceFailed, MalformedAnswer) as error:  # 500: no model was asked for anything
            raise ServiceFailed(_said(error), status=500, reason=error.reason) from error

    def _place(self, size: int, mime_type: str, title: str) -> str:
        """Announce an upload; give the address that its bytes go to."""
        line = self._line
        about = {"file": {"display_name": title, "mime_type": mime_type, "size_bytes": size}}
        response = line.exchange(
            "POST",
            line.url("files", root="upload/"),
            content=json.dumps(about).encode(),
            headers={**_about(size, mime_type), "x-goog-upload-command": "start"},
        )
        place: str = response.headers.get("x-goog-upload-url", "")
        if not _is_trusted(place, line.endpoint.base_url):
            raise RequestRejected(
                f"{line.endpoint.name}: the address that it says to upload to is not on its "
                "own host; nothing was sent there"
            )
        return place

    def _sent(self, data: bytes, mime_type: str, place: str) -> httpx.Response:
        """Send the bytes; the key does not go along, the address itself is the permission."""
        response: httpx.Response | None = None
        for offset, chunk, last in _chunks(data):
            response = self._line.exchange(
                "POST",
                place,
                content=chunk,
                headers={
                    **_about(len(data), mime_type),
                    "x-goog-upload-command": "upload, finalize" if last else "upload",
                    "x-goog-upload-offset": str(offset),
                },
                with_key=False,
            )
        assert response is not None
        return response

    def _ready(self, entry: Mapping[str, object]) -> Remote:
        """Wait until a file is ACTIVE."""
        began, total, waited = self._now(), self._line.deadline.total, 0.0
        for look in range(_LOOKS):
            state = entry.get("state", "ACTIVE")
            if state == "ACTIVE":
                return _remote(entry)
            if state != "PROCESSING":
                word = state if isinstance(state, str) else "no word"
                said = quoted(word, self._line.endpoint.key, most=60)
                raise RequestRejected(f"the service cannot use an uploaded file: {said}")
            wait = min(0.5 * 1.2**look, 10.0)
            waited += wait
            if max(waited, (self._now() - began).total_seconds()) > total:
                break
            self._pause(wait)
            entry = self._line.tree(self._line.get(_remote(entry).name))
        raise DeadlineExceeded(f"an uploaded file was not ready in time (deadline {total:g} s)")

    def _there(self, ref: BlobRef) -> Remote | None:
        """Give what was uploaded before, if it lasts; what an earlier run did is looked at once."""
        known = self._known.get(ref.sha256)
        if known is not None:
            return known if self._lasts(known) else None
        kept = self._recalled(ref)
        if kept is None or not self._lasts(kept):
            return None
        try:
            found = _remote(self._line.tree(self._line.get(kept.name)))
        except ProviderError:
            return None
        return kept if found.uri == kept.uri else None

    def _lasts(self, remote: Remote) -> bool:
        try:
            expires = datetime.fromisoformat(remote.expires_at)
        except ValueError:
            return False
        return expires.tzinfo is not None and self._now() + MARGIN < expires

    def _path(self, ref: BlobRef) -> Path | None:
        """Name the note of a file: it tells nothing of the key, but another key has another."""
        if self._memo is None:
            return None
        endpoint = self._line.endpoint
        named = "\0".join((endpoint.base_url, endpoint.api_version, endpoint.key, ref.sha256))
        return self._memo / f"{hashlib.sha256(named.encode()).hexdigest()}.json"

    def _recalled(self, ref: BlobRef) -> Remote | None:
        path = self._path(ref)
        if path is None or not path.is_file():
            return None
        try:
            kept = decode(Remote, read_json(path), where=str(path))
        except StoreError:
            return None
        return kept if _NAME.fullmatch(kept.name) else None

    def _remember(self, ref: BlobRef, remote: Remote) -> None:
        """Note a file; a folder that cannot be written only costs an upload later."""
        path = self._path(ref)
        if path is not None:
            with contextlib.suppress(StoreError):
                write_atomic(path, dump_json(encode(remote)), durable=False)


def _about(size: int, mime_type: str) -> dict[str, str]:
    """Give the headers of every step of an upload, as the official SDK sends them."""
    return {
        "content-type": "application/json",
        "x-goog-upload-protocol": "resumable",
        "x-goog-upload-header-content-length": str(size),
        "x-goog-upload-header-content-type": mime_type,
    }


def _said(error: Exception) -> str:
    """Say what kept a file from being uploaded; no call for an answer went out."""
    said = str(error).replace(f"; {CHARGED}", "")
    return f"a file could not be uploaded, and nothing was asked yet: {said}"


def _remote(entry: Mapping[str, object]) -> Remote:
    name, uri, expires = (entry.get(key) for key in ("name", "uri", "expirationTime"))
    if not isinstance(name, str) or not _NAME.fullmatch(name) or not _is_uri(uri):
        raise MalformedAnswer("the service names no file that it took")
    return Remote(name=name, uri=str(uri), expires_at=str(expires) if _is_uri(expires) else "")


def _is_uri(value: object) -> bool:
    """Tell whether a word can go into a request and a note: plain, and of no great length."""
    return (
        isinstance(value, str) and value.isascii() and value.isprintable() and 0 < len(value) < 2000
    )


def _chunks(data: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Give each chunk with its offset, and whether it is the last."""
    for offset in range(0, max(len(data), 1), CHUNK):
        yield offset, data[offset : offset + CHUNK], offset + CHUNK >= len(data)


def _is_trusted(place: str, base_url: str) -> bool:
    """Tell whether an upload address is the endpoint's own, or Google's for Google's."""
    try:
        there, own = urlsplit(place), urlsplit(base_url)
        if (there.scheme, there.hostname, there.port) == (own.scheme, own.hostname, own.port):
            return bool(there.hostname)
    except ValueError:
        return False
    google = (own.hostname or "").endswith(_GOOGLE)
    return google and there.scheme == "https" and (there.hostname or "").endswith(_GOOGLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcels:
    """How large pictures travel.

    Attributes:
        files: Where they are uploaded to.
        goes_out: Tells whether this thread's call goes out: a replay uploads nothing.
        tell: Told of this thread's call what lies where: URI to the name of its blob.
    """

    files: FileService
    goes_out: Callable[[], bool] = lambda: True
    tell: Callable[[Mapping[str, str]], None] = lambda files: None

    def sent(self, parts: Iterable[Part], *, read: ReadBlob) -> Mapping[str, str]:
        """Upload pictures; give the URI of each by its sha256.

        Raises:
            ProviderError: one cannot be uploaded; nothing was asked of a model.
        """
        uris: dict[str, str] = {}
        named: dict[str, str] = {}
        for part in parts:
            if part.picture is not None:
                ref = part.picture
                remote = self.files.picture(ref, mime_type=part.mime_type, read=read)
                uris[ref.sha256] = remote.uri
                named[remote.uri] = ref.name
        self.tell(named)
        return uris
