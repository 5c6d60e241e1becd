"""Find where a text is most like an expected one, and how many of its characters are wrong."""

import unicodedata
from dataclasses import dataclass

_SAME = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"',
                       "\u2013": "-", "\u2014": "-", "\u2026": "..."})  # fmt: skip
# Quotation marks and dashes look alike, and OCR writes either.


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of a text that is most like an expected one.

    Attributes:
        text: That part, white space folded.
        errors: Characters to change, add or take away (Levenshtein) to get what is expected.
        rate: Those per character of what is expected, 0 to 1: the character error rate.
    """

    text: str
    errors: int
    rate: float


def folded(text: str) -> str:
    """Write a text in one way: composed (NFC), single spaces, plain quotation marks, dashes.

    The case is kept: `Open` where `OPEN` is expected are three errors.
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_SAME).split())


def best_window(expected: str, text: str) -> Window:
    """Match approximately anywhere in the text (Sellers 1980).

    Of equals the longest is given: it more often ends where words do. Of length m and n it
    takes m * n steps.
    """
    wanted, read = folded(expected), folded(text)
    if not wanted or wanted in read:
        return Window(text=wanted, errors=0, rate=0.0)
    row = [(0, start) for start in range(len(read) + 1)]
    for count, letter in enumerate(wanted, start=1):
        row = _next_row(row, letter, read, count)
    errors, _, start, end = min(
        (cost, start - end, start, end) for end, (cost, start) in enumerate(row)
    )
    return Window(text=read[start:end].strip(), errors=errors, rate=errors / len(wanted))


_Cell = tuple[int, int]  # errors so far, and where in the text the window began


def _next_row(above: list[_Cell], letter: str, read: str, count: int) -> list[_Cell]:
    row = [(count, 0)]
    for place, found in enumerate(read):
        cost, start = above[place]
        here = (cost + (letter != found), start)
        missing = (above[place + 1][0] + 1, above[place + 1][1])
        extra = (row[place][0] + 1, row[place][1])
        row.append(min(here, missing, extra))
    return row
