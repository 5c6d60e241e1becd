"""Say how an answer was delivered, and which back end that fits."""

import hashlib
import json
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Self

STABLE = (
    "container", "quantisation", "subsampling", "c2pa", "credit", "exif", "xmp", "simulated",
    "declared", "model_version", "usage", "thoughts", "response_id", "server_timing",
    "signature",
)  # fmt: skip
"""What stays the same within one back end, in the order in which a change is told.

Measured on the raw pictures of `HARNESS_REAL_DATA` (7 of AI Studio, 2 of Vertex, 2 PNG) and on
its cassettes: each holds one value within its back end and model. Left out, because they vary
within one: pixels (the ratio), dpi (absent in 2 edits of 7), the exact quantisation sum (560 and
592 from Vertex for one prompt), the shape of usage (search and newer replies add entries) but for
its thinking tokens (of Pro in 3 of 3 answers, of flash-lite and 2.5 flash in 0 of 4).
"""

OF_THE_MODEL = frozenset({"model_version", "thoughts", "signature"})
"""Stable facts that two models may tell differently, whoever delivers them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One stable fact that differs between two deliveries.

    Attributes:
        fact: A name of `STABLE`.
        before: Its value in words on the one side.
        after: On the other.
    """

    fact: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{WORDS[self.fact]}: {self.before} -> {self.after}"


@lru_cache(maxsize=1024)
def _digest(stable: tuple[object, ...]) -> str:
    """Name stable facts; of thousands of answers few differ."""
    return hashlib.sha256(json.dumps(stable).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How one answer was delivered. None means: cannot be told of this answer.

    A fact of the picture is None without a picture; a fact of the answer is None without an
    answer, and where its absence tells nothing: headers of an imported recording are often
    cut, a batch's answers have none, an answer without a picture need not be complete.

    Attributes:
        asked: Model id as sent; empty for a picture from anywhere.
        container: Mime type by the bytes.
        quantisation: Of a JPEG: `"all ones"`, `"fine"`, `"medium"` or `"coarse"`; else empty.
        subsampling: E.g. `"4:2:0"`; empty where the container has none.
        c2pa: A C2PA manifest is embedded; that it is valid is not checked.
        credit: IPTC or XMP says "Made with Google AI".
        exif: There is an EXIF part.
        xmp: There is an XMP packet.
        simulated: The simulator's mark is in the bytes.
        declared: `"as declared"`, or the mime type that was declared over other bytes.
        model_version: As answered; empty where the answer names none.
        usage: Tokens were reported.
        thoughts: Thinking tokens among them: of Gemini 3 Pro always, of flash-lite never.
        response_id: The answer has an id.
        server_timing: Google's front end told its time (`server-timing: gfet4t7`).
        signature: The picture has a thought signature.
        usage_shape: E.g. `"prompt+candidates[IMAGE]+thoughts+tier"`; empty without usage.
        luma_sum: Exact sum of the luma quantisation table; 0 for none.
        dpi: Dots per inch across and down; empty where not told.
        idat: Length of a PNG's first IDAT chunk; 0 for none.
        width: Pixels; 0 without a picture.
        height: Pixels; 0 without a picture.
    """

    asked: str = ""
    container: str | None = None
    quantisation: str | None = None
    subsampling: str | None = None
    c2pa: bool | None = None
    credit: bool | None = None
    exif: bool | None = None
    xmp: bool | None = None
    simulated: bool | None = None
    declared: str | None = None
    model_version: str | None = None
    usage: bool | None = None
    thoughts: bool | None = None
    response_id: bool | None = None
    server_timing: bool | None = None
    signature: bool | None = None
    usage_shape: str = ""
    luma_sum: int = 0
    dpi: tuple[int, ...] = ()
    idat: int = 0
    width: int = 0
    height: int = 0

    @property
    def digest(self) -> str:
        """Name the stable part: 12 hex digits, equal for equal deliveries."""
        return _digest(tuple([getattr(self, name) for name in STABLE]))

    def changes_to(self, other: Self) -> tuple[Change, ...]:
        """List the stable facts that differ, where both sides can tell."""
        pairs = ((name, getattr(self, name), getattr(other, name)) for name in STABLE)
        return tuple(
            Change(fact=name, before=in_words(before), after=in_words(after))
            for name, before, after in pairs
            if None not in (before, after) and before != after
        )

    def filled_from(self, other: Self) -> Self:
        """Take from `other` the stable facts that this one does not tell."""
        absent = [name for name in STABLE if getattr(self, name) is None]
        told = other if self == type(self)() else self
        return replace(told, **{name: getattr(other, name) for name in absent})


WORDS = {
    "container": "container",
    "quantisation": "JPEG quantisation",
    "subsampling": "chroma subsampling",
    "c2pa": "C2PA manifest",
    "credit": '"Made with Google AI"',
    "exif": "EXIF",
    "xmp": "XMP",
    "simulated": "the simulator's mark",
    "declared": "declared type",
    "model_version": "modelVersion",
    "usage": "usage",
    "thoughts": "thinking tokens in usage",
    "response_id": "responseId",
    "server_timing": "server-timing",
    "signature": "thought signature",
}
"""What people call the stable facts."""


def in_words(value: str | bool | None) -> str:
    """Say a fact's value: yes, no, none, or itself."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value or "none"


class BackendName(StrEnum):
    """Whose delivery it is, as far as bytes can tell."""

    AI_STUDIO = "AI Studio"
    VERTEX = "Vertex"
    REENCODED = "re-encoded by someone"
    SIMULATED = "simulated"
    UNKNOWN = "not known"


class Weight(StrEnum):
    """How a piece of evidence stands to the back end that is named."""

    FOR = "for"
    AGAINST = "against"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One fact of a delivery, in words.

    Attributes:
        weight: Whether it speaks for the back end, against it, or is only to be known.
        said: The fact with its figures.
    """

    weight: Weight
    said: str

    def __str__(self) -> str:
        return f"{self.weight}: {self.said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """The back end that a delivery fits. It speaks of delivery, never of a model.

    Attributes:
        name: Whose delivery it is.
        row: Which of its known forms, with the set it was seen in; empty where none fits.
        evidence: Every fact that was weighed.
    """

    name: BackendName
    row: str = ""
    evidence: tuple[Evidence, ...] = ()
