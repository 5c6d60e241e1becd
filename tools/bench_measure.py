"""Benchmark measuring a picture: processor time beside decoding, against imagehash, and memory.

Every work runs in a process of its own, `ROUNDS` times; medians count. Pictures are grain of
every size with a real picture's spectrum, so no real data is needed: what is measured of them
takes the longest, for no measure ends early.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from bench_rows import ROUNDS, Row
from bench_works import Took, peak_mb, timed
from machine import ROOT
from PIL import Image

SIZES = {"1K": (1024, 1024), "4K": (4096, 4096), "4K, 21:9": (6336, 2688)}
MOST_MS = {"1K": 60, "4K": 120, "4K, 21:9": 120}
FIVE = ("average8", "phash8", "dhash8", "whash8", "colorhash")
WORKERS_MB = 300
TIMES = 3


def rows() -> list[Row]:
    """Measure everything; the pictures are made first, and gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="harness-bench-") as name:
        folder = Path(name)
        for size in SIZES:
            for form in ("jpg", "png"):
                _paint(folder / f"{size}.{form}", SIZES[size])
        return [*(_default(folder, size) for size in SIZES), _hashes(folder), *_memory(folder)]


def _paint(path: Path, size: tuple[int, int]) -> None:
    """Write grain of every size: JPEG q100 as the service's, or PNG with an alpha channel."""
    width, height = size
    rng, levels = np.random.default_rng(5), np.full((height, width, 3), 128, dtype=np.float32)
    for step, strength in ((1, 6), (4, 15), (16, 25), (64, 30)):
        grain = rng.normal(0, strength, (-(-height // step), -(-width // step), 3))
        large = grain.astype(np.float32).repeat(step, axis=0).repeat(step, axis=1)
        levels += large[:height, :width]
    image = Image.fromarray(levels.clip(0, 255).astype(np.uint8))
    if path.suffix == ".png":
        image.putalpha(200)
        image.save(path, compress_level=1)
    else:
        image.save(path, quality=100, subsampling="4:2:0")


def _default(folder: Path, size: str) -> Row:
    taken = [_took(folder, "default", size) for _ in range(ROUNDS)]
    whole = 1000 * statistics.median(took["cpu"] for took in taken)
    alone = 1000 * statistics.median(took["decode"] for took in taken)
    beside = 1000 * statistics.median(took["cpu"] - took["decode"] for took in taken)
    width, height = SIZES[size]
    return Row(
        work=f"all default measures of a {size} JPEG ({width}x{height}) beside decoding, CPU",
        measured=beside,
        against=alone,
        what=f"decoding it; {whole:.0f} ms together",
        unit="ms",
        limit=f"< {MOST_MS[size]} ms",
        within=beside < MOST_MS[size],
    )


def _hashes(folder: Path) -> Row:
    taken = [_took(folder, "hashes", "4K") for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(took[name] for took in taken) for name in ("cpu", "five"))
    return Row(
        work="average, p, d, w and colour hash of a 4K picture from one reduction, CPU",
        measured=1000 * ours,
        against=1000 * theirs,
        what="five imagehash calls",
        unit="ms",
        limit=">= 50x faster",
        within=theirs >= 50 * ours,
        gain=True,
    )


def _memory(folder: Path) -> list[Row]:
    found = []
    for form, said in (("jpg", "JPEG"), ("png", "PNG with alpha")):
        peak = max(_took(folder, "peak", size, form)["peak_mb"] for size in ("4K", "4K, 21:9"))
        found.append(
            Row(
                work=f"peak memory of a worker that measures 4K pictures, {said}",
                measured=peak,
                unit="MB",
                limit=f"< {WORKERS_MB} MB",
                within=peak < WORKERS_MB,
            )
        )
    return found


def _took(folder: Path, *work: str) -> Took:
    done = subprocess.run(
        [sys.executable, str(Path(__file__)), str(folder), *work],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{work}: {done.stderr}")
    took: Took = json.loads(done.stdout)
    return took


def default(path: Path) -> Took:
    """Measure a picture by default `TIMES` times, and decode it alone as often; for each."""
    from harness.measure.measures import measure, measures_version
    from harness.measure.pixels import open_picture

    data = path.read_bytes()
    measures_version()
    measure(_small())
    took: Took = {}
    with timed(took, per=TIMES):
        for _ in range(TIMES):
            open_picture(data)
    took["decode"] = took["cpu"]
    with timed(took, per=TIMES):
        for _ in range(TIMES):
            found = measure(data)
    assert found.structure is not None
    assert found.structure.detail_db is not None
    return took


def hashes(path: Path) -> Took:
    """Make five hashes from one reduction, and by imagehash from the whole."""
    import imagehash

    from harness.measure.fingerprints import fingerprint, fingerprint_version
    from harness.measure.measures import measure
    from harness.measure.pixels import open_image
    from harness.measure.reduction import reduction

    fingerprint_version()
    measure(_small(), methods=FIVE)
    image = open_image(path.read_bytes())
    calls = (
        imagehash.average_hash,
        imagehash.phash,
        imagehash.dhash,
        imagehash.whash,
        imagehash.colorhash,
    )
    took: Took = {}
    with timed(took):
        for call in calls:
            call(image)
    took["five"] = took["cpu"]
    with timed(took):
        small = reduction(image)
        for method in FIVE:
            fingerprint(small, method)
    return took


def peak(path: Path) -> Took:
    """Measure one picture three times over, as a worker does; what it takes is looked at."""
    from harness.measure.measures import measure

    for _ in range(3):
        assert not measure(path.read_bytes()).unmeasurable
    return {}


def _small() -> bytes:
    written = BytesIO()
    Image.linear_gradient("L").convert("RGB").save(written, "JPEG")
    return written.getvalue()


WORKS: dict[str, Callable[[Path], Took]] = {"default": default, "hashes": hashes, "peak": peak}


def main() -> None:
    """Do one work: `python tools/bench_measure.py FOLDER WORK SIZE [FORM]`; print what it took."""
    folder, work, size, *form = sys.argv[1:]
    took = WORKS[work](Path(folder) / f"{size}.{(*form, 'jpg')[0]}")
    print(json.dumps(took | {"peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
