"""Choose what people review: what failed or moved first, the rest by lot.

The draw is made from all sheets that hold an answer, those that are taken for a reason
among them, so that the rate of its accepted ones speaks of them all. Every sheet has the same
chance to be drawn. A sheet may be there for a reason and by the draw; what is there for a
reason alone feeds no rate.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from harness.judging.sheets import Sheet, sheets
from harness.model.identity import digest
from harness.model.review import Planned, ReviewPlan, Why
from harness.model.run import Run
from harness.model.showing import Showing
from harness.model.verdict import Status

SECONDS_A_SHEET = 30
"""What a sheet takes in a meeting: a look at all samples, a word, a key."""

_OF_STATUS = {Status.FAIL: Why.FAILED, Status.ERROR: Why.ERROR, Status.WARN: Why.WARNED}
_ALWAYS = frozenset({Why.FAILED, Why.ERROR, Why.WITNESS, Why.WARNED, Why.DISCUSSED})
_RANK = {why: rank for rank, why in enumerate(Why)}
_LOTS = 2**256


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """How much is looked at, and by which lot.

    Attributes:
        take: Sheets at most; 0 for all.
        seed: Another one draws others. The run's id is drawn with it: no run draws as
            the last one did.
    """

    take: int = 0
    seed: int = 0


def plan(
    run: Run, showing: Showing, *, draw: Draw, discussed: Collection[str] = frozenset()
) -> ReviewPlan:
    """Choose the sheets of a first round.

    What failed, broke, moved, warned or is under discussion comes first, the gravest first, and
    may fill `take` alone. What is not decided yet comes with it where that leaves
    half of the room to the draw; where it does not, the draw takes its share of it. The rest of
    `take` is drawn; that some of it was taken anyway makes the whole smaller, never larger.

    Args:
        run: What was judged.
        showing: What is known of its cells.
        draw: How much, and by which lot.
        discussed: Ids of the sheets whose pictures are under discussion.
    """
    found = [_found(sheet, showing, discussed) for sheet in sheets(run) if reviewable(sheet)]
    every = not draw.take or draw.take >= len(found)
    chosen = _all(found) if every else _some(found, run, draw)
    return ReviewPlan(
        run=run.id,
        take=draw.take,
        seed=draw.seed,
        sheets=tuple(chosen),
        minutes=minutes(len(chosen)),
    )


def reviewable(sheet: Sheet) -> bool:
    """Tell whether there is something to look at: an answer, or what came instead of it."""
    return any(s.generation is not None or s.failure is not None for s in sheet.samples)


def answered(sheet: Sheet) -> bool:
    """Tell whether a sheet can be drawn: it holds an answer, though it may be a refusal."""
    return any(s.generation is not None for s in sheet.samples)


def minutes(count: int) -> float:
    """Say how long so many sheets take."""
    return count * SECONDS_A_SHEET / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A sheet, and everything that speaks for looking at it, the gravest first."""

    sheet: Sheet
    why: tuple[Why, ...]

    @property
    def rank(self) -> int:
        return min((_RANK[why] for why in self.why), default=len(_RANK))


def _found(sheet: Sheet, showing: Showing, discussed: Collection[str]) -> _Found:
    why = set(_reasons(sheet, showing, discussed))
    return _Found(sheet=sheet, why=tuple(sorted(why, key=lambda each: _RANK[each])))


def _reasons(sheet: Sheet, showing: Showing, discussed: Collection[str]) -> Iterator[Why]:
    statuses = {sheet.status, *(finding.status for finding in sheet.findings)}
    yield from (why for status, why in _OF_STATUS.items() if status in statuses)
    drift = showing.cell(sheet.place).drift
    if drift is not None and drift.moved:
        yield Why.WITNESS
    if sheet.id in discussed:
        yield Why.DISCUSSED
    elif Status.NEW in statuses:
        yield Why.NEW


def _all(found: Sequence[_Found]) -> list[Planned]:
    ordered = sorted(found, key=lambda each: each.rank)
    return [Planned(item=each.sheet.id, why=each.why or (Why.ASKED,)) for each in ordered]


def _some(found: Sequence[_Found], run: Run, draw: Draw) -> list[Planned]:
    ordered = sorted(found, key=lambda each: each.rank)
    taken = [each for each in ordered if _ALWAYS & {*each.why}][: draw.take]
    undecided = [each for each in ordered if each.why == (Why.NEW,)]
    if len(undecided) <= (draw.take - len(taken)) // 2:
        taken += undecided
    population = [each.sheet for each in found if answered(each.sheet)]
    lots = drawn(population, draw.take - len(taken), lot=(run.id, draw.seed))
    reasons = {each.sheet.id for each in taken}
    by_lot = [e for e in found if e.sheet.id in lots and e.sheet.id not in reasons]
    return [_planned(each, random=each.sheet.id in lots) for each in (*taken, *by_lot)]


def _planned(found: _Found, *, random: bool) -> Planned:
    why = (*found.why, Why.RANDOM) if random else found.why
    return Planned(item=found.sheet.id, why=why, random=random)


def drawn(population: Sequence[Sheet], count: int, *, lot: tuple[str, int]) -> frozenset[str]:
    """Draw sheets by lot, spread over the cases by their sizes; give their ids.

    A stratum is a case of a suite. It gets the whole part of its proportional share; the
    places that are left go by its fraction, in a systematic draw with one random start (Madow
    1949), so that each sheet has the same chance, of a case with one variant too. Within
    a stratum those with the lowest lots are drawn; a lot is a digest of run, seed and id.

    Args:
        population: In the suites' order.
        count: How many; all where there are no more.
        lot: Id of the run, and the seed.
    """
    if count >= len(population):
        return frozenset(sheet.id for sheet in population)
    found: list[str] = []
    start, before = int(digest([*lot]), 16), 0
    for _, group in groupby(population, key=_stratum):
        stratum = sorted((digest([*lot, sheet.id]), sheet.id) for sheet in group)
        reached = before + len(stratum)
        first, last = (
            (sheets_so_far * count * _LOTS // len(population) + start) // _LOTS
            for sheets_so_far in (before, reached)
        )
        found += [item for _, item in stratum[: last - first]]
        before = reached
    return frozenset(found)


def _stratum(sheet: Sheet) -> tuple[str, str]:
    return sheet.judged.variant.suite, sheet.judged.variant.case
