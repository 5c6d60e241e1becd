"""Pin a reference sample, and apply what people decided."""

from collections.abc import Iterator, Sequence

from harness.errors import DecisionError
from harness.evaluate.obtain import Obtained, Order, obtain
from harness.evaluate.workspace import FREE, Workspace
from harness.model.baseline import Choice, Decision, DecisionSet, Epoch, PinnedSample
from harness.model.run import Run, SuiteResult
from harness.model.sample import Sample
from harness.model.suite import Suite
from harness.runner.spending import Purse
from harness.store.baselines import Undo, accepted_digest


def pin(suite: Suite, workspace: Workspace, *, by: str, why: str) -> Epoch:
    """Pin every recorded answer of the suite as its reference sample, unselected.

    Raises:
        DecisionError: nothing is recorded.
    """
    obtained, _ = obtain((suite,), workspace, Order(), purse=Purse(0.0, free=FREE))
    samples = tuple(_recorded(obtained[0]))
    if not samples:
        raise DecisionError(
            f"{suite.path}: nothing of recording {workspace.settings.recording!r} answers what "
            f"the suite asks now; record it first: harness run {suite.path} --live missing"
        )
    epoch = Epoch(
        id=f"epoch-{workspace.stamp()}",
        suite=suite.id,
        recording=workspace.settings.recording,
        sessions=tuple(sorted({s.receipt.session for s in samples if s.receipt})),
        by=by,
        at=workspace.now().isoformat(timespec="seconds"),
        why=why,
        simulated=any(s.receipt.simulated for s in samples if s.receipt),
        samples=tuple(_pinned(sample) for sample in samples),
    )
    workspace.baselines(suite).add(epoch)
    return epoch


def _recorded(obtained: Obtained) -> Iterator[Sample]:
    for chain in obtained.samples:
        yield from (sample for sample in chain if sample.receipt is not None)


def _pinned(sample: Sample) -> PinnedSample:
    assert sample.receipt is not None
    assert sample.outcome is not None
    parts = sample.generation.pictures if sample.generation else ()
    return PinnedSample(
        key=sample.key,
        cell=sample.cell,
        arm=sample.arm,
        session=sample.receipt.session,
        request_digest=sample.receipt.request_digest,
        outcome=sample.outcome,
        pictures=tuple(part.picture.sha256 for part in parts if part.picture),
    )


def approve_all(
    run: Run, suites: Sequence[Suite], workspace: Workspace, *, by: str, why: str
) -> tuple[DecisionSet, ...]:
    """Accept every undecided picture of a run unseen; stays marked so.

    Broken ones are accepted no more than others: a decision is on looks, and the
    contract is checked all the same.

    Raises:
        DecisionError: the run's suites are not here, or nothing is left to decide.
    """
    by_id = {suite.id: suite for suite in suites}
    unknown = [result.suite for result in run.suites if result.suite not in by_id]
    if unknown:
        raise DecisionError(f"run {run.id} judged {', '.join(unknown)}, which is no suite here")
    made = [
        _decision_set(result, by_id[result.suite], workspace, run=run, by=by, why=why)
        for result in run.suites
    ]
    found = tuple(decided for decided in made if decided.decisions)
    if not found:
        raise DecisionError(f"run {run.id}: every picture has been decided on already")
    for decided in found:
        workspace.baselines(by_id[decided.suite]).add(decided)
    return found


def _decision_set(
    result: SuiteResult, suite: Suite, workspace: Workspace, *, run: Run, by: str, why: str
) -> DecisionSet:
    sets = workspace.baselines(suite).decision_sets()
    known = {(d.cell, d.sha256) for decided in sets for d in decided.decisions}
    decisions = tuple(d for d in _decisions(result) if (d.cell, d.sha256) not in known)
    return DecisionSet(
        id=f"decisions-{workspace.stamp()}",
        suite=suite.id,
        run=run.id,
        by=by,
        at=workspace.now().isoformat(timespec="seconds"),
        why=why,
        unseen=True,
        accepted_before=accepted_digest(sets),
        decisions=decisions,
    )


def _decisions(result: SuiteResult) -> Iterator[Decision]:
    for sample in (s for judged in result.judged for s in judged.samples):
        picture = sample.generation.picture if sample.generation else None
        if picture is not None and picture.picture is not None:
            yield Decision(
                key=sample.key,
                cell=sample.cell,
                arm=sample.arm,
                sha256=picture.picture.sha256,
                choice=Choice.ACCEPT,
            )


def undo(suite: Suite, workspace: Workspace, *, by: str, why: str) -> Undo:
    """Take the newest decision set of a suite back; its file stays.

    Raises:
        DecisionError: none is in force.
    """
    store = workspace.baselines(suite)
    last = store.last_decisions()
    taken_back = Undo(
        id=f"undo-{workspace.stamp()}",
        undone=last.id,
        by=by,
        at=workspace.now().isoformat(timespec="seconds"),
        why=why,
    )
    store.add(taken_back)
    return taken_back
