"""Tell how the turns of a chain stand to what is recorded, as a run would find them."""

from collections.abc import Iterable, Iterator

from harness.errors import CassetteError, MalformedAnswer, StoreError
from harness.evaluate.workspace import Workspace
from harness.model.blob import BLOB_NAME, BlobRef
from harness.model.generation import Generation
from harness.model.identity import cell_digest
from harness.model.sample import Sample, Standing
from harness.provider.arriving import Arriving
from harness.provider.wire_answer import parse_answer, parse_stream
from harness.provider.wire_request import digest_of, skeleton
from harness.recording.index import Found, Index
from harness.recording.interaction import Interaction
from harness.recording.unpacking import thinned
from harness.runner.chain import Chain, is_alone, sample_key, waiting
from harness.runner.prices import BATCH, STANDARD, answer_cost
from harness.runner.requests import request_for
from harness.store.blobs import BlobStore


def standings(chain: Chain, index: Index, blobs: BlobStore) -> Iterator[Found]:
    """Give each turn's standing, and why where it is not recorded.

    The request of a later turn holds the answers before it: they are read from the
    recording, but for their pictures, which count by their names.
    """
    variant = chain.variant
    history: list[Generation] = []
    for turn in range(len(variant.turns)):
        key = sample_key(chain, turn)
        if len(history) < turn:
            standing, why = waiting(index, chain, key)
            yield Found(standing=standing, why=why)
            continue
        request = request_for(variant, history)
        found = index.find(
            key,
            arm=chain.arm,
            digest=digest_of(request),
            skeleton=skeleton(request),
            was=variant.was,
            alone=is_alone(chain),
            goal=cell_digest(variant.turns),
        )
        yield found
        if found.interaction is None or turn + 1 == len(variant.turns):
            continue
        answer = answer_of(found.interaction, blobs)
        if answer is not None and answer.parts:
            history.append(answer)


def settle(chains: Iterable[Chain], index: Index, blobs: BlobStore) -> None:
    """Let every chain claim its answers in the suite's order, before threads ask in theirs."""
    for chain in chains:
        for _ in standings(chain, index, blobs):
            pass


def answer_of(item: Interaction, blobs: BlobStore) -> Generation | None:
    """Read a recorded answer without its pictures; None where it is none to go on from."""
    if not 200 <= item.response.status < 300:
        return None
    stream = item.response.headers.get("content-type", "").startswith("text/event-stream")
    parse = parse_stream if stream else parse_answer
    try:
        thin = thinned(
            item.response.body, read=lambda name: blobs.get(blobs.ref(name)), where=item.key.id
        )
        references = {token: _named(name) for token, name in thin.names.items()}
        arriving = Arriving(keep=BlobRef.of, references=references, read=blobs.get)
        return parse(thin.body, keep=arriving, service={})
    except (MalformedAnswer, CassetteError, StoreError):
        return None


def sample_of(
    item: Interaction,
    answer: Generation | None,
    workspace: Workspace,
    *,
    variant_id: str,
    image_size: str | None = None,
) -> Sample:
    """Give a recorded answer as the sample that it is, whatever a suite asks now.

    Args:
        item: As recorded.
        answer: What `answer_of` made of it.
        workspace: Whose price lists count.
        variant_id: The variant's id for people.
        image_size: As it was asked, for price lists by the picture; None means 1K.
    """
    offers, tier = workspace.offers(item.arm.endpoint), BATCH if item.batch else STANDARD
    model = item.arm.model
    return Sample(
        key=item.key,
        variant_id=variant_id,
        cell=item.cell,
        arm=item.arm,
        prompt="",
        standing=Standing.RECORDED,
        generation=answer,
        receipt=item.receipt,
        cost_usd=answer_cost(offers, model, answer, tier=tier, image_size=image_size)
        if answer
        else None,
    )


def _named(name: str) -> BlobRef:
    """Name a blob that need not be here; its size plays no part in a digest."""
    match = BLOB_NAME.fullmatch(name)
    if match is None:
        raise CassetteError(f"{name[:80]!r}: not the name of a blob")
    return BlobRef(sha256=match[1], extension=match[2], size=0)
