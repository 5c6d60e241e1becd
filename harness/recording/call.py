"""Hold one call under way, and say how answers are kept and given back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.sample import Receipt, SampleKey
from harness.recording.interaction import Interaction


class Replay(StrEnum):
    """How a recorded answer is given back."""

    EXACT = "exact"
    """Its body as it came, byte for byte."""
    THIN = "thin"
    """Its pictures and signatures as references to their blobs, which nobody reads."""


@dataclass(slots=True, kw_only=True)
class Call:
    """One call under way.

    Attributes:
        key: Which sample it obtains.
        arm: Who is asked.
        cell: Digest of what is declared.
        play: The recorded answer to give; None lets the call go out.
        recording: Where the answer lies, or is kept.
        alone: The sample has no further turn, so that nobody sends its signature back.
        receipt: What is known of the answer, once it is there.
        references: Of a thin body: token in it to the blob that it stands for.
        lean: The thin body of an answer that was just kept; None where there is none.
        files: Of a call that goes out: URI of an uploaded picture to the name of its blob.
    """

    key: SampleKey
    arm: Arm
    cell: str
    play: Interaction | None
    recording: str
    alone: bool
    receipt: Receipt | None = None
    references: Mapping[str, BlobRef] = field(default_factory=dict)
    lean: bytes | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    started: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAs:
    """How new answers are kept.

    Attributes:
        session: Id of this run of the recorder.
        started_at: ISO 8601, UTC.
        api_version: Of the endpoint.
        simulated: The endpoint is the simulator.
        secrets: Keys in use; saving refuses content that holds one.
        drop_signatures: Keep no thought signature of a sample of one turn.
        now: The clock.
        first_byte: Tells when this thread's answer began, on the clock of `time.monotonic`;
            None where nobody knows.
        arrived: Told when an answer is there whole, before it is written down.
    """

    session: str
    started_at: str
    api_version: str
    simulated: bool
    secrets: tuple[str, ...] = field(default=(), repr=False)
    drop_signatures: bool = False
    now: Callable[[], datetime]
    first_byte: Callable[[], float | None] = lambda: None
    arrived: Callable[[], None] = lambda: None
