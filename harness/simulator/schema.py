"""Know which fields a request may have, and bring every spelling to one."""

import base64
import binascii
import json
import re
from typing import Any, Final

from harness.simulator.refusal import bad_field, unknown_name

# message -> field -> kind; "[]" marks a list, "*" what is taken as it comes
_SCHEMA: Final[dict[str, dict[str, str]]] = {
    "GenerateContentRequest": {
        "model": "string",
        "contents": "[]Content",
        "systemInstruction": "Content",
        "generationConfig": "GenerationConfig",
        "safetySettings": "[]*",
        "tools": "[]Tool",
        "toolConfig": "*",
        "cachedContent": "string",
        "serviceTier": "string",
        "store": "bool",
    },
    "CountTokensRequest": {
        "contents": "[]Content",
        "generateContentRequest": "GenerateContentRequest",
    },
    "BatchGenerateContentRequest": {"batch": "GenerateContentBatch"},
    "GenerateContentBatch": {
        "model": "string",
        "displayName": "string",
        "inputConfig": "InputConfig",
        "priority": "*",
        "webhookConfig": "*",
    },
    "InputConfig": {"fileName": "string", "requests": "InlinedRequests"},
    "InlinedRequests": {"requests": "[]InlinedRequest"},
    "InlinedRequest": {"request": "*", "metadata": "*"},
    "Content": {"role": "string", "parts": "[]Part"},
    "Part": {
        "text": "string",
        "thought": "bool",
        "thoughtSignature": "bytes",
        "inlineData": "Blob",
        "fileData": "FileData",
        "functionCall": "*",
        "functionResponse": "*",
        "executableCode": "*",
        "codeExecutionResult": "*",
        "videoMetadata": "*",
        "partMetadata": "*",
    },
    "Blob": {"mimeType": "string", "data": "bytes", "displayName": "string"},
    "FileData": {"mimeType": "string", "fileUri": "string", "displayName": "string"},
    "Tool": {
        "googleSearch": "*",
        "googleSearchRetrieval": "*",
        "functionDeclarations": "[]*",
        "codeExecution": "*",
        "urlContext": "*",
    },
    "GenerationConfig": {
        "temperature": "number",
        "topP": "number",
        "topK": "number",
        "candidateCount": "int",
        "maxOutputTokens": "int",
        "stopSequences": "[]string",
        "seed": "int",
        "presencePenalty": "number",
        "frequencyPenalty": "number",
        "responseLogprobs": "bool",
        "logprobs": "int",
        "responseMimeType": "string",
        "responseSchema": "*",
        "responseJsonSchema": "*",
        "responseModalities": "[]string",
        "mediaResolution": "string",
        "thinkingConfig": "ThinkingConfig",
        "imageConfig": "ImageConfig",
        "speechConfig": "*",
    },
    "ThinkingConfig": {
        "includeThoughts": "bool",
        "thinkingBudget": "int",
        "thinkingLevel": "string",
    },
    "ImageConfig": {"aspectRatio": "string", "imageSize": "string"},
}
_PLAIN: Final[dict[str, type | tuple[type, ...]]] = {
    "string": str,
    "bool": bool,
    "number": (int, float),
    "int": int,
}
_TYPES: Final = {
    "string": "STRING",
    "bool": "BOOL",
    "number": "FLOAT",
    "int": "INT32",
    "bytes": "BYTES",
}
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")


def normalise(value: object, kind: str, path: str = "") -> Any:  # noqa: ANN401  # a tree whose form the kind decides
    """Check `value` against the kind and bring it to the camelCase form.

    Single values stand for lists of one, null for absence, and bytes come out decoded.

    Raises:
        Refusal: an unknown field or a value of the wrong type.
    """
    if kind == "*":
        return value
    if kind.startswith("[]"):
        items = value if isinstance(value, list) else [value]
        return [normalise(item, kind[2:], f"{path}[{index}]") for index, item in enumerate(items)]
    if kind in _SCHEMA:
        return _message(value, kind, path)
    return _decoded(value, path) if kind == "bytes" else _scalar(value, kind, path)


def _message(value: object, kind: str, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        type_name = f"type.googleapis.com/google.ai.generativelanguage.v1beta.{kind}"
        raise bad_field(path, f"Invalid value at '{path}' ({type_name}), {_quoted(value)}")
    known, found = _SCHEMA[kind], {}
    for name, item in value.items():
        field = camel(name)
        if field not in known:
            raise unknown_name(name, path)
        if item is not None:
            inner = f"{path}.{_snake(field)}" if path else _snake(field)
            found[field] = normalise(item, known[field], inner)
    return found


def _scalar(value: object, kind: str, path: str) -> object:
    if kind == "int" and isinstance(value, float) and value.is_integer():
        value = int(value)
    boolean = isinstance(value, bool)
    if isinstance(value, _PLAIN[kind]) and boolean == (kind == "bool"):
        return value
    raise bad_field(path, f"Invalid value at '{path}' (TYPE_{_TYPES[kind]}), {_quoted(value)}")


def _decoded(value: object, path: str) -> bytes:
    if isinstance(value, str):
        plain = value.encode("ascii", "replace").translate(bytes.maketrans(b"-_", b"+/"))
        plain = plain.replace(b"\n", b"").replace(b"\r", b"")
        if _BASE64.fullmatch(plain):
            try:
                return base64.b64decode(plain.rstrip(b"=") + b"=" * (-len(plain.rstrip(b"=")) % 4))
            except binascii.Error:
                pass
    shown = _quoted(value)
    words = f"Invalid value at '{path}' (TYPE_BYTES), Base64 decoding failed for {shown}"
    raise bad_field(path, words)


def camel(name: str) -> str:
    """Bring a field's name from snake_case to camelCase."""
    return re.sub(r"_([a-z0-9])", lambda found: found.group(1).upper(), name)


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: "_" + found.group(1).lower(), name)


def _quoted(value: object) -> str:
    if isinstance(value, dict | list):
        return "{...}" if isinstance(value, dict) else "[...]"
    return json.dumps(value)[:60] if not isinstance(value, str) else json.dumps(value[:48])
