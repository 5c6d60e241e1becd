"""Build a run of many cases that share a few large pictures, and time its report.

python -m tools.many_cases [FOLDER]
"""

import io
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from harness.compute.executor import Executor
from harness.compute.processes import LOCAL
from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.drift import CellDrift, Effect, Witness
from harness.model.generation import Generation, Usage
from harness.model.picture import Measures
from harness.model.request import Parameters, Part
from harness.model.run import Judged, Run, SuiteResult
from harness.model.sample import Receipt, Sample, SampleKey, Standing
from harness.model.showing import CellShow, Example, Place, Showing, SuiteShow
from harness.model.suite import Turn, Variant
from harness.model.verdict import Finding, Status, Verdict
from harness.report.linking import weigh
from harness.report.write import Sources, write_report

CASES = 500
PICTURES = 8
SIDE = 4096
SUITE = "many"
ARM = Arm(model="gemini-3-pro-image", endpoint="gemini")
_FOUND = (Status.FAIL, Status.PASS, Status.NEW, Status.PASS, Status.PASS)
_ANIMALS = ("fox", "owl", "hare", "lynx", "wren", "toad", "mole")
_PLACES = ("city", "harbour", "forest", "desert", "attic", "garden", "street")


def paint(folder: Path, *, count: int = PICTURES, side: int = SIDE) -> tuple[BlobRef, ...]:
    """Paint pictures with the grain of photographs into `folder`, each under its sha256."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number in range(count):
        random = np.random.default_rng(number)
        coarse = random.integers(0, 255, (16, 16, 3), dtype=np.uint8)
        image = Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)
        grain = random.integers(-6, 7, (side, side, 1), dtype=np.int16)
        pixels = np.clip(np.asarray(image, dtype=np.int16) + grain, 0, 255).astype(np.uint8)
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, "JPEG", quality=92)
        ref = BlobRef.of(out.getvalue())
        (folder / ref.sha256).write_bytes(out.getvalue())
        found.append(ref)
    return tuple(found)


def many(pictures: tuple[BlobRef, ...], *, cases: int = CASES, side: int = SIDE) -> Run:
    """Give a run of many cases over few pictures: two fifths of them passed."""
    measures = {
        ref.sha256: Measures(
            sha256=ref.sha256, true_type="image/jpeg", size=ref.size, width=side, height=side
        )
        for ref in pictures
    }
    judged = tuple(_judged(number, pictures) for number in range(cases))
    suite = SuiteResult(
        suite=SUITE,
        title="Many cases",
        path="suites/many.yaml",
        recording="main",
        generated=0,
        recorded_from="2026-11-18T09:00:00Z",
        recorded_to="2026-11-20T10:00:00Z",
        simulated=False,
        epoch="",
        judged=judged,
    )
    return Run(
        id="20261123T051233Z-500c", at="2026-11-23T05:12:33Z", seconds=3.0, suites=(suite,),
        measures=measures,
    )  # fmt: skip


def beside(run: Run, pictures: tuple[BlobRef, ...]) -> Showing:
    """Say what stands beside it: a reference sample for each cell, some of which moved."""
    owners = {"": "Pictures team"}
    cells: dict[Place, CellShow] = {}
    for number, judged in enumerate(run.judged):
        names = [s.picture for s in judged.samples]
        old = tuple(pictures[(number + 3 + i) % len(pictures)].sha256 for i in range(4))
        moved = number % 25 == 3
        drift = CellDrift(
            suite=SUITE, cell=judged.samples[0].cell, variant=judged.variant.id, turn=0, old=16,
            new=4, p=0.002 if moved else 0.4, q=0.02 if moved else 0.6, moved=moved,
            effect=Effect(channel="layout", size=0.31, low=0.12, high=0.5),
            witnesses=(Witness(sha256=names[0], fresh=True, weight=0.4),),
        )  # fmt: skip
        cells[SUITE, judged.variant.id, 0] = CellShow(
            order=tuple(dict.fromkeys(names)), baseline=old, example=Example.EPOCH, drift=drift
        )
        if number % 3 == 0:
            owners[judged.variant.case] = ("Ada", "Grace")[number % 2]
    return Showing(suites={SUITE: SuiteShow(suite=SUITE, owners=owners)}, cells=cells)


def sources(folder: Path, *, executor: Executor = LOCAL) -> Sources:
    """Say where the pictures lie that `paint` made in `folder`."""

    def original(sha256: str) -> Path | None:
        path = folder / sha256
        return path if path.exists() else None

    return Sources(original=original, derivative_cache=folder / "small", executor=executor)


def _judged(number: int, pictures: tuple[BlobRef, ...]) -> Judged:
    animal, place = _ANIMALS[number % 7], _PLACES[number // 7 % 7]
    size, ratio = ("1K", "2K", "4K")[number % 3], ("1:1", "16:9", "3:4")[number // 3 % 3]
    prompt = f"The {animal} stands in a {place} at dusk, seen from a roof, number {number}."
    variant = Variant(
        suite=SUITE,
        case=f"{animal}-{place}-{number}",
        label="",
        model=ARM.model,
        turns=(Turn(prompt=prompt, parameters=Parameters(image_size=size, aspect_ratio=ratio)),),
        samples=2,
        tags=(animal, "night" if number % 2 else "day"),
    )
    status = _FOUND[number % len(_FOUND)]
    samples = tuple(_samples(number, variant, pictures))
    return Judged(variant=variant, samples=samples, verdict=_verdict(status, number))


def _verdict(status: Status, number: int) -> Verdict:
    check = "decided" if status is Status.NEW else "image_size"
    message = f"finding number {number}: asked 4K, delivered 4096x4096"
    return Verdict(findings=(Finding(check=check, status=status, message=message, sample=0),))


def _samples(number: int, variant: Variant, pictures: tuple[BlobRef, ...]) -> Iterator[Sample]:
    cell = BlobRef.of(variant.id.encode()).sha256
    receipt = Receipt(
        arm=ARM, session="s1", recorded_at="2026-11-20T10:00:00Z", seconds=21.0,
        request_digest=cell,
    )  # fmt: skip
    for index in range(variant.samples):
        part = Part(picture=pictures[(number + index) % len(pictures)], mime_type="image/jpeg")
        generation = Generation(
            parts=(part,),
            finish_reason="STOP",
            usage=Usage(prompt=16, candidates=1290, candidates_by_modality={"IMAGE": 1120}),
            model_version=ARM.model,
            response_id=f"answer-{number}-{index}",
        )
        yield Sample(
            key=SampleKey(case=variant.case, variant="", sample=index, turn=0),
            variant_id=variant.id,
            cell=cell,
            arm=ARM,
            prompt=variant.turns[0].prompt,
            generation=generation,
            standing=Standing.RECORDED,
            receipt=replace(receipt),
            cost_usd=0.134 + number % 4 * 0.03,
        )


def main() -> None:
    """Write the report twice, and say what the second one took."""
    given = sys.argv[1:]
    folder = Path(given[0] if given else tempfile.mkdtemp(prefix="many-"))
    pictures = paint(folder / "originals")
    run = many(pictures)
    showing, where = beside(run, pictures), sources(folder / "originals")
    for name in ("first", "second"):
        begun = time.perf_counter()
        page = write_report(run, folder=folder / name, sources=where, showing=showing)
        seconds = time.perf_counter() - begun
        texts = page.stat().st_size + (page.parent / "data.js").stat().st_size
        size = weigh(page.parent).size / 1e6
        print(f"{name}: {seconds:.2f} s, index + data {texts / 1e3:.0f} KB, folder {size:.0f} MB")
    print(page)


if __name__ == "__main__":
    main()
