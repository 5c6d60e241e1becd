"""Say what every part of the page is made of: values that the templates print as they are."""

from dataclasses import dataclass
from typing import Self

from harness.model.verdict import Status
from harness.report.pictures import Tile
from harness.report.words import ICONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A status as it is shown: a word and an icon, beside any colour."""

    word: str
    icon: str

    @classmethod
    def of(cls, status: Status) -> Self:
        return cls(word=status.value, icon=ICONS[status])


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and what is known under it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many variants have a status; `said` is the words after the icon."""

    mark: Mark
    count: int
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture, or the place where it would be.

    Attributes:
        label: Written on the picture, e.g. `"sample 1 of 4"`.
        alt: For who cannot see it: sample, variant, status.
        tile: The picture, or words in its place.
        mark: Worst finding on the sample, or None where the picture is not judged.
        pill: `"accepted"`, `"new"` and the like; empty for none.
        notes: What stands under it, e.g. `"1408x768 JPEG"`.
    """

    label: str
    alt: str
    tile: Tile
    mark: Mark | None = None
    pill: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding in words; `where` is empty for the whole variant."""

    mark: Mark
    check: str
    message: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page elsewhere; `href` is empty where the address is no web address."""

    href: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A variant of a case, linked to where it is shown."""

    href: str
    text: str
    mark: Mark
