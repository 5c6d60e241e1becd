"""Say on what commit and machine a result was obtained."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]


def circumstances() -> dict[str, str]:
    """Give commit, machine and time of a result."""
    commit = _said("git", "rev-parse", "--short=12", "HEAD")
    # what other proofs wrote into reports/ changes nothing that is measured
    changed = _said("git", "status", "--porcelain", "-uno", "--", ".", ":!reports")
    dirty = "+changes" if changed else ""
    return {
        "commit": commit + dirty,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory()} GB",
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
    }


def _said(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)
