"""Say of each of the simulator's faults by what name a run must tell of it, and how it ends."""

from dataclasses import dataclass

from harness.simulator.faults import answers, connection, errors, gateways, pictures, pixels
from harness.simulator.faults.fault import Fault

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Promise:
    """What a run makes of a fault.

    Attributes:
        names: Findings' checks, or kinds of failure; each sample that it befell has one.
        code: Exit code where a sample is named so.
        says: Word that the message holds, e.g. a finish reason.
        retried: A call that it befell is made again, so that samples may be good.
        stops: The run makes no further call, and names the rest by it.
        kept: The answer that it befell is recorded.
        whole: One finding on the suite names all that it befell.
        size: What has to be asked for, so that it can do something.
    """

    names: frozenset[str] = NOTHING
    code: int = 0
    says: str = ""
    retried: bool = False
    stops: bool = False
    kept: bool = False
    whole: bool = False
    size: str = "512"

    @property
    def model(self) -> str:
        """Who is asked: the smallest pictures are quickest to measure, and not everybody's."""
        return "gemini-3.1-flash-image" if self.size == "512" else "gemini-3-pro-image"


def _failure(*kinds: str, **more: bool) -> Promise:
    return Promise(names=frozenset(kinds), code=3, **more)


def _found(check: str, **more: str) -> Promise:
    return Promise(names=frozenset({check}), code=1, kept=True, **more)


def _warned(check: str, *, size: str = "512") -> Promise:
    return Promise(names=frozenset({check}), kept=True, size=size)


REFUSED = _failure("RequestRejected")
STOPPED = _failure("KeyRejected", stops=True)
SPENT = _failure("QuotaExhausted")
RETRIED_QUOTA = _failure("QuotaExhausted", retried=True)
RETRIED = _failure("ServiceFailed", retried=True)
BROKEN = _failure("Unreachable", retried=True)
LATE = _failure("DeadlineExceeded")
GOOD = Promise(kept=True)
DELIVERED = Promise(names=frozenset({"delivery"}), kept=True, whole=True)

_OWN = {
    "bad-key": STOPPED,
    "expired-key": STOPPED,
    "unauthenticated": STOPPED,
    "leaked-key": STOPPED,
    "blocked-api": STOPPED,
    "quota": RETRIED_QUOTA,
    "quota-short": RETRIED_QUOTA,
    "quota-daily": SPENT,
    "quota-zero": SPENT,
    "internal": RETRIED,
    "overloaded": RETRIED,
    "high-demand": RETRIED,
    "deadline": RETRIED,
    "html-502": RETRIED,
    "error-200": RETRIED,
    "slow": GOOD,
    "drip": GOOD,
    "hang": LATE,
    "cut-before": BROKEN,
    "cut-within": BROKEN,
    "truncated-json": Promise(names=frozenset({"MalformedAnswer"}), code=3, kept=True),
    "truncated-picture": _found("decodes"),
    "png-label": _found("type"),
    "size-dropped": Promise(
        names=frozenset({"image_size", "tokens"}), code=1, kept=True, size="2K"
    ),
    "ratio-ignored": _found("aspect_ratio"),
    "upscaled": _warned("native", size="2K"),
    "letterbox": _warned("border"),
    "upscaled-4x": _warned("native", size="2K"),
    "repeated-2x": _warned("native"),
    "repeated-4x": _warned("native"),
    "coarse-q60": _warned("recompressed"),
    "coarse-q30": _warned("recompressed"),
    "framed": _warned("border"),
    "doubled": _warned("halves"),
    "app-mark": _warned("mark"),
    "blank": _found("blank"),
    "cut-out": _found("alpha"),
    "alike": GOOD,  # each alone is good; `drills.py contract` holds that together they are told
    "thought-only": _found("answered"),  # beside words it is an answer of text only
    "two-pictures": _found("count"),
    "cached": Promise(names=frozenset({"fresh"}), code=1, kept=True),
    "stripped": DELIVERED,
    "re-encoded": DELIVERED,
    "cheaper-model": Promise(
        names=frozenset({"image_size", "tokens"}), code=1, kept=True, size="2K"
    ),
}
"""Those whose family does not tell."""


def promise_of(fault: Fault) -> Promise:
    """Give what a run makes of a fault of calls."""
    if fault.name in _OWN:
        return _OWN[fault.name]
    if fault in errors.FAULTS:
        return REFUSED
    assert fault in answers.FAULTS, f"{fault.name}: say what a run makes of it"
    said = fault.name.removeprefix("block-").replace("-", "_").upper()
    words = {"NULL_PARTS": "IMAGE_SAFETY", "APOLOGY": "text only"}
    empty = {"EMPTY_CANDIDATES", "ABSENT_CANDIDATES"}
    return _found("answered", says="empty" if said in empty else words.get(said, said))


OF_CALLS = (
    *connection.FAULTS,
    *pictures.FAULTS,
    *pixels.FAULTS,
    *gateways.FAULTS,
    *answers.FAULTS,
    *errors.FAULTS,
)
