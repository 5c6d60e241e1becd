"""Lay scripts, styles and libraries beside a page, so that its folder needs nothing else.

A file of ours bears the digest of its bytes in its name, a library its version: a name means
the same bytes in every report. Libraries lie in static/vendor/, put there by tools/vendor.py.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from harness.errors import StoreError
from harness.report.linking import lay
from harness.store.files import write_atomic

STATIC = Path(__file__).parent / "static"
VENDOR = STATIC / "vendor"
ASSETS = "assets"
THIRD_PARTY = "THIRD_PARTY.txt"
_OURS = re.compile(r"[a-z0-9_-]+\.[0-9a-f]{12}\.(?:js|css)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A library of others that a page loads.

    Attributes:
        name: E.g. `"vega-lite"`.
        version: Exact, e.g. `"6.5.0"`.
        licence: As SPDX names it.
        file: Its script in static/vendor/.
        sha256: Of the script.
        text: Its licence's text in static/vendor/, with those of what it holds of others.
        text_sha256: Of that text.
        source: The package, as a package URL, and the file in it.
    """

    name: str
    version: str
    licence: str
    file: str
    sha256: str
    text: str
    text_sha256: str
    source: str


@cache
def libraries() -> tuple[Library, ...]:
    """Give every library that ships, by name."""
    rows = json.loads((VENDOR / "vendor.json").read_bytes())
    return tuple(Library(**row) for row in sorted(rows, key=lambda row: str(row["name"])))


def bring(folder: Path, names: Iterable[str]) -> Mapping[str, str]:
    """Lay files into `assets/` of a page's folder, with the licences of the libraries there.

    Args:
        folder: The page's; made where absent.
        names: Libraries by name, e.g. `"vega"`, and files of static/, e.g. `"review/store.js"`.

    Returns:
        What the page loads each of them by, relative to it, in the order of `names`.

    Raises:
        StoreError: the folder cannot be written.
        KeyError: a name that nothing lies under; a mistake in the code.
    """
    known = {library.name: library for library in libraries()}
    laid = {}
    for name in names:
        library = known.get(name)
        file = _link(library, folder) if library else _copy(name, folder)
        laid[name] = f"{ASSETS}/{file}"
    _tell_licences(folder)
    return laid


def sweep(folder: Path, pages: Iterable[str]) -> int:
    """Remove scripts and styles of ours that no page of the folder loads any more.

    Args:
        folder: The report's.
        pages: Pages that may load them, relative to it; one that is not there loads nothing.

    Returns:
        How many were removed.

    Raises:
        StoreError: one cannot be removed, or a page cannot be read.
    """
    assets = folder / ASSETS
    held = [path for path in assets.glob("*") if _OURS.fullmatch(path.name)]
    if not held:
        return 0
    path = folder
    try:
        loaded = b"".join(
            (folder / name).read_bytes() for name in pages if (folder / name).exists()
        )
        stray = [each for each in held if each.name.encode() not in loaded]
        for path in stray:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path}: what no page loads cannot be removed ({error.strerror or error})"
        ) from error
    return len(stray)


def static_bytes(name: str) -> bytes:
    """Give a library's script or a file of static/, for a page that holds it in itself.

    Raises:
        KeyError: nothing lies under that name.
    """
    file = next((f"vendor/{item.file}" for item in libraries() if item.name == name), name)
    path = STATIC / file
    if not path.is_file():
        raise KeyError(f"no library and no file of static/: {name!r}")
    return path.read_bytes()


def _copy(name: str, folder: Path) -> str:
    """Copy a file of ours under its digest; a link would follow what is written to it here."""
    data = static_bytes(name)
    stem, _, ending = name.replace("/", "-").rpartition(".")
    file = f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}.{ending}"
    target = folder / ASSETS / file
    if not _holds(target, data):
        write_atomic(target, data, durable=False)
    return file


def _holds(target: Path, data: bytes) -> bool:
    try:
        return not target.is_symlink() and target.read_bytes() == data
    except OSError:
        return False


def _link(library: Library, folder: Path) -> str:
    """Link a library's script into the folder, or copy it where the file system cannot."""
    lay(VENDOR / library.file, folder / ASSETS / library.file)
    return library.file


def _tell_licences(folder: Path) -> None:
    """Write the licences of all libraries that lie there, whichever page brought them."""
    assets = folder / ASSETS
    there = [library for library in libraries() if (assets / library.file).is_file()]
    if not there:
        return
    parts = [_told(library) for library in there]
    write_atomic(assets / THIRD_PARTY, "\n".join(parts).encode(), durable=False)


def _told(library: Library) -> str:
    head = f"{library.file}\n{library.source}\nsha256 {library.sha256}\n"
    text = (VENDOR / library.text).read_text(encoding="utf-8")
    return f"{'=' * 78}\n{head}{'=' * 78}\n\n{text}"
