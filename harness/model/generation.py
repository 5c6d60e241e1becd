"""Say what came back: parts in order, how it ended, what it used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from harness.model.blob import BlobRef
from harness.model.request import Part


class Outcome(StrEnum):
    """How a call ended, in one word. None of these is an exception."""

    PICTURE = "picture"
    TEXT_ONLY = "text only"
    THOUGHT_ONLY = "thought only"
    NO_PICTURE = "no picture"
    REFUSED = "refused"
    PROMPT_BLOCKED = "prompt blocked"
    CUT_SHORT = "cut short"
    EMPTY = "empty"
    ERROR = "error"


REFUSALS = frozenset(
    {
        "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "MODEL_ARMOR", "LANGUAGE",
    }
)  # fmt: skip
"""Finish reasons by which the model refuses (google-genai 3.4.0's enum)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens as the service counted them.

    `candidates` is more than the sum of `candidates_by_modality`: the rest are text
    and thinking tokens without a modality, priced as text.

    Attributes:
        prompt: Tokens in.
        candidates: Tokens out, pictures included.
        thoughts: Thinking tokens, reported apart.
        tool_use_prompt: Tokens that tools put into the prompt.
        total: The service's own sum.
        prompt_by_modality: E.g. `{"TEXT": 16, "IMAGE": 1120}`.
        candidates_by_modality: E.g. `{"IMAGE": 1120}`.
        service_tier: E.g. `"standard"`; empty where not reported.
    """

    prompt: int = 0
    candidates: int = 0
    thoughts: int = 0
    tool_use_prompt: int = 0
    total: int = 0
    prompt_by_modality: Mapping[str, int] = field(default_factory=dict)
    candidates_by_modality: Mapping[str, int] = field(default_factory=dict)
    service_tier: str = ""

    @property
    def image(self) -> int:
        """Picture tokens out."""
        return self.candidates_by_modality.get("IMAGE", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A page that grounded an answer."""

    uri: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounding:
    """What search brought into the answer.

    Attributes:
        queries: As sent; a query may be the empty string.
        sources: Pages, in order; a title may be empty.
        suggestions_html: Google's search suggestions, hostile until shown in a sandbox.
    """

    queries: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    suggestions_html: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One answer of the service.

    Attributes:
        parts: Everything in order, thoughts included.
        finish_reason: The service's word, unknown ones too; empty where none came.
        finish_message: Its sentence to that.
        block_reason: Why the prompt was blocked; empty where it was not.
        block_message: Its sentence to that.
        grounding: What search brought, where it was asked for.
        usage: Tokens, where they were reported.
        model_version: As answered, which need not be the id that was sent.
        response_id: As answered.
        service: Headers that tell of the service, e.g. `server-timing`.
        streamed: The answer came as server-sent events.
    """

    parts: tuple[Part, ...] = ()
    finish_reason: str = ""
    finish_message: str = ""
    block_reason: str = ""
    block_message: str = ""
    grounding: Grounding | None = None
    usage: Usage | None = None
    model_version: str = ""
    response_id: str = ""
    service: Mapping[str, str] = field(default_factory=dict)
    streamed: bool = False

    @property
    def pictures(self) -> tuple[Part, ...]:
        """Final pictures in order; interim thinking is not among them."""
        return tuple(p for p in self.parts if p.picture is not None and not p.thought)

    @property
    def picture(self) -> Part | None:
        """The answer's picture: the last final one."""
        return self.pictures[-1] if self.pictures else None

    @property
    def thought_pictures(self) -> tuple[Part, ...]:
        return tuple(p for p in self.parts if p.picture is not None and p.thought)

    @property
    def text(self) -> str:
        """The answer's text: all final text parts, joined as they came."""
        return "".join(p.text for p in self.parts if p.text is not None and not p.thought)

    @property
    def outcome(self) -> Outcome:
        """Name how the call ended; a picture outranks every reason beside it."""
        if self.pictures:
            return Outcome.PICTURE
        if self.block_reason:
            return Outcome.PROMPT_BLOCKED
        return self._outcome_without_picture()

    def _outcome_without_picture(self) -> Outcome:
        if self.finish_reason in REFUSALS:
            return Outcome.REFUSED
        if self.finish_reason == "MAX_TOKENS":
            return Outcome.CUT_SHORT
        if self.text.strip():
            return Outcome.TEXT_ONLY
        return self._outcome_without_answer()

    def _outcome_without_answer(self) -> Outcome:
        if self.thought_pictures:
            return Outcome.THOUGHT_ONLY
        return Outcome.NO_PICTURE if self.finish_reason else Outcome.EMPTY

    @property
    def server_ms(self) -> float | None:
        """Milliseconds that the service itself reports (`server-timing: gfet4t7; dur=…`)."""
        for metric in self.service.get("server-timing", "").split(","):
            name, _, rest = metric.strip().partition(";")
            if name == "gfet4t7" and rest.strip().startswith("dur="):
                return _number(rest.strip().removeprefix("dur="))
        return None


def signatures(parts: tuple[Part, ...]) -> tuple[BlobRef, ...]:
    """Collect the thought signatures of `parts`, in order."""
    return tuple(part.signature for part in parts if part.signature is not None)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
