"""Write a GenerationRequest as Gemini's JSON (WIRE sections 1.1 to 1.5)."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pybase64

from harness.model.blob import BlobRef
from harness.model.identity import request_digest
from harness.model.request import Content, GenerationRequest, JsonObject, Parameters, Part
from harness.store.blobs import ReadBlob

TOOLS = {"google_search": "googleSearch"}
SEARCH_TYPES = {"web": "webSearch", "image": "imageSearch"}

BlobText = Callable[[BlobRef], str]


def body(request: GenerationRequest, *, read: ReadBlob) -> bytes:
    """Write the request's body: compact UTF-8 JSON, pictures as standard base64.

    Raises:
        BlobMissing: a picture's bytes are not here.
    """
    return written(skeleton(request, text_of=lambda ref: pybase64.b64encode_as_string(read(ref))))


def written(tree: JsonObject) -> bytes:
    """Write a tree as compact UTF-8 JSON."""
    try:
        return json.dumps(tree, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError:  # a lone surrogate, which only a JSON escape can say
        return json.dumps(tree, separators=(",", ":")).encode()


def digest_of(request: GenerationRequest) -> str:
    """Digest the request as its body would be, without reading any picture."""
    return request_digest(skeleton(request), operation=request.operation)


def skeleton(request: GenerationRequest, *, text_of: BlobText | None = None) -> JsonObject:
    """Build the body as a tree.

    Args:
        request: What is asked.
        text_of: Text that stands for a picture or signature; `sha256:<hex>` unless given.
    """
    write = text_of or (lambda ref: f"sha256:{ref.sha256}")
    parameters = request.parameters
    tree: dict[str, Any] = {"contents": [_content(c, write) for c in request.contents]}
    if parameters.tools:
        tree["tools"] = [{TOOLS[tool]: _options(tool, parameters)} for tool in parameters.tools]
    if parameters.system_instruction is not None:
        tree["systemInstruction"] = {
            "role": "user",
            "parts": [{"text": parameters.system_instruction}],
        }
    if parameters.safety_settings:
        tree["safetySettings"] = [
            {"category": category, "threshold": threshold}
            for category, threshold in parameters.safety_settings.items()
        ]
    if parameters.service_tier is not None:
        tree["serviceTier"] = parameters.service_tier
    config = _generation_config(parameters)
    if config:
        tree["generationConfig"] = config
    return merged(tree, parameters.extra)


def _content(content: Content, write: BlobText) -> JsonObject:
    return {"role": content.role.value, "parts": [_part(part, write) for part in content.parts]}


def _part(part: Part, write: BlobText) -> JsonObject:
    if part.other:
        unknown: JsonObject = json.loads(part.other)
        return unknown
    tree: dict[str, Any] = {}
    if part.picture is not None:
        tree["inlineData"] = {"mimeType": part.mime_type, "data": write(part.picture)}
    else:
        tree["text"] = part.text or ""
    if part.thought:
        tree["thought"] = True
    if part.signature is not None:
        tree["thoughtSignature"] = write(part.signature)
    if part.beside:
        tree |= json.loads(part.beside)
    return tree


def _options(tool: str, parameters: Parameters) -> JsonObject:
    if tool != "google_search" or not parameters.search_types:
        return {}
    return {"searchTypes": {SEARCH_TYPES[kind]: {} for kind in parameters.search_types}}


def _generation_config(parameters: Parameters) -> dict[str, Any]:
    image = {"aspectRatio": parameters.aspect_ratio, "imageSize": parameters.image_size}
    config: dict[str, Any] = {
        "responseModalities": list(parameters.modalities) or None,
        "imageConfig": {key: value for key, value in image.items() if value} or None,
        "thinkingConfig": _thinking(parameters),
        "seed": parameters.seed,
        "temperature": parameters.temperature,
        "topP": parameters.top_p,
        "topK": parameters.top_k,
        "maxOutputTokens": parameters.max_output_tokens,
        "mediaResolution": parameters.media_resolution,
    }
    return {key: value for key, value in config.items() if value is not None}


def _thinking(parameters: Parameters) -> JsonObject | None:
    if parameters.include_thoughts is None:
        return None
    return {"includeThoughts": parameters.include_thoughts}


def merged(tree: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Lay `extra` over `tree`: objects are merged, everything else is replaced."""
    result = dict(tree)
    for key, value in extra.items():
        below = result.get(key)
        both = isinstance(below, Mapping) and isinstance(value, Mapping)
        result[key] = merged(below, value) if both else value  # type: ignore[arg-type]  # both are mappings
    return result
