"""Say what a worker elsewhere must have alike, so that its results are the same bytes."""

import hashlib
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("pillow", "numpy", "scipy", "imagehash", "opencv-python-headless", "onnxruntime")
"""What pictures are read, measured and tested by; an extra may be absent, everywhere alike."""

ROOMS = ("compute", "judging", "measure", "model", "stats")
"""Whose code decides what a task gives."""

Versions = tuple[tuple[str, str], ...]
"""Name and version of each, in one order."""


@cache
def versions() -> Versions:
    """Give the versions of this process: Python's, the harness's own code's, the libraries'."""
    python = ".".join(platform.python_version_tuple()[:2])
    own = (("python", python), ("harness", _code()))
    return (*own, *((name, _installed(name)) for name in PACKAGES))


def _code() -> str:
    """Name the code that measures and tests by what it says: it may be edited in place."""
    house = Path(__file__).resolve().parents[1]
    total = hashlib.sha256()
    for path in sorted(path for room in ROOMS for path in (house / room).rglob("*.py")):
        total.update(path.relative_to(house).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:12]


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def differing(mine: Versions, theirs: Versions) -> str:
    """Say in words what differs; empty where nothing does."""
    there = dict(theirs)
    return ", ".join(
        f"{name} {there.get(name, 'none')} there and {version} here"
        for name, version in mine
        if there.get(name) != version
    )
