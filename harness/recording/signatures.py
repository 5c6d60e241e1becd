"""Leave thought signatures out of an answer: they are larger than their pictures.

A signature is needed to go on with a conversation (WIRE section 2); of a sample with no
further turn nobody reads it. It stands as `{"$dropped": "<sha256>.bin", "size": n}`, so
that it is known what was there, and unpacks to an empty string.
"""

from collections.abc import Callable
from typing import Any

from harness.model.request import JsonObject
from harness.recording.unpacking import SIGNATURE_KEYS, follows_signature_key

SizeOf = Callable[[str], int]
"""Gives the bytes of a blob by its name."""


def without_signatures(packed: JsonObject, *, size_of: SizeOf) -> JsonObject:
    """Give a packed body in which no thought signature is a reference any more."""
    if "events" in packed:
        events = [without_signatures(event, size_of=size_of) for event in packed["events"]]
        return {**packed, "events": events}
    if "json" in packed:
        return {**packed, "json": _of_tree(packed["json"], size_of)}
    if "text" in packed:
        return {"text": _of_pieces(packed["text"], size_of)}
    return packed


def _of_tree(tree: Any, size_of: SizeOf, key: str = "") -> Any:  # noqa: ANN401  # any JSON
    if isinstance(tree, list):
        return [_of_tree(value, size_of, key) for value in tree]
    if not isinstance(tree, dict):
        return tree
    if key in SIGNATURE_KEYS and "$blob" in tree:
        return _dropped(tree, size_of)
    return {name: _of_tree(value, size_of, name) for name, value in tree.items()}


def _of_pieces(pieces: list[Any], size_of: SizeOf) -> list[Any]:
    kept: list[Any] = []
    for index, piece in enumerate(pieces):
        before = pieces[index - 1] if index else ""
        signature = isinstance(before, str) and follows_signature_key(before)
        kept.append(_dropped(piece, size_of) if signature and isinstance(piece, dict) else piece)
    return kept


def _dropped(reference: JsonObject, size_of: SizeOf) -> JsonObject:
    name = reference["$blob"]
    return {"$dropped": name, "size": size_of(name)}
