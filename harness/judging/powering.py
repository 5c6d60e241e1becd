"""Say which designs can see what: refused ones first, and known changes by trial."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.judging.calibrating import Trials
from harness.judging.calibration_words import alpha_said, sessions_said
from harness.judging.drift import Terms
from harness.judging.planting import Size, Trial, drawable, drawings, trial_of
from harness.judging.pools import Pool, blocks_of
from harness.judging.subjects import Subject, sessions_of
from harness.model.calibration import SESSIONS, Rate
from harness.model.power import DesignPower, PlantPower
from harness.model.spreading import Spread, here
from harness.model.watch import Watch
from harness.stats.labellings import Design, smallest_p
from harness.stats.permutation import Block
from harness.stats.pretended import planned
from harness.stats.rates import rate_interval

FRESH = (2, 4, 8, 10)
REFERENCE = (8, 16, 20)
LEVEL = 0.95
"""Of the interval of a power that was measured by trial."""

_LIGHT = 200_000
"""Trials times variants times draws that are made sooner here than processes start."""

_LABELLINGS = 5
"""Labellings that reach the smallest p, at the least, of each trial's test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A reference sample, and how it is tested against.

    Attributes:
        subjects: Its answers.
        unit: What is permuted: answers or sessions.
        watch: As the suite wants it.
        alpha: False-alarm rate of the test.
        seed: Of all draws.
    """

    subjects: tuple[Subject, ...]
    unit: str
    watch: Watch
    alpha: float
    seed: int = 0

    def smallest(self, size: Size) -> float:
        """Give the smallest p that a design can reach on these cells."""
        designs = (Design(old=size.old, new=size.new),) * self.blocks
        if self.unit == SESSIONS:
            designs = (Design(old=len(sessions_of(self.subjects)), new=1),)
        return smallest_p(designs, draws=Terms(watch=self.watch, alpha=self.alpha).draws)

    @property
    def laid_out(self) -> tuple[Block, ...]:
        """All answers, ready to be tested against each other."""
        cells: dict[tuple[str, str], list[Subject]] = defaultdict(list)
        for subject in self.subjects:
            cells[subject.place].append(subject)
        return blocks_of([Pool(old=tuple(found), new=()) for found in cells.values()])

    @property
    def blocks(self) -> int:
        """How many variants have answers: each is permuted by itself."""
        return len({(subject.suite, subject.variant) for subject in self.subjects})

    @property
    def cells(self) -> int:
        """How many cells have answers."""
        return len({subject.place for subject in self.subjects})


def design_powers(
    reference: Reference, sizes: Iterable[Size], *, usd: float | None
) -> tuple[DesignPower, ...]:
    """Say what designs can see, and what they cost.

    Where sessions are the unit, power is not known: no reference tells how a fresh session
    would differ.

    Args:
        reference: What is known of the cells.
        sizes: The designs.
        usd: Price of one answer to every cell; None where it is not known.
    """
    laid_out = reference.laid_out
    return tuple(_design_power(reference, size, laid_out, usd) for size in sizes)


def _design_power(
    reference: Reference, size: Size, laid_out: Sequence[Block], usd: float | None
) -> DesignPower:
    watch, refused = reference.watch, refusal(reference, size)
    told = None
    if not refused and reference.unit != SESSIONS:
        told = planned(
            laid_out, old=size.old, new=size.new, alpha=reference.alpha, seed=reference.seed
        )
    return DesignPower(
        reference=size.old,
        fresh=size.new,
        smallest_p=reference.smallest(size),
        refused=refused,
        power=None if told is None else _rounded(told.power_at(watch.matters)),
        seen=None if told is None else _rounded(told.smallest(watch.power)),
        look_usd=None if usd is None else round(usd * size.new, 2),
        reference_usd=None if usd is None else round(usd * size.old, 2),
        own=(size.old, size.new) == (watch.reference, watch.fresh),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def refusal(reference: Reference, size: Size) -> str:
    """Say why a design can never alarm, before money is spent; empty where it can."""
    smallest, alpha = reference.smallest(size), reference.alpha
    if smallest <= alpha:
        return ""
    reach = f"can never alarm at {alpha_said(alpha)}: its smallest p is {smallest:.4f}"
    if reference.unit == SESSIONS:
        return f"{reach}; {sessions_said(alpha)}"
    cells = f"{reference.cells} cell{'' if reference.cells == 1 else 's'}"
    return f"{size.old} v {size.new} on {cells} {reach}"


def sizes_tried(own: Size) -> tuple[Size, ...]:
    """List the designs of the table, the suite's own choice among them."""
    fresh = sorted({*FRESH, own.new})
    reference = sorted({*REFERENCE, own.old})
    return tuple(Size(old=old, new=new) for old in reference for new in fresh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A known change.

    Attributes:
        name: Of a plant, a recording or an arm.
        said: The same for people.
        subjects: The reference's answers with the change in them, or those of the other.
    """

    name: str
    said: str
    subjects: tuple[Subject, ...]


def change_power(
    plain: Sequence[Subject],
    change: Change,
    size: Size,
    *,
    alpha: float,
    tried: Trials,
    spread: Spread = here,
) -> PlantPower | None:
    """Measure by trial how often a change is seen; None where too few answers are there.

    Args:
        plain: All answers of the reference sample.
        change: What is put into the fresh side.
        size: The design; the reference is smaller where too few answers are left for it.
        alpha: False-alarm rate of the test.
        tried: How often is drawn (`splits`), and from which seed.
        spread: Who tests.
    """
    changed = change.subjects
    possible = drawable(plain, changed, size)
    if possible is None:
        return None
    draws = max(tried.draws, round(_LABELLINGS / alpha) - 1)
    variants = len({(subject.suite, subject.variant) for subject in plain})
    to_test = drawings(plain, changed, possible, times=tried.splits, draws=draws, seed=tried.seed)
    drawn = list(spread(trial_of, to_test, few=_LIGHT // (variants * draws)))
    return PlantPower(
        plant=change.name,
        said=change.said,
        reference=possible.old,
        fresh=possible.new,
        seen=_rate((trial.p for trial in drawn), alpha),
        hashes=_rate((trial.hashes_p for trial in drawn), alpha),
        effects=_effects(drawn),
    )


def _rate(ps: Iterable[float], alpha: float) -> Rate:
    listed = list(ps)
    seen = sum(p <= alpha for p in listed)
    low, high = rate_interval(seen, len(listed), level=LEVEL)
    return Rate(alpha=alpha, alarms=seen, of=len(listed), low=low, high=high, level=LEVEL)


def _effects(drawn: Sequence[Trial]) -> Mapping[str, float]:
    names = dict.fromkeys(name for trial in drawn for name in trial.sizes)
    means = {n: float(np.mean([t.sizes[n] for t in drawn if n in t.sizes])) for n in names}
    return {n: round(means[n], 4) for n in sorted(means, key=lambda name: -means[name])}
