"""Measure the verbs at 1,000, 10,000 and 100,000 recorded samples: time linear, memory flat.

Each verb is a process of its own. Time is processor time, of all processes below it too: it is
what other work on the machine disturbs least. Memory is the largest resident size of all of them.
A machine that is shared changes its speed by a third within minutes, so the sizes of one verb are
measured one right after the other, and a verb of seconds several times in turn: the least counts.
"""

import argparse
import itertools
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from machine import ROOT, circumstances
from scale_ground import Ground, lay
from scale_lend import lend

FOLDER = ROOT / "reports" / "prove"
JSON = FOLDER / "scale.json"
HARNESS = str(Path(sys.executable).with_name("harness"))
SIZES = (1_000, 10_000, 100_000)
WIDE = 1.25
"""A sample may cost so many times at the largest size what it costs at the one before."""
FINE = 0.1
"""Milliseconds a sample below which what it costs is the machine's noise."""
MADE = (".harness", "reports")
"""What verbs make below a workspace: without it, a first run is a first one."""
LENT = "run, first, of lent figures"
"""A first run that measures nothing is held against no other."""
LOOK = 0.05
"""Seconds between looks at the memory."""


@dataclass(frozen=True)
class Verb:
    """A command line, and what it may cost beyond what it costs at the smallest size.

    Attributes:
        name: What it is called in the tables.
        words: After `harness`.
        ms: Milliseconds of processor time for each further sample, at the most.
        grows: Bytes of memory for each further sample, at the most.
        times: How often it is measured, where it finds each time what it found before.
    """

    name: str
    words: tuple[str, ...]
    ms: float
    grows: float
    times: int = 1


VERBS = (
    Verb("plan", ("plan",), 0.8, 600, times=3),
    Verb("cassette ls", ("cassette", "ls"), 1.2, 600, times=3),
    Verb("run, first", ("run",), 80, 1_000),
    Verb("run, second", ("run",), 8, 1_000),
    Verb("trends, first", ("trends",), 4, 600),
    Verb("trends, second", ("trends",), 0.5, 600, times=3),
)
"""Limits of up to twice what was measured on a busy machine, at 1,000 to 10,000 samples or runs."""
FIRST = VERBS[2]


@dataclass(frozen=True)
class Took:
    """What a verb took at one size; `of` is the commit, where that is another than the rest's."""

    verb: str
    samples: int
    wall: float
    cpu: float
    peak_mb: float
    of: str = ""


def main() -> int:
    """Lay each size, measure, write the tables; 1 where a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--ground", type=Path, help="a folder that keeps what is laid, by size")
    parser.add_argument(
        "--lend",
        type=int,
        metavar="SAMPLES",
        help="above this size pictures are not measured, but lent figures of the size before",
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="keep what the proof before made and measured of first runs; measure the rest anew",
    )
    given = parser.parse_args()
    sizes = sorted(given.sizes)
    lent = {size for size in sizes[1:] if given.lend is not None and size > given.lend}
    found = firsts(sizes) if given.again else []
    with tempfile.TemporaryDirectory(prefix="scale-") as passing:
        ground = given.ground or Path(passing)
        roots = {size: laid(ground / str(size), Ground.of(size)) for size in sizes}
        for root in roots.values():
            (rewound if given.again else forgotten)(root)
        for verb in VERBS:
            if verb is not FIRST:
                found += measured(verb, roots)
            elif not given.again:
                found += measured_first(roots, lent)
    missed = [line for verb in VERBS for line in misses(verb, found)]
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = told(found, missed)
    (FOLDER / "scale.md").write_text(text, encoding="utf-8")
    document = {"circumstances": circumstances(), "took": [asdict(one) for one in found]}
    JSON.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(text)
    return int(bool(missed))


def firsts(sizes: list[int]) -> list[Took]:
    """Take the figures of first runs from the proof before, with the commit that they are of."""
    before = json.loads(JSON.read_text(encoding="utf-8"))
    commit = before["circumstances"]["commit"]
    rows = [Took(**{"of": commit, **row}) for row in before["took"]]
    return [one for one in rows if one.verb in (FIRST.name, LENT) and one.samples in sizes]


def laid(root: Path, ground: Ground) -> Path:
    """Lay a size where it is not kept; it stands under its own name only when it is whole."""
    begun = time.perf_counter()
    if not root.is_dir():
        beside = root.with_name(f"{root.name}.part")
        shutil.rmtree(beside, ignore_errors=True)
        lay(beside, ground, workers=os.cpu_count() or 1)
        beside.rename(root)
    seconds = time.perf_counter() - begun
    print(f"{ground.count:,} samples laid in {seconds:.0f} s", flush=True)
    return root


def forgotten(root: Path) -> None:
    """Forget what verbs made of a workspace before."""
    for made in MADE:
        shutil.rmtree(root / made, ignore_errors=True)


def rewound(root: Path) -> None:
    """Bring a workspace back to where it had its first run, and no more.

    Raises:
        SystemExit: it had none.
    """
    (root / ".harness" / "history.db").unlink(missing_ok=True)
    runs = sorted(root.glob("reports/*Z-*"))
    if not runs:
        raise SystemExit(f"{root}: nothing was run there; leave --again out")
    first = runs[0].name.partition(".")[0]
    for run in runs:
        if run.name.partition(".")[0] != first:
            shutil.rmtree(run)


def measured_first(roots: Mapping[int, Path], lent: set[int]) -> list[Took]:
    """Run what measures every picture, or finds it lent the figures of the size before."""
    found: list[Took] = []
    lender: Path | None = None
    for size, root in roots.items():
        if size in lent and lender is not None:
            lenders = lend(root, lender, workers=os.cpu_count() or 1)
            print(f"{lenders:,} pictures lent their figures", flush=True)
        one = took(FIRST, root, size)
        found.append(replace(one, verb=LENT) if size in lent else one)
        lender = root
    return found


def measured(verb: Verb, roots: Mapping[int, Path]) -> list[Took]:
    """Run a verb over every size in turn, as often as it says; give the least of each size."""
    turns = [[took(verb, root, size) for size, root in roots.items()] for _ in range(verb.times)]
    return [min(of_one, key=lambda each: each.cpu) for of_one in zip(*turns, strict=True)]


def took(verb: Verb, root: Path, samples: int) -> Took:
    """Run a verb in a process of its own and look at what it takes.

    Raises:
        SystemExit: it failed.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun, peak, elsewhere = time.perf_counter(), 0, {}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([HARNESS, *verb.words], cwd=root, stdout=said, stderr=said)
        while process.poll() is None:
            seen = list(_family(process.pid))
            peak = max(peak, sum(one.kilobytes for one in seen))
            elsewhere |= {one.pid: one.cpu for one in seen if one.depth > 1}
            time.sleep(LOOK)
        said.seek(0)
        if process.returncode:
            raise SystemExit(f"{verb.name}: {said.read()[-2000:].decode(errors='replace')}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    cpu += sum(elsewhere.values())  # the fork server's: nobody of ours waits for them
    wall = time.perf_counter() - begun
    one = Took(verb.name, samples, round(wall, 2), round(cpu, 2), round(peak / 1024, 1))
    print(one, flush=True)
    return one


@dataclass(frozen=True)
class _Seen:
    """A process at a moment: how far below the first, its memory, its processor time."""

    pid: int
    depth: int
    kilobytes: int
    cpu: float


def _family(pid: int, depth: int = 0) -> Iterator[_Seen]:
    """Look at a process and all below it; at nothing of one that has ended."""
    here = Path("/proc") / str(pid)
    try:
        status = (here / "status").read_text(encoding="utf-8")
        ticks = (here / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
        children = [path.read_text(encoding="utf-8") for path in here.glob("task/*/children")]
    except OSError:
        return
    own = next((int(x.split()[1]) for x in status.splitlines() if x.startswith("VmRSS:")), 0)
    cpu = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    yield _Seen(pid=pid, depth=depth, kilobytes=own, cpu=cpu)
    for child in " ".join(children).split():
        yield from _family(int(child), depth + 1)


def slope(smaller: Took, larger: Took) -> tuple[float, float]:
    """Give milliseconds and bytes for each further sample between two sizes."""
    more = larger.samples - smaller.samples
    ms = (larger.cpu - smaller.cpu) / more * 1000
    return ms, (larger.peak_mb - smaller.peak_mb) / more * 2**20


def misses(verb: Verb, found: list[Took]) -> list[str]:
    """Say where a verb passes a limit, or its time grows faster than the samples do."""
    own = [one for one in found if one.verb == verb.name]
    slopes = [slope(*pair) for pair in itertools.pairwise(own)]
    lines = []
    for (ms, grows), larger in zip(slopes, own[1:], strict=False):
        if ms > verb.ms:
            lines.append(f"{verb.name}: {ms:.1f} ms a sample at {larger.samples:,} ({verb.ms:g})")
        if grows > verb.grows and larger.samples > SIZES[1]:
            lines.append(f"{verb.name}: {grows:,.0f} bytes a sample at {larger.samples:,}")
    for (before, _), (ms, _) in itertools.pairwise(slopes):
        if ms > WIDE * max(before, FINE):
            lines.append(f"{verb.name}: {ms:.2f} ms a sample after {before:.2f}: not linear")
    return lines


def told(found: list[Took], missed: list[str]) -> str:
    """Write the tables."""
    lines = ["# Recorded samples: time and memory of the verbs", ""]
    lines += [f"- {name}: {value}" for name, value in circumstances().items()]
    lines += [
        "",
        "| verb | samples | CPU s | wall s | peak MB |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in found:
        lines.append(
            f"| {one.verb} | {one.samples:,} | {one.cpu} | {one.wall} | {one.peak_mb:.0f} |"
        )
    lines += ["", "| verb | from, to | ms a sample (limit) | bytes a sample (limit) | more MB |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for verb in VERBS:
        own = [one for one in found if one.verb == verb.name]
        for smaller, larger in itertools.pairwise(own):
            ms, grows = slope(smaller, larger)
            lines.append(
                f"| {verb.name} | {smaller.samples:,}, {larger.samples:,} | {ms:.2f} ({verb.ms:g}) "
                f"| {grows:,.0f} ({verb.grows:,.0f} above 10,000) "
                f"| {larger.peak_mb - smaller.peak_mb:.0f} |"
            )
    lines += [
        "",
        "The sizes of a verb were measured one right after the other; "
        + ", ".join(f"{verb.name} {verb.times} times in turn" for verb in VERBS if verb.times > 1)
        + ", of which the least CPU stands here.",
    ]
    for commit in sorted({one.of for one in found} - {""}):
        lines += ["", f"First runs were measured at {commit}, and not again."]
    if any(one.verb == LENT for one in found):
        lines += [
            "",
            "Where figures were lent, each picture was given those of another one: measuring is "
            "the first run's work, a cost a picture, and what comes after takes them as they are.",
        ]
    lines += ["", *(missed or ["Every limit is held."])]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
