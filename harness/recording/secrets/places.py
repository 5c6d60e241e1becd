"""Say where in a body a byte stands, in words that a person can follow."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\],]', re.DOTALL)
_NAME = re.compile(rb'"([A-Za-z_$@][A-Za-z0-9_$@-]{0,29})"')
"""Names that are shown; any other may be anything."""

Hidden = Callable[[bytes], bool]
"""Tells whether a text must not be shown."""


@dataclass(slots=True)
class _Level:
    """An object or list that a byte lies in; a list has an index, an object names."""

    index: int = -1
    name: bytes = field(default=b"")


def place_of(data: bytes, offset: int, *, hidden: Hidden) -> str:
    """Name the place of a byte: the path in JSON, the event and the path, or its number.

    Args:
        data: The whole body.
        offset: Of the byte.
        hidden: What of the path must not be shown.

    Returns:
        E.g. `error.details[0].metadata.key`, `event 3, error.message`, `byte 1,024`.
    """
    start, end, event = _document(data, offset)
    path = _path(data[start:end], offset - start)
    if not path or hidden(path.encode()):
        return f"{event}byte {offset:,}"
    return f"{event}{path}"


def _document(data: bytes, offset: int) -> tuple[int, int, str]:
    """Give the JSON that the byte is in: all of the body, or a line of an event stream."""
    if data.lstrip()[:1] in (b"{", b"["):
        return 0, len(data), ""
    start = data.rfind(b"\n", 0, offset) + 1
    end = data.find(b"\n", offset)
    if not data.startswith(b"data:", start):
        return 0, 0, ""
    count = len(re.findall(rb"^data:", data[:offset], re.MULTILINE))
    return start + len("data:"), len(data) if end < 0 else end, f"event {count}, "


def _path(data: bytes, offset: int) -> str:
    """Walk to the byte; empty where it is in no string of the JSON."""
    levels: list[_Level] = []
    for match in _TOKEN.finditer(data):
        token = match[0]
        if match.end() > offset:
            return _said(levels) if match.start() < offset and token[:1] == b'"' else ""
        _step(levels, token)
    return ""


def _step(levels: list[_Level], token: bytes) -> None:
    if token in (b"{", b"["):
        levels.append(_Level(index=0 if token == b"[" else -1))
    elif not levels:
        return
    elif token in (b"}", b"]"):
        levels.pop()
    elif token != b",":
        levels[-1].name = levels[-1].name or token
    elif levels[-1].index >= 0:
        levels[-1].index += 1
    else:
        levels[-1].name = b""


def _said(levels: list[_Level]) -> str:
    parts = (f"[{x.index}]" if x.index >= 0 else f".{_shown(x.name)}" for x in levels)
    return "".join(parts).removeprefix(".")


def _shown(token: bytes) -> str:
    if not token:
        return "(a name)"
    match = _NAME.fullmatch(token)
    return match[1].decode() if match else "(another name)"
