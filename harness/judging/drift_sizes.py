"""Say how large a change is, how large it may be, and how small a one would have been seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from harness.model.drift import Effect
from harness.model.watch import Watch
from harness.stats.effect import ChannelEffect, effects
from harness.stats.permutation import Block
from harness.stats.sensitivity import sensitivity


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How large a change is.

    Attributes:
        effects: Over all cells, a channel each, the largest first.
        cells: The largest effect of each cell, by its name.
        upper: Below this the largest effect lies with `level` confidence; None unknown.
        level: Of the intervals and of `upper`.
        power: How often a change that matters is seen; None unknown.
        seen: The smallest effect that is seen with the power that is due; None unknown.
    """

    effects: tuple[Effect, ...] = ()
    cells: Mapping[str, Effect] = field(default_factory=dict)
    upper: float | None = None
    level: float = 0.95
    power: float | None = None
    seen: float | None = None


def sizes_of(
    blocks: Sequence[Block],
    sessions: Sequence[NDArray[np.intp]],
    watch: Watch,
    *,
    alpha: float,
    seed: int,
) -> Sizes:
    """Measure a change, and the test itself.

    Args:
        blocks: What is tested.
        sessions: For each block the session of each unit.
        watch: Which effect matters, and how often it is to be seen.
        alpha: False-alarm rate of the test.
        seed: Of everything drawn.
    """
    found = effects(blocks, sessions, seed=seed)
    names = [cell.name for block in blocks for cell in block.cells]
    cells = {name: _told(own[0]) for name, own in zip(names, found.cells, strict=True) if own}
    sensed = sensitivity(blocks, alpha=alpha, seed=seed)
    return Sizes(
        effects=tuple(map(_told, found.channels)),
        cells=cells,
        upper=found.upper,
        power=sensed.power_at(watch.matters),
        seen=sensed.smallest(watch.power),
    )


def _told(effect: ChannelEffect) -> Effect:
    return Effect(
        channel=effect.channel,
        size=_rounded(effect.size),
        low=_rounded(effect.low),
        high=_rounded(effect.high),
        level=effect.level,
    )


def _rounded(value: float) -> float:
    return round(value, 4)
