"""Read cassettes of other tools: stock vcrpy, and the dialect with bodies as trees.

Stock vcrpy keeps a body as a string, in YAML or JSON; what it kept of httpx's answers before
6.0 (`status_code`, `content`) is read as vcrpy itself still reads it. The dialect of pydantic-ai's
recordings keeps JSON bodies as a tree under `parsed_body`: the JSON value and the
pictures are whole, the original bytes are gone, so they are rebuilt as compact UTF-8
JSON and marked. Every other form is refused by name.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harness.errors import CassetteError
from harness.recording.inflate import inflated
from harness.store.files import read_bytes

MAX_FILE = 400_000_000
"""Bytes of a foreign cassette."""
MAX_NODES = 2_000_000
"""Values in a foreign cassette, aliases counted as often as they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """One request with its answer from another tool's cassette.

    Attributes:
        source: File and position, for messages.
        method: E.g. `"POST"`.
        url: As recorded.
        request_headers: First value of each, lowercase names.
        request_body: Bytes as sent, or rebuilt.
        status: HTTP status.
        reason: Its phrase.
        headers: Of the answer, first value of each, lowercase names.
        body: Of the answer, decompressed, or rebuilt.
        recorded_at: By the answer's `date`, ISO 8601, UTC; empty where it has none.
        reserialised: A body was rebuilt from a tree.
    """

    source: str
    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: bytes
    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes
    recorded_at: str
    reserialised: bool


def read_foreign(path: Path) -> tuple[Foreign, ...]:
    """Read another tool's cassette.

    Raises:
        CassetteError: it is of a form that is not read, said by name.
        StoreError: the file cannot be read.
    """
    tree = _tree(path, read_bytes(path, limit=MAX_FILE))
    items = tree.get("interactions")
    if not isinstance(items, list) or not items or "format" in tree:
        raise CassetteError(f"{path}: {_name_of(tree)}; vcrpy's YAML or JSON is imported")
    return tuple(_foreign(item, f"{path}: interactions[{i}]") for i, item in enumerate(items))


_FORMS = {
    "http_interactions": "a cassette of Ruby's VCR, which is not read",
    "log": "a HAR file, which is not read",
    "error": "an error body alone, without its request",
    "format": "a file of the harness itself; copy its folder instead",
}


def _name_of(tree: Mapping[str, Any]) -> str:
    known = (name for key, name in _FORMS.items() if key in tree)
    return next(known, "no vcrpy cassette (it has no list of interactions)")


def _tree(path: Path, data: bytes) -> Mapping[str, Any]:
    if data.startswith(b"version https://git-lfs"):
        raise CassetteError(f"{path}: a Git LFS pointer, not the file; run: git lfs pull")
    try:
        text = data.decode("utf-8-sig")
        tree = json.loads(text) if text.lstrip()[:1] == "{" else _yaml(text)
        _measured(tree, path)
    except CassetteError:
        raise
    except Exception as error:  # YAML and JSON readers raise what they like
        line = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CassetteError(f"{path}: neither YAML nor JSON of a cassette ({line})") from error
    if not isinstance(tree, dict):
        raise CassetteError(f"{path}: no vcrpy cassette (a {type(tree).__name__} at the top)")
    return tree


def _yaml(text: str) -> object:
    from harness.recording import stranger_yaml  # late: it loads PyYAML

    return stranger_yaml.load(text)


def _measured(tree: object, path: Path) -> None:
    """Refuse what unfolds to more than it is: aliases of aliases."""
    pending, seen = [tree], 0
    while pending:
        value = pending.pop()
        seen += 1
        if seen > MAX_NODES:
            raise CassetteError(f"{path}: more than {MAX_NODES:,} values (aliases of aliases?)")
        if isinstance(value, dict):
            pending += value.values()
        elif isinstance(value, list):
            pending += value


def _foreign(item: object, where: str) -> Foreign:
    if not isinstance(item, dict):
        raise CassetteError(f"{where}: expected a request with its response")
    request, response = _part(item, "request", where), _part(item, "response", where)
    sent, sent_rebuilt = _body(request, where)
    came, came_rebuilt = _body(response, where)
    headers = _headers(response)
    code, reason = _status(response, where)
    return Foreign(
        source=where,
        method=str(request.get("method", "POST")).upper(),
        url=_address(request, where),
        request_headers=_headers(request),
        request_body=sent,
        status=code,
        reason=reason,
        headers=headers,
        body=_decompressed(came, headers.get("content-encoding", ""), where),
        recorded_at=_date(headers.get("date", "")),
        reserialised=sent_rebuilt or came_rebuilt,
    )


def _address(request: dict[str, Any], where: str) -> str:
    uri = request.get("uri")
    if not isinstance(uri, str):
        raise CassetteError(f"{where}: request.uri is missing")
    try:
        parts = urlsplit(uri)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise CassetteError(f"{where}: request.uri {uri[:80]!r} is no address")
    return uri


def _status(response: dict[str, Any], where: str) -> tuple[int, str]:
    status = response.get("status", {"code": response.get("status_code")})
    code = status.get("code") if isinstance(status, dict) else None
    if isinstance(code, bool) or not isinstance(code, int) or not 100 <= code <= 599:
        raise CassetteError(f"{where}: response.status.code: no HTTP status")
    reason = status.get("message") if isinstance(status, dict) else None
    return code, reason if isinstance(reason, str) else ""


def _part(item: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    part = item.get(name)
    if not isinstance(part, dict):
        raise CassetteError(f"{where}: {name} is missing")
    return part


def _body(part: dict[str, Any], where: str) -> tuple[bytes, bool]:
    """Give the body's bytes, and whether they were rebuilt from a tree."""
    if "parsed_body" in part:
        try:
            text = json.dumps(part["parsed_body"], ensure_ascii=False, separators=(",", ":"))
        except (TypeError, ValueError, RecursionError) as error:
            raise CassetteError(f"{where}: parsed_body is no JSON value ({error})") from error
        return text.encode("utf-8", "surrogatepass"), True
    body = part.get("body", part.get("content"))
    if isinstance(body, dict) and body and "string" not in body:
        raise CassetteError(f"{where}: a body as {', '.join(map(str, body))}, which is not read")
    string = body.get("string") if isinstance(body, dict) else body
    if string is None:
        return b"", False
    if not isinstance(string, str | bytes):
        raise CassetteError(f"{where}: body: expected a string")
    return (string.encode("utf-8", "surrogatepass") if isinstance(string, str) else string), False


def _headers(part: dict[str, Any]) -> dict[str, str]:
    headers = part.get("headers")
    if not isinstance(headers, dict):
        return {}
    first = {k: v[0] if isinstance(v, list) and v else v for k, v in headers.items()}
    return {str(name).lower(): str(value) for name, value in first.items()}


def _decompressed(body: bytes, encoding: str, where: str) -> bytes:
    """Undo the compression, unless only the header says that there is some."""
    if _is_plain(body):
        return body
    try:
        return inflated(body, encoding)
    except ValueError as error:
        raise CassetteError(f"{where}: the body is {error}") from error


def _is_plain(body: bytes) -> bool:
    return body.lstrip()[:1] in (b"{", b"[", b"<") or body.startswith(b"data:")


def _date(text: str) -> str:
    try:
        return parsedate_to_datetime(text).astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, TypeError, OverflowError):
        return ""
