"""Make a run of 500 cases that share 8 distinct 4K pictures, to hold the report to its budgets."""

import hashlib
import io
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from machine import ROOT
from PIL import Image, ImageDraw, ImageFilter

sys.path.insert(0, str(ROOT))  # the builders of the report's tests

from harness.model.drift import CellDrift, Drift, Effect, Shift, Witness
from harness.model.run import Judged, Run
from harness.model.showing import CellShow, Example, Showing, SuiteShow
from harness.model.verdict import Status
from tests.report.conftest import Workshop, finding

SIDE = 4096
ORIGINALS = 8
SAMPLES = 2
EVERY = 50
"""Of 50 cases 12 fail, 4 warn, 4 are new, 3 were refused, 27 pass: 46 % need eyes."""


def original(number: int, *, side: int = SIDE) -> bytes:
    """Paint a picture that weighs what a photograph of its size does."""
    rng = np.random.default_rng(number)
    soft = Image.fromarray(rng.integers(0, 256, (24, 24, 3), dtype=np.uint8))
    image = soft.resize((side, side), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y, r = (int(v) for v in rng.integers(0, side, 3))
        colour = tuple(int(v) for v in rng.integers(0, 256, 3))
        draw.ellipse((x, y, x + r // 6, y + r // 6), fill=colour)
    grain = Image.fromarray(rng.integers(0, 256, (side, side), dtype=np.uint8))
    grain = grain.filter(ImageFilter.GaussianBlur(1.2))
    image = Image.blend(image, Image.merge("RGB", (grain,) * 3), 0.12)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


def report_cases(
    root: Path, *, cases: int = 500, side: int = SIDE
) -> tuple[Workshop, Run, Showing]:
    """Give where the pictures lie, the run, and what stands beside it."""
    root.mkdir(parents=True, exist_ok=True)
    shop = Workshop(root=root)
    refs = [shop.blob(original(n, side=side), size=(side, side)) for n in range(ORIGINALS)]
    parts = [replace(shop.picture(0), picture=ref) for ref in refs]
    judged = [_judged(shop, number, parts) for number in range(cases)]
    run = shop.run(*judged)
    return shop, run, _showing(run, [ref.sha256 for ref in refs])


def _judged(shop: Workshop, number: int, parts: list) -> Judged:
    variant = shop.variant(
        f"case-{number:03}",
        "16:9,4K",
        prompt=f"Scene {number}: a fox with a blue scarf reads a map under a lamp, studio light",
        samples=SAMPLES,
        tags=("hero",) if number % 3 else ("print",),
    )
    status = _status(number)
    refused = status is Status.ERROR
    samples = [
        shop.sample(
            variant,
            shop.generation(number, parts=(), finish_reason="NO_IMAGE")
            if refused and index == 1
            else shop.generation(number, parts=(parts[(number + index) % ORIGINALS],)),
            index=index,
            cost_usd=0.24,
        )
        for index in range(SAMPLES)
    ]
    message = {
        Status.FAIL: "delivered 1408x768, asked 5504x3072 (4K 16:9)",
        Status.WARN: "delivered as JPEG, labelled PNG",
        Status.NEW: "nobody has decided on this picture yet; look at it: harness review",
        Status.ERROR: "no picture: finishReason NO_IMAGE",
    }.get(status, "delivered as asked")
    found = (finding(status, message, sample=1), finding(Status.PASS, "delivered", sample=0))
    return shop.judged(variant, *samples, findings=found)


def _status(number: int) -> Status:
    place = number % EVERY
    for end, status in ((12, Status.FAIL), (16, Status.WARN), (20, Status.NEW), (23, Status.ERROR)):
        if place < end:
            return status
    return Status.PASS


def _showing(run: Run, names: list[str]) -> Showing:
    cells, drifts = {}, []
    for number, judged in enumerate(run.judged):
        variant, first = judged.variant, judged.samples[0]
        drift = CellDrift(
            suite=variant.suite,
            variant=variant.id,
            turn=0,
            cell=first.cell,
            old=16,
            new=SAMPLES,
            p=0.001 if number % 25 == 0 else 0.4,
            q=0.02 if number % 25 == 0 else 0.7,
            moved=number % 25 == 0,
            effect=Effect(channel="layout", size=0.31, low=0.12, high=0.5),
            witnesses=(Witness(sha256=first.picture or names[0], fresh=True, weight=0.4),),
        )
        drifts.append(drift)
        beside = [names[(number + offset) % ORIGINALS] for offset in (3, 4, 5)]
        cells[variant.suite, variant.id, 0] = CellShow(
            order=tuple(s.picture for s in judged.samples if s.picture),
            baseline=tuple(beside),
            example=Example.EPOCH,
            drift=drift,
            accepted_before=hashlib.sha256(variant.id.encode()).hexdigest(),
        )
    whole = Drift(
        verdict=Shift.CHANGED,
        said="20 of 500 cells moved; largest effect .31 (.12 to .50) in layout",
        alpha=0.01,
        p=0.0005,
        p_all=0.0005,
        p_few=0.001,
        smallest_p=0.0005,
        draws=1999,
        seed=0,
        power=0.95,
        seen=0.2,
        matters=0.29,
        margin=0.12,
        effects=(Effect(channel="layout", size=0.31, low=0.12, high=0.5),),
        cells=tuple(drifts),
        sessions=(5, 1),
        recorded=("2026-11-01", "2026-11-18", "2026-11-20", "2026-11-20"),
    )
    suite = run.suites[0].suite
    return Showing(suites={suite: SuiteShow(suite=suite, drift=whole)}, cells=cells)
