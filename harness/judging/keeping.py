"""Tell how both sides of a test kept their contract and were delivered: it decides nothing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from harness.catalogue import Catalogue
from harness.judging.changes import Delivered, usual
from harness.judging.contract import contract
from harness.judging.delivery import backend_of, provenance_of
from harness.judging.sides import CONTRACT
from harness.judging.subjects import Subject
from harness.judging.tokens import tokens
from harness.model.drift import Beside
from harness.model.picture import Measures
from harness.model.provenance import WORDS
from harness.model.verdict import Status

NOT_TOLD = "not told"


def keeping(
    old: Sequence[Subject],
    new: Sequence[Subject],
    *,
    measures: Mapping[str, Measures],
    catalogue: Catalogue,
) -> tuple[Beside, ...]:
    """Tell contract and delivery of both sides, and each fact of the delivery that differs.

    Args:
        old: The reference sample.
        new: The fresh sample.
        measures: Of their pictures, by sha256.
        catalogue: Pixels and sizes of the models.
    """
    if not old or not new:
        return ()
    sides = old, new
    kept = [_contract(side, measures, catalogue) for side in sides]
    came = [_delivered(side, measures) for side in sides]
    by = [_backends(side) for side in came]
    return (
        Beside(name="contract", old=kept[0], new=kept[1]),
        Beside(name="delivered by", old=by[0], new=by[1]),
        *_changes(came[0], came[1]),
    )


def _contract(
    side: Sequence[Subject], measures: Mapping[str, Measures], catalogue: Catalogue
) -> str:
    """Count the answers that fail a check of the contract, and the checks."""
    known = [broken for s in side if (broken := _broken(s, measures, catalogue)) is not None]
    if not known:
        return NOT_TOLD
    checks = Counter(chain.from_iterable(known))
    named = ", ".join(f"{count} {check}" for check, count in sorted(checks.items()))
    return f"{sum(map(bool, known))} of {len(known)} fail{f' ({named})' if named else ''}"


def _broken(
    subject: Subject, measures: Mapping[str, Measures], catalogue: Catalogue
) -> frozenset[str] | None:
    """Name the checks that an answer fails; None where nobody knows what was asked."""
    sample, asked = subject.sample, subject.asked
    if sample is None or asked is None:
        return None
    findings = chain(
        contract(sample, asked, measures=measures, catalogue=catalogue),
        tokens(sample, asked, measures=measures, catalogue=catalogue),
    )
    return CONTRACT & {found.check for found in findings if found.status is Status.FAIL}


def _delivered(side: Sequence[Subject], measures: Mapping[str, Measures]) -> list[Delivered]:
    return [
        Delivered(sample=s.sample, provenance=provenance_of(s.sample, measures))
        for s in side
        if s.sample is not None
    ]


def _backends(came: Sequence[Delivered]) -> str:
    """Count pictures by the back end that their delivery fits."""
    pictured = [d.provenance for d in came if d.provenance.container is not None]
    counts = Counter(str(backend_of(provenance).name) for provenance in pictured)
    return ", ".join(f"{count} {name}" for name, count in counts.most_common()) or NOT_TOLD


def _changes(old: Sequence[Delivered], new: Sequence[Delivered]) -> Iterator[Beside]:
    """Give the facts in which the usual deliveries differ."""
    if not old or not new:
        return
    for change in usual(old).changes_to(usual(new)):
        name = f"usual delivery: {WORDS[change.fact]}"
        yield Beside(name=name, old=change.before, new=change.after)
