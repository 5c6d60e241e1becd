"""Hand in what is missing: choose the next turn of every chain, reserve its price, submit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.errors import (
    HarnessError,
    KeyRejected,
    NoConnection,
    ProviderError,
    QuotaExhausted,
    RequestRejected,
    SpendingRefused,
)
from harness.evaluate.batch_desk import Desk
from harness.evaluate.batch_jobs import AskedItem, AskedJob, OpenJob
from harness.evaluate.plan import chains_of, settle_whole
from harness.evaluate.sending import reader_of
from harness.evaluate.standing import answer_of, settle
from harness.model.arm import Arm
from harness.model.generation import Generation
from harness.model.identity import cell_digest
from harness.model.request import GenerationRequest
from harness.model.suite import Suite
from harness.provider.batch import INLINE, BatchItem
from harness.provider.files import Parcels
from harness.provider.wire_files import inline_bytes, sendable
from harness.provider.wire_request import digest_of, skeleton
from harness.recording.held import Held
from harness.recording.index import Index
from harness.recording.packing import pack
from harness.runner.chain import Chain, Live, is_alone, sample_key
from harness.runner.prices import BATCH, turn_price
from harness.runner.requests import request_for
from harness.runner.samples import cell_of
from harness.runner.spending import FREE_OF_CHARGE, Purchase, Reservation

MOST_SENT = 200_000_000
"""Bytes of the requests of one job: they are in memory at once."""
MOST_ANSWERED = 300_000_000
"""Bytes that the answers of one job are expected to have: they come as one body."""
_ANSWER_BYTES = {"4K": 20_000_000, "2K": 8_000_000}
_USUAL_ANSWER = 5_000_000
"""Of a 1K picture in base64 with its signature: 2.4 to 4.2 million (WIRE section 0)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A turn whose request is known and whose answer is missing."""

    chain: Chain
    turn: int
    request: GenerationRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A request as it goes into a job, and what it reserved."""

    ready: Ready
    body: bytes
    files: Mapping[str, str]
    ceiling_usd: float | None
    held: Reservation


def ready_turns(suite: Suite, index: Index, desk: Desk) -> Iterator[Ready]:
    """Give the next missing turn of every chain, breadth first; none is asked twice in a run."""
    blobs = desk.workspace.blobs
    chains = chains_of(suite, index, desk.workspace, desk.order.wish)
    if suite.whole:
        settle_whole(suite, index, desk.workspace, desk.order.wish)
    settle(chains, index, blobs)
    for chain in sorted(chains, key=lambda chain: chain.sample):
        found = _next(chain, index, desk)
        if found is None:
            continue
        if (suite.id, sample_key(chain, found.turn)) not in desk.asked:
            yield found


def _next(chain: Chain, index: Index, desk: Desk) -> Ready | None:
    """Give the first turn without an answer; None where all have one, or none to go on from."""
    history: list[Generation] = []
    done = desk.order.done | {desk.session}
    for turn in range(len(chain.variant.turns)):
        request = request_for(chain.variant, history)
        found = index.find(
            sample_key(chain, turn),
            arm=chain.arm,
            digest=digest_of(request),
            skeleton=skeleton(request),
            was=chain.variant.was,
            alone=is_alone(chain),
            goal=cell_digest(chain.variant.turns),
        ).interaction
        if found is None or (desk.order.live is Live.ALL and found.session not in done):
            return Ready(chain=chain, turn=turn, request=request)
        answer = answer_of(found, desk.workspace.blobs)
        if answer is None or not answer.parts:
            return None
        history.append(answer)
    return None


def submit(suite: Suite, ready: Sequence[Ready], desk: Desk) -> tuple[OpenJob, ...]:
    """Hand in what the caps allow; what has to wait for bills is left for the next round.

    Raises:
        SecretFound: a request holds a key.
        StoreError: what is asked cannot be remembered; it is not asked then.
    """
    jobs: list[OpenJob] = []
    for arm in sorted({each.chain.arm for each in ready}):
        of_arm = [each for each in ready if each.chain.arm == arm]
        for some in _chunks(of_arm, limit=_most_sent(desk, arm)):
            written = _written(suite, some, desk)
            if written:
                found = _hand_in(_job(suite, arm, written, desk), written, desk)
                jobs += [found] if found else []
            if desk.stopped is not None or len(written) < len(some):
                return tuple(jobs)
    return tuple(jobs)


def _most_sent(desk: Desk, arm: Arm) -> int:
    return MOST_SENT if desk.endpoints[arm.endpoint].files else INLINE


def _chunks(ready: Sequence[Ready], *, limit: int) -> Iterator[list[Ready]]:
    """Split into jobs whose requests and answers fit into memory."""
    some: list[Ready] = []
    sent = answered = 0
    for each in ready:
        size = inline_bytes(each.request)
        comes = _ANSWER_BYTES.get(each.request.parameters.image_size or "", _USUAL_ANSWER)
        if some and (sent + size > limit or answered + comes > MOST_ANSWERED):
            yield some
            some, sent, answered = [], 0, 0
        some.append(each)
        sent, answered = sent + size, answered + comes
    if some:
        yield some


def _written(suite: Suite, ready: Sequence[Ready], desk: Desk) -> list[_Written]:
    """Reserve and write requests, as many as the caps allow for now."""
    read = reader_of(suite, desk.workspace.blobs)
    found: list[_Written] = []
    for each in ready:
        arm = each.chain.arm
        files: dict[str, str] = {}
        parcels = Parcels(files=desk.files(arm.endpoint), tell=files.update)
        endpoint = desk.endpoints[arm.endpoint]
        try:
            body = sendable(each.request, endpoint=endpoint, read=read, parcels=parcels)
            ceiling, held = _reserved(suite, each, desk)
        except (SpendingRefused, ProviderError) as error:
            desk.stop(error)
            break
        except HarnessError:
            _release(found, desk)
            raise
        if held is None:
            break
        found.append(_Written(ready=each, body=body, files=files, ceiling_usd=ceiling, held=held))
    return found


def _release(written: Sequence[_Written], desk: Desk) -> None:
    """Give back what was reserved for requests that nobody will hand in."""
    for each in written:
        desk.purse.settle(each.held, FREE_OF_CHARGE)


def _reserved(suite: Suite, each: Ready, desk: Desk) -> tuple[float | None, Reservation | None]:
    """Reserve the ceiling at the price of batches.

    Raises:
        SpendingRefused: with it a cap could be passed.
    """
    endpoint, key = each.chain.arm.endpoint, sample_key(each.chain, each.turn)
    offers = desk.workspace.offers(endpoint)
    free = desk.purse.is_free(endpoint)
    price = (
        None
        if free
        else turn_price(offers, each.chain.variant, each.turn, ceiling=True, tier=BATCH)
    )
    purchase = Purchase(suite=suite.id, sample=key.id, endpoint=endpoint, ceiling_usd=price or 0.0)
    return price, desk.purse.reserve_now(purchase)


def _job(suite: Suite, arm: Arm, written: Sequence[_Written], desk: Desk) -> AskedJob:
    cassettes = desk.workspace.cassettes(suite.id)
    desk.handed_in += 1
    return AskedJob(
        id=f"{desk.session}-{desk.handed_in}",
        suite=suite.id,
        recording=cassettes.recording,
        arm=arm,
        session=desk.session,
        at=desk.workspace.now().isoformat(timespec="seconds"),
        anew=desk.order.live is Live.ALL,
        items=(),
    )


def _hand_in(job: AskedJob, written: Sequence[_Written], desk: Desk) -> OpenJob | None:
    """Remember a job, hand it in, note its name; None where it was refused."""
    held = Held()
    job = replace(job, items=tuple(_item(each, held) for each in written))
    folder = desk.folder(job)
    try:
        folder.begin(job, held, blobs=desk.workspace.blobs)
    except HarnessError:
        _release(written, desk)
        raise
    for each, item in zip(written, job.items, strict=True):
        desk.held[job.id, item.key] = each.held
        desk.asked.add((job.suite, item.key))
    items = [
        BatchItem(key=item.key.id, body=each.body)
        for each, item in zip(written, job.items, strict=True)
    ]
    service = desk.service(job.arm.endpoint)
    for _ in items:
        desk.purse.goes_out()
    try:
        name = service.submit(job.arm.model, items, display=job.id).name
    except ProviderError as error:
        return _unsure(job, error, desk)
    folder.name(job, name)
    return OpenJob(asked=job, name=name)


def _item(each: _Written, held: Held) -> AskedItem:
    chain, turn = each.ready.chain, each.ready.turn
    entry = each.held.entry
    return AskedItem(
        key=sample_key(chain, turn),
        cell=cell_of(chain, turn),
        digest=digest_of(each.ready.request),
        alone=is_alone(chain),
        body=pack(each.body, keep=held.keep),
        files=each.files,
        ceiling_usd=each.ceiling_usd,
        month=entry.path.stem if entry else "",
        ledger_id=entry.id if entry else "",
        image_size=each.ready.request.parameters.image_size,
    )


_REFUSALS = (RequestRejected, KeyRejected, QuotaExhausted, NoConnection)
"""Whoever says so has taken nothing in."""
_UNSURE = frozenset({408, 499})
"""Statuses of a gateway that did not wait for the service."""


def _unsure(job: AskedJob, error: ProviderError, desk: Desk) -> OpenJob | None:
    """Find out whether a job was taken in though its answer was none.

    A job that nobody can tell of stays open, also where the list does not have it yet: the
    next run looks for it by its name, and asks for nothing of it till then.
    """
    if not isinstance(error, _REFUSALS) or error.status in _UNSURE:
        try:
            found = desk.service(job.arm.endpoint).named(job.id)
        except ProviderError as other:
            leave_open(job, other, desk)
            return None
        if found is not None:
            desk.folder(job).name(job, found.name)
            return OpenJob(asked=job, name=found.name)
        leave_open(job, error, desk)
        return None
    for item in job.items:
        desk.fail(job, item, error, status=error.status)
        desk.settle(job, item, FREE_OF_CHARGE)
    desk.end(job, "refused", why=str(error))
    if isinstance(error, KeyRejected):
        desk.stop(error)
    return None


def leave_open(job: AskedJob, error: ProviderError, desk: Desk) -> None:
    """Stop with a job that may be under way; what it may cost stays reserved."""
    for item in job.items:
        desk.fail(job, item, error, status=error.status)
    desk.stop(
        type(error)(
            f"the batch {job.id} may be under way ({error}); harness run --batch looks for it",
            status=error.status,
            reason=error.reason,
        )
    )
