"""Replay and record the answers of one suite: one recorder a process."""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar

from harness.errors import Unrecorded, UsageError
from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.error_body import error_status
from harness.model.sample import SampleKey
from harness.recording.call import Call, RecordAs, Replay
from harness.recording.cassettes import Cassettes, Place, place
from harness.recording.interaction import Interaction
from harness.recording.keeping import Arrived, Keeper
from harness.recording.packing import thinned, unpack
from harness.recording.secrets.scrub import bare_url
from harness.recording.skeletons import body_digest, operation_of
from harness.recording.tape import Played, Sent, intercepted
from harness.store.blobs import BlobStore
from harness.store.files import locked

log = logging.getLogger(__name__)

_ANSWERS = frozenset({"generateContent", "streamGenerateContent"})
"""Operations whose answers are recorded; uploads, batches and free questions are not."""
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
            more: Other recordings that calls may name, e.g. one an arm, or of other suites.
        """
        self._main = cassettes
        self._recordings = {each.name: each for each in (cassettes, *more)}
        self._blobs = blobs
        self._record = record
        self._replay = replay
        self._lock = threading.Lock()
        self._keeper = None if record is None else Keeper(blobs, record)
        self._given: set[tuple[str, Place]] = set()

    @property
    def blobs(self) -> BlobStore:
        """Where pictures and signatures lie, and are brought to."""
        return self._blobs

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
            recording: Which of the recorder's recordings, as `suite/recording`; None is
                its main one.
            alone: The sample has no further turn.

        Raises:
            UsageError: the recorder was not given such a recording.
        """
        named = self._named(recording)
        call = Call(key=key, arm=arm, cell=cell, play=play, recording=named, alone=alone)
        token = _current.set(call)
        try:
            yield call
        finally:
            _current.reset(token)

    def _named(self, recording: str | None) -> str:
        """Give the name of a recording that is open; the main one's for None."""
        name = recording or self._main.name
        if name not in self._recordings:
            raise UsageError(f"{name!r}: the recorder was opened without this recording")
        return name

    def played(self, *, url: str, body: bytes) -> Played | None:
        """Give the answer that was settled for this call.

        Raises:
            Unrecorded: none was, or the request is not the recorded one.
        """
        if self._is_aside(url):
            return None
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

    def goes_out(self) -> bool:
        """Tell whether this thread's call goes out: what replays uploads nothing."""
        call = _current.get()
        return call is not None and call.play is None and self._record is not None

    def tell_files(self, files: Mapping[str, str]) -> None:
        """Note under which URIs pictures of this thread's call were uploaded."""
        call = _current.get()
        if call is not None:
            call.files = files

    def _is_aside(self, url: str) -> bool:
        """Tell whether a call is none for an answer, which goes out where anything may."""
        return self._record is not None and operation_of(url)[1] not in _ANSWERS

    def lean(self) -> bytes | None:
        """Give the body of the answer that this thread just obtained, without its blobs.

        They are kept already: who reads this body, with `references`, decodes and names
        no picture a second time, and reads what a replay will read.
        """
        call = _current.get()
        return None if call is None else call.lean

    def _let_out(self, call: Call) -> None:
        if self._record is None:
            raise Unrecorded(f"{call.key.id}: not recorded, and this is a replay")
        call.started = time.monotonic()

    def _answer(self, call: Call, item: Interaction) -> Played:
        response = item.response
        if self._replay is Replay.THIN:
            body = self._thin(call, item)
        else:
            body = unpack(response.body, read=self._read, where=item.key.id)
        return Played(
            status=response.status, reason=response.reason, headers=response.headers, body=body
        )

    def _thin(self, call: Call, item: Interaction) -> bytes:
        """Give a body in which references stand for blobs, and tell which."""
        thin = thinned(item.response.body, read=self._read, where=item.key.id)
        call.references = {token: self._blobs.ref(name) for token, name in thin.names.items()}
        return thin.body

    def _read(self, name: str) -> Iterator[memoryview]:
        return self._blobs.pieces(self._blobs.ref(name))

    def obtained(self, sent: Sent, answer: Played) -> None:
        """Keep an answer before its caller sees it; one that is no success is not kept.

        Raises:
            SecretFound: the answer holds the key.
            StoreError: it cannot be written.
        """
        call = _current.get()
        if call is None or self._is_aside(sent.url) or not _is_success(answer):
            return
        if self._record is not None:
            self._record.arrived()
        new = Arrived(
            key=call.key,
            arm=call.arm,
            cell=call.cell,
            alone=call.alone,
            sent=sent,
            answer=answer,
            seconds=round(time.monotonic() - call.started, 3),
            first_byte=self._first_byte(call),
            files=call.files,
        )
        item = self._keep(new, recording=call.recording)
        call.receipt = item.receipt
        if self._replay is Replay.THIN:
            call.lean = self._thin(call, item)

    def adopt(self, new: Arrived, *, recording: str | None = None, behind: str = "") -> Interaction:
        """Keep an answer that came otherwise than by a call: a batch's.

        Args:
            new: The answer.
            recording: As `call`.
            behind: As `Keeper.keep`.

        Raises:
            UsageError: the recorder was not opened to record, or not with this recording.
            SecretFound: the answer holds the key.
            StoreError: it cannot be written.
        """
        return self._keep(new, recording=self._named(recording), behind=behind)

    def _keep(self, new: Arrived, *, recording: str, behind: str = "") -> Interaction:
        if self._keeper is None:
            raise UsageError("the recorder was opened to replay; nothing can be kept")
        item = self._keeper.keep(new, into=self._recordings[recording], behind=behind)
        with self._lock:
            self._given.add((recording, place(item)))
        return item

    def _first_byte(self, call: Call) -> float | None:
        at = self._record.first_byte() if self._record else None
        return None if at is None else round(max(at - call.started, 0.0), 3)


def _is_success(answer: Played) -> bool:
    """Tell whether an answer is kept: no error, nor one that a gateway calls a success."""
    return 200 <= answer.status < 300 and error_status(answer.body) is None
