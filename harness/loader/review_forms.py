"""Say what a file of decisions may hold: `decisions-<run>-<reviewer>.json`, version 1."""

import unicodedata
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from harness.loader.base_forms import Form
from harness.model.arm import Arm
from harness.model.baseline import Choice
from harness.model.review import (
    REASONS,
    PictureVote,
    Preference,
    Preferred,
    Resolution,
    Review,
    Vote,
)

FORMAT = "gemini-image-harness/review"
VERSION = 1
MOST_SHEETS = 10_000
MOST_SAMPLES = 1000


def _time(text: str) -> str:
    try:
        told = not text or datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        told = False
    if not told:
        raise ValueError("is no time; write it as 2026-11-26T09:00:00Z")
    return text


def _known_reason(text: str) -> str:
    if text not in REASONS:
        raise ValueError(f"is no reason that can be given; write one of {', '.join(REASONS)}")
    return text


def _something(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty; write something")
    return text


def _named(text: str) -> str:
    """Give a person's name as everybody writes it; another space or accent is no other person."""
    if any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in text):
        raise ValueError("holds a line break or control character; write a name")
    return unicodedata.normalize("NFC", " ".join(_something(text).split()))


Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
DigestOrNone = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
Short = Annotated[str, Field(max_length=1000)]
Named = Annotated[Short, AfterValidator(_something)]
Name = Annotated[str, Field(max_length=200), AfterValidator(_named)]
Long = Annotated[str, Field(max_length=50_000)]
Time = Annotated[str, Field(max_length=40), AfterValidator(_time)]
Number = Annotated[int, Field(ge=0, le=10**15)]
Sample = Annotated[int, Field(ge=0, le=10**6)]
Reasons = Annotated[
    tuple[Annotated[str, AfterValidator(_known_reason)], ...], Field(max_length=len(REASONS))
]


class HeadForm(BaseModel):
    """What every version of the file says first."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    format: str
    version: int


class ArmForm(Form):
    """Who was asked."""

    model: Named
    endpoint: Named


class PictureForm(Form):
    """What a reviewer did with one picture."""

    sample: Sample
    sha256: Digest
    seen: bool
    bad: bool = False
    reasons: Reasons = ()


class VoteForm(Form):
    """A reviewer's word on one sheet."""

    item: Named
    suite: Named
    variant: Named
    turn: Sample
    cell: Named
    arm: ArmForm
    choice: Choice
    reasons: Reasons = ()
    note: Long = ""
    pictures: Annotated[tuple[PictureForm, ...], Field(max_length=MOST_SAMPLES)] = ()
    accepted_before: DigestOrNone = ""
    modes: Annotated[tuple[Short, ...], Field(max_length=100)] = ()
    blind: bool = False
    at: Time = ""

    def vote(self) -> Vote:
        pictures = tuple(PictureVote(**dict(picture)) for picture in self.pictures)
        return Vote(**{**dict(self), "arm": Arm(**dict(self.arm)), "pictures": pictures})


class PreferenceForm(Form):
    """A reviewer's choice between a blind pair."""

    item: Named
    preferred: Preferred
    baseline_left: bool
    at: Time = ""


class ResolutionForm(Form):
    """The chair's word on a sheet."""

    item: Named
    choice: Choice
    reason: Annotated[Long, AfterValidator(_something)]
    at: Time = ""


class ReviewForm(Form):
    """The whole file."""

    format: Literal["gemini-image-harness/review"]
    version: Literal[1]
    run: Named
    report: Short
    tool: Short
    reviewer: Name
    meeting: Short = ""
    take: Number = 0
    seed: Annotated[int, Field(ge=-(10**15), le=10**15)] = 0
    drawn: Annotated[tuple[Named, ...], Field(max_length=MOST_SHEETS)] = ()
    votes: Annotated[tuple[VoteForm, ...], Field(max_length=MOST_SHEETS)] = ()
    preferences: Annotated[tuple[PreferenceForm, ...], Field(max_length=MOST_SHEETS)] = ()
    resolutions: Annotated[tuple[ResolutionForm, ...], Field(max_length=MOST_SHEETS)] = ()

    def review(self, source: str) -> Review:
        plain = {k: v for k, v in self if k not in ("format", "version")}
        turned = {
            "votes": tuple(vote.vote() for vote in self.votes),
            "preferences": tuple(Preference(**dict(one)) for one in self.preferences),
            "resolutions": tuple(Resolution(**dict(one)) for one in self.resolutions),
        }
        return Review(**{**plain, **turned, "source": source})
