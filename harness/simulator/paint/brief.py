"""Read from a prompt what is to be painted."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from harness.simulator.paint.words import COLOURS, EXTRAS, HOURS, PLACES, SUBJECTS

_QUOTED = re.compile(r"[\"\u201c\u00ab]([^\"\u201d\u00bb\n]{1,48})[\"\u201d\u00bb]")
_LONGEST = 20_000  # characters of a prompt that are read


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What the words of a prompt ask for.

    Attributes:
        place: A key of `PLACES`, or empty: then `seed` chooses.
        hour: A key of `HOURS`, or empty.
        subjects: Keys of `SUBJECTS`, as first named.
        extras: Keys of `EXTRAS`.
        hues: Hue in degrees and chroma of every colour named.
        quote: Text that the prompt puts in quotation marks, or empty.
        seed: Number drawn from the words, so that unknown words matter too.
    """

    place: str
    hour: str
    subjects: tuple[str, ...]
    extras: tuple[str, ...]
    hues: tuple[tuple[float, float], ...]
    quote: str
    seed: int


def _named(words: list[str], table: Mapping[str, str]) -> tuple[str, ...]:
    meaning = {word: key for key, line in table.items() for word in line.split()}
    return tuple(dict.fromkeys(meaning[word] for word in words if word in meaning))


def read_brief(prompt: str) -> Brief:
    """Read the prompt's words; order decides where several places are named."""
    text = prompt[:_LONGEST]
    quote = _QUOTED.search(text)
    words = re.findall(r"[a-z]+", _QUOTED.sub(" ", text).lower())
    digest = hashlib.sha256(" ".join(words).encode()).digest()
    return Brief(
        place=next(iter(_named(words, PLACES)), ""),
        hour=next(iter(_named(words, HOURS)), ""),
        subjects=_named(words, SUBJECTS),
        extras=_named(words, EXTRAS),
        hues=tuple(COLOURS[word] for word in words if word in COLOURS),
        quote="".join(filter(str.isprintable, quote.group(1))).strip() if quote else "",
        seed=int.from_bytes(digest[:6], "big"),
    )
