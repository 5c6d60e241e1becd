"""Read and write one cassette file, and one session of a manifest; name them."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from harness.errors import CassetteError, StoreError
from harness.model.sample import SampleKey
from harness.recording.interaction import Interaction, Session
from harness.store.codec import decode, encode
from harness.store.files import MAX_LEVELS, dump_json, nests_deeper, write_atomic
from harness.store.runs import opened

FORMAT = "gemini-image-harness/cassette"
VERSION = 2
"""Of what is written: 2 has events, joins and one file a variant; every older one is read."""
SESSION = "gemini-image-harness/session"
SESSION_VERSION = 1

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SESSION_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")

T = TypeVar("T", Interaction, Session)


def is_name(text: str) -> bool:
    """Tell whether a suite, a recording or a case may be called so."""
    return bool(_NAME.fullmatch(text)) and ".." not in text


def session_name(session: str) -> str:
    """Give a session's id, which names files.

    Raises:
        CassetteError: it would leave the folder.
    """
    if not _SESSION_NAME.fullmatch(session) or ".." in session:
        raise CassetteError(f"{session[:80]!r}: not the id of a session")
    return session


def file_name(key: SampleKey) -> str:
    """Name the cassette of a case's variant: `fox.json`, `fox@1K,16x9-3fa2c1.json`.

    Raises:
        CassetteError: the case's id would leave the folder.
    """
    if not is_name(key.case):
        raise CassetteError(f"{key.case!r}: not the id of a case")
    if not key.variant:
        return f"{key.case}.json"
    shown = re.sub(r"[^A-Za-z0-9,.+-]+", "_", key.variant.replace(":", "x"))[:48].strip("._")
    told_apart = hashlib.sha256(key.variant.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{key.case}@{shown}-{told_apart}.json"


def read_cassette(path: Path) -> list[Interaction]:
    """Read one cassette.

    Raises:
        CassetteError: the file is broken, or of a newer version.
    """
    items = _document(path, FORMAT, VERSION).get("interactions")
    if not isinstance(items, list):
        raise CassetteError(f"{path}: interactions: expected a list; restore it from git")
    return [
        _decoded(Interaction, item, f"{path}: interactions[{index}]")
        for index, item in enumerate(items)
    ]


def write_cassette(path: Path, items: Sequence[Interaction], *, suite: str) -> None:
    """Write one cassette of a case, whole or not at all.

    Raises:
        StoreError: it cannot be written.
    """
    document = {
        "format": FORMAT,
        "version": VERSION,
        "suite": suite,
        "case": items[0].key.case,
        "interactions": [encode(item) for item in items],
    }
    write_atomic(path, dump_json(document))


def read_session(path: Path) -> Session:
    """Read one session of a manifest.

    Raises:
        CassetteError: the file is broken, or of a newer version.
    """
    tree = _document(path, SESSION, SESSION_VERSION)
    fields = {key: value for key, value in tree.items() if key not in ("format", "version")}
    return decoded(Session, fields, str(path))


def write_session(folder: Path, session: Session) -> None:
    """Write one session into a manifest's folder.

    Raises:
        CassetteError: its id is no name for a file.
        StoreError: it cannot be written.
    """
    document = {"format": SESSION, "version": SESSION_VERSION, **encode(session)}
    write_atomic(folder / f"{session_name(session.id)}.json", dump_json(document))


def decoded(kind: type[T], tree: object, where: str) -> T:
    """Decode an interaction or a session.

    Raises:
        CassetteError: it is none.
    """
    if nests_deeper(tree, MAX_LEVELS):
        raise CassetteError(f"{where}: nests more than {MAX_LEVELS} levels deep")
    return _decoded(kind, tree, where)


def _decoded(kind: type[T], tree: object, where: str) -> T:
    """Decode what was read by `read_json`, which refuses what nests too deep."""
    try:
        return decode(kind, tree, where=where)
    except StoreError as error:
        raise CassetteError(f"{error}; restore the file from git") from error


def _document(path: Path, form: str, version: int) -> dict[str, object]:
    try:
        return opened(path, form=form, version=version, oldest=1)
    except StoreError as error:
        raise CassetteError(str(error)) from error
