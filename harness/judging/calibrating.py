"""Hold a suite's own answers against each other: does its test keep its promise?

Nothing changed between them, as far as anybody knows, so every rejection is a false alarm.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from harness.judging.calibration_words import said_of
from harness.judging.channels import SCALARS
from harness.judging.pools import LEAST, Pool, blocks_of
from harness.judging.subjects import Subject, days_of, sessions_of, without_repeats
from harness.model.calibration import ANSWERS, SESSIONS, Calibration, CellNoise, DayEffect, Rate
from harness.model.drift import Effect
from harness.model.spreading import Spread, here
from harness.model.watch import Watch
from harness.stats.between import Groups, between_groups
from harness.stats.channels import Channel, EnergyChannel
from harness.stats.permutation import Block, Result, permutation_test
from harness.stats.rates import rate_interval
from harness.stats.splits import random_halves, resplit

ALPHAS = (0.05, 0.01)
LEVEL = 0.99
"""Of the intervals of rates: a test that keeps its promise is refused once in 200 times an alpha
at the most, since only the lower end refuses."""

_LIGHT = 300_000
"""Tests times blocks times draws that are made sooner here than processes start: some 2 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """How much is tried.

    Attributes:
        splits: Random halves that are tested.
        draws: Labellings of each of these tests.
        day_draws: Labellings of the test whether sessions differ.
        seed: Of everything.
    """

    splits: int = 200
    draws: int = 199
    day_draws: int = 999
    seed: int = 0


def calibrated(
    subjects: Sequence[Subject], watch: Watch, trials: Trials, *, spread: Spread = here
) -> Calibration:
    """Calibrate the test of a suite on its answers; names and times are left empty.

    Args:
        subjects: All answers of one reference sample.
        watch: As the suite wants it.
        trials: How much is tried.
        spread: Who tests; the result is the same bytes whoever does.
    """
    kept, _, repeated = without_repeats(subjects, ())
    pools, left_out = _pools(kept)
    blocks = blocks_of(pools)
    halves = _halves(blocks, trials, spread)
    between, days = _by_session(kept, pools, blocks, watch=watch, trials=trials, spread=spread)
    differ = days.found or not all(rate.holds for rate in between)
    armed = all(rate.holds and rate.of for rate in halves)
    return Calibration(
        id="",
        suite=subjects[0].suite if subjects else "",
        at="",
        epoch="",
        arm=", ".join(sorted({subject.arm for subject in kept})),
        answers=len(kept),
        repeated=repeated,
        halves=halves,
        between=between,
        days=days,
        unit=SESSIONS if differ else ANSWERS,
        armed=armed,
        provisional=not days.measurable,
        said=said_of(halves, days, differ=differ, armed=armed),
        noise=_noise(blocks, pools),
        left_out=left_out,
        splits=trials.splits,
        draws=trials.draws,
        seed=trials.seed,
        simulated=any(subject.simulated for subject in kept),
    )


def _pools(subjects: Sequence[Subject]) -> tuple[tuple[Pool, ...], tuple[str, ...]]:
    """Gather the answers of each cell that can be halved."""
    cells: dict[tuple[str, str], list[Subject]] = defaultdict(list)
    for subject in subjects:
        cells[subject.place].append(subject)
    enough = tuple(
        Pool(old=tuple(found), new=()) for found in cells.values() if len(found) >= 2 * LEAST
    )
    few = len(cells) - len(enough)
    lines = [f"{few} cell{'' if few == 1 else 's'} with fewer than {2 * LEAST} answers"]
    return enough, tuple(lines if few else ())


def _groups(
    blocks: Sequence[Block], pools: Sequence[Pool], sessions: Sequence[str]
) -> tuple[Groups, ...]:
    """Tell of each block's units to which session they belong."""
    by_id = {pool.id: pool.subjects for pool in pools}
    number = {session: place for place, session in enumerate(sessions)}
    found = []
    for block in blocks:
        group = np.zeros(block.design.old, dtype=np.intp)
        for cell in block.cells:
            own = [number[subject.session] for subject in by_id[cell.name]]
            group[slice(None) if cell.units is None else cell.units] = own
        found.append(group)
    return tuple(found)


def _halves(blocks: Sequence[Block], trials: Trials, spread: Spread) -> tuple[Rate, ...]:
    """Test random halves, and count how often each alpha is reached."""
    if not blocks:
        return _rates([], [])
    rng = np.random.default_rng(np.random.SeedSequence((trials.seed, 1)))
    split = (random_halves(blocks, rng) for _ in range(trials.splits))
    return _tested(list(split), trials, spread)


def _by_session(
    subjects: Sequence[Subject],
    pools: Sequence[Pool],
    blocks: Sequence[Block],
    *,
    watch: Watch,
    trials: Trials,
    spread: Spread,
) -> tuple[tuple[Rate, ...], DayEffect]:
    """Test each session against all others, and whether sessions differ at all."""
    groups = _groups(blocks, pools, sessions_of(subjects))
    between = _between(blocks, groups, trials, spread)
    return between, _days(blocks, groups, subjects, watch, trials)


def _between(
    blocks: Sequence[Block], groups: Sequence[Groups], trials: Trials, spread: Spread
) -> tuple[Rate, ...]:
    """Test each session against all others, as a look of a monitor would be."""
    sessions = range(max((int(group.max()) for group in groups), default=-1) + 1)
    told = [tuple(_against_rest(blocks, groups, session)) for session in sessions]
    return _tested([parts for parts in told if parts], trials, spread)


def _against_rest(
    blocks: Sequence[Block], groups: Sequence[Groups], session: int
) -> Iterator[Block]:
    for block, group in zip(blocks, groups, strict=True):
        old, new = np.flatnonzero(group != session), np.flatnonzero(group == session)
        if min(len(old), len(new)) >= LEAST:
            yield resplit(block, old=old, new=new)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One test of a calibration."""

    blocks: tuple[Block, ...]
    draws: int
    seed: int


def _test(asked: _Asked) -> Result:
    """Make one test; in a worker where there are many."""
    return permutation_test(asked.blocks, draws=asked.draws, seed=asked.seed)


def _tested(
    trials_of: Sequence[Sequence[Block]], trials: Trials, spread: Spread
) -> tuple[Rate, ...]:
    asked = (
        _Asked(blocks=tuple(parts), draws=trials.draws, seed=trials.seed + place)
        for place, parts in enumerate(trials_of)
    )
    blocks = max(map(len, trials_of), default=1)
    results = list(spread(_test, asked, few=_LIGHT // max(blocks * trials.draws, 1)))
    return _rates([result.p for result in results], [result.smallest for result in results])


def _rates(ps: Sequence[float], smallest: Sequence[float]) -> tuple[Rate, ...]:
    """Count, of the tests that can alarm at all, those that did."""
    return tuple(_rate(ps, smallest, alpha) for alpha in ALPHAS)


def _rate(ps: Sequence[float], smallest: Sequence[float], alpha: float) -> Rate:
    able = [p for p, least in zip(ps, smallest, strict=True) if least <= alpha]
    alarms = sum(p <= alpha for p in able)
    low, high = rate_interval(alarms, len(able), level=LEVEL)
    return Rate(alpha=alpha, alarms=alarms, of=len(able), low=low, high=high, level=LEVEL)


def _days(
    blocks: Sequence[Block],
    groups: Sequence[Groups],
    subjects: Sequence[Subject],
    watch: Watch,
    trials: Trials,
) -> DayEffect:
    """Test whether sessions differ, at the rate of a monitor's screen, which it is to protect."""
    found = between_groups(blocks, groups, draws=trials.day_draws, seed=trials.seed)
    largest = found.effects[0] if found else None
    return DayEffect(
        sessions=len(sessions_of(subjects)),
        days=days_of(subjects),
        needed=watch.sessions,
        alpha=watch.screen,
        p=found.p if found else None,
        effect=None
        if largest is None
        else Effect(
            channel=largest.channel,
            size=largest.size,
            low=max(largest.low, -_WIDEST),
            high=min(largest.high, _WIDEST),
        ),
    )


_WIDEST = 99.0
"""Stands for an interval's end that two sessions cannot tell."""


def _noise(blocks: Sequence[Block], pools: Sequence[Pool]) -> tuple[CellNoise, ...]:
    """Tell how far answers of each cell lie apart, the noisiest first.

    The scalars are told but not counted: they are scaled over each cell by itself.
    """
    channels = {cell.name: cell.channels for block in blocks for cell in block.cells}
    within = {pool.id: dict(_within(channels[pool.id])) for pool in pools}
    sums: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for told in within.values():
        sums.update(told)
        counts.update(told.keys())
    usual = {name: sums[name] / counts[name] for name in sums}
    found = [_cell_noise(pool, within[pool.id], usual) for pool in pools]
    return tuple(sorted(found, key=lambda cell: -cell.noise))


def _cell_noise(pool: Pool, within: dict[str, float], usual: dict[str, float]) -> CellNoise:
    counted = [within[name] / usual[name] for name in within if name != SCALARS and usual[name] > 0]
    first = pool.old[0]
    return CellNoise(
        variant=first.variant,
        turn=first.turn,
        cell=first.cell,
        answers=len(pool.old),
        sessions=len(sessions_of(pool.old)),
        within={name: round(value, 4) for name, value in within.items()},
        noise=round(float(np.mean(counted)), 3) if counted else 1.0,
    )


def _within(channels: Sequence[Channel]) -> Iterator[tuple[str, float]]:
    for channel in channels:
        if isinstance(channel, EnergyChannel):
            size = len(channel.distances)
            here = np.ones(size, np.bool_) if channel.present is None else channel.present
            count = int(here.sum())
            if count >= LEAST:
                total = float(channel.distances[np.ix_(here, here)].sum(dtype=np.float64))
                yield channel.name, total / (count * (count - 1))
