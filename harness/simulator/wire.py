"""Hold what goes over the wire: replies, headers, and JSON whose large parts are spliced in."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request

from harness.simulator.paint.encode import NOTE
from harness.simulator.refusal import Refusal

MOST_BYTES = 100 * 1024 * 1024
MARKED = "x-simulated"
HEADERS = {
    "vary": "Origin, Referer, X-Origin",
    "server": "scaffolding on HTTPServer2",
    "x-xss-protection": "0",
    "x-frame-options": "SAMEORIGIN",
    "x-content-type-options": "nosniff",
    MARKED: f"harness; {NOTE}",
}
JSON_TYPE = "application/json; charset=UTF-8"
TIER = {"x-gemini-service-tier": "standard"}
_TOKEN = secrets.token_hex(16)  # no request can know it, so none can forge a splice
_SPLICE = re.compile(rb'"' + _TOKEN.encode() + rb':(\d+)"')

Pieces = tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A long base64 string, encoded beforehand, in pieces.

    Attributes:
        pieces: ASCII bytes that need no escape in JSON; joined they are the string.
    """

    pieces: Pieces

    def __str__(self) -> str:
        return b"".join(self.pieces).decode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer of the server.

    Attributes:
        body: In pieces, so that nothing large is copied.
        headers: Its own, beside those that every answer has.
        code: HTTP status.
        bare: Whether the headers that every answer has are left off.
    """

    body: Pieces = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    code: int = 200
    bare: bool = False


def dump(tree: object, *, indent: int | None = 2) -> Pieces:
    """Write JSON as UTF-8; each `Blob` of the tree is spliced in, never copied or escaped."""
    blobs: list[Blob] = []

    def park(value: object) -> str:
        if not isinstance(value, Blob):
            raise TypeError(f"no JSON for {type(value).__name__}")
        blobs.append(value)
        return f"{_TOKEN}:{len(blobs) - 1}"

    separators = None if indent else (",", ": ")
    text = json.dumps(
        tree, indent=indent, separators=separators, ensure_ascii=False, default=park
    ).encode("utf-8", "replace")
    if not blobs:
        return (text,)
    pieces: list[bytes] = []
    for index, piece in enumerate(_SPLICE.split(text)):
        if index % 2:
            pieces += [b'"', *blobs[int(piece)].pieces, b'"']
        else:
            pieces.append(piece)
    return tuple(pieces)


def pretty(tree: object) -> Pieces:
    """Write JSON as the service does, indented and with a last newline."""
    return (*dump(tree), b"\n")


def reply(tree: object, **headers: str) -> Reply:
    """Answer with JSON."""
    return Reply(body=pretty(tree), headers=headers)


async def read_body(request: Request, most: int = MOST_BYTES) -> bytes:
    """Read the body; what is too large is read on a while, so that the refusal arrives.

    Raises:
        Refusal: it is longer than `most`.
    """
    kept, length = bytearray(), 0
    async for chunk in request.stream():
        length += len(chunk)
        if length <= most:
            kept += chunk
        elif length > 2 * most:
            break
    if length > most:
        raise Refusal(f"Request payload size exceeds the limit: {most} bytes.")
    return bytes(kept)
