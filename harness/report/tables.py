"""List what is missing, or wrong with a suite as a whole."""

from collections.abc import Iterator

from harness.model.run import Judged, Run
from harness.model.sample import Sample, Standing
from harness.model.suite import Variant
from harness.model.verdict import Finding, Status
from harness.report.findings import by_gravity, finding_views
from harness.report.page_views import Missing, SuiteFinding
from harness.report.shots import label
from harness.report.variants import anchor
from harness.report.views import FindingView
from harness.report.words import money


def only_missing(judged: Judged) -> bool:
    """Tell whether a variant has nothing to look at: a line in a table says it all."""
    nothing = all(s.generation is None and s.failure is None for s in judged.samples)
    return nothing and judged.verdict.status is Status.UNRECORDED


def _is_missing(sample: Sample) -> bool:
    """Tell whether there is no answer to what is asked now."""
    recorded = sample.generation is not None and sample.standing is Standing.RECORDED
    return sample.failure is None and not recorded


def missing(run: Run) -> tuple[Missing, ...]:
    """List every sample that is not recorded, in the suites' order."""
    return tuple(row for judged in run.judged for row in _missing_of(judged))


def _missing_of(judged: Judged) -> Iterator[Missing]:
    """List a variant's rows; where they are all there is, the first bears its anchor."""
    variant, turns, whole = judged.variant, len(judged.variant.turns), only_missing(judged)
    absent = [sample for sample in judged.samples if _is_missing(sample)]
    for sample in absent:
        found = judged.verdict.of(sample=sample.key.sample, turn=sample.key.turn)
        told = [
            f for f in found if not f.message.startswith(f"{sample.standing.value}: {sample.why}")
        ]
        first = whole and sample is absent[0]
        told += _elsewhere(judged, absent) if first else []
        yield _row(sample, variant, finding_views(told, turns=turns), first=first)
    if whole and not absent:
        views = finding_views(_elsewhere(judged, absent), turns=turns)
        yield _row(None, variant, views, first=True)


def _elsewhere(judged: Judged, absent: list[Sample]) -> list[Finding]:
    """Give the findings that stand on no row of their own."""
    rows = {(sample.key.sample, sample.key.turn) for sample in absent}
    return [f for f in judged.verdict.findings if (f.sample, f.turn) not in rows]


def _row(
    sample: Sample | None, variant: Variant, findings: tuple[FindingView, ...], *, first: bool
) -> Missing:
    return Missing(
        anchor=anchor(variant) if first else "",
        suite=variant.suite,
        variant=variant.id,
        sample=label(sample, variant) if sample else "all",
        standing=sample.standing.value if sample else "missing",
        why=sample.why if sample else "",
        price=money(sample.expected_usd if sample else None),
        findings=findings,
    )


def suite_findings(run: Run) -> tuple[SuiteFinding, ...]:
    """List what was found on suites as a whole, gravest first within each."""
    return tuple(
        SuiteFinding(suite=suite.suite, finding=view)
        for suite in run.suites
        for view in finding_views(by_gravity(suite.findings))
    )
