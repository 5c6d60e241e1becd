"""Look through files for keys, for CI: our own files, other tools' cassettes, blobs."""

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.errors import StoreError
from harness.model.blob import BLOB_NAME
from harness.recording.secrets.carriers import headers, parameters, projects
from harness.recording.secrets.keys import LEVELS, Finder, Hit, key_shapes
from harness.recording.secrets.scrub import REQUEST_HEADERS, RESPONSE_HEADERS

PIECE = 32_000_000
"""Bytes of a file that are in memory at once."""
OVERLAP = 100_000
"""Bytes that two pieces share, so that what lies across is found."""
_HEAD = 8_192
_LFS = b"version https://git-lfs"
_OURS = re.compile(rb'\s*\{\s*"format":\s*"gemini-image-harness/cassette"')
JOURNAL = "_journal.jsonl"
ALLOWED = {"request": REQUEST_HEADERS, "response": RESPONSE_HEADERS}
"""Headers that a cassette of ours may hold, by part of an interaction."""

MEND = "run: harness cassette scrub {path}; then have the key rotated: git's history keeps it"
FORGET = (
    "a blob cannot be mended, its name is its content; run: harness cassette forget {sha256} "
    '--reason "holds a key"; then have the key rotated: git\'s history keeps it'
)
BINARY = "this is no text, make it anew; then have the key rotated: git's history keeps it"
RENAME = "rename the file; then have the key rotated: git's history keeps it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that should not be in a file.

    Attributes:
        file: Its path, without any key.
        line: From 1; 0 where the file as a whole is meant.
        column: From 1, in characters; of a file that is no text in bytes.
        what: What is there, never the key.
        advice: What to do.
        grave: A secret; else only worth a word.
    """

    file: str
    line: int = 0
    column: int = 0
    what: str
    advice: str
    grave: bool = True

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.what}; {self.advice}"


class Linter:
    """Knows what is looked for."""

    def __init__(
        self,
        secrets: Iterable[str] = (),
        *,
        key_headers: Iterable[str] = (),
        piece: int = PIECE,
    ) -> None:
        """Say what is secret besides what always is.

        Args:
            secrets: Keys in use; none are needed, shapes are found without.
            key_headers: Headers that carry keys to the endpoints in use.
            piece: Bytes of a file that are in memory at once.
        """
        self._piece = piece
        self.finder = Finder(secrets, rules=(key_shapes, parameters))
        self.headers = headers(key_headers)

    def lint(self, path: Path) -> Iterator[Finding]:
        """Find what is in a file, piece by piece.

        Raises:
            StoreError: it cannot be read.
        """
        if any(self.finder.holds(os.fsencode(part)) for part in path.parts):
            yield Finding(file=self.shown(path), what="its name holds a key", advice=RENAME)
        try:
            with path.open("rb") as stream:
                head = stream.read(_HEAD)
                size = os.fstat(stream.fileno()).st_size
                pieces = _pieces(stream.fileno(), self._piece)
                yield from self._found(path, pieces, head=head, size=size)
        except OSError as error:
            said = error.strerror or error
            raise StoreError(f"{self.shown(path)}: cannot be read ({said})") from error

    def _found(
        self, path: Path, pieces: "Iterator[Piece]", *, head: bytes, size: int
    ) -> Iterator[Finding]:
        name = self.shown(path)
        if head.startswith(_LFS):
            what = "a Git LFS pointer, whose file was not looked at"
            yield Finding(file=name, what=what, advice="run: git lfs pull", grave=False)
            return
        text = is_text(path, head)
        if size > self._piece and text:
            what = f"larger than {self._piece:,} bytes: looked through in pieces"
            advice = "what is compressed in it across two of them was not"
            yield Finding(file=name, what=what, advice=advice, grave=False)
        advice = self._advice(path, text=text)
        position = _Position()
        seen: set[Finding] = set()
        for piece in pieces:
            for hit in self._hits(path, piece.data, text=text):
                if hit.start < piece.ends:
                    position.move(piece, hit.start)
                    finding = _finding(hit, position, file=name, text=text, advice=advice)
                    if finding not in seen:
                        seen.add(finding)
                        yield finding
            position.move(piece, piece.ends)

    def _hits(self, path: Path, data: bytes, *, text: bool) -> list[Hit]:
        """Give everything in a piece of a file, in order."""
        found = [*self.finder.hits(data, levels=LEVELS if text else 1)]
        if text:
            found += [*self.headers(data), *not_allowed(path, data), *projects(data)]
        return sorted(found, key=lambda hit: hit.start)

    def _advice(self, path: Path, *, text: bool) -> str:
        blob = BLOB_NAME.fullmatch(path.name)
        if blob:
            return FORGET.format(sha256=blob[1])
        return MEND.format(path=self.shown(path)) if text else BINARY

    def shown(self, path: Path) -> str:
        """Give a path for messages: one that holds a key is shown without it."""
        parts = (self.finder.mended(os.fsencode(part)) for part in path.parts)
        return str(Path(*map(os.fsdecode, parts)))


def is_text(path: Path, head: bytes) -> bool:
    """Tell text by what git goes by: no zero byte near the beginning; a blob is none."""
    return b"\0" not in head and not BLOB_NAME.fullmatch(path.name)


def is_cassette(data: bytes) -> bool:
    """Tell whether this is the beginning of a cassette of ours."""
    return _OURS.match(data) is not None


def not_allowed(path: Path, data: bytes) -> Iterator[Hit]:
    """Find headers in a cassette or journal of ours that are not on the allow-list.

    One that cannot be parsed is other verbs' to say.
    """
    at = 0
    documents = [data] if is_cassette(data) else []
    documents = data.splitlines(keepends=True) if path.name == JOURNAL else documents
    for document in documents:
        for name in sorted(set(_unknown_headers(document))):
            place = document.find(json.dumps(name, ensure_ascii=False).encode())
            start = at + max(0, place)
            known = f"the header {name!r}" if name.replace("-", "").isalnum() else "a header"
            what = f"{known[:60]}, which is not on the allow-list"
            yield Hit(start=start, end=start + 1, what=what)
        at += len(document)


def _unknown_headers(document: bytes) -> Iterator[str]:
    try:
        tree = json.loads(document)
    except (ValueError, RecursionError):
        return
    for item in interactions_of(tree):
        for part, allowed in ALLOWED.items():
            yield from (name for name in headers_of(item, part) if name not in allowed)


def interactions_of(tree: object) -> list[dict[str, object]]:
    """Give what of a cassette, or of a journal's line, is an interaction."""
    if not isinstance(tree, dict):
        return []
    items = tree.get("interactions", [tree])
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def headers_of(item: dict[str, object], part: str) -> dict[str, object]:
    """Give the headers of a request or response; empty where there are none."""
    holder = item.get(part)
    found = holder.get("headers") if isinstance(holder, dict) else None
    return found if isinstance(found, dict) else {}


def _finding(hit: Hit, position: "_Position", *, file: str, text: bool, advice: str) -> Finding:
    return Finding(
        file=file,
        line=position.line if text else 1,
        column=position.column if text else position.offset + 1,
        what=f"holds {hit.what}",
        advice=advice if hit.grave else "no secret; see that it may be told",
        grave=hit.grave,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a file.

    Attributes:
        data: Its bytes.
        offset: Where it begins in the file.
        ends: Where in `data` the next piece begins; behind the end in the last one.
    """

    data: bytes
    offset: int
    ends: int


@dataclass(slots=True)
class _Position:
    """A place in a file that only moves on, so that a million of them are told in one go."""

    offset: int = 0
    line: int = 1
    column: int = 1

    def move(self, piece: Piece, at: int) -> None:
        """Move on to a byte of a piece."""
        passed = piece.data[self.offset - piece.offset : at]
        breaks = passed.count(b"\n")
        if breaks:
            self.line += breaks
            self.column = 1
            passed = passed[passed.rfind(b"\n") + 1 :]
        self.column += len(passed.translate(None, _CONTINUED))
        self.offset = max(self.offset, piece.offset + at)


_CONTINUED = bytes(range(0x80, 0xC0))
"""Bytes of UTF-8 that go on with a character."""


def _pieces(handle: int, size: int) -> Iterator[Piece]:
    offset = 0
    while True:
        data = os.pread(handle, size + OVERLAP, offset)
        last = len(data) < size + OVERLAP
        yield Piece(data=data, offset=offset, ends=len(data) + 1 if last else size)
        if last:
            return
        offset += size
