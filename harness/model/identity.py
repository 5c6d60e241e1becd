"""Derive the digests that name what was declared and what was sent.

Two digests, both sha256 over canonical JSON (UTF-8, keys sorted, no white space):

* the *cell* is over the declaration: prompts of all turns up to this one,
  references' sha256 in order, parameters; without model, endpoint and API version.
* the *request digest* is over the wire skeleton: the request's body as a tree in
  which every picture and signature stands as `sha256:<hex>`.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from harness.model.request import JsonObject, Parameters
from harness.model.suite import Turn

_OPTIONAL_OBJECTS = ("generationConfig", "imageConfig", "thinkingConfig", "toolConfig")
_SNAKE = re.compile(r"_([a-z0-9])")
_BLOB_KEYS = ("thoughtSignature", "thought_signature")
_INLINE_KEYS = ("inlineData", "inline_data")
_URL_SAFE = str.maketrans("-_", "+/")


def canonical_json(tree: object) -> bytes:
    """Write `tree` so that equal values give equal bytes."""
    text = json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", errors="surrogatepass")


def digest(tree: object) -> str:
    """Digest a JSON value: 64 hex digits."""
    return hashlib.sha256(canonical_json(tree)).hexdigest()


def cell_digest(turns: Sequence[Turn]) -> str:
    """Digest what was declared by `turns`, of which the last is the one meant."""
    return digest([_declared(turn) for turn in turns])


def request_digest(skeleton: JsonObject, *, operation: str) -> str:
    """Digest a request's body.

    Proto JSON lets a key be spelt in camelCase or snake_case, a role be left out
    and an empty message be sent or not; none of these is a difference.

    Args:
        skeleton: The body as a tree; a picture or signature that still stands in
            base64 counts as `sha256:<hex>` too.
        operation: `"generateContent"` and its like.
    """
    return digest({"operation": operation, "body": normalised(with_named_blobs(skeleton))})


def with_named_blobs(tree: Any, key: str = "", parent: str = "") -> Any:  # noqa: ANN401  # any JSON value
    """Let every picture and signature in base64, of either alphabet, stand as `sha256:<hex>`.

    Args:
        tree: Any JSON value.
        key: The key that it stands under.
        parent: The key above that one.
    """
    if isinstance(tree, str):
        blob = key in _BLOB_KEYS or (key == "data" and parent in _INLINE_KEYS)
        return _blob_name(tree) if blob else tree
    if isinstance(tree, dict | Mapping):  # a dict is told without the look that a Mapping takes
        return {name: with_named_blobs(value, name, key) for name, value in tree.items()}
    return [with_named_blobs(v, key, parent) for v in tree] if isinstance(tree, list) else tree


def _blob_name(text: str) -> str:
    plain = text.translate(_URL_SAFE).rstrip("=")
    try:
        data = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return text
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def normalised(value: object) -> object:
    """Bring the spellings that proto JSON allows to one."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict | Mapping):
        return _normalised_object(value)
    if isinstance(value, Sequence):
        return [normalised(item) for item in value]
    return value


def _normalised_object(value: Mapping[str, object]) -> dict[str, object]:
    tidy = {camel(key): normalised(item) for key, item in value.items() if item is not None}
    for name in _OPTIONAL_OBJECTS:
        if tidy.get(name) == {}:
            del tidy[name]
    if "parts" in tidy:
        tidy.setdefault("role", "user")
    return tidy


def camel(key: str) -> str:
    """Spell a snake_case key in camelCase: `inline_data` is `inlineData`."""
    return _SNAKE.sub(lambda match: match[1].upper(), key) if "_" in key else key


def _declared(turn: Turn) -> JsonObject:
    return {
        "prompt": turn.prompt,
        "references": [reference.blob.sha256 for reference in turn.references],
        "references_first": turn.references_first,
        "parameters": _declared_parameters(turn.parameters),
    }


def _declared_parameters(parameters: Parameters) -> JsonObject:
    """Give what is set; a parameter that a later version adds changes no old cell."""
    values: dict[str, Any] = {
        "aspect_ratio": parameters.aspect_ratio,
        "image_size": parameters.image_size,
        "modalities": list(parameters.modalities),
        "tools": list(parameters.tools),
        "include_thoughts": parameters.include_thoughts,
        "system_instruction": parameters.system_instruction,
        "seed": parameters.seed,
        "temperature": parameters.temperature,
        "top_p": parameters.top_p,
        "top_k": parameters.top_k,
        "max_output_tokens": parameters.max_output_tokens,
        "media_resolution": parameters.media_resolution,
        "safety_settings": dict(parameters.safety_settings),
        "service_tier": parameters.service_tier,
        "search_types": list(parameters.search_types),
        "stream": parameters.stream or None,
        "extra": dict(parameters.extra),
    }
    return {key: value for key, value in values.items() if value not in (None, [], {})}
