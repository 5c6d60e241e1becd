"""Run batch jobs: pending, running, then done, failed, cancelled or expired; kept in memory."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from harness.simulator.faults.fault import NONE, Fault, Where
from harness.simulator.files import GENERATED, FileStore, now
from harness.simulator.job import Item, Job, Json, operation_of, status
from harness.simulator.offer import Offer
from harness.simulator.refusal import Refusal, not_found
from harness.simulator.schema import normalise
from harness.simulator.wire import dump

_MOST_REQUESTS = 50_000
Run = Callable[[object, Offer], Json]
"""Answers one request of a job, or refuses it."""
_SPOILED: Json = {"code": 13, "message": "Internal error encountered."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """How long a job takes.

    Attributes:
        seconds: From when it was handed in.
        polls: How many looks find it at work before one finds it done.
        patience: Seconds that one look may work; a job of many pictures takes several.
    """

    seconds: float = 0.0
    polls: int = 0
    patience: float = 5.0


_AT_ONCE = Term()


class Batches:
    """The jobs of one simulator; they end with it."""

    def __init__(
        self,
        run: Run,
        files: FileStore,
        *,
        new_id: Callable[[], str],
        draw: Callable[[Where, bytes], Fault] = lambda _, __: NONE,
        term: Term = _AT_ONCE,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._run = run
        self._files = files
        self._new_id = new_id
        self._draw = draw
        self._term = term
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._lock = Lock()

    def create(self, payload: object, offer: Offer) -> Json:
        """Take a job in.

        Raises:
            Refusal: it is ill-formed, empty, or names a file that is not there.
        """
        batch = normalise(payload, "BatchGenerateContentRequest").get("batch", {})
        source = batch.get("inputConfig", {})
        name = source.get("fileName", "")
        inline = source.get("requests", {}).get("requests", [])
        items = self._lines(name) if name else tuple(_item(row, i) for i, row in enumerate(inline))
        if not items or len(items) > _MOST_REQUESTS:
            raise Refusal(f"A batch must have 1 to {_MOST_REQUESTS} requests.")
        with self._lock:
            job = Job(
                id=self._new_id(),
                offer=offer,
                display=batch.get("displayName", ""),
                items=items,
                source=name,
                created=self._clock(),
                fault=self._draw(Where.BATCH, repr(items).encode("utf-8", "replace")),
            )
            self._jobs[job.id] = job
            return operation_of(job)

    def _lines(self, name: str) -> tuple[Item, ...]:
        lines = self._files.use(name).data.splitlines()
        return tuple(_line(line, n) for n, line in enumerate(lines, 1) if line.strip())

    def get(self, name: str) -> Json:
        """Look at a job; the look that finds its time over finds it done.

        Raises:
            Refusal: there is none of that name.
        """
        with self._lock:
            job = self._find(name)
            self._advance(job)
            return operation_of(job)

    def list(self) -> tuple[Json, ...]:
        """List the jobs, newest first, without their results."""
        with self._lock:
            return tuple(operation_of(job, whole=False) for job in reversed(self._jobs.values()))

    def cancel(self, name: str) -> None:
        """Stop a job that is not at its end; what it did is kept.

        Raises:
            Refusal: there is none of that name.
        """
        with self._lock:
            job = self._find(name)
            if job.ended is None:
                job.state, job.ended = "CANCELLED", self._clock()

    def delete(self, name: str) -> None:
        """Forget a job.

        Raises:
            Refusal: there is none of that name.
        """
        with self._lock:
            del self._jobs[self._find(name).id]

    def _find(self, name: str) -> Job:
        if name not in self._jobs:
            raise not_found()
        return self._jobs[name]

    def _advance(self, job: Job) -> None:
        if job.ended is not None:
            return
        waited = (self._clock() - job.created).total_seconds()
        if waited < self._term.seconds or job.looks < self._term.polls:
            job.looks += 1
            job.state = "PENDING" if waited < self._term.seconds / 4 else "RUNNING"
            return
        self._finish(job)

    def _finish(self, job: Job) -> None:
        if job.fault.ends:
            job.state, job.ended = job.fault.ends, self._clock()
            return
        if not self._work(job):
            job.state = "RUNNING"
            return
        if job.source:
            lines = zip(job.items, job.results, strict=True)
            data = b"".join(
                b"".join((*dump({"key": item.key, **result}, indent=None), b"\n"))
                for item, result in lines
            )
            name, kind = f"batch-{job.id}", "application/jsonl"
            self._files.keep(data, name=name, display="", mime=kind, kind=GENERATED)
            job.output = f"files/{name}"
        job.state, job.ended = "SUCCEEDED", self._clock()

    def _work(self, job: Job) -> bool:
        """Answer what is open, for a while; say whether all is done."""
        until = time.monotonic() + self._term.patience
        while len(job.results) < len(job.items):
            job.results.append(self._result(job, len(job.results)))
            if time.monotonic() >= until:
                break
        return len(job.results) == len(job.items)

    def _result(self, job: Job, index: int) -> Json:
        if job.fault.spoils and index % 2 == 0:
            return {"error": _SPOILED}
        try:
            return {"response": self._run(job.items[index].payload, job.offer)}
        except Refusal as refusal:
            return {"error": status(refusal)}


def _item(row: dict[str, Any], index: int) -> Item:
    """Read an inline request; unknown fields are refused at once, as the service does."""
    path = f"batch.input_config.requests.requests[{index}].request"
    normalise(row.get("request", {}), "GenerateContentRequest", path)
    return Item(payload=row.get("request", {}), metadata=row.get("metadata"))


def _line(line: bytes, number: int) -> Item:
    try:
        tree = json.loads(line)
        return Item(payload=tree["request"], key=tree.get("key"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        words = f'The input file has no {{"key", "request"}} object in line {number}.'
        raise Refusal(words) from None
