"""List failures and refusals: each with its fault's name, what that is, and the service's words."""

from collections import Counter
from collections.abc import Mapping

from harness import errors
from harness.model.generation import Generation, Outcome
from harness.model.run import Judged, Run
from harness.model.sample import Failure, Sample
from harness.model.suite import Variant
from harness.model.verdict import Status
from harness.report.page_views import Refusal
from harness.report.shots import label
from harness.report.variants import link_to
from harness.report.words import count_of

_MEANINGS = {
    Outcome.TEXT_ONLY: "Words came where a picture was asked for.",
    Outcome.THOUGHT_ONLY: "Interim thinking came, and no picture after it.",
    Outcome.NO_PICTURE: "The answer ended without a picture.",
    Outcome.REFUSED: "The model refused, by its own finish reason.",
    Outcome.PROMPT_BLOCKED: "The prompt was blocked before the model saw it.",
    Outcome.CUT_SHORT: "The output limit was reached before the picture.",
    Outcome.EMPTY: "The answer holds nothing at all.",
}
_STATUSES = {
    429: "quota or rate exceeded",
    500: "internal error",
    502: "bad gateway",
    503: "overloaded",
    504: "deadline expired",
}
"""What a status means here (WIRE section 3)."""

Charges = Mapping[tuple[str, str], int]
"""How many calls may be charged, by suite and sample."""


def refusals(run: Run) -> tuple[Refusal, ...]:
    """List every sample that was answered without the picture it was asked for, or not at all."""
    charges = Counter((charge.suite, charge.sample) for charge in run.may_be_charged)
    return tuple(
        _refusal(sample, judged.variant, charges)
        for judged in run.judged
        for sample in judged.samples
        if _lacks_picture(sample, judged)
    )


def _lacks_picture(sample: Sample, judged: Judged) -> bool:
    """Tell whether no picture came; an answer in text that passed was asked as such."""
    if sample.outcome is Outcome.TEXT_ONLY:
        found = judged.verdict.of(sample=sample.key.sample, turn=sample.key.turn)
        return any(finding.status is not Status.PASS for finding in found)
    return sample.outcome not in {None, Outcome.PICTURE}


def _refusal(sample: Sample, variant: Variant, charges: Charges) -> Refusal:
    failure, generation = sample.failure, sample.generation or Generation()
    count = charges.get((variant.suite, sample.key.id), 0)
    outcome = generation.outcome
    return Refusal(
        href=link_to(variant),
        suite=variant.suite,
        variant=variant.id,
        sample=label(sample, variant),
        fault=failure.kind if failure else outcome.value,
        meaning=_meaning(failure) if failure else _MEANINGS.get(outcome, ""),
        reason=_status(failure) if failure else _reasons(generation),
        message=failure.message if failure else _message(generation),
        charged=f"{count_of(count, 'call')} may be charged" if count else "",
        text=generation.text,
    )


def _meaning(failure: Failure) -> str:
    """Say what a fault is, in the words of the error tree; a run.json may name anything."""
    kind = getattr(errors, failure.kind, None)
    known = isinstance(kind, type) and issubclass(kind, errors.HarnessError)
    return (kind.__doc__ or "").partition("\n")[0] if known else ""


def _status(failure: Failure) -> str:
    if not failure.status:
        calls = "" if failure.attempts == 1 else f" in {failure.attempts} calls"
        return f"no HTTP status: no answer came{calls}"
    known = _STATUSES.get(failure.status)
    said = f"HTTP {failure.status}, {known}" if known else f"HTTP {failure.status}"
    return said if failure.attempts == 1 else f"{said}, after {failure.attempts} calls"


def _reasons(generation: Generation) -> str:
    """Give the service's own words, and where they stood."""
    found = {"blockReason": generation.block_reason, "finishReason": generation.finish_reason}
    said = [f"{name} {word}" for name, word in found.items() if word]
    return ", ".join(said) or "no reason told"


def _message(generation: Generation) -> str:
    return generation.block_message or generation.finish_message
