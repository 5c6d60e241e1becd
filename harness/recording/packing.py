"""Pack a body for a cassette: pictures become blobs, the rest stays readable.

Every base64 JSON string of 1 KB or more, wherever it stands, becomes a reference
`{"$blob": "<sha256>.<ext>"}` to its decoded bytes, with `"alphabet": "url-safe"` or
`"padding": false` where it is so. Unpacking gives the body back byte for byte. A
packed body is one of

* `{"json": tree, "style": name}`: readable JSON, written as `STYLES[name]` says, and
  `"tail"`: white space behind it, where there is some;
* `{"text": [piece, ...]}`: pieces of text and references, where the bytes are not
  just what a style gives (an event stream, HTML escapes, odd white space);
* `{"blob": "<sha256>.<ext>"}`: bytes that are no UTF-8;
* `{}`: no body.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable
from typing import Any

from harness.errors import CassetteError
from harness.model.blob import BlobRef
from harness.model.request import JsonObject
from harness.store.files import nests_deeper

Keep = Callable[[bytes], BlobRef]
Read = Callable[[str], bytes]
"""Gives a blob's bytes by its name in a cassette."""

STYLES: dict[str, dict[str, Any]] = {
    "compact": {"separators": (",", ":")},
    "indented": {"indent": 2},
    "spaced": {},
}
LEAST = 1024
"""Characters of base64 that are worth a blob (CASSETTES section 6)."""
MAX_LEVELS = 64
"""Objects and lists in each other that a cassette holds as JSON; the service's have 7."""
MAX_BODY = 250_000_000
"""Bytes of a body's blobs; four 4K PNGs have 70 million, the largest request 75."""

_LONG = re.compile(
    rb'"((?:[A-Za-z0-9+/]{%d,}|[A-Za-z0-9_\-]{%d,})={0,2})"' % (LEAST - 2, LEAST - 2)
)
_STAND_IN = re.compile(r'"\\u0001([0-9]+)\\u0001"')
"""A JSON string that `json.dumps` writes as it stands; real bodies do not hold it."""


def pack(body: bytes, *, keep: Keep) -> JsonObject:
    """Pack `body`; `unpack` gives it back byte for byte."""
    if not body:
        return {}
    references: list[JsonObject] = []
    lean = _LONG.sub(lambda match: _lifted(match, references, keep), body)
    try:
        text = lean.decode("utf-8")
    except UnicodeDecodeError:
        return {"blob": keep(body).name}
    if len(_STAND_IN.findall(text)) != len(references):
        return {"blob": keep(body).name}
    return _as_json(text, references) or {"text": _pieces(text, references)}


def _lifted(match: "re.Match[bytes]", references: list[JsonObject], keep: Keep) -> bytes:
    reference = _reference(match[1], keep)
    if reference is None:
        return match[0]
    references.append(reference)
    return rb'"\u0001%d\u0001"' % (len(references) - 1)


def _reference(text: bytes, keep: Keep) -> JsonObject | None:
    """Keep the decoded bytes, if encoding them gives exactly `text` again."""
    url_safe = b"-" in text or b"_" in text
    padded = len(text) % 4 == 0
    try:
        plain = text.translate(_TO_STANDARD) + b"=" * (-len(text) % 4)
        data = base64.b64decode(plain, validate=True)
    except (binascii.Error, ValueError):
        return None
    if _encoded(data, url_safe=url_safe, padded=padded) != text:
        return None
    flavour: dict[str, Any] = {"alphabet": "url-safe"} if url_safe else {}
    return {"$blob": keep(data).name} | flavour | ({} if padded else {"padding": False})


_TO_STANDARD = bytes.maketrans(b"-_", b"+/")


def _encoded(data: bytes, *, url_safe: bool, padded: bool) -> bytes:
    text = base64.urlsafe_b64encode(data) if url_safe else base64.b64encode(data)
    return text if padded else text.rstrip(b"=")


def _as_json(text: str, references: list[JsonObject]) -> JsonObject | None:
    """Give the readable form, if one of the styles writes exactly `text`."""
    core = text.rstrip()
    tail = {"tail": text[len(core) :]} if len(core) < len(text) else {}
    try:
        tree = json.loads(core)
        if nests_deeper(tree, MAX_LEVELS):
            return None
        for style, form in STYLES.items():
            if json.dumps(tree, ensure_ascii=False, **form) == core:
                return {"json": _filled(tree, references), "style": style} | tail
    except (ValueError, RecursionError, CassetteError):
        return None
    return None


def _filled(tree: Any, references: list[JsonObject]) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(tree, dict):
        if "$blob" in tree:
            raise CassetteError("the body itself says $blob: it is kept as text")
        return {key: _filled(value, references) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_filled(value, references) for value in tree]
    if isinstance(tree, str) and tree.startswith("\x01") and tree.endswith("\x01"):
        return references[int(tree[1:-1])]
    return tree


def _pieces(text: str, references: list[JsonObject]) -> list[str | JsonObject]:
    """Split into lines and references, so that a difference shows where it is."""
    pieces: list[str | JsonObject] = []
    for index, piece in enumerate(_STAND_IN.split(text)):
        if index % 2:
            pieces.append(references[int(piece)])
        else:
            pieces += (piece if not index else f'"{piece}').splitlines(keepends=True)
            if index < 2 * len(references):
                pieces.append('"')
    return [piece for piece in pieces if piece]


def unpack(packed: JsonObject, *, read: Read, where: str) -> bytes:
    """Give the body back, byte for byte.

    Args:
        packed: As `pack` gave it.
        read: Gives a blob's bytes.
        where: File and place, for errors.

    Raises:
        CassetteError: the packed body is not of the form.
        BlobMissing: a blob is not here.
    """
    if not packed:
        return b""
    try:
        return _unpacked(packed, _capped(read, where))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise CassetteError(
            f"{where}: not a packed body ({type(error).__name__}: {error}); restore it from git"
        ) from error


def _capped(read: Read, where: str) -> Read:
    """Refuse to unfold a small cassette to gigabytes by naming a blob again and again."""
    unfolded = 0

    def capped(name: str) -> bytes:
        nonlocal unfolded
        data = read(name)
        unfolded += len(data)
        if unfolded > MAX_BODY:
            raise CassetteError(f"{where}: the body unpacks to more than {MAX_BODY:,} bytes")
        return data

    return capped


def _unpacked(packed: JsonObject, read: Read) -> bytes:
    if "json" in packed:
        tree = _expanded(packed["json"], read)
        form = STYLES[packed["style"]]
        text = json.dumps(tree, ensure_ascii=False, **form) + str(packed.get("tail", ""))
        return text.encode("utf-8", "surrogatepass")
    if "text" in packed:
        return b"".join(
            piece.encode() if isinstance(piece, str) else _text_of(piece, read).encode()
            for piece in packed["text"]
        )
    return read(packed["blob"])


def _expanded(tree: Any, read: Read) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(tree, dict):
        if "$blob" in tree:
            return _text_of(tree, read)
        return {key: _expanded(value, read) for key, value in tree.items()}
    return [_expanded(value, read) for value in tree] if isinstance(tree, list) else tree


def _text_of(reference: JsonObject, read: Read) -> str:
    data = read(reference["$blob"])
    url_safe = reference.get("alphabet") == "url-safe"
    padded = reference.get("padding", True) is True
    return _encoded(data, url_safe=url_safe, padded=padded).decode("ascii")


def blob_names(packed: JsonObject) -> tuple[str, ...]:
    """Name every blob that a packed body refers to, in order."""
    names: list[str] = [packed["blob"]] if isinstance(packed.get("blob"), str) else []
    pending: list[Any] = [packed.get("json"), packed.get("text")]
    while pending:
        tree = pending.pop()
        if isinstance(tree, dict):
            names += [tree["$blob"]] if isinstance(tree.get("$blob"), str) else []
            pending += tree.values()
        elif isinstance(tree, list):
            pending += tree
    return tuple(names)
