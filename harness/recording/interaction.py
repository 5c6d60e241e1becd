"""Hold one request with its answer, as a cassette keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.model.arm import Arm
from harness.model.request import JsonObject
from harness.model.sample import Receipt, SampleKey
from harness.recording.unpacking import has_dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class WireRequest:
    """What was sent, without any secret.

    Attributes:
        method: E.g. `"POST"`.
        url: Without user, password and key; the host is recorded, not matched.
        headers: By allow-list, lowercase names.
        body: Packed.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WireResponse:
    """What came back.

    Attributes:
        status: HTTP status.
        reason: Its phrase; may be empty.
        headers: By allow-list, lowercase names.
        body: Packed, decompressed.
    """

    status: int
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One request with its answer.

    Attributes:
        key: Which sample it is.
        arm: Who was asked.
        cell: Digest of what was declared.
        session: The run of the recorder that obtained it.
        recorded_at: ISO 8601, UTC; empty where an import does not tell.
        seconds: From request to the answer's last byte; None where not measured.
        first_byte: Seconds from request to the answer's first byte; None where not measured.
        batch: The batch job that answered, e.g. `"batches/abc"`; empty for a call of its own.
        request_digest: Of the request's skeleton.
        reserialised: The bodies were rebuilt from trees, the original bytes are gone.
        simulated: The simulator answered.
        scrubbed: A key was taken out later: a body is no longer byte for byte what it was.
        files: URI of a picture that was uploaded before, to the name of its blob; the
            request counts as if it had held the picture.
        request: As sent.
        response: As answered.
    """

    key: SampleKey
    arm: Arm
    cell: str
    session: str
    recorded_at: str
    seconds: float | None = None
    first_byte: float | None = None
    batch: str = ""
    request_digest: str
    reserialised: bool = False
    simulated: bool = False
    scrubbed: bool = False
    files: Mapping[str, str] = field(default_factory=dict)
    request: WireRequest
    response: WireResponse

    @property
    def is_reply(self) -> bool:
        """It answers a question about a picture, and is no sample."""
        return self.key.ordinal > 0

    @property
    def receipt(self) -> Receipt:
        return Receipt(
            arm=self.arm,
            session=self.session,
            recorded_at=self.recorded_at,
            seconds=self.seconds,
            first_byte=self.first_byte,
            batch=self.batch,
            request_digest=self.request_digest,
            reserialised=self.reserialised,
            simulated=self.simulated,
            scrubbed=self.scrubbed,
            signatures_dropped=has_dropped(self.response.body),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One run of the recorder: a line of the recording's manifest.

    Attributes:
        id: Its name, e.g. `20261123T051233Z-9f2c`.
        suite: Id of the suite.
        recording: Name of the recording.
        started_at: ISO 8601, UTC.
        arms: Who was asked in it.
        api_version: E.g. `"v1beta"`; empty where an import does not tell.
        simulated: The simulator answered.
        harness: Version of the harness.
        source: Where an import came from: file names; empty for a recorder's own.
    """

    id: str
    suite: str
    recording: str
    started_at: str
    arms: tuple[Arm, ...]
    api_version: str = ""
    simulated: bool = False
    harness: str = ""
    source: tuple[str, ...] = ()
