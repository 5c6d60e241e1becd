"""Turn a picture's bytes into what is sent, and make prints of one that are each their own."""

import base64
from dataclasses import dataclass

import numpy as np

from harness.simulator.wire import Blob

SERIAL_BYTES = 24
FRESH_BYTES = 48
LEAST_MARK = 1_024
_JFIF = 20  # bytes of the start and of the JFIF segment, as Pillow writes them
_SEGMENT = b"\xff\xef"  # APP15, which nothing else uses
_SERIAL = b"harness-serial\x00"
_PADDING = b"harness-padding\x00"
_LONGEST = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture as it is sent.

    Attributes:
        picture: Its bytes in base64.
        signature: Its thought signature in base64.
    """

    picture: Blob
    signature: Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class Negative:
    """A picture and its signature, encoded but for the bytes that are each print's own.

    Attributes:
        picture: Base64 before and after the serial.
        signature: Base64 before and after the fresh bytes.
    """

    picture: tuple[bytes, bytes]
    signature: tuple[bytes, bytes]

    def print(self, rng: np.random.Generator) -> Shot:
        """Make a print with a serial and a signature of its own; nothing large is copied."""
        serial = base64.b64encode(rng.bytes(SERIAL_BYTES // 2).hex().encode())
        fresh = base64.b64encode(rng.bytes(FRESH_BYTES))
        before, after = self.picture
        head, tail = self.signature
        return Shot(
            picture=Blob(pieces=(before, serial, after)),
            signature=Blob(pieces=(head, fresh, tail)),
        )


def shot(picture: bytes, mark: bytes) -> Shot:
    """Make a picture that is sent as it is."""
    return Shot(
        picture=Blob(pieces=(base64.b64encode(picture),)),
        signature=Blob(pieces=(base64.b64encode(mark),)),
    )


def negative(picture: bytes, mark: bytes) -> Negative:
    """Cut a picture with a serial, and a signature; both cuts fall between base64 groups."""
    at = picture.index(_SERIAL) + len(_SERIAL)
    middle = len(mark) // 2 // 3 * 3
    return Negative(
        picture=(base64.b64encode(picture[:at]), base64.b64encode(picture[at + SERIAL_BYTES :])),
        signature=(base64.b64encode(mark[:middle]), base64.b64encode(mark[middle + FRESH_BYTES :])),
    )


def with_serial(picture: bytes, rng: np.random.Generator) -> bytes:
    """Give a picture a serial that no viewer reads: a JPEG a segment, a PNG behind its end."""
    serial = rng.bytes(SERIAL_BYTES // 2).hex().encode()
    if not _is_jpeg(picture):
        return picture + bytes(-(len(picture) + len(_SERIAL)) % 3) + _SERIAL + serial
    return picture[:_JFIF] + _segment(_SERIAL, serial) + picture[_JFIF:]


def padded(picture: bytes, size: int, rng: np.random.Generator) -> bytes:
    """Bring a JPEG to at least `size` bytes, by segments that no viewer reads."""
    if not _is_jpeg(picture):
        return picture
    missing, padding = size - len(picture), b""
    while missing > 0:
        padding += _segment(_PADDING, rng.bytes(min(missing, _LONGEST)))
        missing -= _LONGEST
    return picture[:_JFIF] + padding + picture[_JFIF:]


def _is_jpeg(picture: bytes) -> bool:
    return picture.startswith(b"\xff\xd8")


def _segment(name: bytes, data: bytes) -> bytes:
    return _SEGMENT + (len(name) + len(data) + 2).to_bytes(2, "big") + name + data
