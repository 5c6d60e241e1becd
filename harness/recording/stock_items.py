"""Turn vcrpy's requests and answers into what a stock cassette holds, and back.

What was read from a cassette builds its body when it is asked for it, and is written
as it was read while nothing has changed it: a replay holds one body at a time, and a
blob that is absent costs nothing that is recorded beside it.
"""

import copy
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from vcr.request import Request

from harness.errors import CassetteError
from harness.model.request import JsonObject
from harness.recording.inflate import inflated
from harness.recording.interaction import WireRequest, WireResponse
from harness.recording.packing import Keep, pack, unpack
from harness.recording.secrets.scrub import (
    REQUEST_HEADERS,
    RESPONSE_HEADERS,
    allowed,
    bare_url,
    refuse_key_shapes,
    refuse_keys,
)
from harness.recording.skeletons import body_digest, operation_of

Read = Callable[[str], bytes]
"""Gives a blob's bytes by its name in a cassette."""

_SECRET_PARAMETERS = frozenset({"key", "api_key", "apikey", "access_token", "token", "sig"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StockInteraction:
    """One request with its answer, as a stock cassette keeps it.

    Attributes:
        request_digest: What the matcher compares; where it is absent, the body's counts.
        request: As sent, without any secret.
        response: As answered, decompressed.
    """

    request_digest: str = ""
    request: WireRequest
    response: WireResponse


class KeptRequest(Request):  # type: ignore[misc]  # vcrpy has no types
    """A request of a cassette.

    Attributes:
        home: The file that holds it.
        kept: As it stands there; None once something has changed its body.
        digest: Of it, as the file says; may be empty.
    """

    def __init__(self, item: StockInteraction, *, home: Path, read: Read) -> None:
        self.home = home
        self._read = read
        super().__init__(item.request.method, item.request.url, None, item.request.headers)
        self.kept: WireRequest | None = item.request
        self.digest = item.request_digest

    @property
    def body(self) -> Any:  # noqa: ANN401  # as vcrpy's own
        if self.kept is None:
            return self._body
        return unpack(self.kept.body, read=self._read, where=str(self.home))

    @body.setter
    def body(self, value: bytes | str | None) -> None:
        self._body = value.encode() if isinstance(value, str) else value
        self.kept, self.digest = None, ""

    @property
    def body_bytes(self) -> bytes | None:
        value: bytes | None = self.body
        return value

    def __deepcopy__(self, memo: object) -> "KeptRequest":
        twin = copy.copy(self)
        twin.headers = dict(self.headers)
        return twin


class KeptBody(dict[str, Any]):
    """The body of an answer in a cassette: its `["string"]` is built each time it is asked for."""

    def __init__(self, kept: WireResponse, *, build: Callable[[], bytes]) -> None:
        super().__init__()
        self.kept = kept
        self._build = build

    def __missing__(self, name: str) -> bytes:
        if name != "string":
            raise KeyError(name)
        return self._build()

    def __contains__(self, name: object) -> bool:
        return name == "string" or super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  # as a dict's
        try:
            return self[name]
        except KeyError:
            return default

    def __deepcopy__(self, memo: object) -> dict[str, Any]:
        return dict(self) if self else self


def kept_pair(item: StockInteraction, *, home: Path, read: Read) -> tuple[Request, dict[str, Any]]:
    """Give a request and its answer as vcrpy holds them."""
    response = item.response
    build = functools.partial(unpack, response.body, read=read, where=str(home))
    return KeptRequest(item, home=home, read=read), {
        "status": {"code": response.status, "message": response.reason},
        "headers": {name: [value] for name, value in response.headers.items()},
        "body": KeptBody(response, build=build),
    }


def item_of(request: Any, response: Mapping[str, Any], *, keep: Keep) -> StockInteraction:  # noqa: ANN401
    """Give the interaction to be written.

    Args:
        request: vcrpy's.
        response: vcrpy's.
        keep: Keeps the blobs of what is new.

    Raises:
        CassetteError: the answer's compression is not read.
    """
    kept = getattr(request, "kept", None)
    sent = kept if kept is not None else _sent(request, keep)
    body = response["body"]
    if isinstance(body, KeptBody) and not body:
        came = body.kept
    else:
        came = _came(response, keep, where=request.uri)
    return StockInteraction(request_digest=digest_of(request), request=sent, response=came)


def _sent(request: Any, keep: Keep) -> WireRequest:  # noqa: ANN401  # vcrpy's Request
    return WireRequest(
        method=request.method,
        url=kept_url(request.uri),
        headers=allowed(request.headers, REQUEST_HEADERS),
        body=pack(bytes_of(request.body), keep=keep),
    )


def _came(response: Mapping[str, Any], keep: Keep, *, where: str) -> WireResponse:
    plain = plain_body(response, where=where)
    headers = _headers(response)
    length = {"content-length": str(len(plain))} if "content-length" in headers else {}
    return WireResponse(
        status=response["status"]["code"],
        reason=response["status"].get("message") or "",
        headers=allowed(headers, RESPONSE_HEADERS) | length,
        body=pack(plain, keep=keep),
    )


def plain_body(response: Mapping[str, Any], *, where: str) -> bytes:
    """Give an answer's body, decompressed.

    Raises:
        CassetteError: it is compressed in a way that is not read.
    """
    body = bytes_of(response["body"]["string"])
    try:
        return inflated(body, _headers(response).get("content-encoding", ""))
    except ValueError as error:
        raise CassetteError(
            f"{bare_url(where)}: the answer is {error}; send accept-encoding: gzip"
        ) from error


def _headers(response: Mapping[str, Any]) -> dict[str, str]:
    return {
        name.lower(): value if isinstance(value, str) else ", ".join(value)
        for name, value in response["headers"].items()
    }


def refuse_secrets(
    pair: tuple[Any, Mapping[str, Any]],
    item: StockInteraction,
    *,
    secrets: tuple[str, ...],
    where: str,
) -> None:
    """Refuse new bodies that hold a key, before any blob of them is written.

    Args:
        pair: vcrpy's request and its answer.
        item: The same, packed.
        secrets: The keys.
        where: What this is, for the message.

    Raises:
        SecretFound: one does.
    """
    request, response = pair
    bodies: list[tuple[bytes, JsonObject]] = []
    if getattr(request, "kept", None) is None:
        bodies.append((bytes_of(request.body), item.request.body))
    if response["body"] or not isinstance(response["body"], KeptBody):
        bodies.append((plain_body(response, where=request.uri), item.response.body))
    for body, packed in bodies:
        refuse_keys(body, secrets=secrets, where=where)
        if "blob" in packed:
            refuse_key_shapes(body, where=where)


def digest_of(request: Any) -> str:  # noqa: ANN401  # vcrpy's Request
    """Digest a request's body, once for each request of vcrpy's."""
    known: str = getattr(request, "digest", "")
    if not known:
        known = _digest(bytes_of(request.body), operation_of(request.uri))
        request.digest = known
    return known


@functools.lru_cache(maxsize=4)
def _digest(body: bytes, operation: tuple[str, str]) -> str:
    """Digest a body: vcrpy copies a request three times a call, but never its bytes."""
    return body_digest(body, operation=operation[1])


def kept_url(url: str) -> str:
    """Give a URL as a cassette holds it: without user, password and key.

    A call of a model keeps no parameter but `alt`; any other all that are no key's.
    """
    if operation_of(url)[1]:
        return bare_url(url)
    query = urlencode(
        [
            pair
            for pair in parse_qsl(urlsplit(url).query, keep_blank_values=True)
            if pair[0].lower() not in _SECRET_PARAMETERS
        ]
    )
    return urlunsplit(urlsplit(bare_url(url))._replace(query=query))


def bytes_of(body: Any) -> bytes:  # noqa: ANN401  # bytes, text, a file or parts, as vcrpy has it
    """Give a body's bytes, whatever vcrpy holds it as."""
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    return body.read() if hasattr(body, "read") else b"".join(body)
