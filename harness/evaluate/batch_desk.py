"""Hold what a batch run shares: who is asked, what is paid, what failed, why it stopped."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import httpx

from harness.errors import HarnessError
from harness.evaluate.batch_jobs import AskedItem, AskedJob, Ended, JobFolder
from harness.evaluate.order import Order
from harness.evaluate.workspace import SIMULATOR, Workspace, simulator_for
from harness.model.sample import Failure, SampleKey
from harness.provider.batch import BatchService
from harness.provider.calling import Line
from harness.provider.files import FileService
from harness.provider.protocol import Endpoint
from harness.provider.transport import live_client
from harness.recording.call import RecordAs
from harness.runner.going import Going
from harness.runner.spending import Bill, Purchase, Purse, Reservation
from harness.settings import is_loopback

Place = tuple[str, SampleKey]
"""Suite and sample."""


@dataclass(slots=True, kw_only=True)
class Desk:
    """What a batch run shares.

    Attributes:
        workspace: Where recordings lie.
        order: What is asked.
        purse: The caps.
        session: Id of this run of the recorder.
        client: The one httpx client.
        endpoints: Who may be asked, by name.
        pause: Waits some seconds.
        failures: Why samples have no answer, as far as that is known.
        asked: What this run handed in: nothing is asked twice, whatever came of it.
        held: What is reserved for requests of open jobs, by job and sample.
        stopped: Why nothing more is handed in, or None.
        handed_in: Jobs that this run handed in.
    """

    workspace: Workspace
    order: Order
    purse: Purse
    session: str
    client: httpx.Client
    endpoints: Mapping[str, Endpoint]
    pause: Callable[[float], None]
    failures: dict[Place, Failure] = field(default_factory=dict)
    asked: set[Place] = field(default_factory=set)
    held: dict[tuple[str, SampleKey], Reservation] = field(default_factory=dict)
    stopped: HarnessError | None = None
    handed_in: int = 0

    def files(self, endpoint: str) -> FileService:
        """Give the Files API of an endpoint."""
        workspace = self.workspace
        return FileService(
            self._line(endpoint), memo=workspace.state / "uploads", now=workspace.now
        )

    def service(self, endpoint: str) -> BatchService:
        """Give the batches of an endpoint."""
        return BatchService(self._line(endpoint), self.files(endpoint))

    def _line(self, endpoint: str) -> Line:
        deadline = self.workspace.deadline(endpoint)
        return Line(client=self.client, endpoint=self.endpoints[endpoint], deadline=deadline)

    def folder(self, job: AskedJob) -> JobFolder:
        """Give where a job is remembered."""
        recording = self.workspace.cassettes(job.suite, job.recording).folder
        return JobFolder(recording, secrets=self.workspace.keys())

    def stop(self, error: HarnessError) -> None:
        """Hand nothing more in; the first reason counts."""
        self.stopped = self.stopped or error

    def fail(self, job: AskedJob, item: AskedItem, error: HarnessError, *, status: int = 0) -> None:
        """Note why a request has no answer."""
        kind = type(error).__name__
        failure = Failure(kind=kind, message=str(error), status=status)
        self.failures[job.suite, item.key] = failure

    def settle(self, job: AskedJob, item: AskedItem, bill: Bill) -> None:
        """Note what a request came to, also where an earlier process reserved it."""
        held = self.held.pop((job.id, item.key), None)
        if held is None:
            purchase = purchase_of(job, item)
            held = self.purse.take_up(purchase, month=item.month, entry=item.ledger_id)
        self.purse.settle(held, bill)

    def end(self, job: AskedJob, state: str, *, answered: int = 0, why: str = "") -> None:
        """Note that a job has ended: nobody asks for it again."""
        at = self.workspace.now().isoformat(timespec="seconds")
        self.folder(job).end(job, Ended(state=state, at=at, answered=answered, why=why))

    def tell(self, job: AskedJob, state: str, *, done: int) -> None:
        """Say how a job goes."""
        self.order.progress(
            Going(
                what=f"batch {job.id} {state}",
                done=done,
                total=len(job.items),
                in_flight=len(self.held),
                spent_usd=self.purse.spent_usd,
                live=True,
            )
        )

    def record_as(self, endpoint: str) -> RecordAs:
        """Say how the answers of an endpoint's batches are kept."""
        workspace = self.workspace
        return RecordAs(
            session=self.session,
            started_at=workspace.now().isoformat(timespec="seconds"),
            api_version=self.endpoints[endpoint].api_version,
            simulated=endpoint == SIMULATOR,
            secrets=workspace.keys(),
            drop_signatures=workspace.settings.signatures == "turns",
            now=workspace.now,
        )


def purchase_of(job: AskedJob, item: AskedItem) -> Purchase:
    """Say what a request may cost, and for what."""
    return Purchase(
        suite=job.suite,
        sample=item.key.id,
        endpoint=job.arm.endpoint,
        ceiling_usd=item.ceiling_usd or 0.0,
    )


@contextlib.contextmanager
def opened_desk(
    names: set[str],
    workspace: Workspace,
    order: Order,
    *,
    purse: Purse,
    pause: Callable[[float], None],
) -> Iterator[Desk]:
    """Open a desk that reaches endpoints by name.

    Raises:
        SettingsError: an endpoint is not known, or its key is not set.
    """
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(simulator_for(names, workspace.settings))
        endpoints = {name: workspace.endpoint(name, simulator_url=url) for name in sorted(names)}
        loopback = all(is_loopback(endpoint.base_url) for endpoint in endpoints.values())
        client = stack.enter_context(live_client(connections=4, loopback=loopback))
        yield Desk(
            workspace=workspace,
            order=order,
            purse=purse,
            session=workspace.stamp(),
            client=client,
            endpoints=endpoints,
            pause=pause,
        )
