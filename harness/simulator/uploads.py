"""Speak the resumable upload: start, upload, query, finalize, cancel; each says how far it is."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from harness.simulator.faults.fault import Case, Fault, Where
from harness.simulator.faults.table import Draw
from harness.simulator.files import FAILED, UPLOADED, FileStore, Stored
from harness.simulator.refusal import Refusal, not_found
from harness.simulator.wire import MOST_BYTES, Reply, pretty, read_body, reply

_STATUS = "x-goog-upload-status"
_MOST_CHUNK = 2 * MOST_BYTES
_MOST_OPEN = 256
_NO_CASE = Case(api="", model="", method="", retry_delay=0.0)


@dataclass(slots=True, kw_only=True)
class _Upload:
    """One upload under way.

    Attributes:
        name: The name that was asked for, or empty.
        display: Its name for people.
        mime: Its declared type.
        size: How many bytes were announced, or None.
        data: What arrived.
        base: Address of the API's version that it began at.
        fault: What befalls it.
    """

    name: str
    display: str
    mime: str
    size: int | None
    base: str
    fault: Fault
    data: bytearray = field(default_factory=bytearray)


class Uploads:
    """The uploads of one simulator."""

    def __init__(self, files: FileStore, draw: Draw) -> None:
        self._files = files
        self._draw = draw
        self._open: dict[str, _Upload] = {}

    async def take(self, request: Request) -> Reply:
        """Answer one step of an upload.

        Raises:
            Refusal: the step is out of order, at a wrong place, or not of this protocol.
        """
        words = request.headers.get("x-goog-upload-command", "start").split(",")
        command = {word.strip().lower() for word in words}
        if "start" in command:
            return await self._start(request)
        ticket = request.query_params.get("upload_id", "")
        upload = self._open.get(ticket)
        if upload is None:
            raise not_found()
        if "cancel" in command:
            del self._open[ticket]
            return Reply(headers={_STATUS: "cancelled"})
        if "upload" in command:
            await _append(upload, request)
        if "finalize" in command:
            return self._finalize(ticket, upload)
        return Reply(headers=_how_far(upload))

    async def _start(self, request: Request) -> Reply:
        if request.headers.get("x-goog-upload-protocol", "").lower() != "resumable":
            raise Refusal("Only the resumable upload protocol is simulated.")
        body = await read_body(request)
        fault = self._draw(Where.UPLOAD, body)
        if fault.refuse is not None:
            raise fault.refuse(_NO_CASE)
        said = _described(body)
        size = request.headers.get("x-goog-upload-header-content-length", "")
        api = request.path_params["api"]
        kind = request.headers.get("x-goog-upload-header-content-type", "")
        upload = _Upload(
            name=said.get("name", ""),
            display=said.get("displayName", said.get("display_name", "")),
            mime=said.get("mimeType", said.get("mime_type", "")) or kind,
            size=int(size) if size.isascii() and size.isdigit() else None,
            base=f"{request.url.scheme}://{request.url.netloc}/{api}",
            fault=fault,
        )
        self._files.check(upload.name, upload.size or 0)
        if len(self._open) >= _MOST_OPEN:
            self._open.pop(next(iter(self._open)))
        ticket = secrets.token_urlsafe(24)
        self._open[ticket] = upload
        place = f"{request.url.scheme}://{request.url.netloc}/upload/{api}/files"
        where = f"{place}?upload_id={ticket}&upload_protocol=resumable"
        return Reply(headers={"x-goog-upload-url": where, **_how_far(upload)})

    def _finalize(self, ticket: str, upload: _Upload) -> Reply:
        if upload.size is not None and upload.size != len(upload.data):
            raise Refusal(
                f"Upload has {len(upload.data)} bytes where {upload.size} were announced."
            )
        del self._open[ticket]
        if upload.fault.late is not None:
            raise upload.fault.late(_NO_CASE)
        stored = self._files.keep(
            bytes(upload.data),
            name=upload.name,
            display=upload.display,
            mime=upload.mime or "application/octet-stream",
            kind=FAILED if upload.fault.spoils else UPLOADED,
        )
        return Reply(body=pretty({"file": stored.entry(upload.base)}), headers={_STATUS: "final"})


def _how_far(upload: _Upload) -> dict[str, str]:
    return {
        _STATUS: "active",
        "x-goog-upload-size-received": str(len(upload.data)),
        "x-goog-upload-chunk-granularity": "262144",
    }


async def _append(upload: _Upload, request: Request) -> None:
    """Add a chunk; one that comes again or too early is refused, and what is there stays."""
    offset = request.headers.get("x-goog-upload-offset", "")
    data = await read_body(request, _MOST_CHUNK)
    if offset != str(len(upload.data)):
        words = f"Upload offset {offset[:20]!r} is wrong: {len(upload.data)} bytes were received."
        raise Refusal(words)
    if upload.size is not None and len(upload.data) + len(data) > upload.size:
        raise Refusal(f"Upload is longer than the {upload.size} bytes that were announced.")
    upload.data += data


def _described(body: bytes) -> dict[str, str]:
    """Read `{"file": {...}}`; an empty body describes nothing."""
    try:
        tree: Any = json.loads(body) if body.strip() else {}
        found = tree.get("file") or {}
        return {name: value for name, value in found.items() if isinstance(value, str)}
    except (ValueError, AttributeError, RecursionError):
        raise Refusal("Invalid JSON payload received.") from None


def shown(stored: Stored, request: Request) -> Reply:
    """Show one file's entry."""
    api = request.path_params["api"]
    return reply(stored.entry(f"{request.url.scheme}://{request.url.netloc}/{api}"))
