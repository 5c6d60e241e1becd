"""Measure on real pictures how large the effect of each named plant is.

Writes reports/prove/plants.md. The defaults of `drift: matters` and `margin`, and the table
of harness/model/plants.py, are these figures; this holds where they still are.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from machine import ROOT, circumstances
from PIL import Image

from harness.judging.planting import Size, planted, trials
from harness.judging.pools import Pool, blocks_of
from harness.judging.subjects import Subject
from harness.measure.description import describe
from harness.measure.pixels import open_image
from harness.measure.plants import PLANTS, plant
from harness.model.plants import MEASURED_ON, NAMED
from harness.model.watch import Watch
from harness.stats.pretended import pretended
from harness.stats.sensitivity import sensitivity

REAL = Path(os.environ.get("HARNESS_REAL_DATA") or ROOT.parent / "shared" / "real")
FOLDER = ROOT / "reports" / "prove"
TIMES = 200
TILE = 256
NOTHING = "nothing"
NEAR, SHARE = 0.02, 0.15
"""How far a figure of the table may lie from what is measured: the larger of both."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """Answers to one prompt.

    Attributes:
        name: For people.
        pictures: Upright, RGB.
        size: How many are drawn for each side.
        counts: It counts for the defaults: one model, one prompt, enough answers.
    """

    name: str
    pictures: tuple[Image.Image, ...]
    size: Size
    counts: bool


def groups() -> tuple[Group, ...]:
    """Cut the grids into tiles, and read the answers of three models to one prompt."""
    found = [
        Group(
            name=f"{which}-temperature grid",
            pictures=_tiles(REAL / "samples" / f"panda-tophat_{which}-temperature_5x5.jpg"),
            size=Size(old=16, new=4),
            counts=True,
        )
        for which in ("low", "high")
    ]
    paths = sorted((REAL / "images" / "repeat_siamese-cat_ruby").iterdir())
    cats = tuple(open_image(path.read_bytes()) for path in paths)
    cat = Group(name="siamese cat", pictures=cats, size=Size(old=5, new=4), counts=False)
    return (*found, cat)


def _tiles(path: Path) -> tuple[Image.Image, ...]:
    grid = open_image(path.read_bytes())
    boxes = [
        (TILE * x, TILE * y, TILE * (x + 1), TILE * (y + 1)) for y in range(5) for x in range(5)
    ]
    return tuple(grid.crop(box) for box in boxes)


def sizes_of(group: Group, name: str, plain: Sequence[Subject]) -> Mapping[str, float]:
    """Give a plant's effect in each channel: the mean over many disjoint drawings."""
    changed = plain
    if name != NOTHING:
        pairs = zip(plain, group.pictures, strict=True)
        shown = {subject.picture: describe(plant(image, name)) for subject, image in pairs}
        changed = planted(plain, shown, name=name)
    drawn = list(trials(plain, changed, group.size, times=TIMES, draws=0, seed=0))
    channels = dict.fromkeys(channel for trial in drawn for channel in trial.sizes)
    return {c: float(np.mean([t.sizes[c] for t in drawn if c in t.sizes])) for c in channels}


@cache
def _subjects(group: Group) -> tuple[Subject, ...]:
    return tuple(
        Subject(
            suite="real",
            variant=group.name,
            turn=0,
            cell=group.name,
            chain=str(number),
            session="",
            arm="",
            outcome="picture",
            picture=f"picture {number}",
            description=describe(image),
        )
        for number, image in enumerate(group.pictures)
    )


def main() -> int:
    """Measure every plant on every group; 1 where the table or a default is not so."""
    measured: dict[str, dict[str, Mapping[str, float]]] = {name: {} for name in (NOTHING, *PLANTS)}
    counting = []
    real = groups()
    for group in real:
        plain = _subjects(group)
        counting += [group.name] * group.counts
        for name in measured:
            measured[name][group.name] = sizes_of(group, name, plain)
            print(f"{group.name}: {name}: {_largest(measured[name][group.name])}", flush=True)
    found = {
        name: float(np.mean([max(of[group].values()) for group in counting]))
        for name, of in measured.items()
    }
    wrong = [line for name in PLANTS if (line := _off(name, found[name]))]
    wrong += _defaults_off(found)
    power = power_of_defaults(real)
    if power < Watch().power:
        wrong.append(f"the default design sees a change that matters with power {power:.2f}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "plants.md").write_text(_markdown(measured, found, power), encoding="utf-8")
    print("\n".join([*wrong, "written to reports/prove/plants.md"]))
    return int(bool(wrong))


def _off(name: str, size: float) -> str:
    told = NAMED.get(name)
    if told is not None and abs(told - size) <= max(NEAR, SHARE * size):
        return ""
    return f"{name}: the table says {told}, measured is {size:.3f}"


def _defaults_off(found: Mapping[str, float]) -> list[str]:
    watch = Watch()
    due = {"matters": (watch.matters, "slight-blur"), "margin": (watch.margin, "jpeg-30")}
    return [
        f"{name}: the default is {value}, {plant} is {found[plant]:.3f}"
        for name, (value, plant) in due.items()
        if abs(value - found[plant]) > max(NEAR, SHARE * found[plant])
    ]


def power_of_defaults(real: Sequence[Group]) -> float:
    """Plan the power of a suite's default design at the change that matters.

    Cells are draws of tiles from the two grids in turn; tiles are shared between cells.
    """
    watch, rng = Watch(), np.random.default_rng(0)
    subjects = [_subjects(group) for group in real if group.counts]
    pools = []
    for number in range(watch.cells):
        own = subjects[number % len(subjects)]
        chosen = rng.permutation(len(own))[: watch.reference + watch.fresh]
        cell = (replace(own[place], cell=f"cell {number}", variant=str(number)) for place in chosen)
        pools.append(Pool(old=tuple(cell), new=()))
    blocks = pretended(blocks_of(pools), old=watch.reference, new=watch.fresh, seed=0)
    return sensitivity(blocks, alpha=watch.alpha).power_at(watch.matters) or 0.0


def _largest(sizes: Mapping[str, float]) -> str:
    channel = max(sizes, key=lambda name: sizes[name])
    return f"{sizes[channel]:.3f} in {channel}"


def _markdown(
    measured: Mapping[str, Mapping[str, Mapping[str, float]]],
    found: Mapping[str, float],
    power: float,
) -> str:
    lines = ["# How large is the effect of a known change", ""]
    lines += [f"- {name}: {value}" for name, value in circumstances().items()]
    lines += [
        "",
        f"Measured on {MEASURED_ON};",
        f"mean over {TIMES} drawings of disjoint sides. The unit is the mean distance of two",
        "answers within the reference. The table of",
        "harness/model/plants.py is the largest channel, mean over the two grids; the siamese",
        "cat (nine answers of three models, 5 v 4) stands beside it to show another set.",
        "",
    ]
    channels = list(dict.fromkeys(c for of in measured.values() for s in of.values() for c in s))
    lines += [
        f"| plant | {' | '.join(channels)} | largest | table |",
        f"| --- |{' --- |' * (len(channels) + 2)}",
    ]
    for name, of in measured.items():
        for group, sizes in of.items():
            cells = [f"{sizes[c]:.3f}" if c in sizes else "." for c in channels]
            lines.append(f"| {name}, {group} | {' | '.join(cells)} | {_largest(sizes)} | |")
        lines.append(f"| **{name}** |{' |' * len(channels)} {found[name]:.3f} | {_told(name)} |")
    watch = Watch()
    lines += [
        "",
        f"The default design, {watch.reference} v {watch.fresh} on {watch.cells} cells of these",
        f"tiles at {watch.alpha}, sees {watch.matters} with power {power:.2f}, in the channel that",
        "needs most and in a direction in which answers vary anyhow.",
    ]
    return "\n".join(lines) + "\n"


def _told(name: str) -> str:
    return str(NAMED.get(name, "."))


if __name__ == "__main__":
    sys.exit(main())
