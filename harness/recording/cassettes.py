"""Keep a recording: one small JSON file a case and variant, a journal, a manifest.

Below `cassettes/<suite>/<recording>/`:

* `<case>.json`, or `<case>@<variant>.json` where the case has a matrix: the cassette, its
  interactions sorted by arm and sample. Two branches that record different variants
  write different files, and merge;
* `_manifest/<session>.json`: one immutable file a session; together the manifest;
* `_replaced/<case>-<session>.json`: what a later recording took the place of;
* `_journal.jsonl`: answers of a recorder that is open, or was killed;
* `_journal.broken`: lines of a journal that nobody can read, for a person to see.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from harness.errors import CassetteError, StoreError
from harness.recording.cassette_file import (
    decoded,
    file_name,
    is_name,
    read_cassette,
    read_session,
    session_name,
    write_cassette,
    write_session,
)
from harness.recording.interaction import Interaction, Session
from harness.store.codec import encode
from harness.store.files import append_line, read_bytes
from harness.store.lines import Lines

log = logging.getLogger(__name__)

MAX_JOURNAL = 1_000_000_000
"""Bytes of a journal; an answer has some 5,000 without its pictures."""

Place = tuple[object, ...]


def journal_line(item: Interaction) -> bytes:
    """Write an answer as a line of the journal."""
    return json.dumps(encode(item), ensure_ascii=True, separators=(",", ":")).encode()


def place(item: Interaction) -> Place:
    """Where an interaction stands: no two of a recording share it."""
    return (item.arm, item.key)


class Cassettes:
    """The cassettes of one recording of a suite."""

    def __init__(self, root: Path, *, suite: str, recording: str) -> None:
        """Name the recording; nothing is read yet.

        Raises:
            CassetteError: a name would leave the folder.
        """
        for name in (suite, recording):
            if not is_name(name):
                raise CassetteError(
                    f"{name!r}: not a name for a recording; use lowercase letters, digits, . _ -"
                )
        self.suite = suite
        self.recording = recording
        self.folder = root / suite / recording
        self._journal = self.folder / "_journal.jsonl"
        self._lines = Lines(self._journal)

    @property
    def name(self) -> str:
        """Name the recording among those of all suites: `suite/recording`."""
        return f"{self.suite}/{self.recording}"

    def load(self) -> tuple[Interaction, ...]:
        """Read everything recorded, a left journal included; the newest of a place counts.

        Raises:
            CassetteError: a file is broken.
        """
        journal = self.journal()  # before the files: a compaction in between hides nothing
        strays: list[Interaction] = []
        own: list[Interaction] = []
        for path in self._files():
            for item in read_cassette(path):
                (own if self.path(item) == path else strays).append(item)
        newest = {place(item): item for item in (*strays, *own, *journal)}
        return tuple(newest.values())

    def strays(self) -> tuple[tuple[Path, Interaction], ...]:
        """Give answers that lie in a file of another name: a copy, or a merge's leftover.

        What lies in its place counts more. A file of version 1 holds all of its case.
        """
        return tuple(
            (path, item)
            for path in self._files()
            for item in read_cassette(path)
            if path.name not in (self.path(item).name, f"{item.key.case}.json")
        )

    def replaced(self) -> tuple[Interaction, ...]:
        """Read every answer that a later recording took the place of.

        Raises:
            CassetteError: a file is broken.
        """
        return tuple(item for path in self.replaced_files() for item in read_cassette(path))

    def replaced_files(self) -> tuple[Path, ...]:
        return tuple(sorted((self.folder / "_replaced").glob("*.json")))

    def journal(self) -> tuple[Interaction, ...]:
        """Read what a recorder left; a line cut off by a kill had not been answered for.

        Raises:
            CassetteError: a whole line is none of ours.
        """
        return tuple(item for item, _ in self._journal_lines() if item is not None)

    def _journal_lines(self) -> Iterator[tuple[Interaction | None, bytes]]:
        """Give each whole line with what it says; None where it is broken."""
        try:
            lines = read_bytes(self._journal, limit=MAX_JOURNAL).split(b"\n")
        except StoreError:
            if self._journal.exists():
                raise
            return  # there is none, or a recorder has just brought it in
        broken = 0
        for number, line in enumerate(lines[:-1], start=1):
            if not line:
                continue
            try:
                tree = json.loads(line)
            except (ValueError, RecursionError):
                broken += 1
                yield None, line
            else:
                yield decoded(Interaction, tree, f"{self._journal}:{number}"), line
        if broken:
            log.warning("%s: %d broken lines were passed over", self._journal, broken)

    def append(self, item: Interaction) -> None:
        """Write one answer to the journal, from any thread; on disk when this returns."""
        self.append_line(journal_line(item))

    def append_line(self, line: bytes) -> None:
        """Write an answer to the journal by its line."""
        self._lines.append(line)

    def compact(self) -> None:
        """Bring the journal into the cassettes; a crash in between loses nothing."""
        lines = list(self._journal_lines())
        self.write(item for item, _ in lines if item is not None)
        broken = [line for item, line in lines if item is None]
        if broken:
            append_line(self.folder / "_journal.broken", b"\n".join(broken))
        self._lines.close()
        self._journal.unlink(missing_ok=True)

    def write(self, items: Iterable[Interaction]) -> None:
        """Add interactions to their cassettes at once, without a journal."""
        fresh: dict[Path, list[Interaction]] = {}
        for item in items:
            fresh.setdefault(self.path(item), []).append(item)
        for case in {found[0].key.case for found in fresh.values()}:
            self.part_old(case)
        for path, found in fresh.items():
            self._merge(path, found)

    def add_session(self, session: Session) -> None:
        """Add a session to the manifest.

        Raises:
            CassetteError: its id is no name for a file.
        """
        write_session(self.folder / "_manifest", session)

    def sessions(self) -> tuple[Session, ...]:
        """Read the manifest, oldest session first.

        Raises:
            CassetteError: a file is broken.
        """
        found = [read_session(path) for path in (self.folder / "_manifest").glob("*.json")]
        return tuple(sorted(found, key=lambda session: (session.started_at, session.id)))

    def path(self, item: Interaction) -> Path:
        """Tell which file holds an interaction.

        Raises:
            CassetteError: its case's id would leave the folder.
        """
        return self.folder / file_name(item.key)

    def part_old(self, case: str) -> None:
        """Part a file of version 1, which held all variants of a case, into one a variant.

        The new files are written before the old one goes; an answer that is newer stays.
        """
        path = self.folder / f"{case}.json"
        apart: dict[Path, list[Interaction]] = {}
        for item in read_cassette(path) if path.exists() else []:
            apart.setdefault(self.path(item), []).append(item)
        others = [other for other in apart if other != path]
        for other in others:
            self._bring(apart[other], into=other)
        if others and path in apart:
            write_cassette(path, apart[path], suite=self.suite)
        elif others:
            path.unlink()

    def _bring(self, items: list[Interaction], *, into: Path) -> None:
        """Bring an old file's answers into a newer one; of two the later recorded stays."""
        held = {place(item): item for item in (read_cassette(into) if into.exists() else [])}
        fresh: list[Interaction] = []
        for item in items:
            other = held.get(place(item))
            if other is None or item.recorded_at > other.recorded_at:
                fresh.append(item)
            elif other != item:
                self.keep_replaced([item], session=other.session)
        self._merge(into, fresh)

    def _files(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return sorted(p for p in self.folder.glob("*.json") if not p.name.startswith("_"))

    def _merge(self, path: Path, fresh: list[Interaction]) -> None:
        held = {place(item): item for item in (read_cassette(path) if path.exists() else [])}
        replaced: dict[str, list[Interaction]] = {}
        for item in _not_yet(held, fresh):
            older = held.get(place(item), item)
            if older != item:
                replaced.setdefault(item.session, []).append(older)
            held[place(item)] = item
        for session, items in replaced.items():
            self.keep_replaced(items, session=session)
        if fresh:
            items = sorted(held.values(), key=lambda item: (item.arm, item.key))
            write_cassette(path, items, suite=self.suite)

    def keep_replaced(self, items: list[Interaction], *, session: str) -> None:
        """Keep answers of one case that a later session took the place of."""
        name = f"{items[0].key.case}-{session_name(session)}.json"
        path = self.folder / "_replaced" / name
        earlier = read_cassette(path) if path.exists() else []
        whole = [*earlier, *(item for item in items if item not in earlier)]
        write_cassette(path, whole, suite=self.suite)


def _not_yet(held: Mapping[Place, Interaction], fresh: list[Interaction]) -> list[Interaction]:
    """Leave out what a compaction that was cut off had brought in already, and all before it."""
    known = [i for i, item in enumerate(fresh) if held.get(place(item)) == item]
    brought_in = {place(fresh[i]): i for i in known}
    return [item for i, item in enumerate(fresh) if i > brought_in.get(place(item), -1)]


def recordings_of(root: Path, suite: str) -> tuple[str, ...]:
    """Name the recordings of a suite that lie below `root`."""
    folder = root / suite
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.name for path in folder.iterdir() if path.is_dir()))
