"""Guess what was meant by a name that is not known."""

import difflib
from collections.abc import Iterable

from harness.loader.place import quoted

_OTHER_WORDS = {
    "size": "image_size",
    "resolution": "image_size",
    "ratio": "aspect_ratio",
    "aspect": "aspect_ratio",
    "n": "samples",
    "count": "samples",
    "repeat": "samples",
    "response_modalities": "modalities",
    "name": "id",
    "text": "prompt",
    "images": "references",
    "system": "system_instruction",
    "max_seconds": "max_s",
    "parameters": "defaults",
    "variants": "matrix",
    "look": "consistency",
    "looks": "consistency",
    "character": "consistency",
    "identity": "consistency",
    "ocr": "text",
    "ask_about": "ask",
    "vqa": "ask",
    "code": "custom",
}
_LONGEST = 64
_MOST_KNOWN = 200
"""Among more names no likeness is looked for: a suite of 1 MB can ask for 10^9 comparisons."""


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Give the known name that `name` most likely stands for, or None; none of very many."""
    names = list(known)
    other = _OTHER_WORDS.get(name)
    if other in names:
        return other
    if len(name) > _LONGEST or len(names) > _MOST_KNOWN:
        return None
    folded = {other.lower(): other for other in names}
    near = difflib.get_close_matches(name.lower(), list(folded), n=1, cutoff=cutoff)
    return folded[near[0]] if near else None


def did_you_mean(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Say what was meant, or else what there is; ready to follow a semicolon."""
    names = list(known)
    near = nearest(name, names, cutoff=cutoff)
    if near is not None:
        return f"did you mean {quoted(near)}?"
    return f"known: {', '.join(names[:40])}" if names else "none is declared"
