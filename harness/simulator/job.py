"""Hold one batch job, and write it as the service does: a long-running operation."""

from dataclasses import dataclass, field
from datetime import datetime

from harness.simulator.faults.fault import NONE, Fault
from harness.simulator.files import stamp
from harness.simulator.offer import Offer
from harness.simulator.refusal import RPC_CODES, Refusal

_TYPE = "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch"
Json = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One request of a job.

    Attributes:
        payload: The request.
        metadata: What came with an inline request, or None.
        key: The key of a line of a file, or None.
    """

    payload: object
    metadata: object = None
    key: object = None


@dataclass(slots=True, kw_only=True)
class Job:
    """One batch job.

    Attributes:
        id: Its name, without `batches/`.
        offer: The model.
        display: Its name for people.
        items: What is asked, in order.
        source: Name of the file it was read from, or empty for inline requests.
        created: When it was handed in.
        ended: When it came to its end, or None.
        state: Its state, without `BATCH_STATE_`.
        looks: How often it was looked at before it was done.
        results: Response or error of each item, in order, as far as there are any.
        output: Name of the file with the results, or empty.
        fault: What befalls it.
    """

    id: str
    offer: Offer
    display: str
    items: tuple[Item, ...]
    source: str
    created: datetime
    ended: datetime | None = None
    state: str = "PENDING"
    looks: int = 0
    results: list[Json] = field(default_factory=list)
    output: str = ""
    fault: Fault = NONE


def status(refusal: Refusal) -> Json:
    """Write a refusal as `google.rpc.Status`."""
    return {"code": RPC_CODES.get(refusal.status, 2), "message": str(refusal)}


def operation_of(job: Job, *, whole: bool = True) -> Json:
    """Write a job; its results only where it is asked for as a whole."""
    name = f"batches/{job.id}"
    told: Json = {
        "@type": _TYPE,
        "model": f"models/{job.offer.id}",
        "displayName": job.display,
        "createTime": stamp(job.created),
        "updateTime": stamp(job.ended or job.created),
        "batchStats": _stats(job),
        "state": f"BATCH_STATE_{job.state}",
        "name": name,
    }
    if job.source:
        told["inputConfig"] = {"fileName": job.source}
    operation: Json = {"name": name, "metadata": told}
    if job.ended is None:
        return operation
    told["endTime"] = stamp(job.ended)
    operation["done"] = True
    if job.state != "SUCCEEDED":
        operation["error"] = _ENDS[job.state]
    elif whole:
        told["output"] = _output(job)
        operation["response"] = {"@type": f"{_TYPE}Output", **_output(job)}
    return operation


_ENDS: dict[str, Json] = {
    "CANCELLED": {"code": 1, "message": "The operation was cancelled."},
    "EXPIRED": {"code": 4, "message": "The batch expired before it was complete."},
    "FAILED": {"code": 13, "message": "The batch failed."},
}


def _output(job: Job) -> Json:
    if job.source:
        return {"responsesFile": job.output}
    rows = [
        {**result, "metadata": item.metadata} if item.metadata is not None else result
        for item, result in zip(job.items, job.results, strict=True)
    ]
    return {"inlinedResponses": {"inlinedResponses": rows}}


def _stats(job: Job) -> Json:
    failed = sum("error" in result for result in job.results)
    counts = {
        "requestCount": len(job.items),
        "successfulRequestCount": len(job.results) - failed,
        "failedRequestCount": failed,
        "pendingRequestCount": len(job.items) - len(job.results),
    }
    return {name: str(count) for name, count in counts.items() if count}
