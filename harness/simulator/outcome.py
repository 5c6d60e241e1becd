"""Decide what kind of answer a prompt gets: a picture, words only, or a refusal.

A prompt asks for an outcome by a mark in its last turn:

========================  ==================================================================
mark                      answer
========================  ==================================================================
``[[block:SAFETY]]``      no candidates, `promptFeedback.blockReason` SAFETY (or any name)
``[[finish:NO_IMAGE]]``   a candidate without any content, finish reason NO_IMAGE
``[[finish:MAX_TOKENS]]`` a candidate with an empty content (as for IMAGE_SAFETY and any
                          other name) and a finish message; no picture
``[[finish:STOP]]``       an apology in words, finish reason STOP
``[[text]]``              words only, STOP; so does "no image" or "no images, please"
``[[pictures:2]]``        so many final pictures, 0 to 4
========================  ==================================================================
"""

import re
from dataclasses import dataclass

_MARK = re.compile(r"\[\[(block|finish|pictures|text)(?::([A-Z_]{2,40}|[0-4]))?\]\]")
_WORDS_ONLY = re.compile(
    r"\bno (?:image|picture)s?\b(?! of\b)|\bwithout (?:any |an )?images?\b", re.I
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is answered.

    Attributes:
        block: Why the prompt is blocked, or empty.
        finish: Why the candidate ended.
        pictures: How many final pictures there are.
        sorry: Whether the words that come instead are an apology.
    """

    block: str = ""
    finish: str = "STOP"
    pictures: int = 1
    sorry: bool = False


def read_outcome(prompt: str) -> Outcome:
    """Read the marks of `prompt`, the first one counts."""
    found = _MARK.search(prompt)
    if found is None:
        return Outcome(pictures=0 if _WORDS_ONLY.search(prompt) else 1)
    kind, value = found.group(1), found.group(2) or ""
    if kind == "pictures" and value.isdigit():
        return Outcome(pictures=int(value))
    if kind in {"block", "finish"} and value.isupper():
        return Outcome(**{kind: value}, pictures=0, sorry=value == "STOP")
    return Outcome(pictures=0 if kind == "text" else 1)


def unmarked(prompt: str) -> str:
    """Give the prompt without its marks."""
    return _MARK.sub(" ", prompt)
