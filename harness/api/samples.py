"""Show one answer of a run, with the files of its pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.evaluate.workspace import Workspace
from harness.model.generation import Generation
from harness.model.run import Judged, Run
from harness.model.sample import Sample as Answer
from harness.model.verdict import Finding, Status, worst


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One answer, or why there is none.

    Attributes:
        suite: Id of the suite.
        variant: The variant's id for people, e.g. `night-city[1K,16:9]`.
        sample: 0-based.
        turn: 0-based.
        prompt: What was asked.
        model: Model id as sent.
        endpoint: Who was asked.
        status: The worst of its findings.
        findings: All of them.
        outcome: How the call ended, e.g. `"picture"`; empty where nothing is recorded.
        pictures: Files of its final pictures, the provider's bytes; absent ones are left out.
        sha256: Names of its final pictures, absent ones included.
        text: What it says beside them, a stranger's text.
        cost_usd: Price of the answer by its usage, US dollars; None where it cannot be told.
        seconds: How long the answer took; None where not measured.
        recorded_at: ISO 8601, UTC; empty where nothing is recorded.
        simulated: The simulator painted it.
    """

    suite: str
    variant: str
    sample: int
    turn: int
    prompt: str
    model: str
    endpoint: str
    status: Status
    findings: tuple[Finding, ...]
    outcome: str
    pictures: tuple[Path, ...]
    sha256: tuple[str, ...]
    text: str
    cost_usd: float | None
    seconds: float | None
    recorded_at: str
    simulated: bool


def samples_of(run: Run, workspace: Workspace) -> Iterator[Sample]:
    """Give every answer of a run, in the order of the suites."""
    for suite in run.suites:
        for judged in suite.judged:
            for answer in judged.samples:
                yield _sample(suite.suite, judged, answer, workspace)


def _sample(suite: str, judged: Judged, answer: Answer, workspace: Workspace) -> Sample:
    findings = judged.verdict.of(sample=answer.key.sample, turn=answer.key.turn)
    files = (workspace.blobs.path(sha256) for sha256 in answer.pictures)
    receipt = answer.receipt
    return Sample(
        suite=suite,
        variant=judged.variant.id,
        sample=answer.key.sample,
        turn=answer.key.turn,
        prompt=answer.prompt,
        model=answer.arm.model,
        endpoint=answer.arm.endpoint,
        status=worst(finding.status for finding in findings),
        findings=findings,
        outcome=answer.outcome.value if answer.outcome else "",
        pictures=tuple(path for path in files if path is not None),
        sha256=answer.pictures,
        text=_text(answer.generation),
        cost_usd=answer.cost_usd,
        seconds=answer.seconds,
        recorded_at=receipt.recorded_at if receipt else "",
        simulated=bool(receipt and receipt.simulated),
    )


def _text(generation: Generation | None) -> str:
    return "" if generation is None else generation.text
