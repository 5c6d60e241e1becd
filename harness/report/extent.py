"""Say how much of a run a report holds: which cases, and which forms of their pictures."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from harness.errors import UsageError
from harness.judging.sheets import Sheet, sheets
from harness.model.run import Judged, Run, SuiteResult
from harness.model.showing import CellShow, Showing
from harness.model.verdict import Status

_W = TypeVar("_W", bound=StrEnum)

DECIDED = "decided"
"""The check that holds a picture against what people said of it."""


class Images(StrEnum):
    """Which forms of its pictures a report holds."""

    THUMB = "thumb"
    PREVIEW = "preview"
    NEEDED = "needed"
    FULL = "full"


class Group(StrEnum):
    """What a cell is to whoever chooses what a report holds."""

    FAILED = "failed"
    ERROR = "error"
    CHANGED = "changed"
    NEW = "new"
    UNDECIDED = "undecided"
    WARNED = "warned"
    UNRECORDED = "unrecorded"
    PASSED = "passed"


NEEDED = frozenset({Group.FAILED, Group.ERROR, Group.CHANGED, Group.NEW, Group.UNDECIDED})
"""Cells that a person has to look at, down to the last pixel."""

_OF_STATUS = {
    Status.FAIL: Group.FAILED,
    Status.ERROR: Group.ERROR,
    Status.NEW: Group.NEW,
    Status.WARN: Group.WARNED,
    Status.UNRECORDED: Group.UNRECORDED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much of a run a report holds.

    Attributes:
        images: Small forms only, originals of what a person has to look at, or all originals.
        include: Only cases with a cell of one of these; empty for all cases.
    """

    images: Images = Images.NEEDED
    include: frozenset[Group] = frozenset()

    def has_original(self, groups: frozenset[Group]) -> bool:
        """Tell whether originals of a cell of these groups are brought."""
        match self.images:
            case Images.FULL:
                return True
            case Images.NEEDED:
                return not groups.isdisjoint(NEEDED)
            case Images.PREVIEW | Images.THUMB:
                return False


WHOLE = Extent()
"""All cases, and originals of what a person has to look at."""


def extent_of(*, images: str, include: str) -> Extent:
    """Read what the command line says.

    Args:
        images: A word of `Images`.
        include: Words of `Group` with commas between them; empty for all cases.

    Raises:
        UsageError: a word is none of them.
    """
    wanted = [word.strip() for word in include.split(",") if word.strip()]
    return Extent(
        images=_word(Images, images, flag="--images"),
        include=frozenset(_word(Group, word, flag="--include") for word in wanted),
    )


def groups_of(sheet: Sheet, cell: CellShow) -> frozenset[Group]:
    """Say what a cell is; it may be several things at once, and passed only where nothing else."""
    groups = {_OF_STATUS[f.status] for f in sheet.findings if f.status in _OF_STATUS}
    if any(f.check == DECIDED and f.status is Status.NEW for f in sheet.findings):
        groups.add(Group.UNDECIDED)
    if cell.drift is not None and cell.drift.moved:
        groups.add(Group.CHANGED)
    return frozenset(groups) or frozenset({Group.PASSED})


def included(run: Run, showing: Showing, extent: Extent) -> Run:
    """Keep the cases that a report is to hold, maybe none; a case is kept whole."""
    if not extent.include:
        return run
    kept = {
        _case(sheet.judged)
        for sheet in sheets(run)
        if not extent.include.isdisjoint(groups_of(sheet, showing.cell(sheet.place)))
    }
    return replace(run, suites=tuple(_narrowed(suite, kept) for suite in run.suites))


def with_originals(run: Run, showing: Showing, extent: Extent) -> Iterator[str]:
    """Give the sha256 of every picture whose original is brought: of the cell and beside it."""
    for sheet in sheets(run):
        cell = showing.cell(sheet.place)
        if extent.has_original(groups_of(sheet, cell)):
            yield from cell.baseline
            yield from _pictures(sheet)


def _pictures(sheet: Sheet) -> Iterator[str]:
    for sample in sheet.samples:
        yield from sample.pictures
    for turn in sheet.judged.variant.turns[sheet.turn : sheet.turn + 1]:
        yield from (reference.blob.sha256 for reference in turn.references)


def _narrowed(suite: SuiteResult, kept: set[tuple[str, str]]) -> SuiteResult:
    return replace(suite, judged=tuple(j for j in suite.judged if _case(j) in kept))


def _case(judged: Judged) -> tuple[str, str]:
    return judged.variant.suite, judged.variant.case


def _word(words: type[_W], text: str, *, flag: str) -> _W:
    try:
        return words(text)
    except ValueError:
        known = ", ".join(words)
        raise UsageError(f"{flag} {text!r}: no such word; say one of: {known}") from None
