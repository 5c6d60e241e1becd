"""Find what a run's report shows beside the run: the reference sample, the change, old prompts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.errors import HarnessError
from harness.evaluate.earlier import Earlier, earlier_of
from harness.evaluate.same_model import tested
from harness.evaluate.subjects import pinned, seen
from harness.evaluate.workspace import Workspace
from harness.judging.incidents import incidents_of
from harness.judging.ordering import FEWEST, medoid_first
from harness.judging.subjects import Subject
from harness.loader import load_suite
from harness.model.arm import Arm
from harness.model.baseline import Choice, DecisionSet, Epoch
from harness.model.drift import Drift
from harness.model.monitor import Look, State
from harness.model.run import Run, SuiteResult
from harness.model.sample import Sample
from harness.model.shard import Shard
from harness.model.showing import CellShow, Example, Place, Showing, SuiteShow
from harness.model.suite import Suite
from harness.store.baselines import accepted_of_cells, latest_choices
from harness.store.looks import LookStore

Key = tuple[str, str]
"""A cell and the name of an arm."""

EXAMPLES = 8
"""Pictures that stand beside a cell's own, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of a suite.

    Attributes:
        result: Its part of the run.
        fresh: The run's own answers.
        old: Those of the epoch, of the arms that the run asked.
        accepted: Accepted pictures by cell and arm, the newest decision first.
        digests: Of the accepted set, by cell and arm.
        epoch: The epoch, or None.
        earlier: Old prompts and older pictures.
    """

    result: SuiteResult
    fresh: tuple[Subject, ...]
    old: tuple[Subject, ...]
    accepted: Mapping[Key, tuple[str, ...]]
    digests: Mapping[tuple[str, Arm], str]
    epoch: Epoch | None
    earlier: Mapping[Place, Earlier]


def showing_of(run: Run, workspace: Workspace) -> Showing:
    """Find what is shown beside a run; a suite that cannot be read any more says so.

    Nothing is asked of anybody. What a test of drift said is remembered.
    """
    suites: dict[str, SuiteShow] = {}
    cells: dict[Place, CellShow] = {}
    for result in run.suites:
        try:
            suite = load_suite(workspace.root / result.path)
            suites[suite.id], found = _of_suite(result, suite, workspace, run.shard)
            cells |= found
        except HarnessError as error:
            why = f"what it is held against cannot be read: {error}"
            suites[result.suite] = SuiteShow(suite=result.suite, untested=why)
    return Showing(suites=suites, cells=cells)


def _of_suite(
    result: SuiteResult, suite: Suite, workspace: Workspace, shard: Shard | None
) -> tuple[SuiteShow, Mapping[Place, CellShow]]:
    known = _known(result, suite, workspace)
    if shard is not None:
        drift, untested = None, f"{shard.name} is not tested by itself; the merge is"
    else:
        drift, untested = tested(suite, known.epoch, old=known.old, new=known.fresh, here=workspace)
    look, unsettled = _monitored(suite, result)
    shown = SuiteShow(
        suite=suite.id,
        drift=drift,
        untested=untested,
        look=look,
        open=unsettled,
        owners=suite.owners,
    )
    return shown, dict(_cells(known, drift))


def _known(result: SuiteResult, suite: Suite, workspace: Workspace) -> _Known:
    store = workspace.baselines(suite)
    epoch = next(iter(reversed(store.epochs())), None)
    arms = {s.arm.name for judged in result.judged for s in judged.samples}
    sets = store.decision_sets()
    old = pinned(suite, workspace, epoch) if epoch else ()
    old = tuple(subject for subject in old if subject.arm in arms)
    fresh = _described(_fresh(result), old, suite, workspace)
    return _Known(
        result=result,
        fresh=fresh,
        old=old,
        accepted=_accepted(sets),
        digests=accepted_of_cells(sets),
        epoch=epoch,
        earlier=earlier_of(result, suite, epoch, workspace),
    )


def _fresh(result: SuiteResult) -> tuple[Subject, ...]:
    """Give the run's answers as drift sees them; an error of the service is no answer."""
    return tuple(
        _subject(sample, result.suite, judged.variant.id)
        for judged in result.judged
        for sample in judged.samples
        if sample.generation is not None and sample.receipt is not None
    )


def _described(
    fresh: Sequence[Subject], old: Sequence[Subject], suite: Suite, workspace: Workspace
) -> tuple[Subject, ...]:
    """Describe what is compared: answers that are tested, and cells that have a medoid."""
    pinned_chains = {subject.chain for subject in old}
    is_news = bool(old) and any(subject.chain not in pinned_chains for subject in fresh)
    compared = [
        subject
        for own in _by_cell(fresh).values()
        if is_news or len(own) >= FEWEST
        for subject in own
    ]
    known = {(s.chain, s.turn): s for s in seen(compared, workspace, suite.watch.embedder)}
    return tuple(known.get((subject.chain, subject.turn), subject) for subject in fresh)


def _subject(sample: Sample, suite: str, variant: str) -> Subject:
    assert sample.receipt is not None
    key, session = sample.key, sample.receipt.session
    return Subject(
        suite=suite,
        variant=variant,
        turn=key.turn,
        cell=sample.cell,
        chain=f"{session} {sample.arm.name} {key.case} {key.variant} {key.sample}",
        session=session,
        arm=sample.arm.name,
        outcome=str(sample.outcome),
        picture=sample.picture,
        recorded_at=sample.receipt.recorded_at,
        simulated=sample.receipt.simulated,
        sample=sample,
    )


def _monitored(suite: Suite, result: SuiteResult) -> tuple[Look | None, tuple[str, ...]]:
    """Give the newest look of the arms that the run asked, and the incidents that are open."""
    store = LookStore(suite.path)
    arms = {s.arm.name for judged in result.judged for s in judged.samples}
    looks = [look for look in store.looks() if look.arm in arms]
    found = incidents_of(looks, store.steps())
    unsettled = tuple(i.id for i in found if i.state is not State.CLOSED)
    return (looks[-1] if looks else None), unsettled


def _cells(known: _Known, drift: Drift | None) -> Iterator[tuple[Place, CellShow]]:
    told = {(c.variant, c.turn): c for c in drift.cells} if drift else {}
    fresh, old = _by_cell(known.fresh), _by_cell(known.old)
    pinned_chains = {subject.chain for subject in known.old}
    for judged in known.result.judged:
        by_turn = {sample.key.turn: sample for sample in judged.samples}
        for turn, sample in by_turn.items():
            key = (sample.cell, sample.arm.name)
            own = [s for s in fresh.get(key, ()) if s.variant == judged.variant.id]
            place = (known.result.suite, judged.variant.id, turn)
            shown = replace(
                _cell(known, place, own=own, old=old.get(key, ())),
                same=bool(own) and all(s.chain in pinned_chains for s in own),
                drift=told.get((judged.variant.id, turn)),
                accepted_before=known.digests.get((sample.cell, sample.arm), ""),
            )
            if not old.get(key):
                shown = _with_examples(shown, known.accepted.get(key))
            yield place, shown


def _cell(
    known: _Known, place: Place, *, own: Sequence[Subject], old: Sequence[Subject]
) -> CellShow:
    earlier = known.earlier.get(place, Earlier())
    return CellShow(
        order=medoid_first(own),
        baseline=medoid_first(old)[:EXAMPLES],
        example=Example.EPOCH if old else Example.NOTHING,
        old_prompt=earlier.prompt,
        earlier=earlier.pictures,
        former=earlier.former,
    )


def _with_examples(shown: CellShow, accepted: tuple[str, ...] | None) -> CellShow:
    """Let accepted pictures stand beside where no reference sample does, else those before."""
    if accepted:
        return replace(shown, baseline=accepted[:EXAMPLES], example=Example.ACCEPTED)
    before = tuple(name for name in shown.former or shown.earlier if name not in shown.order)
    if not before:
        return shown
    return replace(shown, baseline=before[:EXAMPLES], example=Example.BEFORE)


def _accepted(sets: tuple[DecisionSet, ...]) -> Mapping[Key, tuple[str, ...]]:
    found: dict[Key, tuple[str, ...]] = defaultdict(tuple)
    for decision in latest_choices(sets).values():
        if decision.choice is Choice.ACCEPT:
            key = (decision.cell, decision.arm.name)
            found[key] = (decision.sha256, *found[key])
    return found


def _by_cell(subjects: Sequence[Subject]) -> Mapping[Key, list[Subject]]:
    found: dict[Key, list[Subject]] = defaultdict(list)
    for subject in subjects:
        found[subject.cell, subject.arm].append(subject)
    return found
