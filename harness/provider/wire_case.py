"""Read a recorded request back as what a suite would say (the way back of wire_request)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.errors import CassetteError, MalformedAnswer
from harness.model.identity import camel
from harness.model.request import Parameters
from harness.provider.arriving import decode_base64
from harness.provider.wire_request import SEARCH_TYPES, TOOLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A single-turn request in the suite's terms.

    Attributes:
        prompt: Its text.
        pictures: Reference pictures' bytes, in order.
        references_first: They stand before the text.
        parameters: The rest; what has no key of its own is `extra`.
    """

    prompt: str
    pictures: tuple[bytes, ...]
    references_first: bool
    parameters: Parameters


def declared(body: bytes, *, stream: bool, where: str) -> Declared:
    """Read a generateContent body.

    Args:
        body: The request's body.
        stream: It was sent to streamGenerateContent.
        where: File and place, for errors.

    Raises:
        CassetteError: it says what a suite cannot say, by name.
    """
    tree = _camel_keys(_object(body, where))
    parts = _only_turn(tree.pop("contents", None), where)
    texts = [i for i, part in enumerate(parts) if "text" in part]
    pictures = [i for i, part in enumerate(parts) if "inlineData" in part]
    if len(texts) != 1 or len(pictures) + 1 != len(parts) or 0 < texts[0] < len(parts) - 1:
        raise CassetteError(
            f"{where}: its parts are {_kinds(parts)}; a suite says one text, "
            "with pictures after or before it"
        )
    return Declared(
        prompt=str(parts[texts[0]]["text"]),
        pictures=tuple(_picture(parts[i]["inlineData"], where) for i in pictures),
        references_first=bool(pictures) and pictures[0] < texts[0],
        parameters=_parameters(tree, stream=stream, where=where),
    )


def _object(body: bytes, where: str) -> dict[str, Any]:
    try:
        tree = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CassetteError(f"{where}: the request's body is no JSON ({error})") from error
    if not isinstance(tree, dict):
        raise CassetteError(f"{where}: the request's body is no JSON object")
    return tree


def _camel_keys(tree: Mapping[str, Any]) -> dict[str, Any]:
    return {camel(key): value for key, value in tree.items() if value is not None}


def _only_turn(contents: object, where: str) -> list[dict[str, Any]]:
    turns = contents if isinstance(contents, list) else [contents]
    if len(turns) != 1:
        raise CassetteError(
            f"{where}: a conversation of {len(turns)} turns in one request; "
            "single turns are imported"
        )
    parts = turns[0].get("parts") if isinstance(turns[0], dict) else None
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise CassetteError(f"{where}: the request has no parts")
    return [_camel_keys(part) for part in parts]


def _kinds(parts: list[dict[str, Any]]) -> str:
    return ", ".join("+".join(sorted(part)) for part in parts[:6]) or "none"


def _picture(inline: object, where: str) -> bytes:
    data = inline.get("data") if isinstance(inline, dict) else None
    try:
        return decode_base64(str(data or ""))
    except MalformedAnswer as error:
        raise CassetteError(f"{where}: {error}") from error


def _parameters(tree: dict[str, Any], *, stream: bool, where: str) -> Parameters:
    """Take what a suite has a key for; the rest stays as it is, under `extra`."""
    config = _taken(tree, "generationConfig")
    image = _taken(config, "imageConfig")
    thinking = _taken(config, "thinkingConfig")
    modalities = config.pop("responseModalities", [])
    tools, search_types, other_tools = _tools(tree.pop("tools", None))
    known = {
        "aspect_ratio": image.pop("aspectRatio", None),
        "image_size": image.pop("imageSize", None),
        "include_thoughts": thinking.pop("includeThoughts", None),
        "system_instruction": _system_instruction(tree),
        "seed": config.pop("seed", None),
        "temperature": config.pop("temperature", None),
        "top_p": config.pop("topP", None),
        "top_k": config.pop("topK", None),
        "max_output_tokens": config.pop("maxOutputTokens", None),
        "media_resolution": config.pop("mediaResolution", None),
        "service_tier": tree.pop("serviceTier", None),
        "safety_settings": _safety(tree.pop("safetySettings", None), where),
        "search_types": search_types,
    }
    config |= {"imageConfig": image} if image else {}
    config |= {"thinkingConfig": thinking} if thinking else {}
    extra = {**tree, **({"tools": other_tools} if other_tools else {})}
    extra |= {"generationConfig": config} if config else {}
    return Parameters(
        modalities=tuple(modalities) if isinstance(modalities, list) else (),
        tools=tools,
        stream=stream,
        extra=extra,
        **known,
    )


def _taken(tree: dict[str, Any], name: str) -> dict[str, Any]:
    """Take an object out of `tree`, its keys in camelCase."""
    value = tree.pop(name, {})
    return _camel_keys(value) if isinstance(value, dict) else {}


def _system_instruction(tree: dict[str, Any]) -> str | None:
    """Take the system instruction out of `tree`, if it is one text."""
    match tree.get("systemInstruction"):
        case {"parts": [{"text": str(text), **rest}], **others} if not rest and set(others) <= {
            "role"
        }:
            del tree["systemInstruction"]
            return text
        case _:
            return None


def _tools(tools: object) -> tuple[tuple[str, ...], tuple[str, ...], object]:
    """Name the tools that a suite knows, and what is searched; give anything else as it is."""
    items = tools if isinstance(tools, list) else [tools] if tools else []
    known = [_tool(item) for item in items]
    found = [tool for tool in known if tool is not None]
    if not found or len(found) < len(known):
        return (), (), tools
    kinds = tuple(kind for _, searched in found for kind in searched)
    return tuple(name for name, _ in found), kinds, None


def _tool(item: object) -> tuple[str, tuple[str, ...]] | None:
    """Name one tool and what it searches; None where a suite cannot say it."""
    names = {wire: name for name, wire in TOOLS.items()}
    if not isinstance(item, dict) or len(item) != 1:
        return None
    ((key, options),) = item.items()
    name = names.get(camel(key))
    kinds = _search_types(options)
    return None if name is None or kinds is None else (name, kinds)


def _search_types(options: object) -> tuple[str, ...] | None:
    """Name what a search looks for; None where a suite cannot say it."""
    kinds = {wire: kind for kind, wire in SEARCH_TYPES.items()}
    match _camel_keys(options) if isinstance(options, dict) else None:
        case {"searchTypes": dict(types), **rest} if types and not rest:
            found = [kinds.get(camel(name)) for name in types if types[name] == {}]
            named = tuple(kind for kind in found if kind is not None)
            return named if len(named) == len(types) else None
        case {**rest} if not rest:
            return ()
        case _:
            return None


def _safety(settings: object, where: str) -> dict[str, str]:
    """Read the safety settings.

    Raises:
        CassetteError: they are no list of one threshold for each category.
    """
    found: dict[str, str] = {}
    for item in settings if isinstance(settings, list) else [settings] if settings else []:
        match item:
            case {"category": str(category), "threshold": str(threshold), **rest} if (
                not rest and category not in found
            ):
                found[category] = threshold
            case _:
                raise CassetteError(
                    f"{where}: its safetySettings are not one threshold for each category"
                )
    return found
