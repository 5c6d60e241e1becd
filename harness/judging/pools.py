"""Pair the answers of two sides by cell, and lay out what is permuted together."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.judging.channels import channels_of
from harness.judging.subjects import Subject, without_repeats
from harness.stats.labellings import Design
from harness.stats.permutation import Block, Cell

LEAST = 2
"""Answers of a cell that each side needs: one tells nothing of its own spread."""

ANSWERS, SESSIONS = "answers", "sessions"

Place = tuple[str, str, str]
"""A suite, a cell, and the arm where sides are kept apart by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The answers of one cell, of both sides.

    Attributes:
        old: Of the reference.
        new: The fresh ones.
    """

    old: tuple[Subject, ...]
    new: tuple[Subject, ...]

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """All of them, old ones first."""
        return self.old + self.new

    @property
    def id(self) -> str:
        """Name it among the pools of a test."""
        return " ".join((*self.old[0].place, self.old[0].arm))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """What can be tested, and what cannot.

    Attributes:
        pools: A cell each, in the order of the reference.
        left_out: What is not tested, a line each.
    """

    pools: tuple[Pool, ...]
    left_out: tuple[str, ...]


def pools_of(old: Sequence[Subject], new: Sequence[Subject]) -> Pools:
    """Pair the answers of two sides by suite and cell; repeated pictures are left out.

    Where both sides have the same arms, by arm too: two models that one suite asks alike
    have one cell, and are never mixed.
    """
    olds, news, repeated = without_repeats(old, new)
    apart = {s.arm for s in old} == {s.arm for s in new}
    first, second = (_by_place(side, apart=apart) for side in (olds, news))
    both = [place for place in first if place in second]
    pools = [Pool(old=tuple(first[place]), new=tuple(second[place])) for place in both]
    enough = tuple(p for p in pools if min(len(p.old), len(p.new)) >= LEAST)
    lines = {
        "only in the reference": len(first) - len(both),
        "only in the fresh sample": len(second) - len(both),
        f"with fewer than {LEAST} answers on a side": len(pools) - len(enough),
    }
    left = [f"{_count(count, 'cell')} {where}" for where, count in lines.items() if count]
    if repeated:
        left.append(
            f"{_count(repeated, 'answer')} from somebody's cache: byte for byte an earlier picture"
        )
    unseen = [s for p in enough for s in p.subjects if s.picture and s.description is None]
    if unseen:
        left.append(
            f"{_count(len(unseen), 'picture')} whose bytes are not here or cannot be read: "
            "harness cassette verify"
        )
    return Pools(pools=enough, left_out=tuple(left))


def blocks_of(
    pools: Sequence[Pool], *, unit: str = ANSWERS, names: Sequence[str] | None = None
) -> tuple[Block, ...]:
    """Lay out what is permuted together.

    Answers: the chains of one variant, whole, so that turns of a conversation are no
    independent cells; two arms of a variant apart, since their answers differ. Sessions: those
    of all cells at once, since a day is one for all.

    Where variants begin with the same turns, those cells hold chains of all of them, and are
    permuted with the last variant only: 3 of 400 and 6 of 500 suites without a change were
    rejected at .01 (8 v 4 chains, 3 and 2 variants of two turns, edits that hardly differ).

    Args:
        pools: The cells.
        unit: `ANSWERS` or `SESSIONS`.
        names: Of channels; None for all.
    """
    return tuple(_block(group, unit, names) for group in _together(pools, unit))


def designs_of(pools: Sequence[Pool], *, unit: str = ANSWERS) -> tuple[Design, ...]:
    """Tell how many units are old and new in each block, before anything is measured."""
    return tuple(block.design for block in blocks_of(pools, unit=unit, names=()))


def sessions_of_units(
    pools: Sequence[Pool], *, unit: str = ANSWERS
) -> tuple[NDArray[np.intp], ...]:
    """Give the session of each unit of each block, old ones first, numbered over all blocks."""
    numbers: dict[str, int] = {}
    found = []
    for group in _together(pools, unit):
        olds = ((False, subject) for pool in group for subject in pool.old)
        news = ((True, subject) for pool in group for subject in pool.new)
        units: dict[tuple[bool, str], str] = {}
        for fresh, subject in (*olds, *news):
            units.setdefault((fresh, _unit(subject, unit)), subject.session)
        own = [numbers.setdefault(session, len(numbers)) for session in units.values()]
        found.append(np.array(own, dtype=np.intp))
    return tuple(found)


def _together(pools: Sequence[Pool], unit: str) -> list[list[Pool]]:
    """Group the cells whose units are labelled together."""
    if unit == SESSIONS:
        return [list(pools)] if pools else []
    variants: dict[tuple[str, str], list[Pool]] = defaultdict(list)
    for pool in pools:
        variants[pool.old[0].suite, pool.old[0].variant].append(pool)
    return [group for own in variants.values() for group in _linked(own)]


def _linked(pools: Sequence[Pool]) -> list[list[Pool]]:
    """Part the cells of a variant that have no chain in common, such as those of two arms."""
    groups: list[tuple[set[str], list[Pool]]] = []
    for pool in pools:
        chains = {subject.chain for subject in pool.subjects}
        linked = [group for group in groups if group[0] & chains]
        groups = [group for group in groups if not group[0] & chains]
        for known, _ in linked:
            chains |= known
        groups.append((chains, [*(p for _, own in linked for p in own), pool]))
    return [own for _, own in groups]


def _unit(subject: Subject, unit: str) -> str:
    return subject.session if unit == SESSIONS else subject.chain


def _block(pools: Sequence[Pool], unit: str, names: Sequence[str] | None) -> Block:
    olds = _numbered((s for pool in pools for s in pool.old), unit, start=0)
    news = _numbered((s for pool in pools for s in pool.new), unit, start=len(olds))
    cells = tuple(_cell(pool, olds, news, unit, names) for pool in pools)
    return Block(design=Design(old=len(olds), new=len(news)), cells=cells)


def _numbered(subjects: Iterator[Subject], unit: str, *, start: int) -> Mapping[str, int]:
    names = dict.fromkeys(_unit(subject, unit) for subject in subjects)
    return {name: start + place for place, name in enumerate(names)}


def _cell(
    pool: Pool,
    olds: Mapping[str, int],
    news: Mapping[str, int],
    unit: str,
    names: Sequence[str] | None,
) -> Cell:
    units = [olds[_unit(s, unit)] for s in pool.old] + [news[_unit(s, unit)] for s in pool.new]
    plain = units == list(range(len(olds) + len(news)))
    return Cell(
        name=pool.id,
        channels=channels_of(pool.subjects, names=names),
        units=None if plain else np.array(units, dtype=np.intp),
    )


def _by_place(subjects: Sequence[Subject], *, apart: bool) -> dict[Place, list[Subject]]:
    found: dict[Place, list[Subject]] = defaultdict(list)
    for subject in subjects:
        found[*subject.place, subject.arm if apart else ""].append(subject)
    return found


def _count(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def outcomes_of(subjects: Sequence[Subject]) -> str:
    """Word how answers ended, e.g. `"12 picture, 1 refused"`."""
    counted = Counter(subject.outcome for subject in subjects)
    return ", ".join(f"{count} {name}" for name, count in counted.most_common())
