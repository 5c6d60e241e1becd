"""Check answers against the suite's own limits: text, latency, cost."""

from collections.abc import Iterator

from harness.judging.rates import held_to_rate
from harness.model.checks import AnswerText
from harness.model.sample import Sample
from harness.model.suite import Turn
from harness.model.verdict import Finding, Status


def limits(sample: Sample, turn: Turn) -> Iterator[Finding]:
    """Check latency and cost of one answer; a limit that cannot be measured is a WARN."""
    checks = turn.checks
    if checks.latency_max_s is not None:
        yield _held(sample, "latency", sample.seconds, checks.latency_max_s, unit="{:.4g} s")
    if checks.cost_max_usd is not None:
        yield _held(sample, "cost", sample.cost_usd, checks.cost_max_usd, unit="${:.4g}")


def _held(sample: Sample, check: str, value: float | None, limit: float, *, unit: str) -> Finding:
    if value is None:
        status, said = Status.WARN, "not known of this answer"
    else:
        status = Status.PASS if value <= limit else Status.FAIL
        said = unit.format(value)
    return Finding(
        check=check,
        status=status,
        message=f"{said} (limit {unit.format(limit)})",
        sample=sample.key.sample,
        turn=sample.key.turn,
    )


def answer_text(
    samples: tuple[Sample, ...], expected: AnswerText, *, turn: int
) -> Iterator[Finding]:
    """Check that the answers' text holds what is expected, at the rate that is allowed.

    An opinion check: a sample beyond the rate fails, one within it is a WARN.
    """
    answered = [s for s in samples if s.generation is not None and s.key.turn == turn]
    absent = {sample.key.sample: _absent(sample, expected) for sample in answered}
    yield from held_to_rate(
        "answer_text",
        {
            number: f"the answer's text lacks {', '.join(map(repr, texts))}"
            for number, texts in absent.items()
            if texts
        },
        of=len(answered),
        said="answers lack the expected text",
        rate=expected.max_bad,
        turn=turn,
    )


def _absent(sample: Sample, expected: AnswerText) -> list[str]:
    assert sample.generation is not None
    text = sample.generation.text.casefold()
    return [wanted for wanted in expected.contains if wanted.casefold() not in text]
