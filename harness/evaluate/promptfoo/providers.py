"""Find the image models among promptfoo's providers, and what their settings are here."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.evaluate.promptfoo.files import Folder, Refused, is_file
from harness.evaluate.promptfoo.notes import Notes
from harness.evaluate.promptfoo.safety import safety_of
from harness.evaluate.promptfoo.slugs import free, slug
from harness.model.identity import camel

Tree = Mapping[str, object]
_GEMINI = re.compile(r"(google|vertex|palm):(?:image:)?(gemini-[A-Za-z0-9.-]*image[A-Za-z0-9.-]*)")
_LEVELS = ("generationConfig", "imageConfig")
_SECRET = ("apiKey", "key", "credentials", "keyFile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A model with its settings.

    Attributes:
        id: What an axis calls it.
        parameters: Keys of the suite language, the model among them.
    """

    id: str
    parameters: Mapping[str, object]


def arms_of(config: Tree, folder: Folder, notes: Notes) -> tuple[Arm, ...]:
    """Give the image models that are asked; whatever else is asked is noted."""
    name = "providers" if "providers" in config else "targets"
    listed = config.get(name)
    items = listed if isinstance(listed, list) else [] if listed is None else [listed]
    found: dict[str, Arm] = {}
    for index, item in enumerate(items):
        path = f"{name}[{index}]"
        for identifier, options in _told(item, path, folder, notes):
            arm = _arm(identifier, options, path, notes)
            if arm is not None:
                key = free(arm.id, found)
                found[key] = Arm(id=key, parameters=arm.parameters)
    return tuple(found.values())


def _told(item: object, path: str, folder: Folder, notes: Notes) -> list[tuple[str, Tree]]:
    """Read a provider in any of its three forms: a text, one with an `id`, one by its name."""
    if isinstance(item, str):
        return _from_file(item, path, folder, notes) if is_file(item) else [(item, {})]
    if isinstance(item, dict) and isinstance(item.get("id"), str):
        return [(item["id"], item)]
    if isinstance(item, dict) and item and "id" not in item:
        return [(key, value if isinstance(value, dict) else {}) for key, value in item.items()]
    notes.leave(path, "is no provider that can be read")
    return []


def _from_file(name: str, path: str, folder: Folder, notes: Notes) -> list[tuple[str, Tree]]:
    found: list[tuple[str, Tree]] = []
    try:
        for file in folder.named(name):
            tree = folder.tree(file)
            for item in tree if isinstance(tree, list) else [tree]:
                nested = not is_file(item)  # a file that names files names no end of them
                found += _told(item, path, folder, notes) if nested else []
    except Refused as error:
        notes.leave(path, str(error))
    return found


def _arm(identifier: str, options: Tree, path: str, notes: Notes) -> Arm | None:
    match = _GEMINI.fullmatch(identifier.strip())
    if match is None:
        notes.leave(path, f"{identifier}: no image model of Gemini's; only these are asked here")
        return None
    if match[1] == "vertex":
        notes.change(path, "asked at AI Studio; set an endpoint in harness.toml for a gateway")
    notes.leave_others(options, ("id", "label", "config"), path)
    config = options.get("config")
    settings = _parameters(config, f"{path}.config", notes) if isinstance(config, dict) else {}
    label = options.get("label")
    name = label if isinstance(label, str) else match[2]
    return Arm(id=slug(name, empty="model"), parameters={"model": match[2], **settings})


def _parameters(config: Tree, path: str, notes: Notes) -> dict[str, object]:
    """Read settings in either spelling, on whichever level they stand; the deeper one counts."""
    found: dict[str, object] = {}
    levels = [(path, config)]
    for place, tree in levels:  # grows while it is read
        for key, value in tree.items():
            where, name = f"{place}.{key}", camel(key)
            if name in _LEVELS and isinstance(value, dict):
                levels.append((where, value))
            elif name == "thinkingConfig" and isinstance(value, dict):
                _think(value, where, found=found, notes=notes)
            else:
                _take(name, value, where, found=found, notes=notes)
    return found


def _think(tree: Tree, path: str, *, found: dict[str, object], notes: Notes) -> None:
    """Read what is asked of the thinking; how much of it has no key here, and is sent as it is."""
    for key, value in tree.items():
        name = camel(key)
        if name == "includeThoughts" and isinstance(value, bool):
            found["thinking"] = {"include_thoughts": value}
        elif name in ("thinkingLevel", "thinkingBudget") and isinstance(value, str | int):
            found["extra"] = {"generationConfig": {"thinkingConfig": {name: value}}}
        else:
            notes.leave(f"{path}.{key}", "says nothing that the harness can say")


def _take(key: str, value: object, path: str, *, found: dict[str, object], notes: Notes) -> None:
    if key in _SECRET:
        notes.leave(path, "keys are read from the environment only: GEMINI_API_KEY")
        return
    if key not in _READERS:
        notes.leave(path, "the harness has nothing like it")
        return
    name, read = _READERS[key]
    said = read(value)
    if said is None:
        notes.leave(path, "says nothing that the harness can say")
    else:
        found[name] = said


def _text(value: object) -> object:
    return value if isinstance(value, str) and "{{" not in value else None


def _size(value: object) -> object:
    told = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return told.removesuffix("px") or None


def _number(value: object) -> object:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _whole(value: object) -> object:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _modalities(value: object) -> object:
    words = [str(word).upper() for word in value] if isinstance(value, list) else []
    return words if words and set(words) <= {"TEXT", "IMAGE"} else None


def _instruction(value: object) -> object:
    """Read a text, or a content whose parts are texts."""
    if isinstance(value, dict):
        parts = value.get("parts")
        items = parts if isinstance(parts, list) else [parts]
        texts = [item.get("text") for item in items if isinstance(item, dict)]
        told = [text for text in texts if isinstance(text, str)]
        value = "\n".join(told) if len(told) == len(items) else None
    return None if is_file(value) else _text(value)


def _tools(value: object) -> object:
    tools = value if isinstance(value, list) else []
    names = {key for tool in tools for key in (tool if isinstance(tool, dict) else ["?"])}
    return ["google_search"] if names in ({"googleSearch"}, {"google_search"}) else None


_READERS: Mapping[str, tuple[str, Callable[[object], object]]] = {
    "imageAspectRatio": ("aspect_ratio", _text),
    "aspectRatio": ("aspect_ratio", _text),
    "imageSize": ("image_size", _size),
    "temperature": ("temperature", _number),
    "topP": ("top_p", _number),
    "topK": ("top_k", _whole),
    "seed": ("seed", _whole),
    "maxOutputTokens": ("max_output_tokens", _whole),
    "responseModalities": ("modalities", _modalities),
    "systemInstruction": ("system_instruction", _instruction),
    "tools": ("tools", _tools),
    "mediaResolution": ("media_resolution", _text),
    "safetySettings": ("safety_settings", safety_of),
}
