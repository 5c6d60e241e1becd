"""Test whether the distribution of answers has moved, and say so in one sentence.

The reference sample is unselected: keeping its best half by taste raises false alarms at
.01 to .05 (DESIGN law 3). No fresh sample is ever held against one picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from harness.judging import drift_words as words
from harness.judging.beside import beside
from harness.judging.drift_sizes import Sizes, sizes_of
from harness.judging.pools import ANSWERS, Pool, Pools, blocks_of, pools_of, sessions_of_units
from harness.judging.subjects import Subject, days_of, sessions_of
from harness.judging.witnesses import witnesses_of
from harness.model.drift import CellDrift, Drift, Shift
from harness.model.spreading import Spread, here
from harness.model.watch import Watch
from harness.stats.channels import EnergyChannel
from harness.stats.labellings import smallest_p
from harness.stats.permutation import Block, CellResult, Result, adjusted, permutation_test

DRAWS = 1_999
NAMED_BELOW = 0.10
"""False discovery rate of the cells that are named (DRIFT section 1)."""

_MARGIN_OF_DRAWS = 10
"""Labellings that reach the smallest p, at the least, of a test at its alpha."""

_MOST_DRAWS = 19_999
"""Labellings for the sake of naming cells, at most: enough to name one of 1,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How two samples are held against each other.

    Attributes:
        watch: As the suite wants it.
        alpha: False-alarm rate of this test.
        seed: Of labellings and intervals: the same seed, the same result.
        unit: What is permuted: answers, or sessions where days differ.
        equivalence: Say EQUIVALENT where both sides are as good as equal.
        called: What a rejection is called: CHANGED, or SUSPECT for a screen.
        provisional: Day effects are not measurable: SUSPECT at most.
    """

    watch: Watch
    alpha: float
    seed: int = 0
    unit: str = ANSWERS
    equivalence: bool = False
    called: Shift = Shift.CHANGED
    provisional: bool = False

    @property
    def draws(self) -> int:
        """Labellings: enough for alpha, so that p can lie well below it."""
        return max(DRAWS, round(_MARGIN_OF_DRAWS / self.alpha) - 1)

    def draws_for(self, cells: int) -> int:
        """Give labellings enough that one cell of so many can be named, with half to spare."""
        return max(self.draws, min(round(2 * cells / NAMED_BELOW) - 1, _MOST_DRAWS))


def drift(
    old: Sequence[Subject], new: Sequence[Subject], terms: Terms, *, spread: Spread = here
) -> Drift:
    """Test whether fresh answers come from the distributions of the reference.

    Answers are paired by cell; what has no twin on the other side is told in `left_out`.

    Args:
        old: The reference sample, unselected.
        new: The fresh sample.
        terms: How.
        spread: Who labels, where there are many cells.
    """
    found = pools_of(old, new)
    pools, blank = found.pools, _blank(old, new, found, terms)
    if not pools:
        return replace(blank, said=words.nothing_to_test(found.left_out))
    blocks = blocks_of(pools, unit=terms.unit)
    draws = terms.draws_for(len(pools))
    smallest = smallest_p(tuple(block.design for block in blocks), draws=draws)
    blank = replace(blank, smallest_p=smallest)
    if smallest > terms.alpha:
        said = words.cannot_alarm(pools, smallest=smallest, alpha=terms.alpha, unit=terms.unit)
        return replace(blank, said=said)
    result = permutation_test(blocks, draws=draws, seed=terms.seed, spread=spread)
    if not result.channels:
        return replace(blank, said=words.nothing_to_see(pools))
    return _told(blank, pools, blocks, result=result, terms=terms)


def _blank(old: Sequence[Subject], new: Sequence[Subject], found: Pools, terms: Terms) -> Drift:
    """Give a result that says nothing yet."""
    subjects = (*old, *new)
    return Drift(
        verdict=Shift.NOT_ENOUGH_DATA,
        said="",
        alpha=terms.alpha,
        p=1.0,
        p_all=1.0,
        p_few=1.0,
        smallest_p=1.0,
        draws=0,
        seed=terms.seed,
        power=None,
        seen=None,
        matters=terms.watch.matters,
        margin=terms.watch.margin,
        unit=terms.unit,
        left_out=found.left_out,
        sessions=(len(sessions_of(old)), len(sessions_of(new))),
        recorded=(*_times(old), *_times(new)),
        provisional=terms.provisional,
        simulated=any(subject.simulated for subject in subjects),
    )


def _told(
    blank: Drift,
    pools: Sequence[Pool],
    blocks: Sequence[Block],
    *,
    result: Result,
    terms: Terms,
) -> Drift:
    """Say what the test found, how large that is, and what it comes to."""
    sessions = sessions_of_units(pools, unit=terms.unit)
    sizes = sizes_of(blocks, sessions, terms.watch, alpha=terms.alpha, seed=terms.seed)
    tested = replace(
        blank,
        p=result.p,
        p_all=result.p_all,
        p_few=result.p_few,
        draws=result.draws,
        power=sizes.power,
        seen=sizes.seen,
        effects=sizes.effects,
        channels=dict(result.channels),
        cells=_cells(pools, blocks, result, sizes, rejected=result.p <= terms.alpha),
        beside=beside(pools, unit=terms.unit, seed=terms.seed),
    )
    return _judged(tested, pools, terms, sizes)


def _judged(tested: Drift, pools: Sequence[Pool], terms: Terms, sizes: Sizes) -> Drift:
    """Settle the verdict; a rejection is never masked by what else holds."""
    if tested.p <= terms.alpha:
        return _rejected(tested, pools, terms)
    watch = terms.watch
    if terms.equivalence and sizes.upper is not None and sizes.upper < watch.margin:
        said = words.equivalent(upper=sizes.upper, margin=watch.margin, level=sizes.level)
        return replace(tested, verdict=Shift.EQUIVALENT, said=said)
    if tested.power is not None and tested.power < watch.power:
        said = words.too_weak(
            pools, p=tested.p, power=tested.power, due=watch.power, matters=watch.matters
        )
        return replace(tested, said=said)
    said = words.nothing_seen(
        pools, p=tested.p, alpha=terms.alpha, seen=tested.seen, due=watch.power
    )
    return replace(tested, verdict=Shift.NO_CHANGE_SEEN, said=said)


def _rejected(tested: Drift, pools: Sequence[Pool], terms: Terms) -> Drift:
    """Word a rejection; what would have been seen is not known of sides that differ.

    Power is told from the spread of both sides together, which a change makes wider.
    """
    tested = replace(tested, power=None, seen=None)
    said = words.changed(
        pools, p=tested.p, alpha=terms.alpha, effect=tested.effect, moved=tested.moved
    )
    if not terms.provisional:
        return replace(tested, verdict=terms.called, said=said)
    days = days_of(subject for pool in pools for subject in pool.old)
    said += words.provisional(days, terms.watch.sessions)
    return replace(tested, verdict=Shift.SUSPECT, said=said)


def _cells(
    pools: Sequence[Pool],
    blocks: Sequence[Block],
    result: Result,
    sizes: Sizes,
    *,
    rejected: bool,
) -> tuple[CellDrift, ...]:
    """Say of each cell what the test says, in the order of the reference.

    Cells are named, and witnesses sought, only where the whole was rejected.
    """
    channels = {cell.name: cell.channels for block in blocks for cell in block.cells}
    results = {cell.name: cell for cell in result.cells}
    qs = dict(zip(results, adjusted(cell.p for cell in results.values()), strict=True))
    found = []
    for pool in pools:
        q = qs[pool.id]
        moved = rejected and q <= NAMED_BELOW
        energies = _driving(results[pool.id], channels[pool.id])
        found.append(
            CellDrift(
                suite=pool.old[0].suite,
                variant=pool.old[0].variant,
                turn=pool.old[0].turn,
                cell=pool.old[0].cell,
                old=len(pool.old),
                new=len(pool.new),
                p=results[pool.id].p,
                q=q,
                moved=moved,
                effect=sizes.cells.get(pool.id),
                witnesses=witnesses_of(pool, energies) if rejected else (),
            )
        )
    return tuple(found)


def _driving(result: CellResult, channels: Sequence[object]) -> list[EnergyChannel]:
    """Give the energy channels that moved most in a cell: those of half the largest z or more."""
    z: Mapping[str, float] = {name: value for name, _, value in result.channels}
    energies = [channel for channel in channels if isinstance(channel, EnergyChannel)]
    most = max((z[channel.name] for channel in energies), default=0.0)
    return [channel for channel in energies if z[channel.name] >= most / 2 > 0] or energies


def _times(subjects: Sequence[Subject]) -> tuple[str, str]:
    times = sorted(subject.recorded_at for subject in subjects if subject.recorded_at)
    return (times[0], times[-1]) if times else ("", "")
