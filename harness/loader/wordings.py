"""Let a suite say in short words what the API says in long ones: safety, resolution, tools."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, get_args

from pydantic import AfterValidator, Field

from harness.loader.hints import did_you_mean
from harness.loader.place import quoted

_CATEGORY: Final = "HARM_CATEGORY_"
_RESOLUTION: Final = "MEDIA_RESOLUTION_"

Category = Literal[
    "harassment",
    "hate_speech",
    "sexually_explicit",
    "dangerous_content",
    "civic_integrity",
    "HARM_CATEGORY_HARASSMENT",
    "HARM_CATEGORY_HATE_SPEECH",
    "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "HARM_CATEGORY_DANGEROUS_CONTENT",
    "HARM_CATEGORY_CIVIC_INTEGRITY",
]
"""Categories of the Gemini Developer API (google-genai 3.4.0's enum, without Vertex's)."""
Threshold = Literal[
    "block_low_and_above",
    "block_medium_and_above",
    "block_only_high",
    "block_none",
    "off",
    "BLOCK_LOW_AND_ABOVE",
    "BLOCK_MEDIUM_AND_ABOVE",
    "BLOCK_ONLY_HIGH",
    "BLOCK_NONE",
    "OFF",
]
MediaResolution = Literal[
    "low",
    "medium",
    "high",
    "MEDIA_RESOLUTION_LOW",
    "MEDIA_RESOLUTION_MEDIUM",
    "MEDIA_RESOLUTION_HIGH",
]
EmptyMapping = Annotated[dict[str, None], Field(max_length=0)]
_OTHER_WORDS: Final = {"none": "block_none", "high": "block_only_high", "danger": "dangerous"}


def _known_safety(settings: dict[str, str]) -> dict[str, str]:
    """Refuse what the API does not know, and one category in two spellings."""
    for category, threshold in settings.items():
        _refuse_unknown("category", category, get_args(Category))
        _refuse_unknown("threshold", threshold, get_args(Threshold))
    if len(safety(settings)) < len(settings):
        raise ValueError("a category stands twice, in two spellings; remove one")
    return settings


def _refuse_unknown(what: str, word: str, known: tuple[str, ...]) -> None:
    if word not in known:
        short = [name for name in known if name.islower()]
        hint = did_you_mean(_OTHER_WORDS.get(word.lower(), word), short, cutoff=0.5)
        raise ValueError(f"no {what} {quoted(word)}; {hint}")


Safety = Annotated[
    dict[str, str],
    AfterValidator(_known_safety),
    Field(
        json_schema_extra={
            "propertyNames": {"enum": list(get_args(Category))},
            "additionalProperties": {"type": "string", "enum": list(get_args(Threshold))},
        }
    ),
]


def safety(settings: Mapping[str, str]) -> dict[str, str]:
    """Spell safety settings as the API does, in the order of their categories' names."""
    full = {_spelt(category, _CATEGORY): name.upper() for category, name in settings.items()}
    return dict(sorted(full.items()))


def media_resolution(word: str) -> str:
    """Spell a resolution as the API does."""
    return _spelt(word, _RESOLUTION)


def _spelt(word: str, before: str) -> str:
    return word if word.startswith(before) else before + word.upper()


def as_tools(value: object) -> object:
    """Let one tool stand for a list of one, and `google_search: {}` for its name."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [_tool({name: options}) for name, options in value.items()]
    return [_tool(item) for item in value] if isinstance(value, list) else value


def _tool(item: object) -> object:
    if isinstance(item, Mapping) and len(item) == 1:
        ((name, options),) = item.items()
        return name if not options and options in ({}, None) else item
    return item
