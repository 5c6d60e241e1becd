"""Judge a suite's samples by what was measured of them: its part of a run."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from harness.evaluate.branches import undecidable
from harness.evaluate.shard import path_of
from harness.evaluate.workspace import Workspace
from harness.judging.decided import Decided
from harness.judging.judge import judge, on_suite
from harness.model.features import Features
from harness.model.picture import Measures
from harness.model.run import Judged, SuiteResult
from harness.model.sample import Sample
from harness.model.suite import Suite
from harness.model.verdict import Finding, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a suite is judged by.

    Attributes:
        suite: What was asked.
        samples: By the variant's id for people.
        features: What its checks need beside each picture's own measures.
        generated: How many of the answers were generated in the run.
        discarded: How many earlier recordings each variant's took the place of, by its id.
    """

    suite: Suite
    samples: Mapping[str, tuple[Sample, ...]]
    features: Features
    generated: int
    discarded: Mapping[str, int]


def result_of(
    evidence: Evidence,
    workspace: Workspace,
    *,
    decided: Decided,
    measures: Mapping[str, Measures],
) -> SuiteResult:
    """Judge a suite; of a shard nothing is judged that needs the whole of it.

    Args:
        evidence: What it is judged by.
        workspace: Where it lies.
        decided: The decisions in force.
        measures: Of every picture that is needed, by sha256.
    """
    suite, features = evidence.suite, evidence.features
    judged = tuple(_variants(evidence, workspace, decided=decided, measures=measures))
    receipts = [s.receipt for single in judged for s in single.samples if s.receipt]
    times = sorted(receipt.recorded_at for receipt in receipts if receipt.recorded_at)
    found = on_suite(
        evidence.samples, measures=measures, catalogue=workspace.catalogue, features=features
    )
    return SuiteResult(
        suite=suite.id,
        title=suite.title,
        path=path_of(suite, workspace),
        recording=workspace.settings.recording,
        generated=evidence.generated,
        recorded_from=times[0] if times else "",
        recorded_to=times[-1] if times else "",
        simulated=any(receipt.simulated for receipt in receipts),
        epoch=_epoch_in_force(suite, workspace),
        judged=judged,
        findings=() if features.of_shard else (*found, *_undecidable(evidence, workspace)),
        features=features,
    )


def pictures_to_measure(samples: Iterable[Sample], decided: Iterable[Decided]) -> Iterator[str]:
    """Name every picture to measure: the samples', and the accepted ones of their cells."""
    cells = set()
    for sample in samples:
        cells.add(sample.cell)
        yield from sample.pictures
    for decisions in decided:
        yield from (sha256 for cell, sha256 in decisions.choices if cell in cells)


def _variants(
    evidence: Evidence,
    workspace: Workspace,
    *,
    decided: Decided,
    measures: Mapping[str, Measures],
) -> Iterator[Judged]:
    """Judge each variant by its samples."""
    verdict = partial(
        judge,
        measures=measures,
        decided=decided,
        catalogue=workspace.catalogue,
        features=evidence.features,
    )
    for variant in evidence.suite.variants:
        samples = evidence.samples[variant.id]
        yield Judged(
            variant=variant,
            samples=samples,
            verdict=verdict(variant, samples),
            discarded=evidence.discarded[variant.id],
        )


def _undecidable(evidence: Evidence, workspace: Workspace) -> Iterator[Finding]:
    """Find decisions that decide nothing: what they are of is as good as undecided."""
    samples = (sample for own in evidence.samples.values() for sample in own)
    held = frozenset(sha256 for sample in samples for sha256 in sample.pictures)
    for said in undecidable(evidence.suite, workspace, held=held):
        yield Finding(check="decisions", status=Status.NEW, message=said)


def _epoch_in_force(suite: Suite, workspace: Workspace) -> str:
    epochs = workspace.baselines(suite).epochs()
    return epochs[-1].id if epochs else ""
