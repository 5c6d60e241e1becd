"""Find the base64 in a body, and spell bytes as it was spelt there.

A body of 20 MB is one string of base64 and some braces, so it is looked at from quote
to quote (a search for one byte), and only what is neither a short string nor base64 as
a whole is read letter by letter.
"""

import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import pybase64

LEAST = 1024
"""Characters of base64 that are worth a blob (CASSETTES section 6)."""

_RUN = re.compile(rb"[A-Za-z0-9+/_\-]+={0,2}")
_ESCAPE = re.compile(rb"\\(?:/|u00(?:2[bBfF]|3[dD]))")
"""JSON escapes of base64's own letters: PHP writes `\\/`, .NET `\\u002B`, Gson `\\u003d`."""
_LETTERS = {b"/": b"/", b"b": b"+", b"f": b"/", b"d": b"="}
_RUN_AMONG_ESCAPES = re.compile(
    rb"((?:[A-Za-z0-9+/_\-]|\\(?:/|u002[bBfF]))+(?:=|\\u003[dD]){0,2})"
    rb"|\\(?:u[0-9a-fA-F]{4}|[\s\S])"  # no run begins within another escape
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flavour:
    """How bytes were spelt.

    Attributes:
        url_safe: With `-` and `_` instead of `+` and `/`.
        padded: With `=` up to a multiple of four letters.
        escapes: JSON escapes that stand for letters, each wherever its letter would.
    """

    url_safe: bool = False
    padded: bool = True
    escapes: tuple[tuple[str, str], ...] = ()

    def spell(self, data: bytes | memoryview) -> bytes:
        """Give `data` in base64 of this flavour."""
        text = self.letters(data)
        for letter, escape in self.escapes:
            text = text.replace(letter.encode(), escape.encode())
        return text

    def letters(self, data: bytes | memoryview) -> bytes:
        """Give the text as JSON means it: without escapes."""
        text = pybase64.urlsafe_b64encode(data) if self.url_safe else pybase64.b64encode(data)
        return text if self.padded else text.rstrip(b"=")

    def tree(self) -> dict[str, Any]:
        """Give what a reference says of it beside the blob's name: nothing of the usual."""
        said: dict[str, Any] = {"alphabet": "url-safe"} if self.url_safe else {}
        said |= {} if self.padded else {"padding": False}
        return said | ({"escapes": dict(self.escapes)} if self.escapes else {})

    @classmethod
    def of(cls, reference: Mapping[str, Any]) -> Self:
        """Read what a reference says.

        Raises:
            ValueError: an escape that JSON has not for its letter.
        """
        escapes = tuple(
            (str(key), str(value)) for key, value in reference.get("escapes", {}).items()
        )
        if any(_escapes(escape.encode()) != ((letter, escape),) for letter, escape in escapes):
            raise ValueError("escapes: not those of a base64 letter")
        return cls(
            url_safe=reference.get("alphabet") == "url-safe",
            padded=reference.get("padding", True) is True,
            escapes=escapes,
        )


Take = Callable[[bytes, Flavour], bytes]
"""Takes decoded bytes and their flavour, and gives what stands in their place."""


def lifted(body: bytes, take: Take) -> bytes:
    """Replace every base64 text of 1 KB or more in `body`, wherever it stands.

    Args:
        body: Any bytes.
        take: Called with each in order; only with what `Flavour.spell` gives back exactly.
    """
    pieces: list[bytes] = []
    done = 0
    for start, end, data, flavour in _found(body):
        pieces += (body[done:start], take(data, flavour))
        done = end
    return b"".join([*pieces, body[done:]]) if pieces else body


def _found(body: bytes) -> Iterator[tuple[int, int, bytes, Flavour]]:
    """Give start, end, decoded bytes and flavour of each base64 text, in order."""
    for start, end in _long_segments(body):
        whole = decoded(body[start:end])
        if whole is not None:
            yield start, end, *whole
            continue
        for run_start, run_end in _runs(body, start, end):
            part = decoded(body[run_start:run_end])
            if part is not None:
                yield run_start, run_end, *part


def _runs(body: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give where base64 letters follow each other; none begins within another escape."""
    if body.find(b"\\", start, end) < 0:
        spans = (match.span() for match in _RUN.finditer(body, start, end))
    else:
        spans = (match.span(1) for match in _RUN_AMONG_ESCAPES.finditer(body, start, end))
    return ((first, last) for first, last in spans if last - first >= LEAST)


def _long_segments(body: bytes) -> Iterator[tuple[int, int]]:
    """Give what stands between two quotes, or a quote and an end, and is long enough."""
    start = 0
    while start <= len(body):
        end = body.find(b'"', start)
        end = len(body) if end < 0 else end
        if end - start >= LEAST:
            yield start, end
        start = end + 1


def decoded(text: bytes) -> tuple[bytes, Flavour] | None:
    """Decode base64; None where no flavour spells its bytes exactly as `text`."""
    escapes = _escapes(text) if b"\\" in text else ()  # a single byte is sought fast
    plain = _unescaped(text, escapes)
    url_safe = b"-" in plain or b"_" in plain
    flavour = Flavour(url_safe=url_safe, padded=len(plain) % 4 == 0, escapes=escapes)
    whole = plain if flavour.padded else plain + b"=" * (-len(plain) % 4)
    if whole.find(b"=", 0, len(whole) - 2) >= 0 or (url_safe and (b"+" in whole or b"/" in whole)):
        return None
    try:
        data = pybase64.b64decode(whole, altchars=b"-_" if url_safe else None, validate=True)
    except (binascii.Error, ValueError):
        return None
    return (data, flavour) if data and _is_exact(text, data, flavour) else None


def _is_exact(text: bytes, data: bytes, flavour: Flavour) -> bool:
    """Tell whether the flavour gives `text` back; without escapes its end alone can differ."""
    if flavour.escapes:
        return flavour.spell(data) == text
    return text.endswith(flavour.spell(data[-(len(data) % 3 or 3) :]))


def _escapes(text: bytes) -> tuple[tuple[str, str], ...]:
    """Name the escapes in `text` by the letter that each stands for, in order of letters."""
    found = {match.decode() for match in _ESCAPE.findall(text)}
    return tuple(
        sorted((_LETTERS[escape[-1:].lower().encode()].decode(), escape) for escape in found)
    )


def _unescaped(text: bytes, escapes: tuple[tuple[str, str], ...]) -> bytes:
    for letter, escape in escapes:
        text = text.replace(escape.encode(), letter.encode())
    return text
