"""Undo a body's compression, within bounds."""

import zlib

MAX_PLAIN = 250_000_000
"""Bytes that a body may unpack to; the largest answer, four 4K PNGs, has 93 million."""

_WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""zlib's window bits, by encoding; a deflate without its header is as common as with it."""


def inflated(body: bytes, encoding: str) -> bytes:
    """Undo the encodings that a `content-encoding` header names, the last one first.

    Raises:
        ValueError: an encoding that is not read, a broken body, or one too large to be honest.
    """
    for name in reversed([name.strip().lower() for name in encoding.split(",")]):
        if name in ("", "identity") or not body:
            continue
        if name not in _WINDOWS:
            raise ValueError(f"compressed as {name!r}; gzip and deflate are read")
        body = _inflated(body, name)
    return body


def _inflated(body: bytes, name: str) -> bytes:
    for bits in _WINDOWS[name]:
        inflater = zlib.decompressobj(bits)
        try:
            plain = inflater.decompress(body, MAX_PLAIN)
        except zlib.error:
            continue
        if inflater.eof:
            return plain
        if inflater.unconsumed_tail:
            raise ValueError(f"unpacks to more than {MAX_PLAIN:,} bytes")
    raise ValueError(f"no whole {name}")
