"""Wait for batch jobs, and keep what they answered as the samples' own recordings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from harness.errors import (
    DeadlineExceeded,
    HarnessError,
    KeyRejected,
    MalformedAnswer,
    ProviderError,
    QuotaExhausted,
    RequestRejected,
    SecretFound,
    ServiceFailed,
    Unreachable,
)
from harness.evaluate.batch_desk import Desk
from harness.evaluate.batch_jobs import AskedItem, AskedJob, OpenJob
from harness.evaluate.batch_submit import leave_open
from harness.model.blob import BlobRef
from harness.model.sample import SampleKey
from harness.provider.batch import BatchAnswer, BatchJob, State
from harness.provider.wire_answer import parse_answer
from harness.recording.interaction import Interaction
from harness.recording.keeping import Arrived
from harness.recording.recorder import Recorder
from harness.recording.tape import Played, Sent
from harness.recording.unpacking import unpack
from harness.runner.prices import BATCH, answer_cost
from harness.runner.spending import FREE_OF_CHARGE, Bill

FIRST_WAIT = 2.0
LONGEST_WAIT = 60.0
GROWTH = 1.4
"""Seconds between two looks at a job, and by how much they grow: the target is 24 hours."""
MOST_TROUBLES = 10
"""Looks in a row that may fail before a job is left to the next run."""
GIVEN_UP = timedelta(minutes=10)
"""After its handing in, a job that the service's list does not have is waited for no more."""

_OK = {"content-type": "application/json; charset=UTF-8"}


def collect(jobs: Iterable[OpenJob], desk: Desk) -> None:
    """Wait for jobs, one after the other, and keep what they answered.

    Raises:
        StoreError: an answer cannot be kept; its job stays open.
    """
    for job in jobs:
        try:
            found = _found(job, desk)
            if found is not None:
                _keep(job.asked, _waited(job.asked, found, desk), desk)
        except ProviderError as error:
            _give_up(job.asked, error, desk)


def _found(job: OpenJob, desk: Desk) -> BatchJob | None:
    """Give an open job's first look; None where the service has none of its name.

    Raises:
        ProviderError: the service did not say.
    """
    service, asked = desk.service(job.asked.arm.endpoint), job.asked
    if job.name:
        return service.get(job.name)
    found = service.named(asked.id)
    if found is None:
        _miss(asked, desk)
        return None
    desk.folder(asked).name(asked, found.name)
    return service.get(found.name)


def _miss(job: AskedJob, desk: Desk) -> None:
    """Leave a job open that the list may yet have; give an old one up, as one that may be charged.

    A gateway that answers 504 may have handed the job on, and a list may lag behind.
    """
    age = abs(desk.workspace.now() - datetime.fromisoformat(job.at))
    minutes = GIVEN_UP.total_seconds() / 60
    if age < GIVEN_UP:
        said = f"the service has no job of this name yet; {minutes:g} minutes are waited for it"
        leave_open(job, Unreachable(said), desk)
        return
    gone = Unreachable(f"the service has no job of this name, {minutes:g} minutes after it was due")
    for item in job.items:
        desk.fail(job, item, gone)
        desk.settle(job, item, Bill(usd=None, why=str(gone)))
    desk.end(job, "unknown", why=str(gone))


def _give_up(job: AskedJob, error: ProviderError, desk: Desk) -> None:
    """Let a job that is gone be an end; any other trouble leaves it to the next run."""
    if not isinstance(error, RequestRejected) or error.status != 404:
        leave_open(job, error, desk)
        return
    for item in job.items:
        desk.fail(job, item, error, status=error.status)
        desk.settle(job, item, Bill(usd=None, why=f"its batch is gone: {error}"))
    desk.end(job, "gone", why=str(error))


def _waited(job: AskedJob, batch: BatchJob, desk: Desk) -> BatchJob:
    """Look at a job, ever less often, until it has ended.

    Raises:
        ProviderError: the service does not say, again and again.
    """
    service, wait, troubles = desk.service(job.arm.endpoint), FIRST_WAIT, 0
    while not batch.ended:
        desk.tell(job, f"{batch.name} {batch.state}", done=batch.succeeded)
        desk.pause(wait)
        wait = min(wait * GROWTH, LONGEST_WAIT)
        try:
            batch, troubles = service.get(batch.name), 0
        except (KeyRejected, RequestRejected):
            raise
        except ProviderError:
            troubles += 1
            if troubles >= MOST_TROUBLES:
                raise
    desk.tell(job, f"{batch.name} {batch.state}", done=len(job.items))
    return batch


def _keep(job: AskedJob, batch: BatchJob, desk: Desk) -> None:
    """Keep every answer of a job, name what kept the others from coming, end it.

    Raises:
        ProviderError: what it answered cannot be fetched; it stays open.
        StoreError: an answer cannot be kept; it stays open.
    """
    answers: Mapping[str, BatchAnswer] = {}
    if batch.state is State.SUCCEEDED or batch.rows or batch.file:
        service = desk.service(job.arm.endpoint)
        keys = [item.key.id for item in job.items]
        answers = {answer.key: answer for answer in service.answers(batch, keys)}
    cassettes = desk.workspace.cassettes(job.suite, job.recording)
    recorder = Recorder(cassettes, desk.workspace.blobs, record=desk.record_as(job.arm.endpoint))
    with recorder.opened():
        there = {item.key: item for item in cassettes.load() if item.arm == job.arm}
        keeping = _Keeping(job=job, batch=batch, desk=desk, recorder=recorder, there=there)
        kept = [keeping.take(item, answers.get(item.key.id)) for item in job.items]
    desk.end(job, batch.state.value, answered=sum(kept), why=batch.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keeping:
    """The keeping of one job's answers.

    Attributes:
        job: What was asked.
        batch: What came of it.
        desk: What the run shares.
        recorder: Open; keeps answers.
        there: What is recorded of the arm already, by sample.
    """

    job: AskedJob
    batch: BatchJob
    desk: Desk
    recorder: Recorder
    there: Mapping[SampleKey, Interaction]

    def take(self, item: AskedItem, answer: BatchAnswer | None) -> bool:
        """Keep a request's answer, or note why there is none; tell whether there is one."""
        if answer is None or not answer.body:
            error, charged = _fault(self.batch, answer)
            self.desk.fail(self.job, item, error)
            bill = Bill(usd=None, why=str(error)) if charged else FREE_OF_CHARGE
            self.desk.settle(self.job, item, bill)
            return False
        self.desk.settle(self.job, item, self._bill(item, answer))
        try:
            self._keep(item, answer)
        except SecretFound as error:  # paid, and refused: the others are kept all the same
            self.desk.fail(self.job, item, error)
            return False
        return True

    def _keep(self, item: AskedItem, answer: BatchAnswer) -> None:
        """Keep an answer: among the replaced where somebody recorded another meanwhile."""
        found = self._in_force(item)
        if found is None or found.batch != self.batch.name:
            behind = found.session if found else ""
            self.recorder.adopt(self._arrived(item, answer), behind=behind)

    def _in_force(self, item: AskedItem) -> Interaction | None:
        """Give the answer to the request that somebody recorded meanwhile."""
        found = self.there.get(item.key)
        if found is None or found.request_digest != item.digest:
            return None
        stays = (
            not self.job.anew or found.batch == self.batch.name or found.recorded_at > self.job.at
        )
        return found if stays else None

    def _arrived(self, item: AskedItem, answer: BatchAnswer) -> Arrived:
        endpoint = self.desk.endpoints[self.job.arm.endpoint]
        model = quote(self.job.arm.model, safe="")
        root = f"{endpoint.base_url}/{endpoint.api_version}"
        blobs = self.desk.workspace.blobs
        body = unpack(item.body, read=lambda name: blobs.pieces(blobs.ref(name)), where=item.key.id)
        return Arrived(
            key=item.key,
            arm=self.job.arm,
            cell=item.cell,
            alone=item.alone,
            sent=Sent(
                method="POST",
                url=f"{root}/models/{model}:generateContent",
                headers={"content-type": "application/json"},
                body=body,
            ),
            answer=Played(
                status=200, reason="OK", headers={**_OK, **self.batch.service}, body=answer.body
            ),
            files=item.files,
            batch=self.batch.name,
            reserialised=True,
        )

    def _bill(self, item: AskedItem, answer: BatchAnswer) -> Bill:
        """Price an answer by its usage, at the price of batches."""
        arm = self.job.arm
        try:
            generation = parse_answer(answer.body, keep=BlobRef.of, service={})
        except MalformedAnswer:  # its words quote the answer, which may hold a key
            return Bill(usd=None, why="the answer cannot be read, nor its usage")
        usd = answer_cost(
            self.desk.workspace.offers(arm.endpoint),
            arm.model,
            generation,
            tier=BATCH,
            image_size=item.image_size,
        )
        why = "" if usd is not None else "the answer came without its usage, or a known price"
        return Bill(usd=usd, why=why)


def _fault(batch: BatchJob, answer: BatchAnswer | None) -> tuple[HarnessError, bool]:
    """Name why a request has no answer, and tell whether it may be charged all the same."""
    if answer is not None:
        kind = _KINDS.get(answer.code, ServiceFailed)
        return kind(f"{batch.name}: error {answer.code}: {answer.message}"), False
    said = f": {batch.error}" if batch.error else ""
    if batch.state is State.SUCCEEDED:
        return MalformedAnswer(f"{batch.name} holds no answer to it{said}"), True
    kind = DeadlineExceeded if batch.state is State.EXPIRED else ServiceFailed
    return kind(f"{batch.name} {batch.state}{said}; run --batch again"), batch.succeeded > 0


_KINDS: Mapping[int, type[ProviderError]] = {
    3: RequestRejected,
    4: DeadlineExceeded,
    5: RequestRejected,
    7: KeyRejected,
    8: QuotaExhausted,
    9: RequestRejected,
    16: KeyRejected,
    400: RequestRejected,
    403: KeyRejected,
    404: RequestRejected,
    429: QuotaExhausted,
    504: DeadlineExceeded,
}
"""Codes of google.rpc.Status, and of HTTP where a gateway writes those."""
