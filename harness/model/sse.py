"""Say where server-sent events end (WHATWG HTML, section 9.2.6)."""

import re
from collections.abc import Iterator

_BOUNDARY = re.compile(rb"(?:\r\n|\n|\r(?!\n)){2}")
"""Two line ends after each other: a blank line, which ends an event."""
_FIELD = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*(?:(?:data|event|id|retry)(?::|[\r\n])|:)")


def is_stream(body: bytes) -> bool:
    """Tell whether a body begins as server-sent events do: with a field or a comment."""
    return _FIELD.match(body) is not None


def event_end(data: bytes | bytearray, start: int = 0) -> int:
    """Give where the first event that is whole ends, its blank line included; -1 for none.

    Args:
        data: What has come so far.
        start: Where to look from.
    """
    found = _BOUNDARY.search(data, start)
    if found is None or (found.end() == len(data) and data.endswith(b"\r")):
        return -1  # a line feed may follow the last carriage return
    return found.end()


def events(body: bytes) -> Iterator[bytes]:
    """Split a whole body into its events; joined they are the body."""
    start = 0
    while start < len(body):
        end = event_end(body, start)
        end = len(body) if end < 0 else end
        yield body[start:end]
        start = end
