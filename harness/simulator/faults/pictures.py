"""Pictures that are not what was asked for; each still says that it is simulated."""

from dataclasses import replace
from typing import Any

from PIL import Image

from harness.simulator.ask import Ask
from harness.simulator.faults.fault import Fault, Json
from harness.simulator.outcome import Outcome

_BAR = 0.12  # of the height, above and below


def _small(ask: Ask) -> Ask:
    return replace(ask, size="1K") if ask.size else ask


def _square(ask: Ask) -> Ask:
    return replace(ask, ratio="1:1")


def _upscaled(image: Image.Image) -> Image.Image:
    """Throw away what a picture of a million pixels does not hold, and blow the rest up."""
    factor = max(2, round((image.width * image.height / 1024**2) ** 0.5))
    small = image.resize((image.width // factor, image.height // factor), Image.Resampling.BOX)
    return small.resize(image.size, Image.Resampling.BICUBIC)


def _letterboxed(image: Image.Image) -> Image.Image:
    bar = round(image.height * _BAR)
    boxed = Image.new("RGB", image.size)
    inner = image.convert("RGB").resize((image.width, image.height - 2 * bar))
    boxed.paste(inner, (0, bar))
    return boxed


def _truncated(data: bytes) -> bytes:
    return data[: len(data) * 3 // 5]


def _thoughts_only(answer: Json) -> Json:
    """Call each picture a thought; thoughts have no signature."""

    def thought(part: dict[str, Any]) -> dict[str, Any]:
        if "inlineData" not in part:
            return part
        return {"inlineData": part["inlineData"], "thought": True}

    return _with_parts(answer, thought)


def _with_parts(answer: Json, change: Any) -> Json:  # noqa: ANN401  # from part to part
    candidates = answer.get("candidates", [])
    if not candidates or not candidates[0].get("content", {}).get("parts"):
        return answer
    content = candidates[0]["content"]
    changed = {**content, "parts": [change(part) for part in content["parts"]]}
    return {**answer, "candidates": [{**candidates[0], "content": changed}]}


FAULTS = (
    Fault(
        name="truncated-picture",
        says="The JPEG ends after three fifths of its bytes.",
        cut=_truncated,
    ),
    Fault(
        name="png-label",
        says="The bytes are JPEG, the label says image/png.",
        label="image/png",
    ),
    Fault(
        name="size-dropped",
        says="A 1K picture with the tokens of 1K, whatever size was asked for.",
        ask=_small,
    ),
    Fault(
        name="ratio-ignored",
        says="A square, whatever ratio was asked for.",
        ask=_square,
    ),
    Fault(
        name="upscaled",
        says="A 1K picture blown up to the size and sold with the tokens that were asked for.",
        image=_upscaled,
    ),
    Fault(
        name="letterbox",
        says="Black bars above and below the picture.",
        image=_letterboxed,
    ),
    Fault(
        name="thought-only",
        says="The only picture is marked as a thought.",
        answer=_thoughts_only,
    ),
    Fault(
        name="two-pictures",
        says="Two final pictures where one was asked for.",
        outcome=Outcome(pictures=2),
    ),
)
