"""Say which file of a report's folder an address means, and as what it is sent."""

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = "review.html"
DECISIONS = "decisions-"
"""How reviewers' files begin; they are nobody's but their reviewer's."""

_TEXT = "; charset=utf-8"
_TYPES = {
    ".html": f"text/html{_TEXT}",
    ".js": f"text/javascript{_TEXT}",
    ".css": f"text/css{_TEXT}",
    ".json": "application/json",
    ".txt": f"text/plain{_TEXT}",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
_NAMED_BY_CONTENT = re.compile(r"[0-9a-f]{64}\.|.+\.[0-9a-f]{12}\.(js|css)$")
_DAY = "private, max-age=86400, immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file that may be sent.

    Attributes:
        path: Where it lies.
        media_type: What it is sent as.
        cache: How long a browser may keep it.
    """

    path: Path
    media_type: str
    cache: str

    @property
    def is_page(self) -> bool:
        return self.path.suffix.lower() == ".html"


def find_file(folder: Path, address: str) -> Found | None:
    """Find the file of `folder` that an address means.

    Args:
        folder: The report's.
        address: Path below it, with `/` between its parts; empty for the page.

    Returns:
        None where nothing lies there, or nothing that a report has: hidden files, decisions,
        other kinds of file, what lies above the folder, and links that lead out of it.
    """
    parts = (address or PAGE).split("/")
    media_type = _TYPES.get(Path(parts[-1]).suffix.lower())
    if media_type is None or not all(_is_plain(part) for part in parts):
        return None
    try:
        top, path = folder.resolve(), folder.joinpath(*parts).resolve()
        inside = path.is_relative_to(top) and path.is_file()
    except (OSError, ValueError, RuntimeError):  # a name too long, a NUL, links in a ring
        return None
    if not inside:
        return None
    return Found(path=path, media_type=media_type, cache=_cache(parts[-1]))


def _is_plain(part: str) -> bool:
    hidden = not part or part.startswith((".", DECISIONS))
    return not hidden and "\\" not in part and part.isprintable()


def _cache(name: str) -> str:
    return _DAY if _NAMED_BY_CONTENT.match(name) else "no-store"
