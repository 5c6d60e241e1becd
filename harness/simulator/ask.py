"""Read a request: what is asked, of which model, with which pictures."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.simulator.offer import Offer
from harness.simulator.refusal import bad_field
from harness.simulator.schema import camel, normalise


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a turn.

    Attributes:
        text: Its text, or None.
        data: Its picture's bytes, or None.
        mime: The picture's declared type.
        file: Address of a file that it names, or None.
        thought: Whether it was a thought of the model.
        signature: What the model sent along with it, or None.
        filled: Whether the part holds anything at all.
    """

    text: str | None
    data: bytes | None
    mime: str
    file: str | None
    thought: bool
    signature: bytes | None
    filled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one side said."""

    role: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request, read and in one spelling.

    Attributes:
        offer: The model.
        turns: The conversation, oldest first.
        system: The system instruction, or empty.
        modalities: Upper-case kinds of answer that are wanted; empty where none are named.
        ratio: Aspect ratio, or empty.
        size: Picture size, or empty.
        thoughts: Whether thoughts are to be shown.
        level: Thinking level, or empty.
        candidates: How many answers are wanted.
        search: Whether the web may be searched.
        tier: Service tier.
        schema: Of a structured answer, as it was sent; empty for plain text.
        digest: Of everything that was sent, however it was spelled.
    """

    offer: Offer
    turns: tuple[Turn, ...]
    system: str
    modalities: frozenset[str]
    ratio: str
    size: str
    thoughts: bool
    level: str
    candidates: int
    search: bool
    tier: str
    schema: dict[str, Any]
    digest: str

    @property
    def prompt(self) -> str:
        """The text of the last turn."""
        return _text(self.turns[-1])

    def pictures(self) -> tuple[bytes, ...]:
        """The pictures that the user sent, in order."""
        sent = (part for turn in self.turns if turn.role != "model" for part in turn.parts)
        return tuple(part.data for part in sent if part.data is not None)


def _text(turn: Turn) -> str:
    return "\n".join(part.text for part in turn.parts if part.text and not part.thought)


def parse_json(body: bytes) -> object:
    """Parse the payload.

    Raises:
        Refusal: it is no JSON.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        words = "Invalid JSON payload received. Unexpected end of string or unknown token."
        raise bad_field("", words) from None


Lookup = Callable[[str], tuple[str, bytes]]
"""Gives type and bytes of a file by its address, or refuses it."""


def read_ask(payload: object, offer: Offer, lookup: Lookup | None = None) -> Ask:
    """Read a `GenerateContentRequest`; files that `lookup` knows are read as if sent inline.

    Raises:
        Refusal: it has unknown fields or values of a wrong type, or names an unknown file.
    """
    tree = _fetched(normalise(payload, "GenerateContentRequest"), lookup)
    config = tree.get("generationConfig", {})
    image, thinking = config.get("imageConfig", {}), config.get("thinkingConfig", {})
    tools = {camel(name) for tool in tree.get("tools", []) for name in tool}
    return Ask(
        offer=offer,
        turns=tuple(_turn(content) for content in tree.get("contents", [])),
        system=_text(_turn(tree.get("systemInstruction", {}))),
        modalities=frozenset(word.upper() for word in config.get("responseModalities", [])),
        ratio=image.get("aspectRatio", ""),
        size=image.get("imageSize", ""),
        thoughts=thinking.get("includeThoughts", False),
        level=thinking.get("thinkingLevel", "").upper(),
        candidates=config.get("candidateCount", 1),
        search="googleSearch" in tools,
        tier=tree.get("serviceTier", "standard").lower(),
        schema=_schema(config),
        digest=_digest(tree, offer.id),
    )


def read_turns(payload: object, lookup: Lookup | None = None) -> tuple[Turn, ...]:
    """Read the turns of a `CountTokensRequest`.

    Raises:
        Refusal: it has unknown fields or values of a wrong type, or names an unknown file.
    """
    tree = normalise(payload, "CountTokensRequest")
    contents = tree.get("contents") or tree.get("generateContentRequest", {}).get("contents", [])
    return tuple(_turn(content) for content in _fetched({"contents": contents}, lookup)["contents"])


def _fetched(tree: dict[str, Any], lookup: Lookup | None) -> dict[str, Any]:
    """Put a file's bytes where its address stood; the digest is then that of the bytes."""
    if lookup is None:
        return tree
    for content in tree.get("contents", []):
        for part in content.get("parts", []):
            if "fileData" in part:
                mime, data = lookup(part.pop("fileData").get("fileUri", ""))
                part["inlineData"] = {"mimeType": mime, "data": data}
    return tree


def _schema(config: dict[str, Any]) -> dict[str, Any]:
    found = config.get("responseSchema") or config.get("responseJsonSchema")
    return found if isinstance(found, dict) else {}


def _turn(content: dict[str, Any]) -> Turn:
    parts = tuple(_part(part) for part in content.get("parts", []))
    return Turn(role=content.get("role", "user"), parts=parts)


def _part(part: dict[str, Any]) -> Part:
    blob = part.get("inlineData", {})
    return Part(
        text=part.get("text"),
        data=blob.get("data", b"") if "inlineData" in part else None,
        mime=blob.get("mimeType", ""),
        file=part.get("fileData", {}).get("fileUri", "") if "fileData" in part else None,
        thought=part.get("thought", False),
        signature=part.get("thoughtSignature"),
        filled=bool(set(part) - {"thought", "thoughtSignature"}),
    )


def _digest(tree: dict[str, Any], model: str) -> str:
    def plain(value: bytes) -> str:
        return hashlib.sha256(value).hexdigest()

    try:
        text = json.dumps([model, tree], sort_keys=True, default=plain)
    except RecursionError:
        raise bad_field("", "Invalid JSON payload received. Nested too deeply.") from None
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
