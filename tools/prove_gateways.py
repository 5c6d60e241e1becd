"""Show that a gateway that re-encodes and one that serves another model are told apart.

Writes reports/prove/gateways.md and exits 1 where that does not hold. Simulated: every answer
of three endpoints is recorded in turn by `harness run --arms`, and DELIVERY and PICTURES are
held against each other on 20 draws from what they painted. Real: tiles of two published grids of
one prompt by an older model, encoded anew against the other temperature. Size and quality of
levelling were chosen on these very tiles: the real half shows that it works, not that it would
on pictures that had no part in the choice.
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar
from unittest.mock import patch

import numpy as np
from machine import ROOT, circumstances
from PIL import Image, ImageFilter

from harness.evaluate.compare import Question, compare_sides
from harness.evaluate.order import Order
from harness.evaluate.run import judged_run
from harness.evaluate.workspace import Wish, Workspace
from harness.judging.drift import Terms, drift
from harness.judging.nearness import Names, nearness
from harness.judging.pools import Pool, blocks_of
from harness.judging.sides import Answer, answers_of, compare
from harness.judging.subjects import Subject
from harness.loader import load_suites
from harness.measure.description import describe
from harness.measure.level import levelled
from harness.model.drift import Shift
from harness.model.watch import Watch
from harness.settings import read_settings
from harness.simulator.server import serving
from harness.stats.permutation import permutation_test

REAL = Path(os.environ.get("HARNESS_REAL_DATA") or ROOT.parent / "shared" / "real")
GRIDS = {name: f"panda-tophat_{name}-temperature_5x5.jpg" for name in ("low", "high")}
HARNESS = Path(sys.executable).with_name("harness")
SEEDS = 20
ALPHA = 0.01
CHANCE = 2
"""Alarms at alpha .01 that 20 tests of nothing may give by chance: more have p < .001."""

Change = Callable[[Image.Image], Image.Image]
Said = TypeVar("Said", "Row", "Claim")


def encoded(image: Image.Image, **options: object) -> Image.Image:
    """Write a picture and read it again."""
    written = io.BytesIO()
    image.save(written, **options)
    return Image.open(io.BytesIO(written.getvalue())).convert("RGB")


def jpeg(quality: int) -> Change:
    """Encode anew, as proxies do."""
    return lambda image: encoded(image, format="JPEG", quality=quality, subsampling="4:2:0")


def scaled(times: float) -> Change:
    """Scale, as proxies do."""

    def change(image: Image.Image) -> Image.Image:
        size = (round(image.width * times), round(image.height * times))
        return image.resize(size, Image.Resampling.LANCZOS)

    return change


DELIVERIES: Mapping[str, Change] = {
    "JPEG quality 85": jpeg(85),
    "JPEG quality 60": jpeg(60),
    "JPEG quality 30": jpeg(30),
    "JPEG quality 15": jpeg(15),
    "JPEG quality 10": jpeg(10),
    "WebP quality 80": lambda image: encoded(image, format="WEBP", quality=80),
    "half the size": scaled(0.5),
    "twice the size, PNG": scaled(2.0),
}
CHANGES: Mapping[str, Change] = {
    "blur, 1 px of 256 (a change)": lambda image: image.filter(ImageFilter.GaussianBlur(1)),
}
LEVELS: Mapping[str, tuple[int, int] | None] = {
    "as they are": None,
    "256 px q75": (256, 75),
    "128 px": (128, 0),
    "128 px q75": (128, 75),
    "64 px q75": (64, 75),
}
IN_FORCE = "128 px q75"
CELLS = 10


def tiles(name: str) -> list[Image.Image]:
    """Cut a grid of 5 x 5 answers to one prompt."""
    grid = Image.open(REAL / "samples" / GRIDS[name]).convert("RGB")
    side = grid.width // 5
    corners = [(x, y) for y in range(0, 5 * side, side) for x in range(0, 5 * side, side)]
    return [grid.crop((x, y, x + side, y + side)) for x, y in corners]


def subjects(
    pictures: Sequence[Image.Image], name: str, level: tuple[int, int] | None
) -> list[Subject]:
    """Describe pictures as the harness does."""
    return [
        Subject(
            suite="s", variant="v", turn=0, cell="c", chain=f"{name} {number}", session=name,
            arm=f"m@{name}", outcome="picture", picture=f"{name} {number}",
            description=described(picture, level),
        )
        for number, picture in enumerate(pictures)
    ]  # fmt: skip


def described(picture: Image.Image, level: tuple[int, int] | None) -> np.ndarray:
    """Describe a picture, levelled where a level is given."""
    if level is None:
        return describe(picture)
    small = levelled(picture, side=level[0], quality=level[1])
    return describe(small, own_pixels=False)


def in_cell(picked: Sequence[Subject], cell: int) -> list[Subject]:
    """Put answers into a cell of their own."""
    return [
        replace(s, cell=f"c{cell}", variant=f"v{cell}", chain=f"{s.chain} {cell}",
                picture=f"{s.picture} {cell}")
        for s in picked
    ]  # fmt: skip


def disjoint(
    bank: Mapping[str, Sequence[Subject]],
    altered: Mapping[str, Sequence[Subject]],
    rng: np.random.Generator,
    sizes: tuple[int, int],
) -> tuple[list[Subject], list[Subject]]:
    """Draw cells: within each, the two sides never have one tile; cells share tiles."""
    old: list[Subject] = []
    new: list[Subject] = []
    for cell in range(CELLS):
        name = ("low", "high")[cell % 2]
        order = rng.permutation(len(bank[name]))
        first, second = order[: sizes[0]], order[sizes[0] : sum(sizes)]
        old += in_cell([bank[name][i] for i in first], cell)
        new += in_cell([altered[name][i] for i in second], cell)
    return old, new


def rejected(old: Sequence[Subject], new: Sequence[Subject], *, seed: int, draws: int) -> bool:
    """Test only, without the intervals that the table has no use for."""
    cells = sorted({s.cell for s in old})
    pools = [
        Pool(
            old=tuple(s for s in old if s.cell == cell), new=tuple(s for s in new if s.cell == cell)
        )
        for cell in cells
    ]
    return permutation_test(blocks_of(pools), draws=draws, seed=seed).p <= ALPHA


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One alteration: how often it was called changed under each levelling."""

    name: str
    shares: Mapping[str, float]


def table(trials: int) -> Iterator[Row]:
    """Measure what each levelling leaves of deliveries and of changes."""
    grids = {name: tiles(name) for name in GRIDS}
    banks = {
        level: {name: subjects(grid, name, of) for name, grid in grids.items()}
        for level, of in LEVELS.items()
    }
    for name, change in (DELIVERIES | CHANGES).items():
        altered = {grid: [change(image) for image in images] for grid, images in grids.items()}
        for sizes in ((12, 4), (12, 12)):
            shares = {}
            for level, of in LEVELS.items():
                other = {g: subjects(images, f"{g}'", of) for g, images in altered.items()}
                rng = np.random.default_rng(1)
                hits = (
                    rejected(*disjoint(banks[level], other, rng, sizes), seed=t, draws=499)
                    for t in range(trials)
                )
                shares[level] = sum(hits) / trials
            yield Row(name=f"{name}, {sizes[0]} v {sizes[1]}", shares=shares)
    yield from _temperatures(banks, trials)


def _temperatures(
    banks: Mapping[str, Mapping[str, Sequence[Subject]]], trials: int
) -> Iterator[Row]:
    for sizes in ((14, 4), (8, 8)):
        shares = {}
        for level, bank in banks.items():
            rng, hits = np.random.default_rng(1), 0
            for trial in range(trials):
                old, new = (
                    [bank[grid][i] for i in rng.permutation(25)[:size]]
                    for grid, size in zip(("low", "high"), sizes, strict=True)
                )
                hits += rejected(old, new, seed=trial, draws=999)
            shares[level] = hits / trials
        yield Row(name=f"another temperature, one cell, {sizes[0]} v {sizes[1]}", shares=shares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something that is to hold in so many of so many."""

    says: str
    held: int
    of: int
    least: int | None

    @property
    def holds(self) -> bool:
        return self.least is None or self.held >= self.least

    def __str__(self) -> str:
        if self.least is None:
            return f"measured, nothing is claimed: {self.says}: {self.held} of {self.of}"
        sign = "holds" if self.holds else f"FAILS (at least {self.least} are due)"
        return f"{sign}: {self.says}: {self.held} of {self.of}"


def real_claims() -> Iterator[Claim]:
    """Hold tiles encoded anew, and tiles of the other temperature, as `compare` does."""
    level = LEVELS[IN_FORCE]
    grids = {name: tiles(name) for name in GRIDS}
    bank = {name: subjects(grid, name, level) for name, grid in grids.items()}
    proxy = {
        name: subjects([jpeg(85)(image) for image in grid], f"{name} proxy", level)
        for name, grid in grids.items()
    }
    other = {"low": bank["high"], "high": bank["low"]}
    kept = sum(_moved(bank, proxy, seed) is not Shift.CHANGED for seed in range(SEEDS))
    yield Claim(
        says="real tiles encoded anew at quality 85, 10 cells, 12 v 8: PICTURES not changed",
        held=kept, of=SEEDS, least=SEEDS,
    )  # fmt: skip
    found = sum(_moved(bank, other, seed) is Shift.CHANGED for seed in range(SEEDS))
    yield Claim(
        says="real tiles of the other temperature, 10 cells, 12 v 8: PICTURES changed",
        held=found, of=SEEDS, least=SEEDS,
    )  # fmt: skip
    yield from _anchors(bank)


def _moved(
    bank: Mapping[str, Sequence[Subject]], other: Mapping[str, Sequence[Subject]], seed: int
) -> Shift:
    old, new = disjoint(bank, other, np.random.default_rng(seed), (12, 8))
    old, new = ([replace(s, arm=arm) for s in side] for arm, side in (("a", old), ("b", new)))
    return drift(old, new, Terms(watch=Watch(), alpha=ALPHA, seed=seed)).verdict


def _anchors(bank: Mapping[str, Sequence[Subject]]) -> Iterator[Claim]:
    """Try one cell, where little is seen, and five; the five were added after one gave 127."""
    for cells in (1, 5):
        yield from _anchored(bank, cells)


def _anchored(bank: Mapping[str, Sequence[Subject]], cells: int) -> Iterator[Claim]:
    names = Names(first="a", second="b", anchor="anchor")
    alike, right, trials = 0, 0, 200
    for seed in range(trials):
        first, twin, seller, anchor = _four(bank, np.random.default_rng(seed), cells)
        alike += not nearness((first, twin, anchor), names, seed=seed).nearer
        right += nearness((first, seller, anchor), names, seed=seed).nearer == "b"
    yield Claim(
        says=f"sides of one temperature, anchor of the other ({cells} cells, 8 each): none nearer",
        held=alike, of=trials, least=round(0.93 * trials),
    )  # fmt: skip
    yield Claim(
        says=f"one side of the anchor's temperature ({cells} cells, 8 each): it is nearer",
        held=right, of=trials, least=round(0.95 * trials) if cells > 1 else None,
    )  # fmt: skip


def _four(
    bank: Mapping[str, Sequence[Subject]], rng: np.random.Generator, cells: int
) -> tuple[list[Subject], ...]:
    """Draw two sides of one temperature, a third and the anchor of the other."""
    four: tuple[list[Subject], ...] = ([], [], [], [])
    for cell in range(cells):
        low, high = rng.permutation(25), rng.permutation(25)
        drawn = (("low", low[:8]), ("low", low[8:16]), ("high", high[8:16]), ("high", high[:8]))
        for side, (name, numbers) in zip(four, drawn, strict=True):
            side += in_cell([bank[name][i] for i in numbers], cell)
    return four


PROMPTS = (
    "A fox figurine on a shelf",
    "An owl in a snowy wood at night",
    "A cat in a kitchen",
    "A fox in a city street in the rain",
    "A cat at a lake at dawn",
)
SAMPLES, TAKEN = 16, 8
SMALL = 0.25
"""Simulated pictures are painted at 256 px, so that it takes minutes: every side breaks the
contract of size alike, and an encoding of 256 px leaves more traces than one of 1,024."""
ENDPOINTS: Mapping[str, tuple[str, ...]] = {
    "studio": (),
    "twin": (),
    "proxy": ("re-encoded",),
    "seller": ("cheaper-model",),
}
ANCHOR = "gemini-3.1-flash-lite-image"


def recorded(folder: Path) -> Workspace:
    """Record every endpoint in turn, by the command line."""
    cases = [f"  - {{id: c{i}, prompt: {prompt}}}" for i, prompt in enumerate(PROMPTS)]
    (folder / "suites").mkdir()
    (folder / "suites" / "panel.yaml").write_text(
        "version: 1\nsuite: panel\nmodel: gemini-3-pro-image\n"
        f"defaults: {{samples: {SAMPLES}, image_size: 1K, aspect_ratio: 1:1}}\ncases:\n"
        + "\n".join(cases)
        + "\n"
    )
    small = MappingProxyType({"1K": SMALL})
    with ExitStack() as stack:
        stack.enter_context(patch("harness.simulator.offer._TIMES", small))
        urls = {
            name: stack.enter_context(serving(seed=number, faults=faults))
            for number, (name, faults) in enumerate(ENDPOINTS.items())
        }
        (folder / "harness.toml").write_text(
            "".join(
                f'[endpoints.{name}]\nbase_url = "{url}"\nkey_env = ["PROVE_KEY"]\n'
                for name, url in urls.items()
            )
        )
        subprocess.run(
            [HARNESS, "run", "--arms", ",".join(ENDPOINTS), "--anchor", ANCHOR, "--live",
             "missing", "--yes", "--max-cost", "1000", "-j", "2"],
            cwd=folder, check=True, env=os.environ | {"PROVE_KEY": "prove-key-of-nobody"},
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
    configured = read_settings(folder, environ={}, flags={})
    return Workspace(root=folder, settings=configured.settings, environ={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """What one endpoint answered: for DELIVERY and for PICTURES."""

    answers: Sequence[Answer]
    subjects: Sequence[Subject]

    def drawn(self, rng: np.random.Generator) -> "Bank":
        """Draw some answers of every cell."""
        kept: set[tuple[str, int]] = set()
        for cell in sorted({s.cell for s in self.subjects}):
            numbers = sorted({a.sample.key.sample for a in self.answers})
            kept |= {(cell, int(n)) for n in rng.choice(numbers, TAKEN, replace=False)}
        answers = [a for a in self.answers if (a.sample.cell, a.sample.key.sample) in kept]
        shown = {(a.sample.cell, a.sample.picture) for a in answers}
        return Bank(
            answers=answers,
            subjects=[s for s in self.subjects if (s.cell, s.picture) in shown],
        )


def simulated_claims(folder: Path) -> Iterator[Claim]:
    """Hold each gateway against the plain endpoint, and a second plain one."""
    workspace = recorded(folder)
    suites = load_suites([folder / "suites"])
    answers = {}
    for name in ENDPOINTS:
        run, _ = judged_run(suites, workspace, Order(wish=Wish(endpoint=name)))
        answers[name] = tuple(answers_of(run))
    for name, (delivered, moved) in {
        "twin": (False, False), "proxy": (True, False), "seller": (True, True),
    }.items():  # fmt: skip
        compared = compare_sides(
            "studio", name, suites=suites, workspace=workspace, question=Question(anchor=ANCHOR)
        )
        pair = [
            Bank(answers=answers[side], subjects=subjects)
            for side, subjects in zip(("studio", name), compared.subjects[:2], strict=True)
        ]
        yield from _gateway(name, pair[0], pair[1], delivered=delivered, moved=moved)
        if name == "seller":
            nearer = compared.comparison.nearer
            yield Claim(
                says=f"simulated: the seller is nearer to {ANCHOR}",
                held=int(nearer is not None and nearer.nearer == "seller"), of=1, least=1,
            )  # fmt: skip


def _gateway(
    name: str, studio: Bank, gateway: Bank, *, delivered: bool, moved: bool
) -> Iterator[Claim]:
    right = {"DELIVERY": 0, "PICTURES": 0}
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        one, two = studio.drawn(rng), gateway.drawn(rng)
        found = compare(("studio", name), one.answers, two.answers)
        changed = any(difference.what == "delivery" for difference in found.differences)
        right["DELIVERY"] += changed is delivered
        tested = drift(one.subjects, two.subjects, Terms(watch=Watch(), alpha=ALPHA, seed=seed))
        right["PICTURES"] += (tested.verdict is Shift.CHANGED) is moved
    for what, wanted in (("DELIVERY", delivered), ("PICTURES", moved)):
        yield Claim(
            says=f"simulated {name}: {what} {'changed' if wanted else 'not changed'}",
            held=right[what], of=SEEDS,
            least=SEEDS if name != "twin" else SEEDS - CHANCE,
        )  # fmt: skip


def main() -> int:
    """Prove it all; 1 where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=16, help="tests a cell of the table; 0: none")
    trials = parser.parse_args().trials
    started = time.monotonic()
    rows: list[Row] = []
    claims: list[Claim] = []
    if REAL.exists():
        claims += [_told(claim) for claim in real_claims()]
    with tempfile.TemporaryDirectory() as folder:
        claims += [_told(claim) for claim in simulated_claims(Path(folder))]
    write(rows, claims, trials=trials, seconds=time.monotonic() - started)
    if REAL.exists() and trials:
        rows = [_told(row) for row in table(trials)]
        write(rows, claims, trials=trials, seconds=time.monotonic() - started)
    print(f"{sum(claim.holds for claim in claims)} of {len(claims)} claims hold")
    return int(not all(claim.holds for claim in claims))


def _told(thing: Said) -> Said:
    print(thing, flush=True)
    return thing


def write(rows: Sequence[Row], claims: Sequence[Claim], *, trials: int, seconds: float) -> None:
    """Write what was found to reports/prove/gateways.md."""
    lines = ["# Gateways: DELIVERY and PICTURES", ""]
    lines += [f"- {name}: {value}" for name, value in circumstances().items()]
    lines += [f"- seconds: {seconds:.0f}", "", "## Told apart", ""]
    lines += [f"- {claim}" for claim in claims]
    lines += [
        "",
        f"Simulated: {len(PROMPTS)} cells of 256 px, {SAMPLES} answers of each endpoint, recorded "
        f"in turn in one session; {SEEDS} draws of {TAKEN} v {TAKEN} a cell, which share answers "
        f"between draws. Real: {CELLS} cells drawn from the 25 + 25 tiles, disjoint within a "
        "cell, shared between cells; size and quality of levelling were chosen on these tiles, of "
        "ten that were tried.",
    ]
    if rows:
        lines += [
            "",
            f"## How often PICTURES said changed, alpha .01, {trials} tests each of {CELLS} cells",
            "",
            f"| altered | {' | '.join(LEVELS)} |",
            f"| --- |{' --- |' * len(LEVELS)}",
        ]
    for row in rows:
        lines.append(f"| {row.name} | {' | '.join(f'{v:.2f}' for v in row.shares.values())} |")
    path = ROOT / "reports" / "prove" / "gateways.md"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"written to {path.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
