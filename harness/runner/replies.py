"""Read what a model answered to a question about a picture; its words are data."""

import json

from harness.model.checks import Question
from harness.model.features import Reply
from harness.model.generation import Generation, Outcome
from harness.runner.questions import choices_of

MOST_READ = 20_000
"""Characters of an answer: one of ours has some two hundred."""
MOST_KEPT = 300
"""Characters of its reason that are kept."""


def reply_of(
    generation: Generation | None,
    *,
    sha256: str,
    model: str,
    question: Question,
    cost_usd: float | None,
) -> Reply:
    """Read a recorded answer; one that is no answer says why, and never counts as good.

    Args:
        generation: As it was recorded; None where it cannot be read.
        sha256: Of the picture.
        model: Who answered.
        question: What was asked.
        cost_usd: Its price; None where it cannot be told.
    """
    answer, why, problem = _read(generation, choices_of(question))
    return Reply(
        sha256=sha256,
        model=model,
        question=question,
        answer=answer,
        why=why,
        problem=problem,
        recorded=True,
        cost_usd=cost_usd,
    )


def plain(text: str, most: int = MOST_KEPT) -> str:
    """Bound a model's words to one line of printable characters."""
    words = " ".join(text[:MOST_READ].split())
    shown = "".join(character if character.isprintable() else "\ufffd" for character in words)
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."


def _read(generation: Generation | None, choices: tuple[str, ...]) -> tuple[str, str, str]:
    """Give answer, reason and problem."""
    if generation is None:
        return "", "", "the recorded answer cannot be read"
    if generation.outcome is not Outcome.TEXT_ONLY:
        reason = generation.block_reason or generation.finish_reason
        return "", "", plain(f"no answer: {generation.outcome}{f' ({reason})' if reason else ''}")
    tree = _tree(generation.text)
    if tree is None:
        return "", "", f"not in the form that was asked for: {plain(generation.text, 100)!r}"
    return _said(tree, choices)


def _said(tree: dict[str, object], choices: tuple[str, ...]) -> tuple[str, str, str]:
    said, why = tree.get("answer"), tree.get("why")
    answer = str(said).strip().lower() if isinstance(said, str | int) else ""
    reason = plain(why) if isinstance(why, str) else ""
    if answer in choices:
        return answer, reason, ""
    return "", reason, f"answered {plain(json.dumps(said), 60)}, none of {', '.join(choices)}"


def _tree(text: str) -> dict[str, object] | None:
    if len(text) > MOST_READ:
        return None
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return tree if isinstance(tree, dict) else None
