"""Pin a reference sample, and apply what people decided."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from harness.errors import DecisionError
from harness.evaluate.looks import versions_of
from harness.evaluate.obtain import obtain
from harness.evaluate.order import Obtained, Order
from harness.evaluate.whole import whole
from harness.evaluate.workspace import FREE, Wish, Workspace
from harness.model.baseline import Choice, Decision, DecisionSet, Epoch, PinnedSample
from harness.model.run import Run, SuiteResult
from harness.model.sample import Sample
from harness.model.suite import Suite
from harness.runner.spending import Purse
from harness.store.baselines import Undo, accepted_digest
from harness.store.files import locked
from harness.store.lineage import Lineage
from harness.store.together import add_together, take_back

_UNREADABLE = frozenset(
    {"BlobMissing", "BlobForgotten", "BlobCorrupt", "StoreError", "CassetteError", "Unrecorded"}
)
"""Failures of ours to read what is recorded: no answer of the service."""


def pin(
    suites: Sequence[Suite], workspace: Workspace, *, by: str, why: str, wish: Wish | None = None
) -> tuple[Epoch, ...]:
    """Pin every recorded answer of the suites as their reference samples, unselected.

    Every one that answers what a suite asks now, beyond its `samples:` and of all sessions.
    All of them or none. Where the newest epoch pins just these answers, it is given again.

    Args:
        suites: Whose recordings are pinned.
        workspace: Where they lie.
        by: Who pins.
        why: Reason given; may be empty.
        wish: Whose answers, where several arms recorded them.

    Raises:
        DecisionError: nothing of a suite is recorded, or an answer cannot be read.
    """
    order = Order(wish=wish or Wish())
    pinned = [(suite, _epoch(suite, workspace, order, by=by, why=why)) for suite in suites]
    with deciding(workspace):
        add_all(((s, e) for s, e in pinned if not _is_in_force(s, e, workspace)), workspace)
    return tuple(workspace.baselines(suite).epochs()[-1] for suite in suites)


def _is_in_force(suite: Suite, epoch: Epoch, workspace: Workspace) -> bool:
    epochs = workspace.baselines(suite).epochs()
    if not epochs or epochs[-1].samples != epoch.samples or len(Lineage(epochs).heads(epochs)) > 1:
        return False
    return {**epochs[-1].measures} == {**epoch.measures}


def _epoch(suite: Suite, workspace: Workspace, order: Order, *, by: str, why: str) -> Epoch:
    every = whole(suite, workspace, order.wish)
    obtained, _ = obtain((every,), workspace, order, purse=Purse(0.0, free=FREE))
    samples = tuple(_recorded(obtained[0]))
    if not samples:
        raise DecisionError(
            f"{suite.path}: nothing of recording {workspace.settings.recording!r} answers what "
            f"the suite asks now; record it first: harness run {suite.path} --live missing"
        )
    return Epoch(
        id=f"epoch-{workspace.stamp()}",
        suite=suite.id,
        recording=workspace.settings.recording,
        sessions=tuple(sorted({s.receipt.session for s in samples if s.receipt})),
        by=by,
        at=workspace.now().isoformat(timespec="seconds"),
        why=why,
        simulated=any(s.receipt.simulated for s in samples if s.receipt),
        samples=tuple(_pinned(sample) for sample in samples),
        measures=versions_of(suite, workspace),
    )


@contextmanager
def deciding(workspace: Workspace) -> Iterator[None]:
    """Let nobody else decide in this workspace meanwhile: what was read is what is built on.

    Raises:
        StoreError: the folder of the workspace's state cannot be written.
    """
    with locked(workspace.adding.parent, purpose="deciding", wait=True):
        take_back(workspace.adding)
        yield


def add_all(
    items: Iterable[tuple[Suite, Epoch | DecisionSet | Undo]], workspace: Workspace
) -> None:
    """Add one file to each suite, or to none; while `deciding`."""
    files = dict(workspace.baselines(suite).file_of(item) for suite, item in items)
    if files:
        add_together(files, workspace.adding)


def _recorded(obtained: Obtained) -> Iterator[Sample]:
    for chain in obtained.samples:
        yield from (sample for sample in chain if sample.receipt is not None)


def _pinned(sample: Sample) -> PinnedSample:
    if sample.failure is not None and sample.failure.kind in _UNREADABLE:
        raise DecisionError(
            f"{sample.key.id}: {sample.failure.message}; a reference sample is pinned whole"
        )
    assert sample.receipt is not None
    assert sample.outcome is not None
    return PinnedSample(
        key=sample.key,
        cell=sample.cell,
        arm=sample.arm,
        session=sample.receipt.session,
        request_digest=sample.receipt.request_digest,
        outcome=sample.outcome,
        pictures=sample.pictures,
    )


def approve_all(
    run: Run, suites: Sequence[Suite], workspace: Workspace, *, by: str, why: str, dry: bool = False
) -> tuple[DecisionSet, ...]:
    """Accept every undecided picture of a run unseen; stays marked so.

    Broken ones are accepted no more than others: a decision is on looks, and the
    contract is checked all the same. In a `dry` run nothing is written.

    Raises:
        DecisionError: the run's suites are not here, or nothing is left to decide.
    """
    by_id = {suite.id: suite for suite in suites}
    unknown = [result.suite for result in run.suites if result.suite not in by_id]
    if unknown:
        raise DecisionError(f"run {run.id} judged {', '.join(unknown)}, which is no suite here")
    approval = DecisionSet(
        id=f"decisions-{workspace.stamp()}",
        suite="",
        run=run.id,
        by=by,
        at=workspace.now().isoformat(timespec="seconds"),
        why=why,
        unseen=True,
        accepted_before="",
        decisions=(),
    )
    with deciding(workspace):
        asked = [(by_id[result.suite], result) for result in run.suites]
        made = [(suite, _of_suite(approval, r, suite, workspace)) for suite, r in asked]
        found = [(suite, decided) for suite, decided in made if decided.decisions]
        if not found:
            raise DecisionError(f"run {run.id}: every picture has been decided on already")
        if not dry:
            add_all(found, workspace)
    return tuple(decided for _, decided in found)


def _of_suite(
    approval: DecisionSet, result: SuiteResult, suite: Suite, workspace: Workspace
) -> DecisionSet:
    """Give a suite's part of an approval: the parts of one approval share its id."""
    sets = workspace.baselines(suite).decision_sets()
    known = {(d.cell, d.sha256) for decided in sets for d in decided.decisions}
    return replace(
        approval,
        suite=suite.id,
        accepted_before=accepted_digest(sets),
        decisions=tuple(d for d in _decisions(result) if (d.cell, d.sha256) not in known),
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


def undo(
    suites: Sequence[Suite], workspace: Workspace, *, by: str, why: str, dry: bool = False
) -> Mapping[str, Undo]:
    """Take the newest approval back, in every suite that it decided on; its files stay.

    Args:
        suites: Whose decisions are looked at.
        workspace: Where they lie.
        by: Who takes them back.
        why: Reason given; may be empty.
        dry: Write nothing.

    Returns:
        Id of the suite to what was written there.

    Raises:
        DecisionError: none is in force.
    """
    with deciding(workspace):
        in_force = {suite.id: workspace.baselines(suite).decision_sets() for suite in suites}
        newest = max((sets[-1].id for sets in in_force.values() if sets), default=None)
        if newest is None:
            raise DecisionError("no decisions are in force, nothing to undo")
        taken_back = Undo(
            id=f"undo-{workspace.stamp()}",
            undone=newest,
            by=by,
            at=workspace.now().isoformat(timespec="seconds"),
            why=why,
        )
        touched = [s for s in suites if any(d.id == newest for d in in_force[s.id])]
        if not dry:
            add_all(((suite, taken_back) for suite in touched), workspace)
        return {suite.id: taken_back for suite in touched}
