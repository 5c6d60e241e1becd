"""Run the benchmarks and write them to reports/bench/: ratios within one run.

What is compared runs interleaved, the median of five counts.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import bench_cassettes
import bench_drift
import bench_live
import bench_measure
from bench_rows import ROUNDS, Row, markdown
from machine import ROOT, circumstances

HARNESS = str(Path(sys.executable).with_name("harness"))


def main() -> int:
    """Run every benchmark; 1 where a limit is missed."""
    rows = [
        startup(),
        second_run(),
        *bench_cassettes.rows(),
        *bench_measure.rows(),
        *bench_live.rows(),
        *bench_drift.rows(),
    ]
    folder = ROOT / "reports" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    about = circumstances()
    document = {"circumstances": about, "rows": [asdict(row) for row in rows]}
    (folder / "bench.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    table = markdown(rows, about)
    (folder / "bench.md").write_text(table, encoding="utf-8")
    print(table)
    return int(not all(row.within for row in rows))


def startup() -> Row:
    """Start the command line, against starting Python alone."""
    ours, bare = _interleaved(
        lambda: _run([HARNESS, "--help"]), lambda: _run([sys.executable, "-c", "pass"])
    )
    return Row(
        work="harness --help",
        measured=ours,
        against=bare,
        what="python -c pass",
        limit="< 0.4 s",
        within=ours < 0.4,
    )


def second_run() -> Row:
    """Replay the demo with everything remembered, against the first time."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        for name in ("suites", "cassettes"):
            shutil.copytree(ROOT / name, here / name)

        def first() -> float:
            shutil.rmtree(here / ".harness", ignore_errors=True)
            return _run([HARNESS, "run"], cwd=here)

        def second() -> float:
            return _run([HARNESS, "run"], cwd=here)

        cold, warm = _interleaved(first, second)
    return Row(
        work="replay, judge and report the demo again",
        measured=warm,
        against=cold,
        what="first time",
        limit="none set",
        within=True,
    )


def _interleaved(*works: Callable[[], float]) -> list[float]:
    rounds = [[work() for work in works] for _ in range(ROUNDS)]
    return [statistics.median(times) for times in zip(*rounds, strict=True)]


def _run(command: list[str], cwd: Path = ROOT) -> float:
    started = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, capture_output=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
