"""Gather answers as drift sees them: every one that is recorded, selected by nobody."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.evaluate.described import described, embeddings
from harness.evaluate.plan import index_of
from harness.evaluate.standing import answer_of, sample_of
from harness.evaluate.workspace import Wish, Workspace, arm_of
from harness.judging.subjects import Subject
from harness.model.arm import Arm
from harness.model.baseline import Epoch, PinnedSample
from harness.model.generation import Generation
from harness.model.identity import cell_digest
from harness.model.sample import SampleKey
from harness.model.suite import Suite, Turn, Variant
from harness.recording.interaction import Interaction


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a suite asks for in one cell.

    Attributes:
        variant: Which asks for it.
        turn: 0-based.
        arm: Whose answers are meant.
    """

    variant: Variant
    turn: int
    arm: Arm

    @property
    def declared(self) -> Turn:
        return self.variant.turns[self.turn]


def recorded(
    suite: Suite, workspace: Workspace, wish: Wish | None = None, *, level: bool = False
) -> tuple[Subject, ...]:
    """Gather every recorded answer to what a suite asks now, beyond its `samples` too.

    Args:
        suite: Whose cells are meant.
        workspace: With the recording that is read.
        wish: Whose answers, where several arms recorded them.
        level: Pictures are brought to one size and one compression before they are described.

    Raises:
        UsageError: it cannot be told whose answers are meant.
        CassetteError: a recording is broken.
    """
    asked = {(one.arm, cell): one for one, cell in _cells(suite, workspace, wish or Wish())}
    found: list[Subject] = []
    for item in workspace.cassettes(suite.id).load():
        place = asked.get((item.arm, item.cell))
        if place is not None and not item.is_reply:
            found += _subject(suite, item, place, workspace)
    return seen(_sorted(found), workspace, suite.watch.embedder, level=level)


def pinned(
    suite: Suite, workspace: Workspace, epoch: Epoch, *, level: bool = False
) -> tuple[Subject, ...]:
    """Gather the answers of an epoch, whatever was recorded since.

    Pictures are found by their sha256; what else is known of an answer comes from the
    recording that was pinned, as far as that still holds it.

    Args:
        suite: Whose epoch it is; cells that it asks for have their names.
        workspace: Where recordings and pictures lie.
        epoch: What was pinned.
        level: As in `recorded`.
    """
    names = {
        cell_digest(variant.turns[: turn + 1]): _Asked(variant=variant, turn=turn, arm=NOBODY)
        for variant in (*suite.left_out, *suite.variants)
        for turn in range(len(variant.turns))
    }
    kept = _kept(suite, workspace, epoch.recording)
    found = []
    for sample in epoch.samples:
        items = kept.get((sample.session, sample.arm, sample.request_digest), [])
        item = _twin(sample, items, workspace)
        place = names.get(sample.cell)
        found.append(_pinned(suite, sample, item, place, workspace, simulated=epoch.simulated))
    return seen(_sorted(found), workspace, suite.watch.embedder, level=level)


NOBODY = Arm(model="", endpoint="")


def _cells(suite: Suite, workspace: Workspace, wish: Wish) -> Iterator[tuple[_Asked, str]]:
    arms = index_of(suite, workspace).arms
    for variant in suite.variants:
        arm = arm_of(variant, recorded=arms, wish=wish, settings=workspace.settings)
        for turn in range(len(variant.turns)):
            cell = cell_digest(variant.turns[: turn + 1])
            yield _Asked(variant=variant, turn=turn, arm=arm), cell


def _kept(
    suite: Suite, workspace: Workspace, recording: str
) -> Mapping[tuple[str, Arm, str], list[Interaction]]:
    """Find a recording's answers by session, arm and request, replaced ones too."""
    cassettes = workspace.cassettes(suite.id, recording)
    found: dict[tuple[str, Arm, str], list[Interaction]] = defaultdict(list)
    for item in (*cassettes.load(), *cassettes.replaced()):
        if not item.is_reply:
            found[item.session, item.arm, item.request_digest].append(item)
    return found


def _twin(
    sample: PinnedSample, items: list[Interaction], workspace: Workspace
) -> Interaction | None:
    """Find the interaction of a pinned answer: that of its name, else that with its pictures."""
    for item in items:
        if item.key == sample.key:
            return item
    for item in items:
        answer = answer_of(item, workspace.blobs)
        if answer is not None and _pictures(answer) == sample.pictures:
            return item
    return None


def _pinned(  # what an answer is told by, named
    suite: Suite,
    sample: PinnedSample,
    item: Interaction | None,
    place: _Asked | None,
    workspace: Workspace,
    *,
    simulated: bool,
) -> Subject:
    plain = Subject(
        suite=suite.id,
        variant=place.variant.id if place else _named(sample.key),
        turn=place.turn if place else sample.key.turn,
        cell=sample.cell,
        chain=_chain(sample.session, sample.arm, sample.key),
        session=sample.session,
        arm=sample.arm.name,
        outcome=str(sample.outcome),
        picture=sample.pictures[-1] if sample.pictures else "",
        simulated=simulated,
    )
    answer = answer_of(item, workspace.blobs) if item else None
    if item is None or answer is None:
        return plain
    return _told(plain, item, answer, place.declared if place else None, workspace)


def _subject(
    suite: Suite, item: Interaction, place: _Asked, workspace: Workspace
) -> Iterator[Subject]:
    """Give one answer; none for an error of the service, which is no answer of the model."""
    answer = answer_of(item, workspace.blobs)
    if answer is None:
        return
    pictures = _pictures(answer)
    plain = Subject(
        suite=suite.id,
        variant=place.variant.id,
        turn=place.turn,
        cell=item.cell,
        chain=_chain(item.session, item.arm, item.key),
        session=item.session,
        arm=item.arm.name,
        outcome=str(answer.outcome),
        picture=pictures[-1] if pictures else "",
        simulated=item.simulated,
    )
    yield _told(plain, item, answer, place.declared, workspace)


def _told(
    subject: Subject,
    item: Interaction,
    answer: Generation,
    declared: Turn | None,
    workspace: Workspace,
) -> Subject:
    """Add what the recording tells of an answer beside its picture."""
    answer = replace(answer, service=item.response.headers)
    size = declared.parameters.image_size if declared else None
    sample = sample_of(item, answer, workspace, variant_id=subject.variant, image_size=size)
    return replace(
        subject,
        thoughts=answer.usage.thoughts if answer.usage else None,
        seconds=sample.seconds,
        usd=sample.cost_usd,
        recorded_at=item.recorded_at,
        simulated=subject.simulated or item.simulated,
        model_version=answer.model_version,
        response_id=answer.response_id,
        sample=sample,
        asked=declared,
    )


def seen(
    subjects: Sequence[Subject], workspace: Workspace, embedder: str, *, level: bool = False
) -> tuple[Subject, ...]:
    """Add what pictures look like; `level` as in `recorded`."""
    pictures = [subject.picture for subject in subjects if subject.picture]
    found = described(pictures, workspace, level=level)
    embedded = embeddings(embedder, pictures, workspace) if embedder else {}
    return tuple(
        replace(s, description=found.get(s.picture), embedding=embedded.get(s.picture))
        for s in subjects
    )


def _sorted(subjects: Iterable[Subject]) -> tuple[Subject, ...]:
    """Order answers by time, so that results depend on nothing else."""
    return tuple(sorted(subjects, key=lambda s: (s.recorded_at, s.session, s.chain, s.turn)))


def _pictures(answer: Generation) -> tuple[str, ...]:
    return tuple(part.picture.sha256 for part in answer.pictures if part.picture is not None)


def _chain(session: str, arm: Arm, key: SampleKey) -> str:
    return f"{session} {arm.name} {key.case} {key.variant} {key.sample}"


def _named(key: SampleKey) -> str:
    return f"{key.case}[{key.variant}]" if key.variant else key.case
