"""Say what is asked of the model, before it has any form on the wire."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from harness.model.blob import BlobRef

JsonObject = Mapping[str, Any]


class Role(StrEnum):
    """Who speaks in a conversation, in Gemini's words."""

    USER = "user"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a turn: text or a picture, never both.

    Attributes:
        text: The text, or None where the part is a picture.
        picture: The picture's bytes, or None where the part is text.
        mime_type: The picture's declared type; empty for text.
        thought: True for the model's interim thinking, which is no answer.
        signature: The opaque `thoughtSignature` that stood on this part.
        other: A part of a kind that the harness does not know, as JSON text: it goes
            back into the history untouched.
        beside: What the part holds beside all this, as JSON text: it goes back likewise.
    """

    text: str | None = None
    picture: BlobRef | None = None
    mime_type: str = ""
    thought: bool = False
    signature: BlobRef | None = None
    other: str = ""
    beside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One side's turn in a conversation: its parts in order."""

    role: Role
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What a request asks for beside its prompt. None and empty are not sent.

    Attributes:
        aspect_ratio: `"16:9"`; None lets the model choose (the Pro model: 1408x768).
        image_size: `"1K"`, `"2K"`, `"4K"`; None lets the model choose (1K).
        modalities: `"TEXT"` and `"IMAGE"` in the order sent; empty sends none.
        tools: Names in the suite's spelling, e.g. `"google_search"`.
        include_thoughts: Ask for the interim thinking; None sends nothing.
        system_instruction: Text of the system instruction.
        seed: Sent as it is; the model gives no determinism for it.
        temperature: Sent as it is; deprecated by the provider, as the next two are.
        top_p: Sent as it is.
        top_k: Sent as it is.
        max_output_tokens: The most tokens that the answer may have.
        media_resolution: The API's word for how closely pictures are looked at.
        safety_settings: The API's category to its threshold.
        service_tier: `"standard"`, `"flex"` or `"priority"`; None leaves it to the service.
        search_types: What google_search looks for: `"web"` and `"image"` in the order sent;
            empty leaves it to the service.
        stream: Ask for server-sent events (`streamGenerateContent`).
        extra: Request fields sent as they are, merged into the body last.
    """

    aspect_ratio: str | None = None
    image_size: str | None = None
    modalities: tuple[str, ...] = ("TEXT", "IMAGE")
    tools: tuple[str, ...] = ()
    include_thoughts: bool | None = None
    system_instruction: str | None = None
    seed: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    max_output_tokens: int | None = None
    media_resolution: str | None = None
    safety_settings: Mapping[str, str] = field(default_factory=dict)
    service_tier: str | None = None
    search_types: tuple[str, ...] = ()
    stream: bool = False
    extra: JsonObject = field(default_factory=dict)

    @property
    def operation(self) -> str:
        """The API's word for a call with these parameters."""
        return "streamGenerateContent" if self.stream else "generateContent"

    @property
    def grounded(self) -> bool:
        """Search is asked for, by its own key or among the fields that are sent as they are."""
        return "google_search" in self.tools or _names_search(self.extra.get("tools"))


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """One call: a model, a conversation whose last turn is the user's, parameters.

    Attributes:
        model: Model id as sent.
        contents: The conversation; the model's turns stand as they were answered.
        parameters: What is asked beside the prompt.
    """

    model: str
    contents: tuple[Content, ...]
    parameters: Parameters

    @property
    def operation(self) -> str:
        """The API's word for this call."""
        return self.parameters.operation


def _names_search(tools: object) -> bool:
    items = tools if isinstance(tools, list | tuple) else [tools]
    mappings = [item for item in items if isinstance(item, Mapping)]
    return any(
        name.replace("_", "").lower() == "googlesearch" for item in mappings for name in item
    )
