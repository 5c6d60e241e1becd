"""Say which parameters a suite may write, and what each may be: border models."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue

from harness.loader.base_forms import Form, as_list
from harness.loader.check_forms import ChecksForm
from harness.loader.scalars import kind_of
from harness.loader.texts import SOME_TEXT, Id, ModelId, Name, Prompt
from harness.loader.wordings import EmptyMapping, MediaResolution, Safety, as_tools
from harness.model.identity import camel

INT32 = 2**31


def _as_text(value: object) -> object:
    """Let a size be written `512`, which YAML reads as a number."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if whole else value


Names = Annotated[
    list[Name],
    Field(max_length=20),
    BeforeValidator(as_list, json_schema_input_type=Name | list[Name]),
]
Size = Annotated[
    str,
    Field(pattern=SOME_TEXT, max_length=16),
    BeforeValidator(_as_text, json_schema_input_type=str | int),
]
_SAID_ELSEWHERE = {
    "contents": "prompt, turns and references",
    "safetySettings": "safety_settings",
    "serviceTier": "service_tier",
    "generationConfig.responseModalities": "modalities",
    "generationConfig.seed": "seed",
    "generationConfig.temperature": "temperature",
    "generationConfig.topP": "top_p",
    "generationConfig.topK": "top_k",
    "generationConfig.maxOutputTokens": "max_output_tokens",
    "generationConfig.mediaResolution": "media_resolution",
    "generationConfig.candidateCount": "samples",
    "generationConfig.imageConfig.imageSize": "image_size",
    "generationConfig.imageConfig.aspectRatio": "aspect_ratio",
    "generationConfig.thinkingConfig.includeThoughts": "thinking",
}
"""Request fields with a key of their own: by another way, neither price nor contract sees them."""
_OBJECTS = frozenset(path.rpartition(".")[0] for path in _SAID_ELSEWHERE) - {""}


def _nothing_said_elsewhere(extra: dict[str, Any]) -> dict[str, Any]:
    _refuse_said_elsewhere(extra, "")
    return extra


def _refuse_said_elsewhere(tree: Mapping[str, Any], above: str) -> None:
    for key, value in tree.items():
        path = above + camel(key)
        if path in _SAID_ELSEWHERE:
            raise ValueError(f"{path} is said by {_SAID_ELSEWHERE[path]}; remove it here")
        if path in _OBJECTS and not isinstance(value, Mapping):
            raise ValueError(f"{path} must be a mapping, is {kind_of(value)}; correct it")
        if path in _OBJECTS:
            _refuse_said_elsewhere(value, f"{path}.")


Extra = Annotated[dict[str, JsonValue], AfterValidator(_nothing_said_elsewhere)]
Modality = Literal["TEXT", "IMAGE"]
Tool = Literal["google_search"]
Tools = Annotated[
    list[Tool],
    BeforeValidator(as_tools, json_schema_input_type=Tool | list[Tool | dict[Tool, EmptyMapping]]),
]


class ThinkingForm(Form):
    """What is asked of the model's thinking."""

    include_thoughts: bool = Field(description="Ask for the interim thinking in the answer.")


class TurnParameters(Form):
    """Parameters that may differ from turn to turn. Empty means: not sent."""

    image_size: Size | None = Field(
        default=None, description="Size of the picture, such as 1K, 2K or 4K with a capital K."
    )
    aspect_ratio: Annotated[str, Field(pattern=SOME_TEXT, max_length=16)] | None = Field(
        default=None, description="Width to height, such as 16:9."
    )
    modalities: list[Modality] = Field(
        default=["TEXT", "IMAGE"],
        description="What the answer may hold, in the order sent; an empty list sends none.",
    )
    tools: Tools = Field(default=[], description="Tools that the model may use.")
    search_types: list[Literal["web", "image"]] = Field(
        default=[],
        description="What google_search looks for, in the order sent; an empty list sends none.",
    )
    thinking: ThinkingForm | None = Field(default=None, description="Thinking in the answer.")
    system_instruction: Prompt | None = Field(
        default=None, description="The system instruction; variables are replaced in it."
    )
    seed: int | None = Field(
        default=None,
        ge=-INT32,
        lt=INT32,
        description="Sent as it is; the model gives no determinism for it.",
    )
    temperature: float | None = Field(
        default=None, ge=0, le=2, description="Deprecated by the provider since 2026-07-21."
    )
    top_p: float | None = Field(
        default=None, ge=0, le=1, description="Deprecated by the provider since 2026-07-21."
    )
    top_k: int | None = Field(
        default=None, ge=1, le=1000, description="Deprecated by the provider since 2026-07-21."
    )
    max_output_tokens: int | None = Field(
        default=None,
        ge=1,
        lt=INT32,
        description="The most tokens that an answer may have; it bounds the price, too.",
    )
    media_resolution: MediaResolution | None = Field(
        default=None, description="How closely reference pictures are looked at."
    )
    safety_settings: Safety = Field(
        default={}, description="Category to threshold, such as dangerous_content: block_none."
    )
    service_tier: Literal["standard", "flex", "priority"] | None = Field(
        default=None, description="How soon an answer is made, and at which price."
    )
    references: Names = Field(
        default=[],
        description="Reference sets to send, in order. On a case they go with the first turn.",
    )
    references_first: bool = Field(
        default=False, description="Send the reference pictures before the prompt, not after it."
    )
    stream: bool = Field(default=False, description="Ask for the answer as server-sent events.")
    extra: Extra = Field(
        default={}, description="Request fields that are sent as they are, in the API's spelling."
    )


class ParametersForm(TurnParameters):
    """All parameters: of defaults, of a case, of an axis."""

    samples: int = Field(
        default=1, ge=1, le=1000, description="How many answers are wanted of each variant."
    )
    model: ModelId = Field(default="gemini-3-pro-image", description="Model id, as it is sent.")
    endpoint: Id | None = Field(
        default=None, description="Name of an endpoint in the settings; empty leaves it to the run."
    )


PARAMETERS = tuple(ParametersForm.model_fields)
CASE_ONLY = tuple(name for name in PARAMETERS if name not in TurnParameters.model_fields)


class DefaultsForm(ParametersForm):
    """Parameters and checks of every case that does not say otherwise."""

    checks: ChecksForm = Field(default=ChecksForm(), description="Checks on every answer.")


class TurnForm(TurnParameters):
    """One turn of a conversation."""

    prompt: Prompt = Field(description="The turn's prompt; {name} of a variable is replaced.")
    checks: ChecksForm = Field(default=ChecksForm(), description="Checks on this turn's answer.")


def given(form: TurnParameters) -> dict[str, Any]:
    """Give the parameters that are written in `form`, without what is no parameter."""
    return {name: getattr(form, name) for name in PARAMETERS if name in form.model_fields_set}
