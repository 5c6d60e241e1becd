"""Benchmark the drift test after features: time and memory, each work in a process of its own.

Run as a program with a name of `WORKS`, it does that work once and says what it took.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from bench_rows import Row

from harness.judging.channels import channels_of
from harness.judging.subjects import Subject
from harness.measure.description import LENGTH, PARTS
from harness.stats.effect import effects
from harness.stats.labellings import Design
from harness.stats.permutation import Block, Cell, permutation_test
from harness.stats.sensitivity import sensitivity

TIMES = 3
MOST_MB = 1000


def rows() -> list[Row]:
    """Measure every work."""
    return [row for name in WORKS for row in _measured(name)]


def _measured(name: str) -> list[Row]:
    what, most, _ = WORKS[name]
    took = [_took(name) for _ in range(TIMES)]
    seconds = statistics.median(each["seconds"] for each in took)
    mb = statistics.median(each["mb"] for each in took)
    return [
        Row(work=what, measured=seconds, limit=f"< {most} s", within=seconds < most),
        Row(work=f"memory: {what}", measured=mb, unit="MB", limit=f"< {MOST_MB} MB",
            within=mb < MOST_MB),
    ]  # fmt: skip


def _took(name: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, name], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _blocks(cells: int, *, old: int, new: int) -> list[Block]:
    """Lay out descriptions of chance in all channels."""
    rng = np.random.default_rng(1)
    return [
        Block(
            design=Design(old=old, new=new),
            cells=(Cell(name=f"{number}", channels=channels_of(_answers(rng, old + new))),),
        )
        for number in range(cells)
    ]


def _answers(rng: np.random.Generator, count: int) -> list[Subject]:
    described = rng.normal(size=(count, LENGTH)).astype(np.float32)
    for name in ("dhash16", "phash16"):
        described[:, PARTS[name]] = described[:, PARTS[name]] > 0
    about = {"suite": "s", "variant": "v", "turn": 0, "cell": "c", "session": "s", "arm": "a"}
    return [Subject(**about, chain=f"{n}", outcome="ok", description=row)
            for n, row in enumerate(described)]  # fmt: skip


def _tested(blocks: Sequence[Block]) -> None:
    permutation_test(blocks, draws=9_999, seed=1)


def _sized(blocks: Sequence[Block]) -> None:
    effects(blocks)
    sensitivity(blocks, alpha=0.01)


WORKS: dict[str, tuple[str, float, Callable[[Sequence[Block]], None]]] = {
    "thirty": ("test 30 cells x (20 v 10), all channels, B = 9,999", 5, _tested),
    "thousand": ("test 1,000 cells x (16 v 4), all channels, B = 9,999", 60, _tested),
    "sized": ("effects and sensitivity of 1,000 cells x (16 v 4)", 60, _sized),
}


def main() -> int:
    """Do one work and say what it took."""
    name = sys.argv[1]
    cells, old, new = (30, 20, 10) if name == "thirty" else (1_000, 16, 4)
    blocks = _blocks(cells, old=old, new=new)
    started = time.perf_counter()
    WORKS[name][2](blocks)
    took = time.perf_counter() - started
    print(json.dumps({"seconds": took, "mb": _peak_mb()}))
    return 0


def _peak_mb() -> float:
    """Give this program's own peak; ru_maxrss would count the one that started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    sys.exit(main())
