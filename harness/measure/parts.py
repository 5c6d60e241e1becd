"""Walk the parts of a picture's container without decoding a pixel."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from harness.model.blob import sniff

MAX_PARTS = 65_536
"""Parts that are walked: 20 MB of PNG in 8 KB chunks has 2,500, a JPEG some 50."""

JPEG_SOS, JPEG_EOI, JPEG_COM, JPEG_APP1 = b"\xda", b"\xd9", b"\xfe", b"\xe1"
JPEG_APP11 = b"\xeb"
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")  # not: stuffing, TEM, restarts, fill


class Part(NamedTuple):
    """One segment (JPEG) or chunk (PNG, WebP).

    Attributes:
        kind: Marker without its 0xff (1 byte), or the chunk's name (4 bytes).
        start: Where its payload begins, bytes from the start of the file.
        end: Where its payload ends; beyond the file where that is cut short.
    """

    kind: bytes
    start: int
    end: int


def walk(data: bytes) -> Iterator[Part]:
    """Yield the parts of a JPEG, PNG or WebP in order, at most `MAX_PARTS`.

    Of a JPEG the segments up to the first scan; entropy-coded data is no part.
    Of anything else none. Never raises: a walk that meets nonsense ends.
    """
    match sniff(data):
        case "jpg":
            return islice(_jpeg(data), MAX_PARTS)
        case "png":
            return islice(_png(data), MAX_PARTS)
        case "webp":
            return islice(_riff(data), MAX_PARTS)
        case _:
            return iter(())


def _jpeg(data: bytes) -> Iterator[Part]:
    """ITU T.81 annex B: marker, big-endian length that counts itself, payload."""
    at = 2
    while found := _MARKER.search(data, at):
        kind, start = data[found.start() + 1 : found.end()], found.end() + 2
        length = int.from_bytes(data[found.end() : start], "big")
        if kind == JPEG_EOI or length < 2:
            return
        at = found.end() + length
        yield Part(kind, start, at)
        if kind == JPEG_SOS:
            return


def _png(data: bytes) -> Iterator[Part]:
    """PNG section 5.3: big-endian length, name, payload, CRC."""
    at = 8
    while at + 8 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        yield Part(data[at + 4 : at + 8], at + 8, end)
        at = end + 4


def _riff(data: bytes) -> Iterator[Part]:
    """RFC 9649 section 2.3: name, little-endian length, payload padded to even."""
    at = 12
    while at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        yield Part(data[at : at + 4], at + 8, at + 8 + length)
        at += 8 + length + length % 2
