"""Give each answer a value a criterion, larger is worse: what a change of the question is held to.

Only what was measured has a value. An answer that was refused counts as refused, not as a
break of the contract too: a refusal has a rate, the contract has none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.judging.sides import CONTRACT as CONTRACT_CHECKS
from harness.measure.error_rate import best_window
from harness.model.checks import Ask, Checks, PictureText, Rate
from harness.model.features import Features
from harness.model.generation import Outcome
from harness.model.regression import CONTRACT, PRICE
from harness.model.run import Judged
from harness.model.sample import Sample
from harness.model.suite import Variant
from harness.model.verdict import Finding, Status

NEVER = Rate(bad=0, of=1)
REFUSED = frozenset({Outcome.REFUSED, Outcome.PROMPT_BLOCKED})

Values = Mapping[str, Mapping[int, float]]
"""Criterion to the values of answers, by the number of the sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Of:
    """A variant's answers to one turn, and what was found on them.

    Attributes:
        samples: With a generation, in order.
        findings: Of the turn.
        checks: What the turn is held to.
        features: Beside each picture's own measures.
        variant: The variant's id for people.
    """

    samples: tuple[Sample, ...]
    findings: tuple[Finding, ...]
    checks: Checks
    features: Features
    variant: str


def strict(variant: Variant) -> Variant:
    """Let a variant's opinion checks allow nothing: a bad answer is a FAIL, and nothing else is."""

    def held(checks: Checks) -> Checks:
        return replace(
            checks,
            answer_text=checks.answer_text and replace(checks.answer_text, max_bad=NEVER),
            consistency=tuple(
                replace(check, max_bad=NEVER, level=Status.FAIL) for check in checks.consistency
            ),
            edit=checks.edit and replace(checks.edit, max_bad=NEVER, level=Status.FAIL),
        )

    turns = tuple(replace(turn, checks=held(turn.checks)) for turn in variant.turns)
    return replace(variant, turns=turns)


def values_of(judged: Judged, features: Features, *, turn: int) -> Values:
    """Give what is known of a turn's answers; a criterion that is asked for may have no values.

    Args:
        judged: Of a variant that is `strict`.
        features: What its checks were held against.
        turn: 0-based.
    """
    own = (s for s in judged.samples if s.key.turn == turn and s.generation is not None)
    of = _Of(
        samples=tuple(own),
        findings=tuple(f for f in judged.verdict.findings if f.turn == turn),
        checks=judged.variant.turns[turn].checks,
        features=features,
        variant=judged.variant.id,
    )
    known: dict[str, Mapping[int, float]] = {
        CONTRACT: _contract(of),
        "refusals": {s.key.sample: float(s.outcome in REFUSED) for s in of.samples},
        PRICE: {s.key.sample: s.cost_usd for s in of.samples if s.cost_usd is not None},
    }
    return known | dict(_opinions(of))


def broken_checks(judged: Judged, *, turn: int) -> Mapping[int, frozenset[str]]:
    """Name the contract checks that each answer to a turn fails, refused ones left out."""
    answered = [
        s.key.sample
        for s in judged.samples
        if s.key.turn == turn and s.generation is not None and s.outcome not in REFUSED
    ]
    return {
        number: frozenset(
            f.check
            for f in judged.verdict.of(sample=number, turn=turn)
            if f.status is Status.FAIL and f.check in CONTRACT_CHECKS
        )
        for number in answered
    }


def _contract(of: _Of) -> dict[int, float]:
    failed = {
        f.sample for f in of.findings if f.status is Status.FAIL and f.check in CONTRACT_CHECKS
    }
    return {
        s.key.sample: float(s.key.sample in failed) for s in of.samples if s.outcome not in REFUSED
    }


def _opinions(of: _Of) -> Iterator[tuple[str, Mapping[int, float]]]:
    pictured = [sample for sample in of.samples if sample.picture]
    for check in of.checks.consistency:
        yield check.finding, _found(of, check.finding, pictured)
    if of.checks.edit is not None:
        yield "edit", _found(of, "edit", pictured)
    if of.checks.answer_text is not None:
        yield "answer text", _found(of, "answer_text", of.samples)
    if of.checks.text is not None:
        yield "text", _text(pictured, of.checks.text, of.features)
    if of.checks.ask is not None:
        yield "ask", _ask(pictured, of.checks.ask, of.features)
    for custom in of.checks.custom:
        yield custom.check, _custom(of, custom.check)


def _found(of: _Of, check: str, samples: Sequence[Sample]) -> dict[int, float]:
    """Read a strict check's findings: FAIL is bad, a remark on a sample says it was not held."""
    found = [finding for finding in of.findings if finding.check == check]
    whole = {finding.status for finding in found if finding.sample is None}
    if whole & {Status.NEW, Status.ERROR} or not whole & {Status.PASS, Status.FAIL}:
        return {}  # there is no limit yet, or it cannot tell
    single = {f.sample: f.status for f in found if f.sample is not None}
    bad = {f.sample for f in found if f.status is Status.FAIL}
    return {
        s.key.sample: float(s.key.sample in bad)
        for s in samples
        if s.key.sample in bad or s.key.sample not in single
    }


def _text(samples: Sequence[Sample], check: PictureText, features: Features) -> dict[int, float]:
    """Give the mean error rate of the expected texts, 0 to 1."""
    found: dict[int, float] = {}
    for sample in samples:
        reading = features.reading(sample.picture, check.language)
        if reading is None or reading.unmeasurable:
            continue
        rates = [
            min((best_window(text, line).rate for line in reading.lines), default=1.0)
            for text in check.contains
        ]
        found[sample.key.sample] = sum(min(rate, 1.0) for rate in rates) / len(rates)
    return found


def _ask(samples: Sequence[Sample], check: Ask, features: Features) -> dict[int, float]:
    """Give 1 where a picture is answered otherwise than wanted; unanswered ones have no value."""
    found: dict[int, float] = {}
    for sample in samples:
        replies = [
            features.reply(sha256, model=check.model, question=question)
            for sha256 in dict.fromkeys(sample.pictures)
            for question in check.questions
        ]
        known = [reply for reply in replies if reply is not None and reply.recorded]
        usable = [reply for reply in known if not reply.problem]
        if usable and len(known) == len(replies):
            found[sample.key.sample] = float(not all(reply.good for reply in usable))
    return found


def _custom(of: _Of, check: str) -> dict[int, float]:
    noted = (note for note in of.features.custom if note.variant == of.variant)
    found = [f for note in noted for f in note.findings if f.check == check]
    broken = {f.sample for f in found if f.status is Status.ERROR}
    bad = {f.sample for f in found if f.status is Status.FAIL}
    looked_at = {f.sample for f in found if f.sample is not None} - broken
    numbers = (sample.key.sample for sample in of.samples)
    return {number: float(number in bad) for number in numbers if number in looked_at}
