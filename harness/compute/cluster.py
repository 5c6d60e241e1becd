"""Do tasks on the workers of a Dask cluster (distributed lives here, and is loaded late).

Who can reach a scheduler can run code on its workers, and what a worker sends back is
unpickled here: a cluster is named by a person, by flag or environment, never by a suite.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import Any, Generic, TypeVar, cast

from harness.compute.certificates import certificates
from harness.compute.executor import taken
from harness.compute.greeting import greet
from harness.compute.ordered import Underway, ordered
from harness.compute.parcels import label_of, packed
from harness.compute.processes import given_up
from harness.compute.remote import Done, Ended, Stranger, Unseen, do_tasks, ended
from harness.compute.tasks import Task
from harness.compute.versions import differing, versions
from harness.errors import ComputeError, UsageError

Client = Any
"""Dask's client, which has no types."""

P = TypeVar("P")
R = TypeVar("R")
Batch = tuple[Task[P], ...]

TLS = "dask+tls://"
SCHEMES = {"dask://": "tcp://", TLS: "tls://"}
"""How a cluster is named here, and to Dask. Certificates of TLS are of Dask's own settings."""

BATCH = 8
"""Tasks with files that go together: each journey costs some 10 ms, a picture many more."""

WINDOW = 2
"""Batches under way or done and not yet taken, for each that runs: what bounds memory."""

LOOK_S = 0.5
"""Seconds after which is looked whether anybody is still there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The workers of a Dask scheduler.

    Attributes:
        address: E.g. `"dask://127.0.0.1:8786"`.
        patience: Seconds that a scheduler or a worker is waited for.
    """

    address: str
    patience: float = 30.0

    def map(
        self,
        function: Callable[[Task[P]], R],
        tasks: Iterable[Task[P]],
        *,
        few: int = 1,
        tiny: int = 0,
        lost: Callable[[Task[P], str], R] | None = None,
    ) -> Iterator[R]:
        """As `Executor.map`; a file that a worker does not see is sent along with its task."""
        drawn, small = taken(tasks, few=few, tiny=tiny)
        if small:
            return map(function, drawn)
        return self._map(function, drawn, lost)

    def _map(
        self,
        function: Callable[[Task[P]], R],
        tasks: Iterator[Task[P]],
        lost: Callable[[Task[P], str], R] | None,
    ) -> Iterator[R]:
        crew = _Crew(function, cluster=self, client=connected(self), lost=lost)
        for one in chain.from_iterable(ordered(crew, _batches(tasks))):
            if one.error is not None:
                raise one.error
            yield cast(R, one.value)


def connected(cluster: Cluster) -> Client:
    """Reach a scheduler, wait for a worker, and hold every worker's versions against our own.

    Raises:
        UsageError: Dask is not installed, or a worker has other versions.
        ComputeError: the scheduler is not there, or has no workers.
    """
    client = _client(cluster)
    try:
        _wait_for_workers(cluster, client)
        for worker, found in client.run(versions, on_error="return").items():
            differs = str(found) if isinstance(found, Exception) else differing(versions(), found)
            if differs:
                raise strange(cluster, worker, differs)
    except BaseException:
        client.close()
        raise
    return client


def strange(cluster: Cluster, worker: str, differs: str) -> UsageError:
    """Say that a worker is not as this process is."""
    return UsageError(
        f"{cluster.address}: worker {worker}: {differs}; install the same on the scheduler, on "
        "every worker and here, and start them anew"
    )


def _client(cluster: Cluster) -> Client:
    try:
        from distributed import Client as Connect  # late: an extra, and a second's work
    except ImportError as error:
        raise UsageError(
            f"{cluster.address}: Dask is not installed: pip install 'gemini-image-harness[dask]'"
        ) from error
    _hush()
    scheme = next(name for name in SCHEMES if cluster.address.startswith(name))
    address = SCHEMES[scheme] + cluster.address.removeprefix(scheme)
    security = certificates(cluster.address, tls=scheme == TLS)
    connect: Client = partial(Connect, set_as_default=False, name="harness", security=security)
    try:
        greet(address, security.get_connection_args("client"), patience=cluster.patience)
        return connect(address, timeout=cluster.patience)
    except (OSError, ValueError, TypeError) as error:
        look = ", look at the certificates" if scheme == TLS else ""
        raise ComputeError(
            f"{cluster.address}: no Dask scheduler answers there ({_line(error)}); start one "
            f"(dask scheduler), correct the address{look}, or leave --executor out"
        ) from error


def _hush() -> None:
    """Keep Dask from telling, with tracebacks, what is told by us."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _wait_for_workers(cluster: Cluster, client: Client) -> None:
    try:
        client.wait_for_workers(1, timeout=cluster.patience)
    except TimeoutError as error:
        raise _no_workers(cluster) from error


def _no_workers(cluster: Cluster) -> ComputeError:
    return ComputeError(
        f"{cluster.address}: the scheduler has no workers, after {cluster.patience:g} s; start "
        "some (dask worker), or leave --executor out"
    )


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _batches(tasks: Iterator[Task[P]]) -> Iterator[tuple[Task[P], ...]]:
    """Put tasks together that are short: those that read files."""
    for task in tasks:
        more = islice(tasks, BATCH - 1 if task.files else 0)
        yield (task, *more)


class _Crew(Generic[P, R]):
    """The workers of one connection, which ends with the map."""

    def __init__(
        self,
        function: Callable[[Task[P]], R],
        *,
        cluster: Cluster,
        client: Client,
        lost: Callable[[Task[P], str], R] | None,
    ) -> None:
        self._function, self._cluster, self._lost = function, cluster, lost
        self._client, self._executor = client, client.get_executor()
        self._sends = False
        self._alone_since: float | None = None
        self.window = WINDOW * max(1, self._threads())

    def begin(self, work: Batch[P]) -> Underway[Batch[P]]:
        return Underway(work=work, future=self._submitted(work))

    def first(self, waiting: deque[Underway[Batch[P]]]) -> tuple[Ended[R], ...]:
        return self._outcome(waiting[0])

    def end(self, *, done: bool) -> None:
        """Take back what was not begun; what runs elsewhere ends by itself and changes nothing."""
        if self._client.status == "running":
            self._executor.shutdown(wait=False)
        self._client.close()

    def _submitted(self, tasks: Batch[P], *, anew: bool = False) -> Future[Any]:
        ready = tuple(packed(task, sends=self._sends) for task in tasks)
        whole = tuple(task for task in ready if task is not None)
        if len(whole) < len(tasks):  # what nobody can read is told as this process tells it
            done: Future[Any] = Future()
            done.set_result(Done(ended=tuple(ended(self._function, task) for task in tasks)))
            return done
        keyed = all(task.key for task in whole) and not anew
        named = {"key": label_of(_name(self._function), whole)} if keyed else {"pure": not anew}
        given: Future[Any] = self._executor.submit(
            do_tasks, self._function, whole, versions(), **named
        )
        return given

    def _outcome(self, one: Underway[Batch[P]]) -> tuple[Ended[R], ...]:
        from distributed.scheduler import KilledWorker

        try:
            found: Done[R] | Unseen | Stranger = self._awaited(one.future)
        except KilledWorker as error:
            times = one.breaks + error.allowed_failures + 1
            if one.breaks:
                return (ended(partial(given_up, times=times, lost=self._lost), one.work[0]),)
            return tuple(self._again(task, breaks=times) for task in one.work)
        match found:
            case Done():
                return found.ended
            case Stranger():
                raise strange(self._cluster, found.worker, found.differs)
            case Unseen():  # this worker sees other files than we do, and so may all
                self._sends = True
                return self._outcome(self.begin(one.work))

    def _again(self, task: Task[P], *, breaks: int) -> Ended[R]:
        """Do by itself, once more, what was lost with workers.

        Dask blames also what only waited beside the task that killed; that is settled by now,
        or this is it.
        """
        alone: Batch[P] = (task,)
        again = Underway(work=alone, future=self._submitted(alone, anew=True), breaks=breaks)
        return self._outcome(again)[0]

    def _awaited(self, future: Future[Any]) -> Any:  # noqa: ANN401  # what a worker sent
        while not wait([future], timeout=LOOK_S).done:
            self._look_around()
        self._alone_since = None
        try:
            return future.result()
        except CancelledError as error:
            raise self._gone() from error

    def _look_around(self) -> None:
        """Make sure that somebody is there, or was within our patience."""
        if self._threads():
            self._alone_since = None
            return
        since = self._alone_since = self._alone_since or time.monotonic()
        if time.monotonic() - since > self._cluster.patience:
            raise _no_workers(self._cluster)

    def _threads(self) -> int:
        """Count the tasks that the workers do at once."""
        try:
            found = self._client.nthreads(callback_timeout=self._cluster.patience)
        except (OSError, TimeoutError) as error:
            raise self._gone() from error
        return sum(found.values())

    def _gone(self) -> ComputeError:
        return ComputeError(
            f"{self._cluster.address}: the scheduler was lost midway; what was done is kept, "
            "run again when it is there, or leave --executor out"
        )


def _name(function: Callable[..., object]) -> str:
    return str(getattr(function, "__qualname__", "task"))
