"""Pack an answer without its thought signatures, which are larger than their pictures.

A signature is needed to go on with a conversation (WIRE section 2); of a sample with no
further turn nobody reads it. It stands as `{"$dropped": "<sha256>.bin", "size": n}`, so
that it is known what was there, and unpacks to an empty string.
"""

from typing import Any

from harness.model.blob import BlobRef
from harness.model.request import JsonObject
from harness.recording.packing import Keep, blob_names, pack
from harness.recording.unpacking import SIGNATURE_KEYS, follows_signature_key


def pack_without_signatures(body: bytes, *, keep: Keep) -> JsonObject:
    """Pack `body`, but keep no thought signature of 1 KB or more."""
    held: dict[str, bytes] = {}

    def hold(data: bytes) -> BlobRef:
        ref = BlobRef.of(data)
        held[ref.name] = data
        return ref

    packed = _without(pack(body, keep=hold), {name: len(data) for name, data in held.items()})
    for name in dict.fromkeys(blob_names(packed)):
        keep(held[name])
    return packed


def _without(packed: JsonObject, sizes: dict[str, int]) -> JsonObject:
    if "events" in packed:
        return {**packed, "events": [_without(event, sizes) for event in packed["events"]]}
    if "json" in packed:
        return {**packed, "json": _of_tree(packed["json"], sizes)}
    if "text" in packed:
        return {"text": _of_pieces(packed["text"], sizes)}
    return packed


def _of_tree(tree: Any, sizes: dict[str, int], key: str = "") -> Any:  # noqa: ANN401  # any JSON
    if isinstance(tree, list):
        return [_of_tree(value, sizes, key) for value in tree]
    if not isinstance(tree, dict):
        return tree
    if key in SIGNATURE_KEYS and "$blob" in tree:
        return _dropped(tree, sizes)
    return {name: _of_tree(value, sizes, name) for name, value in tree.items()}


def _of_pieces(pieces: list[Any], sizes: dict[str, int]) -> list[Any]:
    kept: list[Any] = []
    for index, piece in enumerate(pieces):
        before = pieces[index - 1] if index else ""
        signature = isinstance(before, str) and follows_signature_key(before)
        kept.append(_dropped(piece, sizes) if signature and isinstance(piece, dict) else piece)
    return kept


def _dropped(reference: JsonObject, sizes: dict[str, int]) -> JsonObject:
    name = reference["$blob"]
    return {"$dropped": name, "size": sizes[name]}
