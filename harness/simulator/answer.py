"""Build the answer's body, field by field in the order of the real one."""

import base64
import re
from dataclasses import dataclass

import numpy as np

from harness.simulator.ask import Ask
from harness.simulator.camera import Camera
from harness.simulator.faults.fault import NONE, Fault
from harness.simulator.grounding import ground
from harness.simulator.opinion import give_opinion
from harness.simulator.outcome import Outcome, read_outcome, unmarked
from harness.simulator.usage import count_usage
from harness.simulator.wire import Blob

Json = dict[str, object]

_SORRY = (
    "I'm sorry, I could not make that picture. This answer comes from a simulator and shows how a "
    "request is declined in words."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """How this simulator works.

    Attributes:
        camera: Makes the pictures.
        talk: Share of pictures that come with a sentence before them.
        ask_error: Share of the answers to questions about a picture that are wrong.
        fault: What goes wrong.
    """

    camera: Camera
    talk: float = 0.25
    ask_error: float = 0.0
    fault: Fault = NONE


def make_answer(ask: Ask, studio: Studio, rng: np.random.Generator) -> Json:
    """Answer `ask`: candidates or a blocked prompt, usage, model version, response id."""
    outcome = studio.fault.outcome or read_outcome(ask.prompt)
    wanted = ask.offer.paints and (not ask.modalities or "IMAGE" in ask.modalities)
    parts = _parts(ask, outcome, studio, rng) if wanted else _words(ask, outcome, studio, rng)
    pictures = sum("inlineData" in part and "thought" not in part for part in parts)
    said = "".join(str(part["text"]) for part in parts if "text" in part)
    answer: Json = {}
    if outcome.block:
        answer["promptFeedback"] = {"blockReason": outcome.block}
    else:
        answer["candidates"] = [_candidate(ask, outcome, parts, rng)]
    answer["usageMetadata"] = count_usage(ask, pictures=pictures, text=said, rng=rng)
    answer["modelVersion"] = ask.offer.id
    answer["responseId"] = base64.urlsafe_b64encode(rng.bytes(16)).decode().rstrip("=")
    return answer


def _parts(ask: Ask, outcome: Outcome, studio: Studio, rng: np.random.Generator) -> list[Json]:
    if outcome.block or outcome.finish != "STOP":
        return []
    if outcome.pictures == 0:
        return _words(ask, outcome, studio, rng)
    parts = _thoughts(ask, studio, rng) if ask.thoughts else []
    talkative = rng.random() < studio.talk
    if talkative and ask.modalities != {"IMAGE"}:
        said = f"Here is your picture: {_gist(ask)}.\n\n"
        parts.append({"text": said, "thoughtSignature": _signature(studio, rng)})
    for _ in range(outcome.pictures):
        shot = studio.camera.shoot(ask, studio.fault, rng)
        picture = _inline(shot.picture, studio.fault.label)
        parts.append({**picture, "thoughtSignature": shot.signature})
    return parts


def _words(ask: Ask, outcome: Outcome, studio: Studio, rng: np.random.Generator) -> list[Json]:
    if outcome.block or outcome.finish != "STOP":
        return []
    opinion = None if outcome.sorry else give_opinion(ask, studio.ask_error, rng)
    said = _SORRY if outcome.sorry else opinion or f"You asked for this: {_gist(ask)}."
    return [{"text": said, "thoughtSignature": _signature(studio, rng)}]


def _thoughts(ask: Ask, studio: Studio, rng: np.random.Generator) -> list[Json]:
    draft = studio.camera.draft(ask, studio.fault, rng)
    return [
        {"text": f"**Composing**\n\nI am sketching: {_gist(ask)}.", "thought": True},
        {**_inline(draft.picture, studio.fault.label), "thought": True},
    ]


def _inline(picture: Blob, label: str) -> Json:
    return {"inlineData": {"mimeType": label, "data": picture}}


def _signature(studio: Studio, rng: np.random.Generator) -> Blob:
    return Blob(pieces=(base64.b64encode(studio.camera.mark(rng)),))


def _gist(ask: Ask) -> str:
    words = re.findall(r"[\w'-]+", unmarked(ask.prompt))
    return " ".join(words[:12]).lower() or "a picture"


def _candidate(ask: Ask, outcome: Outcome, parts: list[Json], rng: np.random.Generator) -> Json:
    if outcome.finish == "NO_IMAGE":
        return {"finishReason": "NO_IMAGE", "index": 0}
    content: Json = {"parts": parts, "role": "model"} if parts else {}
    candidate: Json = {"content": content, "finishReason": outcome.finish}
    if not parts:
        candidate["finishMessage"] = (
            "Unable to show the generated image. The simulator was asked for this outcome: "
            f"{outcome.finish}."
        )
    candidate["index"] = 0
    if ask.search and parts:
        candidate["groundingMetadata"] = ground(unmarked(ask.prompt), rng)
    return candidate
