"""Find files by a glob, within bounds: what a stranger links to itself is not walked for ever."""

import fnmatch
import itertools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.loader.place import quoted

MOST_MATCHES = 100
MOST_ENTRIES = 200_000
"""Names of files and folders that are looked at for all globs of a suite together."""
DEEPEST = 40
"""Folders in each other."""
_WILD = frozenset("*?[")


class BadGlob(Exception):
    """A glob that leads to no usable picture; says why and what to do."""


class Finder:
    """Find files below one folder.

    A link to a folder is followed where a glob names it, and by no wildcard.
    """

    def __init__(self, folder: Path, *, most_entries: int = MOST_ENTRIES) -> None:
        self._folder = folder
        self._most = self._left = most_entries
        self._shows_hidden = False

    def find(self, pattern: str) -> list[str]:
        """Find files: names relative to the folder, with forward slashes, sorted.

        Hidden files are left out unless the pattern itself begins a name with a dot.

        Raises:
            BadGlob: the pattern leads outside, matches nothing or far too much.
        """
        segments = _segments(pattern)
        self._shows_hidden = any(segment.startswith(".") for segment in segments)
        matches = list(itertools.islice(self._files(segments), MOST_MATCHES + 1))
        if not matches:
            raise BadGlob(
                f"no file matches {quoted(pattern)} below {self._folder}/; "
                "add the pictures or correct it"
            )
        if len(matches) > MOST_MATCHES:
            raise BadGlob(f"{quoted(pattern)} matches more than {MOST_MATCHES} files; narrow it")
        return sorted(matches)

    def _files(self, segments: Sequence[str]) -> Iterator[str]:
        for name in self._below("", segments):
            if _is_file(self._folder / name):
                yield name

    def _below(self, place: str, segments: Sequence[str]) -> Iterator[str]:
        """Give what the rest of a pattern leads to from `place`, relative to the folder."""
        first, rest = segments[0], segments[1:]
        if first == "**":
            if rest:
                yield from self._below(place, rest)
            for name in self._folders(place):
                yield from self._below(name, segments)
            return
        for name in self._named(place, first, folders=bool(rest)):
            if rest:
                yield from self._below(name, rest)
            else:
                yield name

    def _named(self, place: str, segment: str, *, folders: bool) -> Iterator[str]:
        if not _WILD & set(segment):
            yield _joined(place, segment)
            return
        for entry in self._entries(place):
            fits = fnmatch.fnmatchcase(entry.name, segment)
            if fits and (not folders or entry.is_dir(follow_symlinks=False)):
                yield _joined(place, entry.name)

    def _folders(self, place: str) -> Iterator[str]:
        if place.count("/") >= DEEPEST:
            return
        for entry in self._entries(place):
            if entry.is_dir(follow_symlinks=False):
                yield _joined(place, entry.name)

    def _entries(self, place: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self._folder / place) as found:
                entries = list(itertools.islice(found, max(self._left, 0) + 1))
        except OSError:  # no folder, or one that cannot be read: nothing is there
            return []
        self._left -= len(entries)
        if self._left < 0:
            raise BadGlob(
                f"the suite's globs lead through more than {self._most:,} names; narrow them"
            )
        return [entry for entry in entries if self._shows_hidden or entry.name[:1] != "."]


def _joined(place: str, name: str) -> str:
    return f"{place}/{name}" if place else name


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file can have
        return False


def _segments(pattern: str) -> tuple[str, ...]:
    """Split a pattern into names.

    Raises:
        BadGlob: it is absolute, leads outside, or nobody needs the like of it.
    """
    if "\\" in pattern:
        raise BadGlob(f"{quoted(pattern)} has a backslash; write forward slashes")
    if pattern.startswith(("/", "~")) or pattern[1:2] == ":":
        raise BadGlob(f"{quoted(pattern)} is absolute; give it relative to the suite's folder")
    segments = tuple(segment for segment in pattern.split("/") if segment not in ("", "."))
    if ".." in segments:
        raise BadGlob(f'{quoted(pattern)} leaves the suite\'s folder by ".."; move the pictures')
    if segments.count("**") > 1:
        raise BadGlob(f'{quoted(pattern)} has several "**"; one is enough')
    if any("**" in segment and segment != "**" for segment in segments):
        raise BadGlob(f'{quoted(pattern)} has "**" within a name; let it stand alone')
    if not 1 <= len(segments) <= DEEPEST:
        raise BadGlob(f"{quoted(pattern)} names {len(segments)} folders in each other; correct it")
    return segments
