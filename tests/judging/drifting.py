"""Make answers as drift sees them, of made-up pictures or of the real grids."""

from functools import cache

import numpy as np
from PIL import Image

from harness.judging.subjects import Subject
from harness.measure.description import LENGTH, describe

TILE = 256


def subject(number, *, side="old", cell="c0", session="", **told):
    """Make one answer; its picture is named by side, cell and number."""
    name = f"{side} {cell} {number}"
    plain = {
        "suite": "shop",
        "variant": f"variant-{cell}",
        "turn": 0,
        "cell": cell,
        "chain": name,
        "session": session or f"{side} {number % 4}",
        "arm": "model@endpoint",
        "outcome": "picture",
        "picture": name,
        "recorded_at": f"2026-11-{1 + number % 4:02}T00:00:00+00:00",
    }
    return Subject(**{**plain, **told})


def made_up(count, *, rng, shift=0.0, spread=1.0, **told):
    """Make answers whose descriptions are noise, all numbers moved by `shift`."""
    rows = (rng.normal(size=(count, LENGTH)) * spread + shift).astype(np.float32)
    return tuple(subject(n, description=row, **told) for n, row in enumerate(rows))


@cache
def tiles(real_data, which):
    """Cut a real grid into its 25 pictures of one prompt, described."""
    path = real_data / "samples" / f"panda-tophat_{which}-temperature_5x5.jpg"
    grid = Image.open(path).convert("RGB")
    boxes = [
        (TILE * x, TILE * y, TILE * (x + 1), TILE * (y + 1)) for y in range(5) for x in range(5)
    ]
    return tuple(describe(grid.crop(box)) for box in boxes)


def of_tiles(described, places, *, side="old", cell="c0"):
    """Make answers of some of a grid's pictures."""
    return tuple(
        subject(n, side=side, cell=cell, description=described[place])
        for n, place in enumerate(places)
    )
