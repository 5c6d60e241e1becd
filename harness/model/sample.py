"""Say which answer is meant, and what is known of it."""

from dataclasses import dataclass
from enum import StrEnum

from harness.model.arm import Arm
from harness.model.generation import Generation, Outcome


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class SampleKey:
    """The name of one answer within a recording.

    Attributes:
        case: Id of the case.
        variant: Label of the variant, empty where the case has one.
        sample: 0-based.
        turn: 0-based.
        operation: The API's word, e.g. `"generateContent"`.
        ordinal: 0 for the answer itself; calls that belong to it count up.
    """

    case: str
    variant: str
    sample: int
    turn: int = 0
    operation: str = "generateContent"
    ordinal: int = 0

    @property
    def id(self) -> str:
        """For people: `night-city[4K] sample 2 turn 1` (1-based), and which question to it."""
        name = f"{self.case}[{self.variant}]" if self.variant else self.case
        return f"{name} sample {self.sample + 1} turn {self.turn + 1} {self.question}".rstrip()

    @property
    def question(self) -> str:
        """For people: `question 5f3a9c01`; empty for the answer itself."""
        return f"question {self.ordinal:012x}"[:17] if self.ordinal else ""


class Standing(StrEnum):
    """How what is asked stands to what is recorded."""

    RECORDED = "recorded"
    STALE = "stale"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the recorder knows of one answer.

    Attributes:
        arm: Who was asked.
        session: The run of the recorder that obtained it.
        recorded_at: ISO 8601, UTC.
        seconds: From request to the answer's last byte; None where not measured.
        first_byte: Seconds from request to the answer's first byte; None where not measured.
        batch: The batch job that answered, e.g. `"batches/abc"`; empty for a call of its own.
        request_digest: Of the request that it answers.
        reserialised: The body was rebuilt from a tree, its original bytes are gone.
        simulated: The simulator painted it.
        scrubbed: A key was taken out of its bodies, which are no longer byte for byte.
        signatures_dropped: Its thought signatures were not kept, so no turn can follow.
    """

    arm: Arm
    session: str
    recorded_at: str
    seconds: float | None
    first_byte: float | None = None
    batch: str = ""
    request_digest: str
    reserialised: bool = False
    simulated: bool = False
    scrubbed: bool = False
    signatures_dropped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a sample has no answer.

    Attributes:
        kind: Class of the error, e.g. `"QuotaExhausted"`.
        message: Its sentence, without any key.
        status: HTTP status; 0 where no answer came.
        attempts: How many calls were made for it, where more than one.
    """

    kind: str
    message: str
    status: int = 0
    attempts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One answer obtained for a turn of a variant, or why there is none.

    Attributes:
        key: Its name.
        variant_id: The variant's id for people.
        cell: Digest of what was declared.
        arm: Who was asked.
        prompt: The turn's prompt.
        standing: Recorded, or why it is not there.
        why: For stale and missing ones: what differs, in one line.
        generation: The answer, or None.
        receipt: What the recorder knows, or None.
        failure: The error, or None.
        cost_usd: Price of the answer by its usage; None where it cannot be told.
        expected_usd: What obtaining it is expected to cost, where it is not recorded.
    """

    key: SampleKey
    variant_id: str
    cell: str
    arm: Arm
    prompt: str
    standing: Standing
    why: str = ""
    generation: Generation | None = None
    receipt: Receipt | None = None
    failure: Failure | None = None
    cost_usd: float | None = None
    expected_usd: float | None = None

    @property
    def pictures(self) -> tuple[str, ...]:
        """sha256 of its final pictures, in order."""
        parts = self.generation.pictures if self.generation else ()
        return tuple(part.picture.sha256 for part in parts if part.picture is not None)

    @property
    def picture(self) -> str:
        """sha256 of the answer's picture, the last final one; empty where there is none."""
        return self.pictures[-1] if self.pictures else ""

    @property
    def outcome(self) -> Outcome | None:
        """How the call ended; None where nothing is recorded."""
        if self.failure is not None:
            return Outcome.ERROR
        return None if self.generation is None else self.generation.outcome

    @property
    def seconds(self) -> float | None:
        """How long the answer took, by the service's own clock where it tells, else by ours."""
        if self.generation is not None and self.generation.server_ms is not None:
            return self.generation.server_ms / 1000
        return None if self.receipt is None else self.receipt.seconds
