"""Benchmark recordings against stock vcrpy, and thin replays against Pillow's decoding.

Every work runs in a process of its own, those that are compared one after the other,
`ROUNDS` times; medians count. Stock is vcrpy as it comes, with libyaml.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import bench_ground
from bench_rows import ROUNDS, Row
from machine import ROOT

WORKS = ROOT / "tools" / "bench_works.py"
Medians = dict[str, float]


def rows() -> list[Row]:
    """Measure everything; what it is measured on is made first, and gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="harness-bench-") as name:
        folder = Path(name)
        return [
            _load(folder),
            *_replay(folder),
            _among_a_thousand(folder),
            _find(folder),
            *_thin(folder),
            _many(folder),
        ]


def _load(folder: Path) -> Row:
    bench_ground.lay(folder, "load", count=20, size=4_500_000)
    ours, stock = _interleaved(folder, "load-ours", "load-stock")
    return _gain("load a cassette of 20 answers of 6 MB", ours, stock, least=100)


def _replay(folder: Path) -> list[Row]:
    bench_ground.lay(folder, "replay", count=20, size=15_000_000)
    ours, stock = _interleaved(folder, "replay-ours", "replay-stock")
    work = "replay 20 answers of 20 MB, exact: load, find, give, close"
    memory = Row(
        work=f"{work}; peak memory",
        measured=ours["peak_mb"],
        against=stock["peak_mb"],
        what="stock YAML",
        unit="MB",
        limit="<= 0.5",
        within=ours["peak_mb"] <= 0.5 * stock["peak_mb"],
    )
    return [_gain(work, ours, stock, least=8), memory]


def _among_a_thousand(folder: Path) -> Row:
    bench_ground.lay(folder, "thousand", count=1000, size=100)
    ours, stock = _interleaved(folder, "thousand-ours", "thousand-stock")
    return _gain("replay one request among 1,000", ours, stock, least=15)


def _find(folder: Path) -> Row:
    bench_ground.lay(folder, "match", count=10, size=100, references=14)
    ours, stock = _interleaved(folder, "match-ours", "match-stock")
    work = "find the right answer among 10 requests with 14 references each"
    return _gain(work, ours, stock, least=100, what="stock body matcher")


def _thin(folder: Path) -> list[Row]:
    bench_ground.lay_pictures(folder, "pictures", count=12)
    taken: dict[str, list[float]] = {"decode": [], "hashes": [], "first": [], "second": []}
    works = {"decode": "decode", "hashes": "thin-hashes", "first": "thin", "second": "thin"}
    for _ in range(ROUNDS):
        shutil.rmtree(folder / "pictures" / "features", ignore_errors=True)
        for name, work in works.items():
            taken[name].append(_took(folder, work)["cpu"] * 1000)
    decode, hashes, first, second = (statistics.median(times) for times in taken.values())
    work = "thin replay, sha256 check, {} of a 4K JPEG (q100), CPU"
    return [
        Row(
            work=work.format("default fingerprints"),
            measured=hashes,
            against=decode,
            what="Pillow's decoding alone",
            unit="ms",
            limit="<= 1.25",
            within=hashes <= 1.25 * decode,
        ),
        Row(
            work=work.format("all default measures") + ", first time",
            measured=first,
            against=decode,
            what="Pillow's decoding alone",
            unit="ms",
            limit="<= decoding + 120 ms",
            within=first <= decode + 120,
        ),
        Row(
            work=work.format("all default measures") + ", second time",
            measured=second,
            unit="ms",
            limit="<= 3 ms",
            within=second <= 3,
        ),
    ]


def _many(folder: Path) -> Row:
    bench_ground.lay_ours(folder, "many", count=500, size=3_750_000)
    peak = _took(folder, "many")["peak_mb"]
    return Row(
        work="peak memory while replaying 500 answers of 5 MB, exact",
        measured=peak,
        unit="MB",
        limit="< 400 MB",
        within=peak < 400,
    )


def _gain(work: str, ours: Medians, stock: Medians, *, least: int, what: str = "stock YAML") -> Row:
    return Row(
        work=work,
        measured=ours["seconds"],
        against=stock["seconds"],
        what=what,
        limit=f">= {least}x faster",
        within=stock["seconds"] >= least * ours["seconds"],
        gain=True,
    )


def _interleaved(folder: Path, *works: str) -> list[Medians]:
    rounds = [[_took(folder, work) for work in works] for _ in range(ROUNDS)]
    return [
        {name: statistics.median(took[name] for took in taken) for name in taken[0]}
        for taken in zip(*rounds, strict=True)
    ]


def _took(folder: Path, work: str) -> Medians:
    done = subprocess.run(
        [sys.executable, str(WORKS), work, str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{work}: {done.stderr}")
    took: Medians = json.loads(done.stdout)
    return took
