"""Look through what text is wrapped in: escapes of JSON and URLs, base64, gzip."""

import base64
import binascii
import re
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pybase64

BLOCK = 65_536
"""Bytes that are looked through for escapes at once; pictures' base64 has none."""
MARGIN = 2_048
"""Bytes beside a block in which a key may go on; a key in escapes of six has 340 characters."""
MAX_PLAIN = 250_000_000
"""Bytes that compressed content may unpack to; more is passed over."""

_ESCAPE = re.compile(rb'%([0-9A-Fa-f]{2})|\\u00([0-7][0-9A-Fa-f])|\\(["\\/nrt])')
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_LINES = re.compile(rb"(?:[A-Za-z0-9+/]{60,}+\r?\n[ \t]*+)+(?:[A-Za-z0-9+/]++={0,2}+(?![:.-]))?")
"""Base64 on lines of 60 characters or more, as YAML breaks its `!!binary`."""
LEAST = 16
"""Characters in a row that may be base64 of a key."""
_LONG = 16_384
"""Characters of a string that is looked at as a whole first."""
_MOST_QUOTES = 10_000
"""That are so looked at; a real answer has some hundred."""
_ALPHABET = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")
_MARKED = bytes(ord("a") if letter in _ALPHABET else ord(" ") for letter in range(256))
_BREAK = re.compile(rb"\r?\n[ \t]*")
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")


class Unescaped:
    """A part of some text, with its escapes undone.

    Attributes:
        text: What the escapes stand for.
    """

    def __init__(self, text: bytes, *, part: bytes, start: int) -> None:
        """Keep what is needed to find places again.

        Args:
            text: With the escapes undone.
            part: As it stood.
            start: Where the part begins in the whole.
        """
        self.text = text
        self._part = part
        self._start = start
        self._at = array("q")
        self._begins = array("q", [0])
        self._ends = array("q", [0])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the place in the whole of a stretch of `text`."""
        return self._place(start), self._place(end - 1, behind=True)

    def _place(self, offset: int, *, behind: bool = False) -> int:
        if not self._at:
            self._measure()
        before = bisect_left(self._at, offset)
        if before < len(self._at) and self._at[before] == offset:
            places = self._ends if behind else self._begins
            return self._start + places[before + 1]
        last = self._at[before - 1] + 1 if before else 0
        return self._start + self._ends[before] + offset - last + behind

    def _measure(self) -> None:
        """Note of each escape its place in `text`, its first byte, and the byte behind it."""
        shorter = 0
        for match in _ESCAPE.finditer(self._part):
            self._at.append(match.start() - shorter)
            self._begins.append(match.start())
            self._ends.append(match.end())
            shorter += match.end() - match.start() - 1


def unescaped(data: bytes) -> Iterator[Unescaped]:
    """Undo the escapes, one level of them, in those parts of `data` that have any."""
    for start, end in _parts(data):
        part = data[start:end]
        text, count = _ESCAPE.subn(_meaning, part)
        if count:
            yield Unescaped(text, part=part, start=start)


def _meaning(match: "re.Match[bytes]") -> bytes:
    if match[3]:
        return _LETTERS.get(match[3], match[3])
    return bytes([int(match[1] or match[2], 16)])


def _parts(data: bytes) -> Iterator[tuple[int, int]]:
    """Name the stretches round the escapes; neighbouring blocks are one."""
    start = end = -1
    for at in range(0, len(data), BLOCK):
        if not _has_escapes(data, at):
            continue
        if start >= 0 and at - MARGIN > end:
            yield start, end
            start = -1
        start = max(0, at - MARGIN) if start < 0 else start
        end = min(len(data), at + BLOCK + MARGIN)
    if start >= 0:
        yield start, end


def _has_escapes(data: bytes, at: int) -> bool:
    return data.find(b"%", at, at + BLOCK) >= 0 or data.find(b"\\", at, at + BLOCK) >= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What a run of base64 holds.

    Attributes:
        data: Decoded, and decompressed where it was gzip.
        start: Where the run begins.
        end: Where it ends.
        name: `"base64"`, or with what was in it.
        again: Writes other data as this run was written.
    """

    data: bytes
    start: int
    end: int
    name: str
    again: Callable[[bytes], bytes]


def decoded(data: bytes, *, longest: int) -> Iterator[Decoded]:
    r"""Decode every run of base64 of up to `longest` characters.

    One that goes on behind a `\/` is a piece: it is whole where the escapes are undone.
    """
    for start, end in _runs(data):
        if end - start <= longest and not data.startswith(b"\\/", end):
            run = _decode(data[start:end], start)
            if run is not None:
                yield run


def _runs(data: bytes) -> Iterator[tuple[int, int]]:
    """Name every run of base64's letters, in order.

    No run holds a quote: a picture's whole string is known for one by decoding it, which
    takes a tenth of the time that a look at its letters takes.
    """
    at = 0
    for start, end in _long_strings(data):
        yield from _runs_of_letters(data, at, start)
        if _is_base64(data[start:end]):
            yield start, end
        else:
            yield from _runs_of_letters(data, start, end)
        at = end
    yield from _runs_of_letters(data, at, len(data))


def _long_strings(data: bytes) -> Iterator[tuple[int, int]]:
    """Name what stands between two of the first quotes, where it is long."""
    start = data.find(b'"') + 1 if len(data) > _LONG else 0
    for _ in range(_MOST_QUOTES):
        if start == 0:
            return
        end = data.find(b'"', start)
        if end - start >= _LONG:
            yield start, end
        start = end + 1


def _is_base64(text: bytes) -> bool:
    plain = text.translate(_TO_STANDARD) if b"-" in text or b"_" in text else text
    try:
        pybase64.b64decode(plain, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _runs_of_letters(data: bytes, at: int, stop: int) -> Iterator[tuple[int, int]]:
    """Name the runs from `at` to `stop`, by two searches that need no regular expression."""
    marked = data[at:stop].translate(_MARKED)
    end = 0
    while (start := marked.find(b"a" * LEAST, end)) >= 0:
        end = marked.find(b" ", start)
        end = len(marked) if end < 0 else end
        following = data[at + end : at + end + 2]
        lines = _LINES.match(data, at + start) if following[:1] in (b"\r", b"\n") else None
        if lines is not None:
            end = start + len(lines[0].rstrip())
        else:
            end += len(following) - len(following.lstrip(b"="))
        yield at + start, at + end


def _decode(run: bytes, start: int) -> Decoded | None:
    text = _BREAK.sub(b"", run)
    plain = text.rstrip(b"=")
    spare = 1 if len(plain) % 4 == 1 else 0
    plain = plain[: len(plain) - spare]
    try:
        raw = base64.b64decode(
            plain.translate(_TO_STANDARD) + b"=" * (-len(plain) % 4), validate=True
        )
    except (binascii.Error, ValueError):
        return None
    return _opened(raw, start, start + len(run), lambda new: _written(new, run, text=text))


def _opened(raw: bytes, start: int, end: int, again: Callable[[bytes], bytes]) -> Decoded:
    plain = _gunzipped(raw)
    if plain is None:
        return Decoded(data=raw, start=start, end=end, name="base64", again=again)
    name = "gzip in base64"
    return Decoded(data=plain, start=start, end=end, name=name, again=lambda n: again(_gzip(n)))


def _gunzipped(raw: bytes) -> bytes | None:
    if not raw.startswith(b"\x1f\x8b\x08"):
        return None
    inflater = zlib.decompressobj(31)
    try:
        plain = inflater.decompress(raw, MAX_PLAIN)
    except zlib.error:
        return None
    return None if inflater.unconsumed_tail else plain


def _gzip(data: bytes) -> bytes:
    """Compress without a time, so that the same data gives the same bytes."""
    deflater = zlib.compressobj(wbits=31)
    return deflater.compress(data) + deflater.flush()


def _written(new: bytes, old: bytes, *, text: bytes) -> bytes:
    """Encode in the alphabet, the padding and the lines of the old run."""
    url_safe = b"-" in text or b"_" in text
    again = base64.urlsafe_b64encode(new) if url_safe else base64.b64encode(new)
    if not text.endswith(b"=") and len(text) % 4:
        again = again.rstrip(b"=")
    broken = _BREAK.search(old)
    if broken is None:
        return again
    width = broken.start()
    lines = (again[at : at + width] for at in range(0, len(again), width))
    return broken[0].join(lines)
