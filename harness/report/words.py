"""Put statuses, figures and strangers' text into words that are safe to show."""

import math
import re
from collections.abc import Callable, Iterable
from pathlib import PurePath, PureWindowsPath
from typing import TYPE_CHECKING

from harness.model.verdict import Status

if TYPE_CHECKING:
    from harness.model.run import Run  # heavy for a command line that only says how many

ICONS = {
    Status.FAIL: "✖",
    Status.ERROR: "!",
    Status.UNRECORDED: "○",
    Status.NEW: "?",
    Status.WARN: "▲",
    Status.PASS: "✔",
}
_COUNTED = {
    Status.FAIL: ("failed", "failed"),
    Status.ERROR: ("error", "errors"),
    Status.UNRECORDED: ("unrecorded", "unrecorded"),
    Status.NEW: ("new", "new"),
    Status.WARN: ("warning", "warnings"),
    Status.PASS: ("passed", "passed"),
}
GRAVEST_FIRST = tuple(_COUNTED)
"""Statuses, gravest first."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_HOME = re.compile(r"(?<![\w/])/(?:home|Users)/[^/\s\"'&<>|]+")
_UNWRITABLE = re.compile("[\x80-\x9f\ud800-\udfff\ufffe\uffff]")


def visible(text: str) -> str:
    """Show what hides in `text`, so that HTML, XML and Markdown can all hold it.

    Control characters stand as their pictures (U+2400 and up), bidirectional
    overrides as their code points, and what neither XML 1.0 nor UTF-8 can hold as U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROLS.sub(lambda match: _picture_of(match[0]), text)
    text = _BIDI.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _picture_of(control: str) -> str:
    return "\N{SYMBOL FOR DELETE}" if control == "\x7f" else chr(0x2400 + ord(control))


Tell = Callable[[str], str]
"""Makes a stranger's text one that may be shown and sent on."""


def telling(run: "Run") -> Tell:
    """Give what tells the texts of `run`: as `visible`, without this machine's folders.

    It is for single texts, before any markup stands round them. A folder's name may be
    anything: taken out of a finished page, it could be a piece of the page's own markup.
    """
    folders = sorted(map(visible, _folders(run)), key=len, reverse=True)

    def tell(text: str) -> str:
        text = visible(text)
        for folder in folders:
            text = text.replace(folder, "")
        return _HOME.sub("~", text)

    return tell


def _folders(run: "Run") -> set[str]:
    folders = set()
    for suite in run.suites:
        for kind, separator in ((PurePath, "/"), (PureWindowsPath, "\\")):
            path = kind(suite.path)
            if path.is_absolute() and path.parent != path:
                folders.add(f"{path.parent}{separator}")
    return folders


def counted(status: Status, count: int) -> str:
    """Say a count: `3 failed`, `1 error`."""
    return f"{count} {_COUNTED[status][count != 1]}"


def count_of(count: int, noun: str) -> str:
    """Say a number of things: `1 picture`, `1,024 pictures`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


def history(discarded: int) -> str:
    """Say how often a cell was recorded: `third recording of this cell, two discarded`.

    Empty for a first one. Who records until a picture pleases is seen to do so.
    """
    if discarded < 1:
        return ""
    nth = discarded + 1
    which = _ORDINALS[nth] if nth < len(_ORDINALS) else f"{nth:,}. "
    many = _NUMBERS[discarded] if discarded < len(_NUMBERS) else f"{discarded:,}"
    return f"{which.strip()} recording of this cell, {many} discarded"


def money(usd: float | None) -> str:
    """Say a price in US dollars, to the cent, or finer below a dime."""
    if usd is None:
        return "not known"
    return f"${usd:.4f}" if 0 < usd < 0.1 else f"${usd:,.2f}"


def duration(seconds: float | None) -> str:
    """Say a time: `30 ms`, `0.8 s`, `41 s`, `3 min 20 s`; no time is not measured."""
    if seconds is None or not math.isfinite(seconds):
        return "not measured"
    if 0 < seconds < 0.1:
        return f"{max(1, round(seconds * 1000))} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    return f"{whole} s" if whole < 120 else f"{whole // 60} min {whole % 60} s"


def weight(size: int) -> str:
    """Say a number of bytes: `812 bytes`, `34 KB`, `2.1 MB`."""
    if size < 1000:
        return count_of(size, "byte")
    return f"{size / 1000:.0f} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def days(times: Iterable[str]) -> str:
    """Say the days that ISO 8601 `times` span; empty where there is none."""
    known = sorted(time[:10] for time in times if time)
    if not known:
        return ""
    return known[0] if known[0] == known[-1] else f"{known[0]} to {known[-1]}"


def joined(items: Iterable[str], *, empty: str) -> str:
    """List `items` once each, in order, or say `empty`."""
    return ", ".join(dict.fromkeys(item for item in items if item)) or empty


def shortened(text: str, *, limit: int) -> str:
    """Cut `text` to `limit` characters on one line; an ellipsis tells that it was cut."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[:limit]}…"
