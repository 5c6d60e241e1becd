"""Say what a fault is: one sentence, and the places where it takes hold of an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from PIL import Image

from harness.simulator.ask import Ask
from harness.simulator.outcome import Outcome
from harness.simulator.paint.encode import to_jpeg
from harness.simulator.refusal import Refusal
from harness.simulator.wire import Reply

Json = dict[str, Any]


class Manner(Enum):
    """How an answer is handed over."""

    WHOLE = "whole"
    SLOW = "after the stall"
    DRIP = "in drops over the stall"
    HANG = "never"
    CUT_BEFORE = "cut before the headers"
    CUT_WITHIN = "cut in the body"


class Where(Enum):
    """What a fault befalls; each has a draw of its own."""

    CALL = "call"
    UPLOAD = "upload"
    BATCH = "batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a refusal may speak of.

    Attributes:
        api: Version of the API.
        model: The model's name.
        method: What was called.
        retry_delay: Seconds that a refusal for quota asks to wait.
    """

    api: str
    model: str
    method: str
    retry_delay: float


def _same(value: Any) -> Any:  # noqa: ANN401  # gives back what it gets
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One trouble; each hook that is not set leaves the answer as it is.

    Attributes:
        name: As `--fault` takes it.
        says: What it does, one sentence.
        where: What it befalls.
        refuse: Refuses before anything is generated, so that nothing is billed.
        page: Answers before anything is generated, with something that is no answer of the API.
        late: Refuses after the answer was generated, so that it is billed.
        ask: Changes what is asked, after it was held against the rules.
        outcome: What the answer comes to instead of what the prompt leads to.
        image: Changes the pixels.
        encode: Makes the file.
        cut: Changes the file's bytes.
        label: Type that the picture is said to have.
        answer: Changes the answer, after its usage was billed.
        reply: Changes the bytes and headers that go out.
        manner: How the answer is handed over.
        cached: Whether an earlier answer to the same question is given again.
        alike: Whether every answer to a question shows nearly the same picture.
        ends: State in which a batch job ends.
        spoils: Whether every other result of a batch job is an error.
    """

    name: str
    says: str
    where: Where = Where.CALL
    refuse: Callable[[Case], Refusal] | None = None
    page: Reply | None = None
    late: Callable[[Case], Refusal] | None = None
    ask: Callable[[Ask], Ask] = _same
    outcome: Outcome | None = None
    image: Callable[[Image.Image], Image.Image] = _same
    encode: Callable[[Image.Image], bytes] = to_jpeg
    cut: Callable[[bytes], bytes] = _same
    label: str = "image/jpeg"
    answer: Callable[[Json], Json] = _same
    reply: Callable[[Reply], Reply] = _same
    manner: Manner = Manner.WHOLE
    cached: bool = False
    alike: bool = False
    ends: str = ""
    spoils: bool = False

    @property
    def pictorial(self) -> bool:
        """Whether the picture itself is another."""
        return self.image is not _same or self.encode is not to_jpeg or self.cut is not _same


NONE = Fault(name="", says="Nothing goes wrong.")
