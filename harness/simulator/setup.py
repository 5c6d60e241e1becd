"""Say how a simulator is set: one set of words for the server, the tests and the command."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from harness.errors import UsageError
from harness.simulator.paint.finish import FINISHES

VERSIONS = ("same", "subtle", "strong")


class Options(TypedDict, total=False):
    """The fields of `Setup`, as keywords; all may be left out."""

    seed: int | None
    version: str
    latency: float
    signature_bytes: int
    log: Path | None
    batch_seconds: float
    batch_polls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How a simulator is set.

    Attributes:
        seed: Makes answers repeatable; None for other pictures every time.
        version: Which version of the model paints, one of `VERSIONS`.
        latency: Seconds that an answer waits beside the painting.
        signature_bytes: Size of a thought signature; 1 to 3 million on the real service.
        log: File to note each request for an answer in, and each answer.
        batch_seconds: How long a batch job takes.
        batch_polls: How many looks at a batch job find it at work before one finds it done.
    """

    seed: int | None = None
    version: str = "same"
    latency: float = 0.0
    signature_bytes: int = 6_000
    log: Path | None = None
    batch_seconds: float = 0.0
    batch_polls: int = 0

    def checked(self) -> "Setup":
        """Give itself, if all is known.

        Raises:
            UsageError: there is no such version.
        """
        if self.version not in FINISHES:
            raise UsageError(
                f"no version {self.version!r} of the simulated model; use {', '.join(VERSIONS)}"
            )
        return self
