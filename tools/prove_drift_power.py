"""Prove what drift sees: another temperature, known changes, and that plans are kept.

Writes reports/prove/drift.md. Figures by perceptual hashes alone stand beside those of all
channels, so that people see why there are channels. `--trials` makes it shorter.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

import numpy as np
from drift_report import Row, Section, kept
from drift_samples import Rng, grid, split, suite
from numpy.typing import NDArray

from harness.judging.channels import HASHES
from harness.stats.channels import EnergyChannel
from harness.stats.labellings import Design
from harness.stats.permutation import Block, Cell, permutation_test
from harness.stats.pretended import planned
from harness.stats.rates import rate_interval
from harness.stats.sensitivity import sensitivity

DRAWS, ALPHA = 999, 0.01
TEMPERATURES = ("low", "high")
PLANTS = {
    "blur": 0.95,
    "half-resolution": 0.95,
    "letterbox": 0.95,
    "zoom-20": 0.95,
    "jpeg-30": 0.95,
    "cast-10": 0.6,
    "upscale": None,
    "cast-5": None,
    "saturation-20": None,
}
"""Known changes, and the power that is due; None: told, and held to nothing."""
OLD, NEW, CELLS = 8, 4, 10
OFF = 0.10
"""How far planned power may lie from what is seen, beside the error of the count."""


def main() -> int:
    """Run all of it; 1 where a row fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--only", default="", help="a part of a section's name")
    chosen = parser.parse_args()
    sections: dict[str, Callable[[int], Section]] = {
        "temperature": temperature,
        "known changes": changes,
        "planned power": plans,
    }
    found = [kept(make(chosen.trials)) for name, make in sections.items() if chosen.only in name]
    return int(not all(section.holds for section in found))


def temperature(trials: int) -> Section:
    """Hold one temperature against the other, on one cell."""
    rows = []
    for old, new, due in ((8, 8, 0.95), (14, 4, 0.85)):
        for what, names in (("all channels", None), ("hashes alone", HASHES)):
            rng = np.random.default_rng([old, new])
            made = (_warmer(rng, old=old, new=new, names=names) for _ in range(trials))
            rows.append(_power(f"low v high, {old} v {new}, {what}", made, trials,
                               due=due if names is None else None))  # fmt: skip
    how = (
        f"{trials} draws from the two grids of 25 tiles, one prompt, one cell, alpha {ALPHA}, "
        f"B = {DRAWS}."
    )
    return Section(name="temperature", how=how, rows=tuple(rows))


def _warmer(rng: Rng, *, old: int, new: int, names: Sequence[str] | None) -> Sequence[Block]:
    first, _ = split(grid("low"), old=old, new=0, rng=rng)
    second, _ = split(grid("high"), old=new, new=0, rng=rng)
    return suite([(first, second)], names)


def changes(trials: int) -> Section:
    """Put known changes into the fresh tiles."""
    rows = []
    for name, due in PLANTS.items():
        for what, names in (("all channels", None), ("hashes alone", HASHES)):
            rng = np.random.default_rng([len(name), 7])
            made = (_planted(rng, name, names) for _ in range(trials))
            rows.append(_power(f"{name}, {what}", made, trials,
                               due=due if names is None else None))  # fmt: skip
    how = (
        f"{trials} suites of {CELLS} cells, {OLD} v {NEW}, alpha {ALPHA}, B = {DRAWS}. A cell: 12 "
        "different tiles drawn from one grid, the low-temperature one for even cells and the "
        "high-temperature one for odd cells; the last 4 are described with the change in them. "
        "Cells share tiles, since each grid has 25."
    )
    return Section(name="known changes", how=how, rows=tuple(rows))


def _planted(rng: Rng, name: str, names: Sequence[str] | None) -> Sequence[Block]:
    cells = []
    for number in range(CELLS):
        calm, moved = (grid(TEMPERATURES[number % 2], plant) for plant in ("", name))
        chosen = rng.permutation(len(calm))[: OLD + NEW]
        cells.append(([calm[i] for i in chosen[:OLD]], [moved[i] for i in chosen[OLD:]]))
    return suite(cells, names)


def _power(what: str, made: object, trials: int, *, due: float | None) -> Row:
    ps = [permutation_test(blocks, draws=DRAWS, seed=n).p for n, blocks in enumerate(made)]
    count = sum(p <= ALPHA for p in ps)
    low, high = rate_interval(count, trials)
    found = f"{count / trials:.3f} ({low:.2f} to {high:.2f})"
    limit = "" if due is None else f"at least {due}"
    return Row(what=what, found=found, limit=limit, holds=due is None or count / trials >= due)


def plans(trials: int) -> Section:
    """Hold planned power against what is seen of shifts that are planted in one channel."""
    designs = (
        (1, 8, 8, {"scalars": (0.3, 0.5), "layout": (0.3,), "colours": (0.5,)}),
        (1, 16, 4, {"scalars": (0.5,), "layout": (0.3, 0.5), "colours": (0.8,)}),
        (10, 8, 4, {"scalars": (0.2,), "layout": (0.1,), "colours": (0.2, 0.3)}),
        (10, 16, 4, {"scalars": (0.15, 0.2), "layout": (0.1,), "colours": (0.2,)}),
    )
    rows = [
        _plan(cells, old=old, new=new, channel=channel, effect=effect, trials=trials)
        for cells, old, new, tried in designs
        for channel, effects in tried.items()
        for effect in effects
    ]
    how = (
        f"{trials} suites of low-temperature tiles; the fresh ones of every cell are moved in one "
        "channel, in the space of its distances, in a direction in which the tiles vary. Planned: "
        "the mean of 6, from calm samples of the design, and from a reference of 12 alone. "
        f"alpha {ALPHA}. Limit: {OFF} and two standard errors of the count."
    )
    return Section(name="planned power", how=how, rows=tuple(rows))


def _plan(cells: int, *, old: int, new: int, channel: str, effect: float, trials: int) -> Row:
    rng = np.random.default_rng([cells, old, round(100 * effect), len(channel)])
    seen = float(np.mean([
        permutation_test(
            _shifted(_calm(rng, cells, old, new), channel, effect, rng), draws=499, seed=n
        ).p <= ALPHA
        for n in range(trials)
    ]))  # fmt: skip
    after, before = [], []
    for n in range(6):
        told = sensitivity(_calm(rng, cells, old, new), alpha=ALPHA, seed=n)
        after.append(told.power_at(effect, channel=channel) or 0.0)
        told = planned(_calm(rng, cells, 12, 0), old=old, new=new, alpha=ALPHA, seed=n)
        before.append(told.power_at(effect, channel=channel) or 0.0)
    allowed = OFF + 2 * float(np.sqrt(max(seen * (1 - seen), 0.01) / trials))
    means = float(np.mean(after)), float(np.mean(before))
    return Row(
        what=f"{cells} x ({old} v {new}), {channel}, effect {effect}",
        found=f"seen {seen:.2f}, planned {means[0]:.2f}, from a reference alone {means[1]:.2f}",
        limit=f"within {allowed:.2f}",
        holds=all(abs(mean - seen) <= allowed for mean in means),
    )


def _calm(rng: Rng, cells: int, old: int, new: int) -> list[Block]:
    found = []
    for _ in range(cells):
        first, last = split(grid("low"), old=old, new=new, rng=rng)
        if new:
            found += suite([(first, last)])
        else:
            (block,) = suite([(first[: old // 2], first[old // 2 :])])
            found.append(Block(design=Design(old=old, new=0), cells=block.cells))
    return found


def _shifted(blocks: list[Block], channel: str, effect: float, rng: Rng) -> list[Block]:
    found = []
    for block in blocks:
        (cell,) = block.cells
        own = tuple(
            EnergyChannel(name=c.name, distances=_moved(c.distances, block.design.old, effect, rng))
            if isinstance(c, EnergyChannel) and c.name == channel
            else c
            for c in cell.channels
        )
        found.append(Block(design=block.design, cells=(Cell(name=cell.name, channels=own),)))
    return found


def _moved(
    distances: NDArray[np.float32], old: int, effect: float, rng: Rng
) -> NDArray[np.float32]:
    """Shift the fresh points in the space whose squared distances these are."""
    d = distances.astype(np.float64)
    gram = -0.5 * (d - d.mean(0) - d.mean(1)[:, None] + d.mean())
    mix = rng.normal(size=len(d))
    mix -= mix.mean()
    along = gram @ mix / np.sqrt(mix @ gram @ mix)
    length = np.sqrt(effect * d.sum() / (len(d) * (len(d) - 1)) / 2)
    added = length**2 - 2 * length * (along[:old, None] - along[None, old:])
    d[:old, old:] += added
    d[old:, :old] += added.T
    found: NDArray[np.float32] = np.maximum(d, 0.0).astype(np.float32)
    return found


if __name__ == "__main__":
    sys.exit(main())
