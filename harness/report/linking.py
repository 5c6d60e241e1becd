"""Link pictures into a report's folder, take out those that it no longer names, and weigh it."""

import contextlib
import os
import re
import shutil
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from harness.errors import StoreError

IMG = "img"
"""Folder of a report's pictures."""
HEAVY = 1_000_000_000
"""Bytes from which on a report is hard to send on."""
_OURS = re.compile(
    r"(?:[0-9a-f]{2}/[0-9a-f]{64}\.(?:thumb\.webp|preview\.webp|jpg|png|webp)"
    r"|edits/[0-9a-f]{32}\.webp)"
)
_LEFT = re.compile(r"\.[0-9a-f]{32,64}\.[a-z.]{3,12}\.[0-9a-f]{16,32}\.tmp")
_NAMED = re.compile(rb"[0-9a-f]{64}|[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What a folder weighs when it is sent on.

    Attributes:
        size: Bytes of all files; linked ones count in full.
        files: How many there are.
    """

    size: int
    files: int

    @property
    def heavy(self) -> bool:
        return self.size > HEAVY


def link(source: Path, target: Path) -> None:
    """Link a picture into the report, or copy it where the file system cannot.

    What is there already is left alone: its name is its content.

    Raises:
        StoreError: neither can be done.
    """
    try:
        os.link(source, target)  # of a new report nothing is there yet
    except OSError:
        if not _is_there(source, target):
            lay(source, target)


def lay(source: Path, target: Path) -> None:
    """Link a file over what is there, or copy it where the file system cannot.

    Raises:
        StoreError: neither can be done.
    """
    beside = target.with_name(f".{target.name}.{uuid4().hex}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):
            os.link(source, beside)
        if not beside.exists():
            shutil.copyfile(source, beside)
        beside.replace(target)
    except OSError as error:
        raise StoreError(
            f"{target}: cannot be written ({error.strerror or error}); "
            "check the folder's permissions and the free space, then try again"
        ) from error
    finally:
        with contextlib.suppress(OSError):  # a rename between two links of one file does nothing
            beside.unlink(missing_ok=True)


def _is_there(source: Path, target: Path) -> bool:
    """Tell whether `target` is the same file, or a copy that is no older."""
    try:
        there, wanted = target.lstat(), source.stat()
    except OSError:
        return False
    if os.path.samestat(there, wanted):
        return True
    like = there.st_size == wanted.st_size and there.st_mtime_ns >= wanted.st_mtime_ns
    return like and stat.S_ISREG(there.st_mode)


def prune(folder: Path, *, named: Collection[str], pages: Collection[str]) -> int:
    """Remove pictures that the report no longer names, and nothing that it did not bring.

    Args:
        folder: The report's.
        named: Where its pictures lie, relative to it.
        pages: Its own pages; what any other page in the folder names is left alone too.

    Returns:
        How many were removed.

    Raises:
        StoreError: one cannot be removed.
    """
    unnamed = {f"{IMG}/{path}" for path in _held(folder / IMG)} - set(named)
    others = _of_others(folder, pages) if unnamed else frozenset()
    stray = [path for path in unnamed if Path(path).name.partition(".")[0] not in others]
    for path in stray:
        try:
            (folder / path).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{folder / path}: cannot be removed ({error.strerror})") from error
    return len(stray)


def _held(img: Path) -> Iterator[str]:
    """Give the files of a report's own naming, and what a kill left of them."""
    for shelf in _entries(img):
        if shelf.is_dir(follow_symlinks=False):
            for entry in _entries(Path(shelf.path)):
                name = f"{shelf.name}/{entry.name}"
                if _OURS.fullmatch(name) or _LEFT.fullmatch(entry.name):
                    yield name


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def _of_others(folder: Path, pages: Collection[str]) -> frozenset[str]:
    """Give the digests that strange pages in the folder name."""
    found: set[str] = set()
    for page in folder.glob("*.html"):
        if page.name not in pages:
            with contextlib.suppress(OSError):
                found.update(match.decode() for match in _NAMED.findall(page.read_bytes()))
    return frozenset(found)


def weigh(folder: Path) -> Weight:
    """Weigh a report's folder."""
    sizes = [
        os.lstat(f"{here}/{name}").st_size  # as a text: there may be thousands
        for here, _, names in os.walk(folder)
        for name in names
    ]
    return Weight(size=sum(sizes), files=len(sizes))
