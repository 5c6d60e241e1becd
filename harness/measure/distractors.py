"""Give pictures of characters and things that no suite is about, to hold a measure against.

They are painted by the simulator and say so in their bytes. A painted stranger is an
easier control than another character of the suite's own.
"""

from pathlib import Path

_FOLDER = Path(__file__).parent / "data" / "distractors"


def distractors() -> tuple[Path, ...]:
    """Give the files that ship with the package, by name: WebP, at most 384 px."""
    return tuple(sorted(_FOLDER.glob("*.webp")))
