"""Write into a picture's file what was painted, and read it back: who is asked can answer."""

import json
import re
from collections.abc import Iterable

from harness.simulator.paint.brief import Brief, read_brief
from harness.simulator.paint.words import EXTRAS, HOURS, PLACES, SUBJECTS

_SEGMENT = b"\xff\xef"  # APP15, which nothing else uses
_NAME = b"harness-contents\x00"
_LONGEST = 4_000
_TABLES = {"place": PLACES, "hour": HOURS, "subject": SUBJECTS, "extra": EXTRAS}

Contents = frozenset[str]
"""What is to be seen, e.g. `{"subject fox", "place snow", "sign OPEN"}`."""


def contents_of(brief: Brief, *, species: str = "", before: Contents = frozenset()) -> Contents:
    """Tell what a brief leads to.

    Args:
        brief: What was painted.
        species: Of the figure, where a reference or an earlier turn decided it.
        before: What was there already, where a picture was changed.
    """
    found = {f"place {brief.place}", f"hour {brief.hour}", f"sign {brief.quote}"}
    found |= {f"subject {name}" for name in (*brief.subjects, species)}
    found |= {f"extra {name}" for name in brief.extras}
    return before | {each for each in found if not each.endswith(" ")}


def with_contents(picture: bytes, contents: Contents) -> bytes:
    """Write what was painted into a JPEG, behind its first segment; others stay as they are."""
    if not picture.startswith(b"\xff\xd8\xff\xe0"):
        return picture
    note = json.dumps(sorted(contents)).encode()[:_LONGEST]
    length = (len(_NAME) + len(note) + 2).to_bytes(2, "big")
    at = 4 + int.from_bytes(picture[4:6], "big")
    return picture[:at] + _SEGMENT + length + _NAME + note + picture[at:]


def read_contents(picture: bytes) -> Contents | None:
    """Tell what was painted; None for a picture that is not ours, or was written anew."""
    at = picture.find(_NAME)
    if at < 4:
        return None
    length = int.from_bytes(picture[at - 2 : at], "big") - 2
    note = picture[at + len(_NAME) : at + min(length, _LONGEST)]
    try:
        found = json.loads(note)
    except (ValueError, RecursionError):
        return None
    return frozenset(map(str, found)) if isinstance(found, list) else None


def share_seen(question: str, contents: Contents) -> float:
    """Tell what share of the things that a question names is there, 0 to 1; of none it is 1."""
    quote = read_brief(question).quote
    named = [_meanings(word) for word in re.findall(r"[a-z]+", question.lower())]
    asked: list[Iterable[str]] = [meanings for meanings in named if meanings]
    asked = [{f"sign {quote}"}] if quote else asked
    if not asked:
        return 1.0
    return sum(not contents.isdisjoint(meanings) for meanings in asked) / len(asked)


def _meanings(word: str) -> set[str]:
    return {
        f"{kind} {key}"
        for kind, table in _TABLES.items()
        for key, line in table.items()
        if word in line.split()
    }
