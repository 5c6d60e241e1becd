"""Hold what a suite's own checks found against the rates that the suite allows."""

from collections.abc import Iterator, Sequence

from harness.judging.rates import held_to_rate
from harness.model.checks import Custom
from harness.model.features import Features
from harness.model.suite import Variant
from harness.model.verdict import Finding, Status


def customs(variant: Variant, features: Features, *, turn: int) -> Iterator[Finding]:
    """Hold a turn's samples against its own checks.

    A bad sample counts against the rate. What only warns stays a WARN; a check that could
    not be run is an ERROR or a WARN, and counts neither as good nor as bad.

    Args:
        variant: What was asked.
        features: Holds what the checks found.
        turn: Which one.
    """
    checks = variant.turns[turn].checks.custom
    if not checks:
        return
    noted = [note for note in features.custom if note.variant == variant.id]
    found = [finding for note in noted for finding in note.findings if finding.turn == turn]
    for check in checks:
        yield from _held(check, [f for f in found if f.check == check.check], turn)


def _held(check: Custom, found: Sequence[Finding], turn: int) -> Iterator[Finding]:
    yield from (f for f in found if f.status not in (Status.PASS, Status.FAIL))
    broken = {f.sample for f in found if f.status is Status.ERROR}
    looked_at = {f.sample for f in found if f.sample is not None} - broken
    bad: dict[int, str] = {}
    for finding in found:
        if finding.status is Status.FAIL and finding.sample in looked_at:
            number = finding.sample or 0
            bad[number] = "; ".join(filter(None, (bad.get(number), finding.message)))
    yield from held_to_rate(
        check.check, bad, of=len(looked_at), said="samples are bad", rate=check.max_bad, turn=turn
    )
