"""Merge checks, the nearest winning, and turn them into the model."""

from collections.abc import Sequence
from typing import Any

from harness.loader.check_forms import AnswerTextForm, ChecksForm
from harness.loader.findings import Findings
from harness.loader.place import Path
from harness.model.checks import AnswerText, Checks, Rate


def to_checks(
    forms: Sequence[ChecksForm], *, samples: int | None, path: Path, findings: Findings
) -> Checks:
    """Merge `forms`, the nearest last, for a turn of which `samples` are wanted, if known."""
    merged: dict[str, Any] = {}
    for form in forms:
        merged.update(form.given())
    form = ChecksForm.model_construct(**merged)
    text, latency, cost = form.answer_text, form.latency, form.cost
    return Checks(
        pictures=form.pictures,
        answer_text=None if text is None else _answer_text(text, samples, path, findings),
        latency_max_s=None if latency is None else float(latency.max_s),
        cost_max_usd=None if cost is None else float(cost.max_usd),
    )


def _answer_text(
    form: AnswerTextForm, samples: int | None, path: Path, findings: Findings
) -> AnswerText:
    rate = form.max_bad
    if isinstance(rate, int):
        samples = max(rate, 1) if samples is None else samples
        if rate > samples:
            message = f"max_bad allows {rate} of {samples} samples to fail; lower it"
            findings.problem((*path, "checks", "answer_text", "max_bad"), message)
        rate = Rate(bad=min(rate, samples), of=samples)
    return AnswerText(contains=tuple(form.contains), max_bad=rate)
