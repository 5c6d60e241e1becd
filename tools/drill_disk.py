"""Fill the disk under a recording, and forbid to write: nothing is lost, one line says why."""

import contextlib
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from drill_ground import (
    HARNESS,
    Broken,
    Ground,
    Log,
    genuine,
    insist,
    looked_at,
    resume,
    simulator,
    unchanged,
)

SHARES = (0.15, 0.3, 0.4, 0.55, 0.7, 0.8, 0.9, 1.0)
"""Sizes of the disk, of what a whole recording takes; the last has no room for compaction."""
_PAGE = 4096
_APART = "DRILL_APART"


def apart(words: list[str]) -> int | None:
    """Run the same drill where folders may be mounted that nobody else sees.

    Returns:
        Its exit code; None where this already is such a place, or there is none.
    """
    if os.environ.get(_APART):
        return None
    for how in (("--mount",), ("--mount", "--map-root-user")):
        mount = ["unshare", *how, "mount", "-t", "tmpfs", "none", "/mnt"]
        with contextlib.suppress(OSError):
            if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
                environ = os.environ | {_APART: "1"}
                command = ["unshare", *how, sys.executable, *words]
                return subprocess.run(command, env=environ, check=False).returncode
    return None


def _mounted() -> bool:
    return bool(os.environ.get(_APART))


def _mount(*words: object) -> None:
    subprocess.run(["mount", *map(str, words)], check=True)


# --- a full disk ----------------------------------------------------------------------------


def full_disk() -> int:
    """Record onto disks that are too small; 1 where a promise was broken."""
    if not _mounted():
        print("no disk can be mounted here; the size of each file is limited instead")
    with tempfile.TemporaryDirectory() as folder, simulator(Path(folder)) as (url, log):
        for pictures in (False, True):
            whole = Ground(Path(folder) / f"whole-{pictures}", url, pictures=pictures)
            whole.run(whole.recording())
            size = _pages(whole.store)
            for number, share in enumerate(SHARES):
                root, jobs = Path(folder) / f"{pictures}-{share}", 1 + number % 2
                ground = Ground(root, url, pictures=pictures, jobs=jobs)
                try:
                    said = _filled(ground, log, size=int(size * share))
                except Broken as error:
                    said = f"BROKEN: {error}"
                print(f"{share:.0%} of {size // 1024} KB, {jobs} in flight: {said}", flush=True)
                if said.startswith("BROKEN"):
                    return 1
    print(f"{2 * len(SHARES)} full disks: exit 2 and one line each; what had been kept was kept")
    return 0


def _pages(folder: Path) -> int:
    sizes = (path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return sum(-(-size // _PAGE) * _PAGE for size in sizes)


def _filled(ground: Ground, log: Log, *, size: int) -> str:
    """Record until the disk is full, make space, and go on."""
    since = log.mark()
    with _small(ground.store, size) as (limit, make_space):
        complaint = _refused(ground, limit=limit)
        log.settle()
        looked_at(ground.store)
        held, asked = ground.held(), log.count("asked", since)
        genuine(held, log)
        lost = asked - len(held)
        insist(
            lost <= ground.jobs,
            f"{asked} were asked for, {len(held)} kept: more than was in flight",
        )
        make_space()
        unchanged(*resume(ground, log))
        ground.replay(log)
    return f"asked {asked}, kept {len(held)}, then the rest; said: {_brief(complaint)}"


@contextlib.contextmanager
def _small(store: Path, size: int) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """Give the store a small disk: what to do in the child, and what makes space."""
    if not _mounted():
        limit = max(1000, size // 40)
        yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)), lambda: None
        return
    store.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={max(size, _PAGE)}", "none", store)
    try:
        yield lambda: None, lambda: _mount("-o", "remount,size=100m", store)
    finally:
        subprocess.run(["umount", str(store)], check=True)


def _refused(ground: Ground, *, limit: Callable[[], None] | None = None) -> str:
    """Record what cannot be kept; give the one line that says so.

    Raises:
        Broken: it is said otherwise, or not at all.
    """
    _, complaint = ground.run(ground.recording(), code=2, before=limit)
    return _one_line(complaint)


def _one_line(complaint: str) -> str:
    lines = [line for line in complaint.splitlines() if "answers to generate" not in line]
    insist(len(lines) == 1 and lines[0].startswith("harness: "), f"not one line: {complaint!r}")
    insist("cannot be written" in lines[0], f"it does not say what is wrong: {complaint!r}")
    return lines[0]


def _brief(line: str) -> str:
    """Leave out the name of the file and the advice."""
    said = line.removeprefix("harness: ").partition(";")[0]
    return re.sub(r"(cassettes/[a-z]+|reports)/\S+(?=: )", r"\1/...", said)


# --- nothing can be written -----------------------------------------------------------------


def read_only() -> int:
    """Forbid to write where recordings lie; 1 where a promise was broken."""
    if not _mounted():
        means = "permissions are taken" if os.geteuid() else "a file lies in the store's place"
        print(f"nothing can be mounted read-only here; {means} instead")
    with tempfile.TemporaryDirectory() as folder, simulator(Path(folder)) as (url, log):
        try:
            fresh = Ground(Path(folder) / "fresh", url)
            fresh.store.mkdir()
            _unasked(fresh, log, "an empty store", frozen=fresh.store)
            ground = Ground(Path(folder) / "recorded", url)
            ground.run(ground.recording())
            _one_more(ground)
            _unasked(ground, log, "a recorded store", frozen=ground.store)
            _unasked(ground, log, "the blobs alone", frozen=ground.store / "blobs")
            _unasked(ground, log, "the recording alone", frozen=ground.cassettes.folder)
            _replayed(ground, log)
        except Broken as error:
            print(f"BROKEN: {error}")
            return 1
    print("a read-only store: refused before anything was sent")
    return 0


def _one_more(ground: Ground) -> None:
    """Ask for something that is not recorded."""
    ground.suite.write_text(ground.suite.read_text().replace("a shelf", "a high shelf"))


def _unasked(ground: Ground, log: Log, what: str, *, frozen: Path) -> None:
    """Record where it cannot be kept: nothing is sent."""
    since = log.mark()
    with _frozen(frozen):
        complaint = _refused(ground)
    insist(log.mark() == since, f"{what}: {log.count('asked', since)} requests were sent")
    print(f"{what}: 0 requests; said: {_brief(complaint)}", flush=True)


@contextlib.contextmanager
def _frozen(folder: Path) -> Iterator[None]:
    """Make a folder read-only, for root too where it can be mounted so.

    Where it cannot, its permissions are taken; as root, who needs none, a file lies in
    its place.
    """
    if _mounted():
        _mount("--bind", folder, folder)
        _mount("-o", "remount,bind,ro", folder)
        try:
            yield
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    elif os.geteuid():
        folder.chmod(0o500)
        yield
        folder.chmod(0o700)
    else:
        aside = folder.with_name(f"{folder.name}-aside")
        folder.rename(aside)
        folder.touch()
        yield
        folder.unlink()
        aside.rename(folder)


def _replayed(ground: Ground, log: Log) -> None:
    """Replay what is recorded, where it, and then where nothing at all, can be written."""
    ground.suite.write_text(ground.suite.read_text().replace("a high shelf", "a shelf"))
    if not _mounted() and not os.geteuid():
        print("replays are passed over: root can write everywhere")
        return
    with _frozen(ground.store):
        ground.replay(log)
    print("a replay from a read-only store: exit 0", flush=True)
    shutil.rmtree(ground.root / ".harness")
    since = log.mark()
    with _frozen(ground.root):
        out, complaint = ground.run((*HARNESS, "run"), code=2)
    insist("recorded pictures of" in out, f"no verdicts are shown: {out[-300:]!r}")
    insist(log.mark() == since, "a replay asked the endpoint")
    print(
        f"a replay where nothing can be written: verdicts, exit 2; {_brief(_one_line(complaint))}"
    )
