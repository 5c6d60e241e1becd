"""Bring originals into a report's folder: at 100 % a page shows the bytes themselves."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from harness.errors import ImageError, StoreError
from harness.measure.container import header_size
from harness.model.blob import sniff
from harness.report.linking import IMG, link
from harness.store.blobs import CHUNK, MAX_BLOB
from harness.store.files import open_file, read_bytes

_HEAD = 65_536
_SHOWN = ("jpg", "png", "webp")
"""Kinds that a browser shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """An original within the report: where it lies, and its size in pixels by its header."""

    href: str
    width: int
    height: int


def bring_original(
    sha256: str, *, source: Path, folder: Path, weight: int | None
) -> Original | None:
    """Link the original into the report's folder, or copy it.

    Args:
        sha256: Its name.
        source: Where it lies.
        folder: The report's.
        weight: Its bytes where they were measured; else they are hashed, unless the report
            holds the very file already.

    Returns:
        None where no browser can show it, or where other bytes lie in its place.

    Raises:
        StoreError: the folder cannot be written.
    """
    found = _headed(source)
    if found is None:
        return None
    kind, (width, height) = found
    href = f"{IMG}/{sha256[:2]}/{sha256}.{kind}"
    target = folder / href
    if not _is_it(sha256, source, target, weight):
        return None
    link(source, target)
    return Original(href=href, width=width, height=height)


def _headed(source: Path) -> tuple[str, tuple[int, int]] | None:
    """Read kind and size; a header may stand behind long markings."""
    try:
        with open_file(source) as stream:
            head = stream.read(_HEAD)
        kind = sniff(head)
        if kind not in _SHOWN:
            return None
        try:
            return kind, header_size(head)
        except ImageError:
            return kind, header_size(read_bytes(source, limit=MAX_BLOB))
    except (OSError, StoreError, ImageError):
        return None


def _is_it(sha256: str, source: Path, target: Path, weight: int | None) -> bool:
    """Tell whether the bytes are those of the name, as far as is cheap to tell."""
    try:
        if weight is not None:
            return source.stat().st_size == weight
        if target.exists() and target.samefile(source):
            return True
        with open_file(source) as stream:
            digest = hashlib.sha256()
            while piece := stream.read(CHUNK):
                digest.update(piece)
        return digest.hexdigest() == sha256
    except OSError:
        return False
