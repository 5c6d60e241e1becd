"""Give a packed body back: byte for byte, or thin, with references for its pictures."""

import io
import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.errors import CassetteError
from harness.model.request import JsonObject
from harness.recording.base64_text import Flavour

Read = Callable[[str], bytes | Iterator[bytes | memoryview]]
"""Gives a blob's bytes by its name in a cassette: whole, or in pieces.

A piece is used before the next one is asked for; all but the last have a multiple of
three bytes.
"""

_BASE_STYLES: dict[str, dict[str, Any]] = {
    "compact": {"separators": (",", ":")},
    "indented": {"indent": 2},
    "spaced": {},
}
STYLES = {name: {**form, "ensure_ascii": False} for name, form in _BASE_STYLES.items()} | {
    f"{name}-ascii": {**form, "ensure_ascii": True} for name, form in _BASE_STYLES.items()
}
"""How JSON is written, as arguments of `json.dumps`."""
MARKS = frozenset({"$blob", "$join", "$dropped"})
"""Keys by which a packed tree says that it stands for something."""
STAND_IN = re.compile(r"\\u0001([0-9]+)\\u0001")
"""What `json.dumps` writes for a stand-in; real bodies do not hold it."""
MAX_BODY = 250_000_000
"""Bytes of a body's blobs; four 4K PNGs have 70 million, the largest request 75."""

SIGNATURE_KEYS = ("thoughtSignature", "thought_signature")
INLINE_KEYS = ("inlineData", "inline_data")
_BEFORE_SIGNATURE = re.compile(r'"(?:thoughtSignature|thought_signature)"\s*:\s*"\Z')
_BEFORE_PICTURE = re.compile(r'"(?:inlineData|inline_data)"\s*:\s*\{[^{}]*"data"\s*:\s*"\Z')
_LOOK_BACK = 400
"""Characters before a reference in which its key stands."""

Fill = Callable[[JsonObject, bool], Iterable[bytes]]
"""Gives the text that stands for a reference; told whether it is a picture or signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thin:
    """A body without its pictures.

    Attributes:
        body: With a token in the place of each picture's and signature's base64.
        names: Token to the name of its blob. A token is drawn anew for each answer, so
            nothing that a body says itself can be one.
    """

    body: bytes
    names: Mapping[str, str]


def unpack(packed: JsonObject, *, read: Read, where: str) -> bytes:
    """Give the body back, byte for byte (a dropped signature as an empty string).

    Args:
        packed: As `pack` gave it.
        read: Gives a blob's bytes.
        where: File and place, for errors.

    Raises:
        CassetteError: the packed body is not of the form.
        BlobMissing: a blob is not here.
    """
    capped = _capped(read, where)
    return _rendered(packed, lambda reference, _: _spelt(reference, capped), capped, where)


def thinned(packed: JsonObject, *, read: Read, where: str) -> Thin:
    """Give the body with tokens for its pictures and signatures, which are not read.

    Raises:
        CassetteError: the packed body is not of the form.
        BlobMissing: a blob that stands elsewhere is not here.
    """
    capped = _capped(read, where)
    nonce = secrets.token_hex(8)
    names: dict[str, str] = {}

    def fill(reference: JsonObject, picture: bool) -> Iterable[bytes]:
        if not picture or "$blob" not in reference:
            return _spelt(reference, capped)
        if not isinstance(reference["$blob"], str):
            raise TypeError("a blob's name is no text")
        token = f"blob:{nonce}:{len(names)}"
        names[token] = reference["$blob"]
        return (token.encode(),)

    return Thin(body=_rendered(packed, fill, capped, where), names=names)


def _rendered(packed: JsonObject, fill: Fill, read: Read, where: str) -> bytes:
    if not packed:
        return b""
    try:
        body = io.BytesIO()  # a third of the time of a join, which needs all parts at once
        body.writelines(_parts(packed, fill, read))
        return body.getvalue()
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        raise CassetteError(
            f"{where}: not a packed body ({type(error).__name__}: {error}); restore it from git"
        ) from error


def _parts(packed: JsonObject, fill: Fill, read: Read) -> Iterator[bytes]:
    if "events" in packed:
        for event in packed["events"]:
            if "events" in event:
                raise TypeError("events within an event")
            yield from _parts(event, fill, read)
    elif "json" in packed:
        yield str(packed.get("head", "")).encode()
        yield from _json_parts(packed, fill)
        yield str(packed.get("tail", "")).encode()
    elif "text" in packed:
        yield from _text_parts(packed["text"], fill)
    else:
        yield from (bytes(piece) for piece in _pieces(packed["blob"], read))


def _json_parts(packed: JsonObject, fill: Fill) -> Iterator[bytes]:
    """Write the tree with stand-ins, then put the fills in: no long string is escaped."""
    found: list[tuple[JsonObject, bool]] = []

    def stand_in(reference: JsonObject, picture: bool) -> str:
        found.append((reference, picture))
        return f"\x01{len(found) - 1}\x01"

    tree = _marked(packed["json"], stand_in)
    text = json.dumps(tree, **STYLES[packed["style"]])
    for index, piece in enumerate(STAND_IN.split(text)):
        if index % 2:
            yield from fill(*found[int(piece)])
        else:
            yield piece.encode("utf-8", "surrogatepass")


def _marked(
    tree: Any,  # noqa: ANN401  # any JSON value
    stand_in: Callable[[JsonObject, bool], str],
    key: str = "",
    parent: str = "",
) -> Any:  # noqa: ANN401
    if isinstance(tree, list):
        return [_marked(value, stand_in, key, parent) for value in tree]
    if not isinstance(tree, dict):
        return tree
    if not MARKS.isdisjoint(tree):
        pieces = tree.get("$join", [tree])
        alone = len(pieces) == 1 and is_picture(key, parent)
        return "".join(p if isinstance(p, str) else stand_in(p, alone) for p in pieces)
    return {name: _marked(value, stand_in, name, key) for name, value in tree.items()}


def is_picture(key: str, parent: str) -> bool:
    """Tell whether a picture's or signature's base64 stands under these keys."""
    return key in SIGNATURE_KEYS or (key == "data" and parent in INLINE_KEYS)


def _text_parts(pieces: list[Any], fill: Fill) -> Iterator[bytes]:
    before = ""
    for piece in pieces:
        if isinstance(piece, str):
            before = (before + piece)[-_LOOK_BACK:]
            yield piece.encode("utf-8", "surrogatepass")
        else:
            yield from fill(piece, _follows_key(before))
            before = ""


def _follows_key(before: str) -> bool:
    return follows_signature_key(before) or bool(_BEFORE_PICTURE.search(before))


def follows_signature_key(before: str) -> bool:
    """Tell whether what comes behind this text is a thought signature."""
    return bool(_BEFORE_SIGNATURE.search(before))


def _spelt(reference: JsonObject, read: Read) -> Iterator[bytes]:
    if "$dropped" not in reference:
        spell = Flavour.of(reference).spell
        yield from (spell(piece) for piece in _pieces(reference["$blob"], read))


def _pieces(name: str, read: Read) -> Iterable[bytes | memoryview]:
    if not isinstance(name, str):
        raise TypeError("a blob's name is no text")
    data = read(name)
    return (data,) if isinstance(data, bytes) else data


def _capped(read: Read, where: str) -> Read:
    """Refuse to unfold a small cassette to gigabytes by naming a blob again and again."""
    unfolded = 0

    def capped(name: str) -> Iterator[bytes | memoryview]:
        nonlocal unfolded
        for piece in _pieces(name, read):
            unfolded += len(piece)
            if unfolded > MAX_BODY:
                raise CassetteError(f"{where}: the body unpacks to more than {MAX_BODY:,} bytes")
            yield piece

    return capped


def references(packed: JsonObject) -> Iterator[JsonObject]:
    """Give every reference of a packed body, dropped ones too, in order."""
    if isinstance(packed.get("blob"), str):
        yield {"$blob": packed["blob"]}
    pending: list[Any] = [packed.get(key) for key in ("events", "text", "json")]
    while pending:
        tree = pending.pop()
        if isinstance(tree, dict):
            if isinstance(tree.get("$blob", tree.get("$dropped")), str):
                yield tree
            pending += reversed(tree.values())
        elif isinstance(tree, list):
            pending += reversed(tree)


def blob_names(packed: JsonObject) -> tuple[str, ...]:
    """Name every blob that a packed body refers to, in order."""
    found = (reference.get("$blob") for reference in references(packed))
    return tuple(name for name in found if isinstance(name, str))


def has_dropped(packed: JsonObject) -> bool:
    """Tell whether signatures were dropped from a packed body."""
    return any("$dropped" in reference for reference in references(packed))
