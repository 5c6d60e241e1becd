"""Tell requests apart: their digest, and in words what differs between two."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.model.identity import digest, normalised, request_digest, with_named_blobs
from harness.model.request import JsonObject

_OPERATION = re.compile(r"/(?:v1|v1beta|v1beta1|v1alpha)/.*models/([^/:?]+):([A-Za-z]+)(?:[?]|$)")


def operation_of(url: str) -> tuple[str, str]:
    """Tell model and operation of a URL; the host and the API version do not matter.

    Returns:
        E.g. `("gemini-3-pro-image", "generateContent")`; two empty strings where it is
        no call of a model.
    """
    match = _OPERATION.search(url)
    return (match[1], match[2]) if match else ("", "")


def body_digest(body: bytes, *, operation: str) -> str:
    """Digest a request as it went over the wire: equal to what the provider derives.

    Pictures and signatures count by the sha256 of their decoded bytes, whatever the
    alphabet. A body that is no JSON object counts by its raw sha256, never as empty.
    """
    try:
        tree = json.loads(body)
        if isinstance(tree, dict):
            return request_digest(tree, operation=operation)
    except (ValueError, RecursionError):
        pass
    return digest({"operation": operation, "raw": hashlib.sha256(body).hexdigest()})


def skeleton_of(packed: JsonObject) -> JsonObject:
    """Give the skeleton of a packed request body; empty where it is no JSON."""
    tree = _unmarked(packed.get("json"))
    bare = with_named_blobs(tree) if isinstance(tree, dict) else {}
    tidy = normalised(bare)
    return tidy if isinstance(tidy, dict) else {}


def _unmarked(tree: Any) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(tree, dict):
        if "$blob" in tree:
            return f"sha256:{str(tree['$blob']).partition('.')[0]}"
        return {key: _unmarked(value) for key, value in tree.items()}
    return [_unmarked(value) for value in tree] if isinstance(tree, list) else tree


def differences(recorded: JsonObject, asked: JsonObject) -> tuple[str, ...]:
    """Say what differs between two skeletons, a line each, pictures as short hashes."""
    old, new = dict(_leaves(normalised(recorded))), dict(_leaves(normalised(asked)))
    return tuple(
        f"{path}: recorded {_shown(old, path)}, now {_shown(new, path)}"
        for path in dict.fromkeys([*old, *new])
        if old.get(path) != new.get(path)
    )


def _leaves(tree: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(tree, Mapping) and tree:
        for key, value in tree.items():
            yield from _leaves(value, f"{path}.{key}" if path else key)
    elif isinstance(tree, list) and tree:
        for index, value in enumerate(tree):
            yield from _leaves(value, f"{path}[{index}]")
    else:
        yield path, tree


def _shown(leaves: dict[str, object], path: str) -> str:
    if path not in leaves:
        return "nothing"
    text = str(leaves[path])
    if text.startswith("sha256:"):
        return f"picture {text[7:15]}"
    return repr(text if len(text) <= 60 else text[:57] + "...")
