"""Replay and record the answers of one suite: one recorder a process."""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar

from harness import __version__
from harness.errors import Unrecorded, UsageError
from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.request import JsonObject
from harness.model.sample import SampleKey
from harness.recording.call import Call, RecordAs, Replay
from harness.recording.cassettes import Cassettes, Place, place
from harness.recording.held import Held
from harness.recording.interaction import Interaction, Session, WireRequest, WireResponse
from harness.recording.packing import blob_names, pack, thinned, unpack
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
from harness.recording.tape import Played, Sent, intercepted
from harness.store.blobs import BlobStore
from harness.store.codec import encode
from harness.store.files import dump_json, locked

log = logging.getLogger(__name__)

_one = threading.Lock()
_current: ContextVar[Call | None] = ContextVar("harness_recorded_call", default=None)


class Recorder:
    """Answers recorded calls from cassettes, and keeps new ones before the caller sees them."""

    def __init__(
        self,
        cassettes: Cassettes,
        blobs: BlobStore,
        *,
        record: RecordAs | None = None,
        replay: Replay = Replay.EXACT,
        more: Sequence[Cassettes] = (),
    ) -> None:
        """Bind recordings.

        Args:
            cassettes: The recording of calls that name none.
            blobs: Where pictures and signatures lie.
            record: How new answers are kept; None only replays.
            replay: How recorded answers are given back.
            more: Other recordings that calls may name, e.g. one an arm.
        """
        self._main = cassettes
        self._recordings = {each.recording: each for each in (cassettes, *more)}
        self._blobs = blobs
        self._record = record
        self._replay = replay
        self._lock = threading.Lock()
        self._noted: dict[str, tuple[frozenset[Arm], bool]] = {}
        self._given: set[tuple[str, Place]] = set()

    @contextlib.contextmanager
    def opened(self) -> Iterator["Recorder"]:
        """Intercept httpx until left; what was recorded is then in the cassettes.

        Raises:
            UsageError: another recorder is open in this process.
            StoreError: another process records here.
        """
        if not _one.acquire(blocking=False):
            raise UsageError("a recorder is open already in this process; close it first")
        try:
            with self._exclusively(), intercepted(self):
                yield self
        finally:
            _one.release()

    @contextlib.contextmanager
    def _exclusively(self) -> Iterator[None]:
        """Lock every recording that may be written, and bring journals in before and after."""
        if self._record is None:
            yield
            return
        with contextlib.ExitStack() as stack:
            for cassettes in self._recordings.values():
                stack.enter_context(locked(cassettes.folder, purpose="recording"))
            for cassettes in self._recordings.values():
                cassettes.compact()
                stack.callback(cassettes.compact)
            yield

    @contextlib.contextmanager
    def call(
        self,
        key: SampleKey,
        *,
        arm: Arm,
        cell: str,
        play: Interaction | None,
        recording: str | None = None,
        alone: bool = False,
    ) -> Iterator[Call]:
        """Name the call that this thread makes next.

        Args:
            key: Which sample it obtains.
            arm: Who is asked.
            cell: Digest of what is declared.
            play: The recorded answer to give; None lets the call go out.
            recording: Which of the recorder's recordings; None is its main one.
            alone: The sample has no further turn.

        Raises:
            UsageError: the recorder was not given such a recording.
        """
        recording = recording or self._main.recording
        if recording not in self._recordings:
            raise UsageError(f"{recording!r}: the recorder was opened without this recording")
        call = Call(key=key, arm=arm, cell=cell, play=play, recording=recording, alone=alone)
        token = _current.set(call)
        try:
            yield call
        finally:
            _current.reset(token)

    def played(self, *, url: str, body: bytes) -> Played | None:
        """Give the answer that was settled for this call.

        Raises:
            Unrecorded: none was, or the request is not the recorded one.
        """
        call = _current.get()
        if call is None:
            raise Unrecorded(f"{bare_url(url)}: a call outside of any sample; it was stopped")
        if call.play is None:
            self._let_out(call)
            return None
        if body_digest(body, operation=operation_of(url)[1]) != call.play.request_digest:
            raise Unrecorded(f"{call.key.id}: the recorded answer is to another request")
        self._give_once(call, call.play)
        call.receipt = call.play.receipt
        return self._answer(call, call.play)

    def _give_once(self, call: Call, item: Interaction) -> None:
        """Let no recorded answer stand for two samples.

        Raises:
            Unrecorded: this recorder gave it already.
        """
        with self._lock:
            if (call.recording, place(item)) in self._given:
                raise Unrecorded(
                    f"{call.key.id}: the answer recorded as {item.key.id} was already given"
                )
            self._given.add((call.recording, place(item)))

    def keep_signature(self, data: bytes) -> BlobRef:
        """Keep a thought signature of the answer that just came, unless it is left out."""
        call = _current.get()
        alone = call is not None and call.play is None and call.alone
        if alone and self._record is not None and self._record.drop_signatures:
            return BlobRef.of(data)
        return self._blobs.put(data)

    def references(self) -> Mapping[str, BlobRef]:
        """Tell which texts of the answer that this thread was just given stand for blobs.

        Only a thin replay has some: in the body of a live answer, or of an exact replay,
        the same text is plain data.
        """
        call = _current.get()
        return {} if call is None else call.references

    def _let_out(self, call: Call) -> None:
        if self._record is None:
            raise Unrecorded(f"{call.key.id}: not recorded, and this is a replay")
        call.started = time.monotonic()

    def _answer(self, call: Call, item: Interaction) -> Played:
        response = item.response
        if self._replay is Replay.THIN:
            thin = thinned(response.body, read=self._read, where=item.key.id)
            call.references = {token: self._blobs.ref(name) for token, name in thin.names.items()}
            body = thin.body
        else:
            body = unpack(response.body, read=self._read, where=item.key.id)
        return Played(
            status=response.status, reason=response.reason, headers=response.headers, body=body
        )

    def _read(self, name: str) -> Iterator[memoryview]:
        return self._blobs.pieces(self._blobs.ref(name))

    def obtained(self, sent: Sent, answer: Played) -> None:
        """Keep an answer before its caller sees it; one that is no success is not kept.

        Raises:
            SecretFound: the answer holds the key.
            StoreError: it cannot be written.
        """
        call = _current.get()
        if call is None or self._record is None or not 200 <= answer.status < 300:
            return
        seconds = round(time.monotonic() - call.started, 3)
        for name, part in (("request", sent.body), ("response", answer.body)):
            where = f"{call.key.id}: {name} body"
            refuse_keys(part, secrets=self._record.secrets, where=where)
        held = Held()
        item = self._interaction(call, sent, answer, seconds=seconds, held=held)
        line = dump_json(encode(item))
        refuse_keys(line, secrets=self._record.secrets, where=call.key.id)
        refuse_key_shapes(line, where=call.key.id)
        names = (*blob_names(item.request.body), *blob_names(item.response.body))
        held.put(names, into=self._blobs, where=call.key.id)
        with self._lock:
            self._note_session(call, simulated=item.simulated)
            self._recordings[call.recording].append(item)
            self._given.add((call.recording, place(item)))
        call.receipt = item.receipt

    def _interaction(
        self, call: Call, sent: Sent, answer: Played, *, seconds: float, held: Held
    ) -> Interaction:
        assert self._record is not None
        return Interaction(
            key=call.key,
            arm=call.arm,
            cell=call.cell,
            session=self._record.session,
            recorded_at=self._record.now().isoformat(timespec="seconds"),
            seconds=seconds,
            request_digest=body_digest(sent.body, operation=operation_of(sent.url)[1]),
            simulated=self._record.simulated or "x-simulated" in answer.headers,
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
                body=self._packed_answer(call, answer.body, held),
            ),
        )

    def _packed_answer(self, call: Call, body: bytes, held: Held) -> JsonObject:
        packed = pack(body, keep=held.keep)
        if call.alone and self._record is not None and self._record.drop_signatures:
            return without_signatures(packed, size_of=held.size)
        return packed

    def _note_session(self, call: Call, *, simulated: bool) -> None:
        """Write the manifest's line when an arm first answers, or simulated answers first come."""
        assert self._record is not None
        cassettes = self._recordings[call.recording]
        noted, was_simulated = self._noted.get(call.recording, (frozenset(), False))
        arms, is_simulated = noted | {call.arm}, was_simulated or simulated
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
        self._noted[call.recording] = (arms, is_simulated)
