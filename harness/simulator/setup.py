"""Say how a simulator is set: one set of words for the server, the tests and the command."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from harness.errors import UsageError
from harness.simulator.pace import RECORDED, read_latency

VERSIONS = ("same", "subtle", "strong")
PAINTED = "painted"
SIZES = (PAINTED, RECORDED)


class Options(TypedDict, total=False):
    """The fields of `Setup`, as keywords; all may be left out."""

    seed: int | None
    version: str
    latency: float | str
    sizes: str
    signature_bytes: int
    pool: int
    faults: tuple[str, ...]
    retry_delay: float
    stall: float
    log: Path | None
    bill: Path | None
    batch_seconds: float
    batch_polls: int
    ask_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How a simulator is set.

    Attributes:
        seed: Makes answers repeatable; None for other pictures every time.
        version: Which version of the model paints, one of `VERSIONS`.
        latency: Seconds that an answer waits beside the painting, or `recorded` to draw them.
        sizes: `painted`, or `recorded` for files and signatures as large as the real ones.
        signature_bytes: Size of a thought signature, where sizes are as painted.
        pool: How many pictures of one pixel size are painted, and given out from then on with
            bytes of their own; 0 to paint each for its prompt.
        faults: What goes wrong, as `NAME` or `NAME:share`.
        retry_delay: Seconds that a refusal for quota asks to wait.
        stall: Seconds that a slow or dripping answer takes.
        log: File to note each request for an answer in, and each answer.
        bill: File to write each charged answer to.
        batch_seconds: How long a batch job takes.
        batch_polls: How many looks at a batch job find it at work before one finds it done.
        ask_error: Share of the answers to questions about a picture that are wrong, 0 to 1.
    """

    seed: int | None = None
    version: str = "same"
    latency: float | str = 0.0
    sizes: str = PAINTED
    signature_bytes: int = 6_000
    pool: int = 0
    faults: tuple[str, ...] = ()
    retry_delay: float = 1.0
    stall: float = 30.0
    log: Path | None = None
    bill: Path | None = None
    batch_seconds: float = 0.0
    batch_polls: int = 0
    ask_error: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what there is not.

        Raises:
            UsageError: there is no such version, latency or kind of size.
        """
        if self.version not in VERSIONS:
            raise UsageError(
                f"no version {self.version!r} of the simulated model; use {', '.join(VERSIONS)}"
            )
        if self.sizes not in SIZES:
            raise UsageError(f"no sizes {self.sizes!r}; use {' or '.join(SIZES)}")
        if not 0.0 <= self.ask_error <= 1.0:
            raise UsageError(f"no share of answers {self.ask_error}; use 0 to 1")
        read_latency(str(self.latency))
