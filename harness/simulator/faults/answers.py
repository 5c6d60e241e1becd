"""Answers with HTTP 200 that hold no picture: refusals, blocks, and shapes without sense."""

from harness.simulator.faults.fault import Fault, Json
from harness.simulator.outcome import Outcome

_IMAGE_REASONS = ("IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "IMAGE_OTHER")
_REASONS = (
    *("SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "LANGUAGE", "OTHER"),
    *("MAX_TOKENS", "MALFORMED_FUNCTION_CALL", "MISSING_THOUGHT_SIGNATURE", "UNEXPECTED_TOOL_CALL"),
)
_BLOCKS = (
    *("SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY"),
    *("MODEL_ARMOR", "JAILBREAK"),
)


def _name(word: str) -> str:
    return word.lower().replace("_", "-")


def _no_candidates(answer: Json) -> Json:
    return {**answer, "candidates": []}


def _absent_candidates(answer: Json) -> Json:
    return {name: value for name, value in answer.items() if name != "candidates"}


def _null_parts(answer: Json) -> Json:
    candidate = {**answer["candidates"][0], "content": {"parts": None}}
    return {**answer, "candidates": [candidate]}


def _finishes(reason: str) -> Fault:
    return Fault(
        name=_name(reason),
        says=f"The candidate has no picture; its finish reason is {reason}.",
        outcome=Outcome(finish=reason, pictures=0),
    )


def _blocks(reason: str) -> Fault:
    return Fault(
        name=f"block-{_name(reason)}",
        says=f"The prompt is blocked: no candidates, block reason {reason}.",
        outcome=Outcome(block=reason, pictures=0),
    )


FAULTS = (
    Fault(
        name="no-image",
        says="The candidate has no content at all; its finish reason is NO_IMAGE.",
        outcome=Outcome(finish="NO_IMAGE", pictures=0),
    ),
    *(_finishes(reason) for reason in _IMAGE_REASONS),
    *(_finishes(reason) for reason in _REASONS),
    *(_blocks(reason) for reason in _BLOCKS),
    Fault(
        name="apology",
        says="Words that are sorry instead of a picture, with finish reason STOP.",
        outcome=Outcome(pictures=0, sorry=True),
    ),
    Fault(
        name="empty-candidates",
        says="The list of candidates is empty.",
        outcome=Outcome(finish="OTHER", pictures=0),
        answer=_no_candidates,
    ),
    Fault(
        name="absent-candidates",
        says="There is no list of candidates, and no block reason either.",
        outcome=Outcome(finish="OTHER", pictures=0),
        answer=_absent_candidates,
    ),
    Fault(
        name="null-parts",
        says="The candidate's parts are null; its finish reason is IMAGE_SAFETY.",
        outcome=Outcome(finish="IMAGE_SAFETY", pictures=0),
        answer=_null_parts,
    ),
)
