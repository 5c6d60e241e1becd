"""Tell where a merge left both sides in a file of ours, and what to do then."""

import re
from pathlib import Path
from shlex import quote

_MARK = b"<<<<<<<"
_BEGINS = re.compile(rb"^<{7}[ \r\n]", re.MULTILINE)
"""No line of ours begins so: JSON escapes line ends, and YAML indents what has several lines."""


def conflict_line(data: bytes) -> int:
    """Give the line, from 1, where the first conflict begins; 0 where there is none."""
    found = _BEGINS.search(data) if _MARK in data else None
    return data.count(b"\n", 0, found.start()) + 1 if found else 0


def keep_one(path: Path) -> str:
    """Say what to do with a file that two branches wrote."""
    name = quote(str(path))
    return (
        "a merge left both sides here; keep one: "
        f"git checkout --ours {name} (or --theirs), then git add {name}"
    )
