"""Plan a monitor's two steps: which half of the reference serves which, and whether they can alarm.

The screen is held against one half of the reference, the confirmation against the other:
an unlucky reference then misleads one of them, not both (DRIFT section 4).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from harness.judging.drift import Terms
from harness.judging.drift_words import number
from harness.judging.pools import ANSWERS, LEAST, SESSIONS
from harness.judging.subjects import Subject, sessions_of
from harness.model.drift import Shift
from harness.model.watch import Watch
from harness.stats.labellings import Design, smallest_p

Halves = tuple[tuple[Subject, ...], tuple[Subject, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One of the two steps of a look: what is tested, and how strictly.

    Attributes:
        name: For people: screen or confirmation.
        fresh: Fresh answers a cell.
        terms: Of its test.
    """

    name: str
    fresh: int
    terms: Terms


def stages_of(
    watch: Watch, *, unit: str = ANSWERS, provisional: bool = False
) -> tuple[Stage, Stage]:
    """Give the screen and the confirmation that a suite asks for."""
    screen = Terms(
        watch=watch, alpha=watch.screen, unit=unit, called=Shift.SUSPECT, provisional=provisional
    )
    confirm = replace(screen, alpha=watch.confirm_alpha, called=Shift.CHANGED)
    return (
        Stage(name="screen", fresh=watch.fresh, terms=screen),
        Stage(name="confirmation", fresh=watch.confirm, terms=confirm),
    )


def halved(subjects: Sequence[Subject]) -> Halves:
    """Split a reference sample in two, the same way each time.

    The days of its sessions alternate. Where all are of one day, its sessions do; where
    there is one session, the chains of each variant do.
    """
    sessions = sessions_of(subjects)
    begun = {session: _begun(session, subjects) for session in sessions}
    days = sorted(set(begun.values()))
    if len(days) > 1:
        return _split(subjects, {s.session: days.index(begun[s.session]) for s in subjects})
    if len(sessions) > 1:
        return _split(subjects, {session: place for place, session in enumerate(sessions)})
    return _by_chain(subjects)


def _begun(session: str, subjects: Iterable[Subject]) -> str:
    return min(subject.day for subject in subjects if subject.session == session)


def _split(subjects: Sequence[Subject], places: dict[str, int]) -> Halves:
    first = tuple(s for s in subjects if places[s.session] % 2 == 0)
    return first, tuple(s for s in subjects if places[s.session] % 2)


def _by_chain(subjects: Sequence[Subject]) -> Halves:
    chains: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for subject in subjects:
        known = chains[subject.suite, subject.variant]
        known.setdefault(subject.chain, len(known))
    sides: tuple[list[Subject], list[Subject]] = ([], [])
    for subject in subjects:
        sides[chains[subject.suite, subject.variant][subject.chain] % 2].append(subject)
    return tuple(sides[0]), tuple(sides[1])


def enough_in_both(halves: Halves) -> frozenset[str]:
    """Name the cells that have answers enough in each half to be tested in both steps."""
    counts = [_counts(half) for half in halves]
    return frozenset(
        cell for cell in counts[0] if min(counts[0][cell], counts[1].get(cell, 0)) >= LEAST
    )


def _counts(half: Iterable[Subject]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for subject in half:
        found[subject.cell] += 1
    return found


def why_no_alarm(halves: Halves, stages: tuple[Stage, Stage]) -> str:
    """Say why a look could never alarm, whatever it saw; empty where it could.

    Args:
        halves: Of the reference, of the cells that are watched.
        stages: The screen, held against the first half, and the confirmation.
    """
    least_cells = stages[0].terms.watch.cells
    cells = len({subject.cell for subject in halves[0]})
    if cells < least_cells:
        return (
            f"{cells} of the suite's cells can be held against the epoch, and drift.cells asks "
            f"for {least_cells}"
        )
    for half, stage in zip(halves, stages, strict=True):
        terms = stage.terms
        least = smallest_p(_designs(half, stage), draws=terms.draws)
        if least > terms.alpha:
            return (
                f"the {stage.name} could never fire: its smallest reachable p is {number(least)}, "
                f"above its rate of {number(terms.alpha)} ({_sizes(half, stage)})"
            )
    return ""


def _designs(half: Sequence[Subject], stage: Stage) -> tuple[Design, ...]:
    if stage.terms.unit == SESSIONS:
        return (Design(old=len(sessions_of(half)), new=1),)
    chains: dict[tuple[str, str], set[str]] = defaultdict(set)
    for subject in half:
        chains[subject.suite, subject.variant].add(subject.chain)
    return tuple(Design(old=len(found), new=stage.fresh) for found in chains.values())


def _sizes(half: Sequence[Subject], stage: Stage) -> str:
    if stage.terms.unit == SESSIONS:
        need = round(1 / stage.terms.alpha) - 1
        return (
            f"days differ, so that the session is the unit: {len(sessions_of(half))} sessions in "
            f"this half of the reference, {need} are needed"
        )
    most = max(design.old for design in _designs(half, stage))
    return f"{most} reference answers a cell in this half, {stage.fresh} fresh ones"
