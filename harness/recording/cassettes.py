"""Read and write a recording: one small JSON file a case, a journal, a manifest.

Below `cassettes/<suite>/<recording>/`:

* `<case>.json`: the cassette, its interactions sorted by arm and sample;
* `_manifest/<session>.json`: one immutable file a session; together the manifest,
  in a form that two branches can add to without a conflict;
* `_replaced/<case>-<session>.json`: what a later recording took the place of;
* `_journal.jsonl`: answers of a recorder that is open, or was killed.
"""

import json
import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from harness.errors import CassetteError, StoreError
from harness.recording.interaction import Interaction, Session
from harness.store.codec import decode, encode
from harness.store.files import (
    MAX_LEVELS,
    append_line,
    dump_json,
    nests_deeper,
    read_bytes,
    write_atomic,
)
from harness.store.runs import opened

log = logging.getLogger(__name__)

FORMAT = "gemini-image-harness/cassette"
SESSION = "gemini-image-harness/session"
VERSION = 1
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")

T = TypeVar("T", Interaction, Session)
Place = tuple[object, ...]


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
            if not _NAME.fullmatch(name) or ".." in name:
                raise CassetteError(
                    f"{name!r}: not a name for a recording; use lowercase letters, digits, . _ -"
                )
        self.suite = suite
        self.recording = recording
        self.folder = root / suite / recording
        self._journal = self.folder / "_journal.jsonl"

    def load(self) -> tuple[Interaction, ...]:
        """Read everything recorded, a left journal included; the newest of a place counts.

        Raises:
            CassetteError: a file is broken.
        """
        items = [item for path in self._files() for item in self._read(path)]
        newest = {place(item): item for item in [*items, *self.journal()]}
        return tuple(newest.values())

    def replaced(self) -> tuple[Interaction, ...]:
        """Read every answer that a later recording took the place of.

        Raises:
            CassetteError: a file is broken.
        """
        paths = sorted((self.folder / "_replaced").glob("*.json"))
        return tuple(item for path in paths for item in self._read(path))

    def journal(self) -> tuple[Interaction, ...]:
        """Read what a recorder left; a line cut off by a kill had not been answered for.

        Raises:
            CassetteError: a whole line is none of ours.
        """
        if not self._journal.is_file():
            return ()
        lines = read_bytes(self._journal, limit=1_000_000_000).split(b"\n")
        found = []
        for number, line in enumerate(lines[:-1], start=1):
            try:
                tree = json.loads(line)
            except (ValueError, RecursionError):
                log.warning("%s:%d: a broken line was passed over", self._journal, number)
                continue
            found.append(_decoded(Interaction, tree, f"{self._journal}:{number}"))
        return tuple(found)

    def append(self, item: Interaction) -> None:
        """Write one answer to the journal; on disk when this returns."""
        line = json.dumps(encode(item), ensure_ascii=True, separators=(",", ":"))
        append_line(self._journal, line.encode())

    def compact(self) -> None:
        """Bring the journal into the cassettes; a crash in between loses nothing."""
        fresh: dict[str, list[Interaction]] = {}
        for item in self.journal():
            fresh.setdefault(item.key.case, []).append(item)
        for case, items in fresh.items():
            self._merge(case, items)
        self._journal.unlink(missing_ok=True)

    def write(self, items: Iterable[Interaction]) -> None:
        """Add interactions to their cassettes at once, without a journal."""
        by_case: dict[str, list[Interaction]] = {}
        for item in items:
            by_case.setdefault(item.key.case, []).append(item)
        for case, fresh in by_case.items():
            self._merge(case, fresh)

    def add_session(self, session: Session) -> None:
        """Add a session to the manifest.

        Raises:
            CassetteError: its id is no name for a file.
        """
        document = {"format": SESSION, "version": VERSION, **encode(session)}
        path = self.folder / "_manifest" / f"{_session_name(session.id)}.json"
        write_atomic(path, dump_json(document))

    def sessions(self) -> tuple[Session, ...]:
        """Read the manifest, oldest session first.

        Raises:
            CassetteError: a file is broken.
        """
        found = []
        for path in sorted((self.folder / "_manifest").glob("*.json")):
            tree = _opened(path, SESSION)
            found.append(_decoded(Session, tree, str(path)))
        return tuple(sorted(found, key=lambda session: (session.started_at, session.id)))

    def _files(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return sorted(p for p in self.folder.glob("*.json") if not p.name.startswith("_"))

    def _read(self, path: Path) -> list[Interaction]:
        tree = _opened(path, FORMAT)
        items = tree.get("interactions")
        if not isinstance(items, list):
            raise CassetteError(f"{path}: interactions: expected a list; restore it from git")
        return [
            _decoded(Interaction, item, f"{path}: interactions[{index}]")
            for index, item in enumerate(items)
        ]

    def _merge(self, case: str, fresh: list[Interaction]) -> None:
        path = self._path(case)
        held = {place(item): item for item in (self._read(path) if path.exists() else [])}
        replaced: dict[str, list[Interaction]] = {}
        for item in fresh:
            older = held.get(place(item), item)
            if older != item:
                replaced.setdefault(item.session, []).append(older)
            held[place(item)] = item
        for session, items in replaced.items():
            self._keep_replaced(case, items, session=session)
        self._write(path, case, sorted(held.values(), key=lambda item: (item.arm, item.key)))

    def _keep_replaced(self, case: str, items: list[Interaction], *, session: str) -> None:
        path = self.folder / "_replaced" / f"{case}-{_session_name(session)}.json"
        earlier = self._read(path) if path.exists() else []
        self._write(path, case, [*earlier, *(item for item in items if item not in earlier)])

    def _write(self, path: Path, case: str, items: list[Interaction]) -> None:
        document = {
            "format": FORMAT,
            "version": VERSION,
            "suite": self.suite,
            "case": case,
            "interactions": [encode(item) for item in items],
        }
        write_atomic(path, dump_json(document))

    def _path(self, case: str) -> Path:
        if not _NAME.fullmatch(case) or ".." in case:
            raise CassetteError(f"{case!r}: not the id of a case")
        return self.folder / f"{case}.json"


def _session_name(session: str) -> str:
    """Give a session's id, which names files.

    Raises:
        CassetteError: it would leave the folder.
    """
    if not _SESSION.fullmatch(session) or ".." in session:
        raise CassetteError(f"{session[:80]!r}: not the id of a session")
    return session


def _decoded(kind: type[T], tree: object, where: str) -> T:
    if nests_deeper(tree, MAX_LEVELS):
        raise CassetteError(f"{where}: nests more than {MAX_LEVELS} levels deep")
    try:
        return decode(kind, tree, where=where)
    except StoreError as error:
        raise CassetteError(f"{error}; restore the file from git") from error


def _opened(path: Path, form: str) -> dict[str, object]:
    try:
        tree = opened(path, form=form, version=VERSION)
    except StoreError as error:
        raise CassetteError(str(error)) from error
    own = ("format", "version", "case") if form == FORMAT else ("format", "version")
    return {key: value for key, value in tree.items() if key not in own}
