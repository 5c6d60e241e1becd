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
_ESCAPED_RUN = re.compile(rb"(?:[A-Za-z0-9+/_\-]|\\/)+={0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flavour:
    """How bytes were spelt.

    Attributes:
        url_safe: With `-` and `_` instead of `+` and `/`.
        padded: With `=` up to a multiple of four letters.
        escaped: With a backslash before each `/`, as PHP writes JSON.
    """

    url_safe: bool = False
    padded: bool = True
    escaped: bool = False

    def spell(self, data: bytes | memoryview) -> bytes:
        """Give `data` in base64 of this flavour."""
        text = pybase64.urlsafe_b64encode(data) if self.url_safe else pybase64.b64encode(data)
        if not self.padded:
            text = text.rstrip(b"=")
        return text.replace(b"/", rb"\/") if self.escaped else text

    def tree(self) -> dict[str, Any]:
        """Give what a reference says of it beside the blob's name: nothing of the usual."""
        said: dict[str, Any] = {"alphabet": "url-safe"} if self.url_safe else {}
        said |= {} if self.padded else {"padding": False}
        return said | ({"slashes": "escaped"} if self.escaped else {})

    @classmethod
    def of(cls, reference: Mapping[str, Any]) -> Self:
        """Read what a reference says."""
        return cls(
            url_safe=reference.get("alphabet") == "url-safe",
            padded=reference.get("padding", True) is True,
            escaped=reference.get("slashes") == "escaped",
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
        run = _ESCAPED_RUN if body.find(b"\\", start, end) >= 0 else _RUN
        for match in run.finditer(body, start, end):
            if match.end() - match.start() >= LEAST:
                part = decoded(match[0])
                if part is not None:
                    yield match.start(), match.end(), *part


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
    flavour = _flavour(text)
    plain = text.replace(rb"\/", b"/") if flavour.escaped else text
    plain = plain if flavour.padded else plain + b"=" * (-len(plain) % 4)
    if plain.find(b"=", 0, len(plain) - 2) >= 0 or _mixes(text, plain, flavour):
        return None
    try:
        data = pybase64.b64decode(
            plain, altchars=b"-_" if flavour.url_safe else None, validate=True
        )
    except (binascii.Error, ValueError):
        return None
    last = data[-(len(data) % 3 or 3) :]
    tail = flavour.spell(last)
    return (data, flavour) if data and text.endswith(tail) else None


def _mixes(text: bytes, plain: bytes, flavour: Flavour) -> bool:
    """Tell whether `text` is spelt in two ways at once, which no flavour gives back."""
    if flavour.url_safe:
        return b"+" in plain or b"/" in plain
    return flavour.escaped and text.count(b"/") != text.count(rb"\/")


def _flavour(text: bytes) -> Flavour:
    escaped = b"\\" in text  # one byte is sought ten times as fast as two
    letters = len(text) - text.count(rb"\/") if escaped else len(text)
    url_safe = b"-" in text or b"_" in text
    return Flavour(url_safe=url_safe, padded=letters % 4 == 0, escaped=escaped)
