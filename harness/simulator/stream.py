"""Cut an answer into the events of a stream: words in pieces, the picture whole, then the end."""

from collections.abc import Iterator
from typing import Any

from harness.simulator.wire import Pieces, dump


def to_events(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Cut `answer`; usage grows from event to event, the id is the same in all."""
    if not _speaks(answer):
        yield answer
        return
    tail: dict[str, Any] = {
        name: answer[name] for name in ("modelVersion", "responseId") if name in answer
    }
    usage = answer.get("usageMetadata")
    candidate = answer["candidates"][0]
    parts = [piece for part in candidate["content"]["parts"] for piece in _pieces(part)]
    for index, part in enumerate(parts):
        body = {"content": {"parts": [part], "role": "model"}, "index": 0}
        seen = _so_far(usage, index + 1, pictured="inlineData" in part)
        yield {"candidates": [body], **seen, **tail}
    last = {**candidate, "content": {"parts": [{"text": ""}], "role": "model"}}
    yield {"candidates": [last], **({"usageMetadata": usage} if usage else {}), **tail}


def _speaks(answer: dict[str, Any]) -> bool:
    """Tell whether there is anything to cut."""
    candidates = answer.get("candidates")
    return bool(candidates and candidates[0].get("content", {}).get("parts"))


def _pieces(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    text = part.get("text")
    if not text:
        yield part
        return
    rest = {key: value for key, value in part.items() if key != "text"}
    words = text.split(" ")
    chunks = [" ".join(words[at : at + 3]) for at in range(0, len(words), 3)]
    for index, chunk in enumerate(chunks):
        last = index == len(chunks) - 1
        spoken = {"text": chunk + ("" if last else " ")}
        hidden = {"thought": True} if rest.get("thought") else {}
        yield {**spoken, **(rest if last else hidden)}


def _so_far(
    usage: dict[str, Any] | None, done: int, *, pictured: bool
) -> dict[str, dict[str, Any]]:
    if usage is None or pictured:
        return {"usageMetadata": usage} if usage else {}
    given = max(1, min(usage.get("candidatesTokenCount", 1), done * 4))
    sent = usage["promptTokenCount"]
    kept = {"promptTokensDetails": usage["promptTokensDetails"]}
    counts = {"promptTokenCount": sent, "candidatesTokenCount": given}
    return {"usageMetadata": {**counts, "totalTokenCount": sent + given, **kept}}


def to_sse(events: Iterator[dict[str, Any]]) -> Pieces:
    """Write events as `alt=sse` has them: no `[DONE]`, lines end in CRLF."""
    lines = (dump(event, indent=None) for event in events)
    return tuple(piece for line in lines for piece in (b"data: ", *line, b"\r\n\r\n"))
