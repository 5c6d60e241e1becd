"""Find the pictures that a suite asks questions about, and put what was not asked before."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.catalogue import Catalogue
from harness.evaluate.standing import answer_of, standings
from harness.judging.decided import Decided
from harness.model.arm import Arm
from harness.model.baseline import Choice
from harness.model.blob import BlobRef
from harness.model.checks import Ask, Question
from harness.model.features import Reply
from harness.model.generation import Generation
from harness.model.identity import cell_digest
from harness.model.sample import Sample, SampleKey
from harness.model.suite import Suite
from harness.provider.wire_request import digest_of
from harness.recording.index import Index
from harness.recording.interaction import Interaction
from harness.runner.chain import Chain, sample_key
from harness.runner.prices import answer_cost, pictures_of
from harness.runner.questions import question_chain
from harness.runner.replies import reply_of
from harness.runner.requests import request_for
from harness.store.blobs import BlobStore

TO_COME = BlobRef(sha256="0" * 64, extension="jpg", size=0)
"""Stands for a picture that is not there yet, in a plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A picture that questions are put about.

    Attributes:
        chain: Whose turn's check asks.
        key: Of the answer that holds the picture.
        picture: The picture.
        foreseen: It came as a plan expects: beyond the pictures that an answer was asked for
            none is.
    """

    chain: Chain
    key: SampleKey
    picture: BlobRef
    foreseen: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A question about a picture.

    Attributes:
        chain: The call that puts it.
        subject: The picture, and whose it is.
        question: What is asked.
    """

    chain: Chain
    subject: Subject
    question: Question

    @property
    def key(self) -> SampleKey:
        return sample_key(self.chain, 0)

    @property
    def name(self) -> tuple[Arm, str]:
        """Who is asked and the request's digest: by these the answer is found."""
        return self.chain.arm, digest_of(request_for(self.chain.variant, ()))


def asks(suite: Suite) -> bool:
    """Tell whether a suite asks questions."""
    return any(turn.checks.ask is not None for v in suite.variants for turn in v.turns)


def arms_asked(chains: Iterable[Chain], *, endpoint: str | None) -> frozenset[Arm]:
    """Tell who is asked questions.

    Args:
        chains: Of a suite.
        endpoint: The command line's, which goes before the check's own; None where it says none.
    """
    return frozenset(
        _arm(turn.checks.ask, chain, endpoint)
        for chain in chains
        for turn in chain.variant.turns
        if turn.checks.ask is not None
    )


def _arm(ask: Ask, chain: Chain, endpoint: str | None) -> Arm:
    return Arm(model=ask.model, endpoint=endpoint or ask.endpoint or chain.arm.endpoint)


def pictures_of_samples(
    chains: Sequence[Chain], samples: Sequence[Sequence[Sample]]
) -> Iterator[Subject]:
    """Give every final picture of the answers whose turn asks about it."""
    for chain, of in zip(chains, samples, strict=True):
        for sample in of:
            yield from _pictures(chain, sample.key, sample.generation)


def pictures_of_decisions(
    chains: Sequence[Chain], decided: Decided, blobs: BlobStore
) -> Iterator[Subject]:
    """Give the pictures that people accepted or rejected, as far as they are kept."""
    cells: dict[str, list[tuple[Chain, int]]] = {}
    for chain in chains:
        for number, turn in enumerate(chain.variant.turns):
            if turn.checks.ask is not None:
                cell = cell_digest(chain.variant.turns[: number + 1])
                cells.setdefault(cell, []).append((chain, number))
    for (cell, sha256), decision in decided.choices.items():
        picture = _kept(sha256, blobs) if cell in cells else None
        if picture is None or decision.choice is Choice.DISCUSS:
            continue
        same = [place for place in cells[cell] if place[0].arm == decision.arm]
        chain, number = (same or cells[cell])[0]
        key = SampleKey(
            case=chain.variant.case,
            variant=chain.variant.label,
            sample=decision.key.sample,
            turn=number,
        )
        yield Subject(chain=chain, key=key, picture=picture)


def pictures_of_plan(
    chains: Sequence[Chain], index: Index, blobs: BlobStore, *, is_had: Callable[[str], bool]
) -> Iterator[Subject]:
    """Give the pictures that are recorded, and `TO_COME` for each that is to be generated.

    Args:
        chains: Of a suite.
        index: Of its recording.
        blobs: Where answers lie.
        is_had: Tells whether an answer of a session is not to be generated anew.
    """
    for chain in chains:
        if all(turn.checks.ask is None for turn in chain.variant.turns):
            continue
        for number, found in enumerate(standings(chain, index, blobs)):
            key, turn = sample_key(chain, number), chain.variant.turns[number]
            if found.interaction is not None and is_had(found.interaction.session):
                yield from _pictures(chain, key, answer_of(found.interaction, blobs))
            elif turn.checks.ask is not None:
                for _ in range(pictures_of(turn)):
                    yield Subject(chain=chain, key=key, picture=TO_COME)


def _pictures(chain: Chain, key: SampleKey, generation: Generation | None) -> Iterator[Subject]:
    turn = chain.variant.turns[key.turn]
    if generation is None or turn.checks.ask is None:
        return
    for number, part in enumerate(generation.pictures):
        if part.picture is not None:
            foreseen = number < pictures_of(turn)
            yield Subject(chain=chain, key=key, picture=part.picture, foreseen=foreseen)


def _kept(sha256: str, blobs: BlobStore) -> BlobRef | None:
    path = blobs.path(sha256)
    return None if path is None else blobs.ref(path.name)


def inquiries(subjects: Iterable[Subject], *, endpoint: str | None) -> tuple[Inquiry, ...]:
    """Put every question about every picture, each once: equal bytes are one picture.

    Args:
        subjects: The pictures; of equal ones the first counts.
        endpoint: As `arms_asked`.
    """
    found: dict[object, Inquiry] = {}
    for subject in subjects:
        ask = subject.chain.variant.turns[subject.key.turn].checks.ask
        assert ask is not None
        for question in ask.questions:
            chain = question_chain(
                subject.chain,
                subject.key,
                picture=subject.picture,
                question=question,
                arm=_arm(ask, subject.chain, endpoint),
            )
            inquiry = Inquiry(chain=chain, subject=subject, question=question)
            to_come = subject.picture is TO_COME
            name: object = len(found) if to_come else (inquiry.name, question)
            found.setdefault(name, inquiry)
    return tuple(found.values())


def recorded_reply(
    inquiry: Inquiry, item: Interaction, blobs: BlobStore, offers: Callable[[str], Catalogue]
) -> Reply:
    """Read a recorded answer; the picture itself is not needed for that."""
    generation = answer_of(item, blobs)
    arm = inquiry.chain.arm
    if generation is None:
        return _reply(inquiry, None, None)
    cost = answer_cost(offers(arm.endpoint), arm.model, generation)
    return _reply(inquiry, generation, cost)


def obtained_reply(inquiry: Inquiry, sample: Sample) -> Reply:
    """Tell what became of a question that was to be put now."""
    if sample.generation is not None:
        return _reply(inquiry, sample.generation, sample.cost_usd)
    problem = sample.why if sample.failure is None else sample.failure.message
    return unasked_reply(inquiry, problem=problem, expected_usd=sample.expected_usd)


def unasked_reply(inquiry: Inquiry, *, problem: str, expected_usd: float | None) -> Reply:
    """Note a question that has no answer yet."""
    return Reply(
        sha256=inquiry.subject.picture.sha256,
        model=inquiry.chain.arm.model,
        question=inquiry.question,
        problem=problem,
        cost_usd=expected_usd,
    )


def _reply(inquiry: Inquiry, generation: Generation | None, cost: float | None) -> Reply:
    return reply_of(
        generation,
        sha256=inquiry.subject.picture.sha256,
        model=inquiry.chain.arm.model,
        question=inquiry.question,
        cost_usd=cost,
    )
