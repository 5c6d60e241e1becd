"""Read Gemini's answers (WIRE section 2): any JSON gives a Generation or a clear error."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.errors import MalformedAnswer
from harness.model.generation import Generation, Grounding, Source, Usage
from harness.model.request import JsonObject, Part
from harness.provider.arriving import Arriving, KeepBlob
from harness.store.files import nests_deeper

MAX_LEVELS = 100
"""Objects and lists in each other; real answers have 7."""
MAX_LINES = 1_000_000
"""Lines of a stream; a real one has some ten for each event, and a handful of these."""
MAX_TOKENS = 10**12
"""No call counts as many."""

_SIGNATURE_KEYS = ("thoughtSignature", "thought_signature")
_PART_KEYS = {"text", "inlineData", "inline_data", "thought", *_SIGNATURE_KEYS}


def parse_answer(
    data: bytes, *, keep: KeepBlob | Arriving, service: Mapping[str, str]
) -> Generation:
    """Read the body of a generateContent answer.

    Args:
        data: The body, decompressed.
        keep: Keeps a picture's or signature's bytes, or knows what stands for them.
        service: Headers that tell of the service, lowercase names.

    Raises:
        MalformedAnswer: it is no JSON object, or a picture is no base64.
    """
    return _generation([_json(data)], keep=keep, service=service, streamed=False)


def parse_stream(
    data: bytes, *, keep: KeepBlob | Arriving, service: Mapping[str, str]
) -> Generation:
    """Read a whole stream of server-sent events as one answer.

    Parts follow each other as the events do; the last usage and reasons count.

    Raises:
        MalformedAnswer: an event is no JSON object, or a picture is no base64.
    """
    if data.count(b"\n") + data.count(b"\r") > MAX_LINES:
        raise MalformedAnswer(f"the stream has more than {MAX_LINES:,} lines")
    events = [_json(event) for event in sse_events(data)]
    return _generation(events, keep=keep, service=service, streamed=True)


def sse_events(data: bytes) -> Iterator[bytes]:
    """Split a stream into the data of its events (WHATWG HTML, section 9.2.6).

    An event at the very end counts without its blank line too.
    """
    lines: list[bytes] = []
    for line in (
        data.removeprefix(b"\xef\xbb\xbf")
        .replace(b"\r\n", b"\n")
        .replace(b"\r", b"\n")
        .split(b"\n")
    ):
        if line.startswith(b"data:"):
            lines.append(line[5:].removeprefix(b" "))
        elif not line and lines:
            yield b"\n".join(lines)
            lines = []
    if lines:
        yield b"\n".join(lines)


def _json(data: bytes) -> JsonObject:
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError) as error:
        shown = data[:60].decode("utf-8", errors="replace")
        raise MalformedAnswer(f"the answer is no JSON ({len(data):,} bytes: {shown!r})") from error
    if not isinstance(tree, dict):
        raise MalformedAnswer(f"the answer is JSON, but no object ({len(data):,} bytes)")
    if nests_deeper(tree, MAX_LEVELS):
        raise MalformedAnswer(f"the answer nests more than {MAX_LEVELS} levels deep")
    return tree


def _generation(
    events: list[JsonObject],
    *,
    keep: KeepBlob | Arriving,
    service: Mapping[str, str],
    streamed: bool,
) -> Generation:
    blobs = keep if isinstance(keep, Arriving) else Arriving(keep=keep)
    candidates = [_first(event.get("candidates")) for event in events]
    feedback = _merged(_object(event.get("promptFeedback")) for event in events)
    outer = _merged(events)
    ended = _merged(candidates)
    return Generation(
        parts=tuple(part for candidate in candidates for part in _parts(candidate, blobs)),
        finish_reason=_text(ended.get("finishReason")),
        finish_message=_text(ended.get("finishMessage")),
        block_reason=_text(feedback.get("blockReason")),
        block_message=_text(feedback.get("blockReasonMessage")),
        grounding=_grounding(ended.get("groundingMetadata")),
        usage=_usage(outer.get("usageMetadata")),
        model_version=_text(outer.get("modelVersion")),
        response_id=_text(outer.get("responseId")),
        service=dict(service),
        streamed=streamed,
    )


def _parts(candidate: JsonObject, blobs: Arriving) -> Iterator[Part]:
    for item in _list(_object(candidate.get("content")).get("parts")):
        yield _part(_object(item), blobs)


def _part(tree: JsonObject, blobs: Arriving) -> Part:
    inline = _object(tree.get("inlineData") or tree.get("inline_data"))
    beside = {key: value for key, value in tree.items() if key not in _PART_KEYS}
    if not inline and "text" not in tree and beside:
        return Part(other=_kept(tree, blobs))
    signature = next((text for key in _SIGNATURE_KEYS if (text := _text(tree.get(key)))), "")
    return Part(
        text=None if inline else _text(tree.get("text")),
        picture=blobs.picture(_text(inline.get("data"))) if inline else None,
        mime_type=_text(inline.get("mimeType") or inline.get("mime_type")),
        thought=tree.get("thought") is True,
        signature=blobs.signature(signature) if signature else None,
        beside=_kept(beside, blobs) if beside else "",
    )


def _kept(tree: JsonObject, blobs: Arriving) -> str:
    """Write what goes back into the history as it came."""
    return blobs.spelt(json.dumps(tree, ensure_ascii=False, sort_keys=True))


def _grounding(tree: object) -> Grounding | None:
    metadata = _object(tree)
    if not metadata:
        return None
    webs = [_object(_object(c).get("web")) for c in _list(metadata.get("groundingChunks"))]
    entry = _object(metadata.get("searchEntryPoint"))
    return Grounding(
        queries=tuple(_text(query) for query in _list(metadata.get("webSearchQueries"))),
        sources=tuple(Source(uri=_text(w.get("uri")), title=_text(w.get("title"))) for w in webs),
        suggestions_html=_text(entry.get("renderedContent")),
    )


def _usage(tree: object) -> Usage | None:
    usage = _object(tree)
    if not usage:
        return None
    return Usage(
        prompt=_count(usage.get("promptTokenCount")),
        candidates=_count(usage.get("candidatesTokenCount")),
        thoughts=_count(usage.get("thoughtsTokenCount")),
        tool_use_prompt=_count(usage.get("toolUsePromptTokenCount")),
        total=_count(usage.get("totalTokenCount")),
        prompt_by_modality=_by_modality(usage.get("promptTokensDetails")),
        candidates_by_modality=_by_modality(usage.get("candidatesTokensDetails")),
        service_tier=_text(usage.get("serviceTier")),
    )


def _by_modality(tree: object) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in map(_object, _list(tree)):
        modality = _text(item.get("modality"))
        counts[modality] = counts.get(modality, 0) + _count(item.get("tokenCount"))
    return counts


def _merged(trees: Iterable[JsonObject]) -> JsonObject:
    """Lay events over each other: the last one that says something counts."""
    result: dict[str, Any] = {}
    for tree in trees:
        result |= {key: value for key, value in tree.items() if value not in (None, "", {}, [])}
    return result


def _first(value: object) -> JsonObject:
    items = _list(value)
    return _object(items[0]) if items else {}


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return value if 0 < value <= MAX_TOKENS else 0
