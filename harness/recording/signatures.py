"""Leave thought signatures out of an answer: they are larger than their pictures.

A signature is needed to go on with a conversation (WIRE section 2); of a sample with no
further turn nobody reads it. It stands as `{"$dropped": "<sha256>.bin", "size": n}`, so
that it is known what was there, and unpacks to an empty string.
"""

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from harness.model.blob import BlobRef
from harness.model.request import JsonObject
from harness.recording.base64_text import decoded
from harness.recording.unpacking import SIGNATURE_KEYS, follows_signature_key

SizeOf = Callable[[str], int]
"""Gives the bytes of a blob by its name."""

_SHORT = re.compile(r'("(?:thoughtSignature|thought_signature)"\s*:\s*")((?:[^"\\]|\\.)+)(?=")')
"""A signature that is too short for a blob, in text."""


def without_signatures(packed: JsonObject, *, size_of: SizeOf) -> JsonObject:
    """Give a packed body that holds no thought signature any more, however short."""
    if "events" in packed:
        events = [without_signatures(event, size_of=size_of) for event in packed["events"]]
        return {**packed, "events": events}
    if "json" in packed:
        return {**packed, "json": _of_tree(packed["json"], size_of)}
    if "text" in packed:
        return {"text": list(_of_pieces(packed["text"], size_of))}
    return packed


def _of_tree(tree: Any, size_of: SizeOf, key: str = "") -> Any:  # noqa: ANN401  # any JSON value
    if key in SIGNATURE_KEYS and _is_signature(tree):
        return _dropped(tree, size_of)
    if isinstance(tree, dict):
        return {name: _of_tree(value, size_of, name) for name, value in tree.items()}
    return [_of_tree(value, size_of, key) for value in tree] if isinstance(tree, list) else tree


def _is_signature(tree: object) -> bool:
    return (isinstance(tree, str) and tree != "") or (
        isinstance(tree, dict) and not {"$blob", "$join"}.isdisjoint(tree)
    )


def _of_pieces(pieces: list[Any], size_of: SizeOf) -> Iterator[Any]:
    """Drop from pieces of text and references; a key and its value may be two lines."""
    before = ""
    for is_text, group in groupby(pieces, key=lambda piece: isinstance(piece, str)):
        if is_text:
            before = "".join(group)
            yield from _of_text(before, size_of)
        else:
            for piece in group:
                yield _dropped(piece, size_of) if follows_signature_key(before) else piece
                before = ""


def _of_text(text: str, size_of: SizeOf) -> Iterator[Any]:
    done = 0
    for match in _SHORT.finditer(text):
        yield from text[done : match.end(1)].splitlines(keepends=True)
        yield _dropped(match[2], size_of)
        done = match.end()
    yield from text[done:].splitlines(keepends=True)


def _dropped(signature: Any, size_of: SizeOf) -> JsonObject:  # noqa: ANN401  # text or reference
    if isinstance(signature, dict) and "$join" in signature:
        signature = "".join(map(str, signature["$join"]))  # base64 among what is none
    if isinstance(signature, dict):
        return {"$dropped": signature["$blob"], "size": size_of(signature["$blob"])}
    text = signature.encode("utf-8", "surrogatepass")
    known = decoded(text)
    data = known[0] if known else text
    return {"$dropped": BlobRef.of(data).name, "size": len(data)}
