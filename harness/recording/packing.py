"""Pack a body for a cassette: pictures become blobs, the rest stays readable.

Every base64 text of 1 KB or more, wherever it stands, becomes a reference
`{"$blob": "<sha256>.<ext>"}` to its decoded bytes, with its flavour where that is not
the usual one. A string that holds more than the base64 is `{"$join": [piece, ...]}`.
A packed body is one of

* `{"json": tree, "style": name}`: readable JSON, written as `STYLES[name]` says, with
  `"head"` and `"tail"`: what stands before and behind it, where there is something;
* `{"events": [packed, ...]}`: the server-sent events of a stream, each packed by itself;
* `{"text": [piece, ...]}`: pieces of text and references, where the bytes are not
  just what a style gives (HTML escapes, odd white space);
* `{"blob": "<sha256>.<ext>"}`: bytes that are no UTF-8;
* `{}`: no body.

`unpack` gives the body back, byte for byte; `thinned` without its pictures.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from harness.errors import CassetteError
from harness.model.blob import BlobRef
from harness.model.request import JsonObject
from harness.model.sse import events, is_stream
from harness.recording.base64_text import Flavour, lifted
from harness.recording.unpacking import (
    MARKS,
    STAND_IN,
    STYLES,
    blob_names,
    thinned,
    unpack,
)
from harness.store.files import nests_deeper

__all__ = ["Keep", "blob_names", "pack", "thinned", "unpack"]

Keep = Callable[[bytes], BlobRef]

MAX_LEVELS = 64
"""Objects and lists in each other that a cassette holds as JSON; the service's have 7."""

MAX_TEXT = 4_000_000
"""Bytes of a body, without its pictures, that are kept as text; a cassette is small."""
MAX_LINES = 100_000
"""Lines of a body that is kept as text; the longest real one, without its pictures, has 200."""
_DATA = re.compile(r"data: ?")


def pack(body: bytes, *, keep: Keep) -> JsonObject:
    """Pack `body`; `unpack` gives it back byte for byte."""
    if not body:
        return {}
    references: list[JsonObject] = []

    def take(data: bytes, flavour: Flavour) -> bytes:
        references.append({"$blob": keep(data).name} | flavour.tree())
        return rb"\u0001%d\u0001" % (len(references) - 1)

    lean = lifted(body, take)
    fits = len(lean) <= MAX_TEXT and _lines(lean) <= MAX_LINES
    text = _text(lean) if fits else None
    if text is None or len(STAND_IN.findall(text)) != len(references):
        return {"blob": keep(body).name}  # no text, or it says itself what stands for a reference
    if is_stream(lean):
        return {"events": [_packed(event.decode(), references) for event in events(lean)]}
    return _packed(text, references)


def _lines(data: bytes) -> int:
    return data.count(b"\n") + data.count(b"\r")


def _text(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _packed(text: str, references: list[JsonObject]) -> JsonObject:
    return _as_json(text, references) or {"text": _pieces(text, references)}


def _as_json(text: str, references: list[JsonObject]) -> JsonObject | None:
    """Give the readable form, if one of the styles writes exactly `text`."""
    data = _DATA.match(text)
    head = data[0] if data else ""
    core = text[len(head) :].rstrip()
    around = {"head": head, "tail": text[len(head) + len(core) :]}
    try:
        tree = json.loads(core, parse_constant=_refuse_constant)
        if nests_deeper(tree, MAX_LEVELS):
            return None
        for style, form in STYLES.items():
            if json.dumps(tree, **form) == core:
                filled = _Filling(references).whole(tree, asked=STAND_IN.findall(core))
                return {"json": filled, "style": style} | {k: v for k, v in around.items() if v}
    except (ValueError, RecursionError, CassetteError):
        return None
    return None


def _refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which are no JSON: such a body is kept as text."""
    raise ValueError(f"{name} is no JSON")


_LOADED = re.compile("\x01([0-9]+)\x01")


class _Filling:
    """Puts references where their stand-ins are."""

    def __init__(self, references: list[JsonObject]) -> None:
        self._references = references
        self._placed: list[str] = []

    def whole(self, tree: Any, *, asked: list[str]) -> Any:  # noqa: ANN401  # any JSON value
        """Fill a tree.

        Raises:
            CassetteError: the form cannot hold it: it is kept as text.
        """
        filled = self._filled(tree)
        if self._placed != asked:  # one is a key, or JSON reads what stands for it otherwise
            raise CassetteError("not every reference is a value")
        return filled

    def _filled(self, tree: Any) -> Any:  # noqa: ANN401
        if isinstance(tree, dict):
            if not MARKS.isdisjoint(tree):
                raise CassetteError("the body itself says $blob")
            return {key: self._filled(value) for key, value in tree.items()}
        if isinstance(tree, list):
            return [self._filled(value) for value in tree]
        return self._joined(tree) if isinstance(tree, str) and "\x01" in tree else tree

    def _joined(self, text: str) -> str | JsonObject:
        """Give a string that holds stand-ins: a reference, or a join of pieces."""
        pieces: list[str | JsonObject] = []
        for index, piece in enumerate(_LOADED.split(text)):
            if index % 2:
                self._placed.append(piece)
                pieces.append(self._references[int(piece)])
            elif piece:
                pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else {"$join": pieces}


def _pieces(text: str, references: list[JsonObject]) -> list[str | JsonObject]:
    """Split into lines and references, so that a difference shows where it is."""
    pieces: list[str | JsonObject] = []
    for index, piece in enumerate(STAND_IN.split(text)):
        if index % 2:
            pieces.append(references[int(piece)])
        else:
            pieces += piece.splitlines(keepends=True)
    return pieces
