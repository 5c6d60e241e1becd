"""Hold a Dask cluster of loopback against this machine: same results, a killed worker, overhead.

The same with processes of this machine, one of which is killed midway.
"""

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from dask_cluster import Loopback
from machine import ROOT, circumstances

from harness.compute.cluster import BATCH, Cluster
from harness.compute.tasks import Source, Task

FOLDER = ROOT / "reports" / "prove"
HARNESS = str(Path(sys.executable).with_name("harness"))
LIMIT_MS = 10.0
NOT_COMPARED = ("id", "at", "seconds", "command", "environment", "file", "path")
"""What two runs of one thing differ in."""

CALIBRATE = ("calibrate", "suites/storefront.yaml", "--splits", "400")
MATERIAL = (
    "suites/storefront.yaml",
    "suites/references",
    "suites/storefront.baseline",
    "cassettes",
)


@dataclass(frozen=True)
class Row:
    """What was held against each other, and what came of it."""

    what: str
    found: str
    holds: bool


def main() -> int:
    """Make everything twice, hold it against each other, write the table; 1 where it differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=400)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        rows = list(_rows(Path(place), asked.pictures))
    text = _text(rows)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "dask.md").write_text(text, encoding="utf-8")
    print(text)
    return int(not all(row.holds for row in rows))


def _rows(root: Path, pictures: int) -> Iterator[Row]:
    ground = _ground(root / "ground")
    local = _told(_copy(ground, root / "local"), "processes:1")
    yield Row("one process", _weight(local), True)
    with Loopback(workers=2) as cluster:
        yield from _equal("the cluster", local, _told(_copy(ground, root / "far"), cluster.address))
        yield from _overhead(root, cluster, pictures)
    with Loopback(workers=2) as cluster:
        folder = _copy(ground, root / "killed")
        far = _told(folder, cluster.address, midway=lambda: _killed(cluster.running[0]))
        died = cluster.running[0].poll() == -signal.SIGKILL
        yield Row("a worker of the cluster was killed midway", f"{died}", died)
        yield from _equal("the cluster, a worker killed", local, far)
    folder, killed = _copy(ground, root / "pool"), list[int]()
    pool = _told(folder, "processes:2", midway=lambda: bool(killed.extend(_kill_one()) or killed))
    yield Row("a process of this machine was killed midway", f"{bool(killed)}", bool(killed))
    yield from _equal("processes, one killed", local, pool)


def _ground(folder: Path) -> Path:
    """Copy the demo's suite and recordings, and record them once more by the simulator."""
    for name in MATERIAL:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, target)
    live = ("--endpoint", "simulator", "--live", "all", "--recording", "other", "--record-only")
    _harness(folder, "run", "suites/storefront.yaml", *live, good=(0, 1, 3))
    return folder


def _copy(ground: Path, folder: Path) -> Path:
    return Path(shutil.copytree(ground, folder))


def _told(
    folder: Path, executor: str, *, midway: Callable[[], bool] | None = None
) -> Mapping[str, str]:
    """Run, report, compare and calibrate; give a digest of each result by its name.

    Args:
        folder: A project.
        executor: Who measures.
        midway: Is called when the first pictures of the run are measured, until it says yes.
    """
    environ = os.environ | {"HARNESS_EXECUTOR": executor}
    command = [HARNESS, "run", "suites/storefront.yaml", "--fail-on", "none"]
    with subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.DEVNULL) as running:
        while midway and running.poll() is None:
            if any((folder / ".harness").rglob("features/*/*")):
                midway = None if midway() else midway
            time.sleep(0.002)
    (run,) = (folder / "reports").glob("*/run.json")
    images = sorted((run.parent / "img").rglob("*.webp"))
    compared = _harness(folder, "compare", "main", "other", "--json", good=(0, 1, 3), by=executor)
    calibrated = _harness(folder, *CALIBRATE, "--json", good=(0, 1, 3), by=executor)
    return {
        "run.json": _plain(run.read_text(encoding="utf-8")),
        **{str(path.relative_to(run.parent)): _digest(path.read_bytes()) for path in images},
        "compare": _plain(compared),
        "calibrate": _plain(calibrated),
    }


def _plain(text: str) -> str:
    """Give a document's digest, without what two runs of one thing differ in."""
    document = json.loads(text)
    for name in NOT_COMPARED:
        _without(document, name)
    return _digest(json.dumps(document).encode())


def _without(tree: object, name: str) -> None:
    if isinstance(tree, dict):
        tree.pop(name, None)
        for value in tree.values():
            _without(value, name)
    elif isinstance(tree, list):
        for value in tree:
            _without(value, name)


def _harness(folder: Path, *words: str, good: tuple[int, ...], by: str = "processes:1") -> str:
    environ = os.environ | {"HARNESS_EXECUTOR": by}
    done = subprocess.run(
        [HARNESS, *words], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode not in good:
        raise SystemExit(f"harness {' '.join(words)}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _weight(found: Mapping[str, str]) -> str:
    return f"{len(found) - 3} small pictures, a run, a comparison, a calibration"


def _equal(who: str, local: Mapping[str, str], far: Mapping[str, str]) -> Iterator[Row]:
    other = sorted(name for name in {*local, *far} if local.get(name) != far.get(name))
    said = "all equal, byte for byte" if not other else f"differ: {', '.join(other[:5])}"
    yield Row(f"{who} gives what one process gives", said, not other)


def _killed(process: subprocess.Popen[str]) -> bool:
    process.kill()
    return process.wait() == -signal.SIGKILL


def _kill_one() -> Iterator[int]:
    """Kill one process of a pool: a child of a fork server of a child of ours."""
    names = (path.name for path in Path("/proc").iterdir())
    parents = {pid: _parent(pid) for pid in map(int, filter(str.isdigit, names))}
    for pid, parent in parents.items():
        if parents.get(parents.get(parent, 0), 0) == os.getpid():
            os.kill(pid, signal.SIGKILL)
            yield pid
            return


def _parent(pid: int) -> int:
    try:
        said = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0
    return int(said.rpartition(")")[2].split()[1])


def touched(task: Task[None]) -> int:
    """Read a picture, and do no more with it."""
    return len(task.files[0].read())


def _overhead(root: Path, cluster: Loopback, pictures: int) -> Iterator[Row]:
    """Time tasks that only read: what is left is the journey."""
    tasks = list(_many(root / "many", pictures))
    paths = [task.files[0].path for task in tasks]
    by = Cluster(address=cluster.address)
    list(by.map(touched, tasks[: 2 * BATCH]))  # the workers load what they need
    before = _burnt(cluster)
    seconds = _timed(by, tasks)
    burnt = (_burnt(cluster) - before) / pictures * 1000
    size = sum(path.stat().st_size for path in paths) / pictures / 1000
    yield Row(
        f"overhead a picture, {pictures} of {size:,.0f} KB, {BATCH} a journey, read and held "
        f"against their sha256 by the workers (limit {LIMIT_MS:g} ms)",
        f"{seconds:.1f} ms by the clock, {burnt:.1f} ms of processors, all processes together",
        seconds < LIMIT_MS,
    )
    with ExitStack() as stack:
        handles = [stack.enter_context(path.open("rb")).fileno() for path in paths]
        unseen = [
            replace(task, key=f"sent {task.key}", files=(replace(task.files[0], path=own),))
            for task, own in zip(tasks, map(_own, handles), strict=True)
        ]
        seconds = _timed(by, unseen)
    yield Row("the same where no worker sees the files: all are sent", f"{seconds:.1f} ms", True)


def _own(handle: int) -> Path:
    """Name an open file as this process alone sees it."""
    return Path(f"/proc/self/fd/{handle}")


def _many(folder: Path, pictures: int) -> Iterator[Task[None]]:
    """Lay pictures of the demo, each with bytes of its own."""
    kept = sorted((ROOT / "cassettes" / "blobs").rglob("*.jpg"))
    folder.mkdir()
    for number in range(pictures):
        data = kept[number % len(kept)].read_bytes() + number.to_bytes(4, "big")
        path = folder / f"{number}.jpg"
        path.write_bytes(data)
        sha256 = _digest(data)
        yield Task(key=sha256, about=None, files=(Source(path=path, sha256=sha256),))


def _timed(by: Cluster, tasks: Sequence[Task[None]]) -> float:
    """Give milliseconds a task, by the clock."""
    started = time.perf_counter()
    sizes = list(by.map(touched, tasks))
    if sizes != [task.files[0].path.stat().st_size for task in tasks]:
        raise SystemExit("the sizes are wrong")
    return (time.perf_counter() - started) * 1000 / len(tasks)


def _burnt(cluster: Loopback) -> float:
    """Give the seconds of processors that this process and the cluster's have used."""
    total = time.process_time()
    for process in (cluster.scheduler, *cluster.running):
        said = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8")
        user, system = said.rpartition(")")[2].split()[11:13]
        total += (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return total


def _text(rows: list[Row]) -> str:
    about = circumstances() | {"load": " ".join(f"{load:.1f}" for load in os.getloadavg())}
    lines = [
        "# Dask, and killed workers",
        "",
        *(f"- {name}: {said}" for name, said in about.items()),
    ]
    lines += ["", "| what | found | holds |", "| --- | --- | --- |"]
    lines += [f"| {row.what} | {row.found} | {'yes' if row.holds else 'NO'} |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
