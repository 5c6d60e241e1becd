"""Merge checks, the nearest winning, and turn them into the model."""

from collections.abc import Sequence
from typing import Any

from harness.loader.check_forms import AnswerTextForm, ChecksForm
from harness.loader.findings import Findings
from harness.loader.place import Path
from harness.model.suite import AnswerText, Checks, Rate


def to_checks(
    forms: Sequence[ChecksForm], *, samples: int, path: Path, findings: Findings
) -> Checks:
    """Merge `forms`, the nearest last, for a turn of which `samples` are wanted."""
    merged: dict[str, Any] = {}
    for form in forms:
        merged.update(form.given())
    form = ChecksForm.model_construct(**merged)
    return Checks(
        pictures=form.pictures,
        answer_text=form.answer_text and _answer_text(form.answer_text, samples, path, findings),
        latency_max_s=form.latency and float(form.latency.max_s),
        cost_max_usd=form.cost and float(form.cost.max_usd),
    )


def _answer_text(form: AnswerTextForm, samples: int, path: Path, findings: Findings) -> AnswerText:
    rate = form.max_bad
    if isinstance(rate, int):
        if rate > samples:
            message = f"max_bad allows {rate} of {samples} samples to fail; lower it"
            findings.problem((*path, "checks", "answer_text", "max_bad"), message)
        rate = Rate(bad=min(rate, samples), of=samples)
    return AnswerText(contains=tuple(form.contains), max_bad=rate)
