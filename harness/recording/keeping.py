"""Keep an answer: check it, hold its blobs back till then, write it and its session down."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness import __version__
from harness.model.arm import Arm
from harness.model.request import JsonObject
from harness.model.sample import SampleKey
from harness.recording.call import RecordAs
from harness.recording.cassettes import Cassettes, journal_line, place
from harness.recording.held import Held
from harness.recording.interaction import Interaction, Session, WireRequest, WireResponse
from harness.recording.packing import blob_names, pack
from harness.recording.secrets.scrub import (
    REQUEST_HEADERS,
    RESPONSE_HEADERS,
    allowed,
    bare_url,
    refuse_key_shapes,
    refuse_keys,
)
from harness.recording.signatures import without_signatures
from harness.recording.skeletons import body_digest, operation_of
from harness.recording.tape import Played, Sent
from harness.store.blobs import BlobStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """An answer that is to be kept.

    Attributes:
        key: Which sample it is.
        arm: Who was asked.
        cell: Digest of what was declared.
        alone: The sample has no further turn.
        sent: The request.
        answer: What came, decompressed.
        seconds: From request to the answer's last byte; None where not measured.
        first_byte: Seconds to its first byte; None where not measured.
        files: URI of an uploaded picture to the name of its blob.
        batch: The batch job that answered; empty for a call of its own.
        reserialised: The bodies are not the bytes that went over the wire.
    """

    key: SampleKey
    arm: Arm
    cell: str
    alone: bool
    sent: Sent
    answer: Played
    seconds: float | None = None
    first_byte: float | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    batch: str = ""
    reserialised: bool = False


class Keeper:
    """Writes answers down; shared by the threads of a recorder."""

    def __init__(self, blobs: BlobStore, record: RecordAs) -> None:
        self._blobs = blobs
        self._record = record
        self._noted: dict[str, tuple[frozenset[Arm], bool]] = {}
        self._lock = threading.Lock()
        self._turn = threading.Lock()  # threads that compute share one interpreter: each
        # whole answer in turn costs a third of the changes of threads

    def keep(self, new: Arrived, *, into: Cassettes, behind: str = "") -> Interaction:
        """Keep an answer in the journal of a recording.

        Args:
            new: The answer.
            into: The recording.
            behind: Session whose answer stays in force: this one, which was paid all the
                same, is put among the replaced, a batch's own once.

        Raises:
            SecretFound: it holds a key; nothing was written.
            StoreError: it cannot be written.
        """
        with self._turn:
            item, line, held = self._looked_through(new)
        held.put(_names(item), into=self._blobs)
        with self._lock:
            self._note_session(new.arm, into, simulated=item.simulated)
        if behind:
            _put_behind(item, into, session=behind)
            return item
        into.append_line(line)  # not under the lock: what comes together is synced together
        return item

    def _looked_through(self, new: Arrived) -> tuple[Interaction, bytes, Held]:
        """Pack an answer and refuse what holds a key; nothing is written yet.

        Raises:
            SecretFound: it holds one.
        """
        secrets, where = self._record.secrets, new.key.id
        for name, part in (("request", new.sent.body), ("response", new.answer.body)):
            refuse_keys(part, secrets=secrets, where=f"{where}: {name} body")
        held = Held()
        item = self._interaction(new, held)
        line = journal_line(item)
        refuse_key_shapes(line, secrets=secrets, where=where)
        held.refuse_shapes(_names(item), where=where)
        return item, line, held

    def _interaction(self, new: Arrived, held: Held) -> Interaction:
        sent, answer = new.sent, new.answer
        return Interaction(
            key=new.key,
            arm=new.arm,
            cell=new.cell,
            session=self._record.session,
            recorded_at=self._record.now().isoformat(timespec="seconds"),
            seconds=new.seconds,
            first_byte=new.first_byte,
            batch=new.batch,
            request_digest=body_digest(
                sent.body, operation=operation_of(sent.url)[1], files=new.files
            ),
            reserialised=new.reserialised,
            simulated=self._record.simulated or "x-simulated" in answer.headers,
            files=new.files,
            request=WireRequest(
                method=sent.method,
                url=bare_url(sent.url),
                headers=allowed(sent.headers, REQUEST_HEADERS),
                body=pack(sent.body, keep=held.keep),
            ),
            response=WireResponse(
                status=answer.status,
                reason=answer.reason,
                headers=allowed(answer.headers, RESPONSE_HEADERS),
                body=self._packed_answer(new, held),
            ),
        )

    def _packed_answer(self, new: Arrived, held: Held) -> JsonObject:
        packed = pack(new.answer.body, keep=held.keep)
        if new.alone and self._record.drop_signatures:
            return without_signatures(packed, size_of=held.size)
        return packed

    def _note_session(self, arm: Arm, cassettes: Cassettes, *, simulated: bool) -> None:
        """Write the manifest's line when an arm first answers, or simulated answers first come."""
        noted, was_simulated = self._noted.get(cassettes.name, (frozenset(), False))
        arms, is_simulated = noted | {arm}, was_simulated or simulated
        if (arms, is_simulated) == (noted, was_simulated):
            return
        cassettes.add_session(
            Session(
                id=self._record.session,
                suite=cassettes.suite,
                recording=cassettes.recording,
                started_at=self._record.started_at,
                arms=tuple(sorted(arms)),
                api_version=self._record.api_version,
                simulated=is_simulated or self._record.simulated,
                harness=__version__,
            )
        )
        self._noted[cassettes.name] = (arms, is_simulated)


def _put_behind(item: Interaction, into: Cassettes, *, session: str) -> None:
    mine = (place(item), item.batch)
    if not any((place(old), old.batch) == mine for old in into.replaced() if old.batch):
        into.keep_replaced([item], session=session)


def _names(item: Interaction) -> tuple[str, ...]:
    return (*blob_names(item.request.body), *blob_names(item.response.body))
