"""Check what a model answered to questions about the pictures; only stored answers are read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from harness.judging.costs import about
from harness.judging.decided import Decided
from harness.judging.rates import held_to_rate
from harness.model.baseline import Choice
from harness.model.checks import Ask, Question
from harness.model.features import Agreement, Features, Reply
from harness.model.sample import Sample
from harness.model.verdict import Finding, Status

ASK = "ask"
_LONGEST = 120
"""Characters of a question that a finding quotes."""


def asking(
    samples: Sequence[Sample], check: Ask, features: Features, *, turn: int
) -> Iterator[Finding]:
    """Hold the answers to each question against the good one, at the rate that is allowed.

    A sample is bad where one of its final pictures is answered otherwise. An answer that
    cannot be used is a WARN that says why, and counts as neither. Where some are not asked
    yet the variant is incomplete: UNRECORDED, with what asking would cost.

    Args:
        samples: Of the variant.
        check: What is asked.
        features: Hold the answers.
        turn: Whose samples are looked at.
    """
    pictured = [s for s in samples if s.key.turn == turn and s.picture]
    missing: list[Reply | None] = []
    for question in check.questions:
        found = {s.key.sample: _replies(s, check.model, question, features) for s in pictured}
        missing += [r for of in found.values() for r in of if r is None or not r.recorded]
        yield from _held(found, check, question, features, turn=turn)
    if missing:
        yield _unrecorded(missing, check, turn=turn)


def _replies(
    sample: Sample, model: str, question: Question, features: Features
) -> tuple[Reply | None, ...]:
    pictures = dict.fromkeys(sample.pictures)
    return tuple(features.reply(sha256, model=model, question=question) for sha256 in pictures)


def _held(
    found: dict[int, tuple[Reply | None, ...]],
    check: Ask,
    question: Question,
    features: Features,
    *,
    turn: int,
) -> Iterator[Finding]:
    """Hold the answers to one question; of a sample without any nothing is said here."""
    recorded = {n: [r for r in of if r is not None and r.recorded] for n, of in found.items()}
    for number, replies in recorded.items():
        for reply in replies:
            if reply.problem:
                said = f"{_quoted(question)}: {reply.problem}"
                yield Finding(check=ASK, status=Status.WARN, message=said, sample=number, turn=turn)
    usable = {n: [r for r in of if not r.problem] for n, of in recorded.items()}
    usable = {number: replies for number, replies in usable.items() if replies}
    bad = {n: _said(_bad(replies)) for n, replies in usable.items() if _bad(replies)}
    agreement = features.agreement(model=check.model, question=question)
    held = held_to_rate(
        ASK,
        bad,
        of=len(usable),
        said=f"answered otherwise than {wanted(question)}: {_quoted(question)}",
        rate=check.max_bad,
        level=check.level,
        turn=turn,
    )
    for finding in held:
        told = finding.sample is None and agreement is not None
        yield replace(finding, message=f"{finding.message}; {agreement}") if told else finding


def _bad(replies: Iterable[Reply]) -> list[Reply]:
    return [reply for reply in replies if not reply.good]


def _said(bad: list[Reply]) -> str:
    """Give the question with the worst answer, and the model's reason for it."""
    reply = bad[0]
    why = f": {reply.why}" if reply.why else ""
    return (
        f"{_quoted(reply.question)} {reply.model} says {reply.answer}, "
        f"wanted is {wanted(reply.question)}{why}"
    )


def wanted(question: Question) -> str:
    """Say which answer is good: `yes`, or `3 or more of 4`."""
    if question.at_least is None:
        return question.expect
    return f"{question.at_least} or more of 4"


def _quoted(question: Question) -> str:
    text = " ".join(question.text.split())
    return f'"{text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."}"'


def _unrecorded(missing: Sequence[Reply | None], check: Ask, *, turn: int) -> Finding:
    """Say how many answers are missing, why, and what asking costs."""
    prices = [reply.cost_usd for reply in missing if reply is not None]
    known = [price for price in prices if price is not None]
    price = sum(known) if len(known) == len(missing) else None
    why = next((reply.problem for reply in missing if reply and reply.problem), "not asked yet")
    count = len(missing)
    what = "1 question" if count == 1 else f"{count} questions"
    return Finding(
        check=ASK,
        status=Status.UNRECORDED,
        message=f"{what} to {check.model} without a recorded answer: {why}; "
        f"harness run --live missing asks{about(price)}",
        turn=turn,
    )


def agreements(replies: Iterable[Reply], decided: Decided) -> tuple[Agreement, ...]:
    """Count how often answers agree with people: accepted is good, rejected is bad.

    A picture that was decided on more than once counts by its last word among the cells.

    Args:
        replies: Of a suite.
        decided: The decisions in force.
    """
    choices = {sha256: decision.choice for (_, sha256), decision in decided.choices.items()}
    counted: dict[tuple[str, Question], list[tuple[Choice, bool]]] = {}
    for reply in replies:
        choice = choices.get(reply.sha256)
        if reply.answer and choice in (Choice.ACCEPT, Choice.REJECT):
            counted.setdefault((reply.model, reply.question), []).append((choice, reply.good))
    return tuple(
        Agreement(
            model=model,
            question=question,
            agreed=sum(good is (choice is Choice.ACCEPT) for choice, good in of),
            accepted=sum(choice is Choice.ACCEPT for choice, _ in of),
            rejected=sum(choice is Choice.REJECT for choice, _ in of),
        )
        for (model, question), of in counted.items()
    )
