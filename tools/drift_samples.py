"""Give the proofs of drift their answers: tiles of two real grids, planted ones, painted ones."""

import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from machine import ROOT
from numpy.typing import NDArray
from PIL import Image

from harness.judging.pools import blocks_of, pools_of
from harness.judging.subjects import Subject
from harness.measure.description import Description, describe
from harness.measure.plants import plant
from harness.simulator.paint.brief import read_brief
from harness.simulator.paint.picture import Order, paint
from harness.stats.permutation import Block

REAL = Path(os.environ.get("HARNESS_REAL_DATA") or ROOT.parent / "shared" / "real")
SIDE, TILES = 256, 5
PROMPTS = (
    "A cat at a lake at dawn",
    "A retro-futuristic night city scene with neon and flying cars",
    "A fox figurine on a shelf",
    "A harbour town in rain",
    "A dog on a meadow",
    "An owl in a forest at night",
    "A kitchen with a kettle",
    "A mountain and a river in autumn",
    "A bakery at noon",
    "A desert with two moons",
)
Rng = np.random.Generator


@cache
def grid(temperature: str, planted: str = "") -> tuple[Description, ...]:
    """Describe the 25 tiles that one model made of one prompt at a temperature, planted or not."""
    path = REAL / "samples" / f"panda-tophat_{temperature}-temperature_5x5.jpg"
    with Image.open(path) as opened:
        whole = opened.convert("RGB")
    places = [(SIDE * x, SIDE * y) for y in range(TILES) for x in range(TILES)]
    tiles = [whole.crop((x, y, x + SIDE, y + SIDE)) for x, y in places]
    return tuple(describe(plant(tile, planted) if planted else tile) for tile in tiles)


@cache
def painted(prompt: int, version: str = "same", count: int = 24) -> tuple[Description, ...]:
    """Describe pictures that the simulator paints of a prompt; each version paints others."""
    brief = read_brief(PROMPTS[prompt])
    seeds = np.random.SeedSequence([prompt, len(version)]).spawn(count)
    order = Order(brief=brief, size=(SIDE, SIDE), cast=(), version=version)
    return tuple(describe(paint(order, np.random.default_rng(own)).image) for own in seeds)


def subjects(described: Sequence[Description], *, cell: int, side: str) -> tuple[Subject, ...]:
    """Give answers of a cell with these pictures, as the product sees them."""
    return tuple(
        Subject(
            suite="proof",
            variant=f"case-{cell}",
            turn=0,
            cell=f"{cell}",
            chain=f"{side} {cell} {number}",
            session=side,
            arm="model@endpoint",
            outcome="ok",
            picture=f"{side} {cell} {number}",
            description=picture,
        )
        for number, picture in enumerate(described)
    )


def suite(
    cells: Sequence[tuple[Sequence[Description], Sequence[Description]]],
    names: Sequence[str] | None = None,
) -> tuple[Block, ...]:
    """Lay out what the product tests of these cells: old and new pictures of each."""
    old = [s for n, (first, _) in enumerate(cells) for s in subjects(first, cell=n, side="old")]
    new = [s for n, (_, last) in enumerate(cells) for s in subjects(last, cell=n, side="new")]
    return blocks_of(pools_of(old, new).pools, names=names)


def split(
    pool: Sequence[Description], *, old: int, new: int, rng: Rng
) -> tuple[list[Description], list[Description]]:
    """Draw disjoint old and new pictures of one pool."""
    chosen = rng.permutation(len(pool))[: old + new]
    return [pool[i] for i in chosen[:old]], [pool[i] for i in chosen[old:]]


def points(rng: Rng, kind: str, *, count: int) -> NDArray[np.float32]:
    """Draw synthetic samples of a cell: `smooth`, `ties`, `twins` (duplicates) or `constant`."""
    drawn = rng.normal(size=(count, 5))
    changed: Mapping[str, NDArray[np.floating]] = {
        "smooth": drawn,
        "ties": np.round(drawn),
        "twins": drawn[rng.integers(count // 3, size=count)],
        "constant": np.ones((count, 5)),
    }
    found: NDArray[np.float32] = changed[kind].astype(np.float32)
    return found
