"""Say how large a change is, how large it may be, and how small a one would have been seen."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from harness.model.drift import Effect
from harness.model.watch import Watch
from harness.stats.channels import EnergyChannel
from harness.stats.permutation import Block


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


def sizes_of(blocks: Sequence[Block], watch: Watch, *, alpha: float, seed: int) -> Sizes:
    """Measure a change, and the test itself.

    Args:
        blocks: What is tested.
        watch: Which effect matters, and how often it is to be seen.
        alpha: False-alarm rate of the test.
        seed: Of everything drawn.
    """
    by_channel: dict[str, list[float]] = defaultdict(list)
    cells: dict[str, Effect] = {}
    for block in blocks:
        for cell in block.cells:
            found = {}
            labels = np.zeros((1, block.design.old + block.design.new), dtype=np.float32)
            labels[0, : block.design.old] = 1
            own = labels if cell.units is None else labels[:, cell.units]
            for channel in cell.channels:
                if not isinstance(channel, EnergyChannel):
                    continue
                old = np.flatnonzero(own[0])
                within = channel.distances[np.ix_(old, old)].sum() / (len(old) * (len(old) - 1))
                if within > 0:
                    size = float(channel.values(own)[0] / within)
                    found[channel.name] = size
                    by_channel[channel.name].append(size)
            if found:
                name = max(found, key=lambda n: found[n])
                cells[cell.name] = Effect(
                    channel=name, size=found[name], low=found[name], high=found[name]
                )
    means = {name: float(np.mean(values)) for name, values in by_channel.items()}
    effects = [Effect(channel=n, size=v, low=v, high=v) for n, v in means.items()]
    effects.sort(key=lambda effect: -effect.size)
    return Sizes(effects=tuple(effects), cells=cells)
