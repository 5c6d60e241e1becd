"""Count tokens as the service does: the sum holds, the details do not add up."""

from collections.abc import Sequence

import numpy as np

from harness.simulator.ask import Ask, Turn
from harness.simulator.offer import Offer


def count_text(text: str) -> int:
    """Estimate the tokens of a text: a little over one for four letters."""
    return max(1, round(len(text.strip()) / 4.4) + 1) if text.strip() else 0


def count_prompt(turns: Sequence[Turn], offer: Offer) -> list[dict[str, object]]:
    """Count what was sent, by modality, pictures first as the service lists them."""
    parts = [part for turn in turns for part in turn.parts]
    pictures = sum(part.data is not None for part in parts)
    text = sum(count_text(part.text) for part in parts if part.text)
    details: list[dict[str, object]] = []
    if pictures:
        details.append({"modality": "IMAGE", "tokenCount": pictures * offer.reference})
    if text:
        details.append({"modality": "TEXT", "tokenCount": text})
    return details


def total(details: Sequence[dict[str, object]]) -> int:
    """Add up a list of counts by modality."""
    return sum(int(str(detail["tokenCount"])) for detail in details)


def count_usage(
    ask: Ask, *, pictures: int, text: str, rng: np.random.Generator
) -> dict[str, object]:
    """Make `usageMetadata`: total = prompt + candidates + thoughts.

    The candidate's count is 89 to 660 above the sum of its details, as recorded from the real
    service; a model that hides its thoughts counts them there.
    """
    offer = ask.offer
    prompt = count_prompt(ask.turns, offer)
    sent = total(prompt) + count_text(ask.system)
    thoughts = 0 if offer.hidden else int(rng.integers(140, 530))
    drawn = pictures * offer.tokens.get(ask.size or "1K", 0)
    beside = int(rng.integers(89, 661)) if pictures else 0
    given = drawn + beside + count_text(text)
    usage: dict[str, object] = {"promptTokenCount": sent}
    if given:
        usage["candidatesTokenCount"] = given
    usage["totalTokenCount"] = sent + given + thoughts
    usage["promptTokensDetails"] = prompt
    if drawn:
        usage["candidatesTokensDetails"] = [{"modality": "IMAGE", "tokenCount": drawn}]
    if thoughts:
        usage["thoughtsTokenCount"] = thoughts
    usage["serviceTier"] = ask.tier if ask.tier in {"flex", "priority"} else "standard"
    return usage
