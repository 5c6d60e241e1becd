"""Gather what a suite's opinion checks find on a variant; each states a rate over samples."""

from collections.abc import Iterator

from harness.judging.asking import asking
from harness.judging.consistency import consistency
from harness.judging.custom import customs
from harness.judging.edits import edits
from harness.judging.limits import answer_text
from harness.judging.reading import picture_text
from harness.model.features import Features
from harness.model.sample import Sample
from harness.model.suite import Variant
from harness.model.verdict import Finding


def opinions(
    variant: Variant, samples: tuple[Sample, ...], features: Features
) -> Iterator[Finding]:
    """Hold the samples against the suite's opinion checks, turn by turn.

    Args:
        variant: What was asked.
        samples: By sample, then turn.
        features: What the checks need beside each picture's own measures.
    """
    for number, turn in enumerate(variant.turns):
        if turn.checks.answer_text is not None:
            yield from answer_text(samples, turn.checks.answer_text, turn=number)
        if not features.of_shard:
            yield from consistency(variant, samples, features, turn=number)
        yield from edits(variant, samples, features, turn=number)
        if turn.checks.text is not None:
            yield from picture_text(samples, turn.checks.text, features, turn=number)
        if turn.checks.ask is not None:
            yield from asking(samples, turn.checks.ask, features, turn=number)
        yield from customs(variant, features, turn=number)
