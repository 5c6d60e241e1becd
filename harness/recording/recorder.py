"""Replay and record the answers of one suite: one recorder a process."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from harness import __version__
from harness.errors import Unrecorded, UsageError
from harness.model.arm import Arm
from harness.model.sample import Receipt, SampleKey
from harness.recording.cassettes import Cassettes
from harness.recording.interaction import Interaction, Session, WireRequest, WireResponse
from harness.recording.packing import pack, unpack
from harness.recording.scrub import (
    REQUEST_HEADERS,
    RESPONSE_HEADERS,
    allowed,
    bare_url,
    refuse_key_shapes,
    refuse_keys,
)
from harness.recording.skeletons import body_digest, operation_of
from harness.recording.tape import Played, Sent, intercepted
from harness.store.blobs import BlobStore
from harness.store.codec import encode
from harness.store.files import dump_json, locked

log = logging.getLogger(__name__)

_one = threading.Lock()


@dataclass(slots=True, kw_only=True)
class Call:
    """One call under way.

    Attributes:
        key: Which sample it obtains.
        arm: Who is asked.
        cell: Digest of what is declared.
        play: The recorded answer to give; None lets the call go out.
        receipt: What is known of the answer, once it is there.
    """

    key: SampleKey
    arm: Arm
    cell: str
    play: Interaction | None
    receipt: Receipt | None = None
    started: float = 0.0


_current: ContextVar[Call | None] = ContextVar("harness_recorded_call", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAs:
    """How new answers are kept.

    Attributes:
        session: Id of this run of the recorder.
        started_at: ISO 8601, UTC.
        api_version: Of the endpoint.
        simulated: The endpoint is the simulator.
        secrets: Keys in use; saving refuses content that holds one.
        now: The clock.
    """

    session: str
    started_at: str
    api_version: str
    simulated: bool
    secrets: tuple[str, ...] = field(default=(), repr=False)
    now: Callable[[], datetime]


class Recorder:
    """Answers recorded calls from cassettes, and keeps new ones before the caller sees them."""

    def __init__(
        self, cassettes: Cassettes, blobs: BlobStore, *, record: RecordAs | None = None
    ) -> None:
        """Bind a recording.

        Args:
            cassettes: The recording.
            blobs: Where pictures and signatures lie.
            record: How new answers are kept; None only replays.
        """
        self._cassettes = cassettes
        self._blobs = blobs
        self._record = record
        self._lock = threading.Lock()
        self._arms: set[Arm] = set()

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
        if self._record is None:
            yield
            return
        with locked(self._cassettes.folder, purpose="recording"):
            self._cassettes.compact()
            try:
                yield
            finally:
                self._cassettes.compact()

    @contextlib.contextmanager
    def call(
        self, key: SampleKey, *, arm: Arm, cell: str, play: Interaction | None
    ) -> Iterator[Call]:
        """Name the call that this thread makes next."""
        call = Call(key=key, arm=arm, cell=cell, play=play)
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
        call.receipt = call.play.receipt
        return self._answer(call.play)

    def _let_out(self, call: Call) -> None:
        if self._record is None:
            raise Unrecorded(f"{call.key.id}: not recorded, and this is a replay")
        call.started = time.monotonic()

    def _answer(self, item: Interaction) -> Played:
        response = item.response
        body = unpack(response.body, read=self._read, where=item.key.id)
        return Played(
            status=response.status, reason=response.reason, headers=response.headers, body=body
        )

    def _read(self, name: str) -> bytes:
        return self._blobs.get(self._blobs.ref(name))

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
        for part in (sent.body, answer.body):
            refuse_keys(part, secrets=self._record.secrets, where=call.key.id)
        item = self._interaction(call, sent, answer, seconds=seconds)
        line = dump_json(encode(item))
        refuse_keys(line, secrets=self._record.secrets, where=call.key.id)
        refuse_key_shapes(line, where=call.key.id)
        with self._lock:
            self._note_session(call.arm, simulated=item.simulated)
            self._cassettes.append(item)
        call.receipt = item.receipt

    def _interaction(
        self, call: Call, sent: Sent, answer: Played, *, seconds: float
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
                body=pack(sent.body, keep=self._blobs.put),
            ),
            response=WireResponse(
                status=answer.status,
                reason=answer.reason,
                headers=allowed(answer.headers, RESPONSE_HEADERS),
                body=pack(answer.body, keep=self._blobs.put),
            ),
        )

    def _note_session(self, arm: Arm, *, simulated: bool) -> None:
        """Write the manifest's line when an arm first answers."""
        assert self._record is not None
        if arm in self._arms:
            return
        self._arms.add(arm)
        self._cassettes.add_session(
            Session(
                id=self._record.session,
                suite=self._cassettes.suite,
                recording=self._cassettes.recording,
                started_at=self._record.started_at,
                arms=tuple(sorted(self._arms)),
                api_version=self._record.api_version,
                simulated=simulated or self._record.simulated,
                harness=__version__,
            )
        )


def recordings_of(root: Path, suite: str) -> tuple[str, ...]:
    """Name the recordings of a suite that lie below `root`."""
    folder = root / suite
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.name for path in folder.iterdir() if path.is_dir()))
