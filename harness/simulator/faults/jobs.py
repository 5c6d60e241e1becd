"""Uploads that fail and batch jobs that come to no good end."""

from harness.simulator.faults.fault import Fault, Where
from harness.simulator.refusal import Refusal

FAULTS = (
    Fault(
        name="upload-refused",
        says="503 UNAVAILABLE where an upload begins.",
        where=Where.UPLOAD,
        refuse=lambda _: Refusal("The service is currently unavailable.", "UNAVAILABLE"),
    ),
    Fault(
        name="upload-failed",
        says="500 INTERNAL where an upload ends; the file is not kept.",
        where=Where.UPLOAD,
        late=lambda _: Refusal("Internal error encountered.", "INTERNAL"),
    ),
    Fault(
        name="file-failed",
        says="The upload ends well, but the file's state is FAILED and it cannot be used.",
        where=Where.UPLOAD,
        spoils=True,
    ),
    Fault(
        name="batch-failed",
        says="The job ends FAILED, without results.",
        where=Where.BATCH,
        ends="FAILED",
    ),
    Fault(
        name="batch-expired",
        says="The job ends EXPIRED, without results.",
        where=Where.BATCH,
        ends="EXPIRED",
    ),
    Fault(
        name="batch-cancelled",
        says="The job ends CANCELLED, though nobody asked for it.",
        where=Where.BATCH,
        ends="CANCELLED",
    ),
    Fault(
        name="batch-partly",
        says="The job succeeds, but every other request has an error for its result.",
        where=Where.BATCH,
        spoils=True,
    ),
)
