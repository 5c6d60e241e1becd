"""Look through the files of a recording, fast: what they name, and what is wrong with them.

Nothing is unpacked, and no answer is understood.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import StoreError
from harness.model.identity import canonical_json
from harness.recording.cassettes import MAX_JOURNAL
from harness.store.conflicts import conflict_line
from harness.store.files import read_bytes, read_json

_BLOB = re.compile(rb'"(?:\$blob|blob)": ?"([0-9a-f]{64})\.')
_CASE = re.compile(rb'"case": ?"([^"\\]*)"')
_VARIANT = re.compile(rb'"variant": ?"([^"\\]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What one file of a recording shows at a glance.

    Attributes:
        path: The file.
        blobs: sha256 of the blobs that its bodies are unpacked with.
        places: Digest of each answer's arm and key, of a cassette in force.
        conflict: Line where a merge left both sides; 0 where none did.
        about: `case[variant]` that a file in conflict speaks of; empty where it tells none.
        broken: Why it cannot be read; empty where it can.
    """

    path: Path
    blobs: frozenset[str] = frozenset()
    places: tuple[bytes, ...] = ()
    conflict: int = 0
    about: str = ""
    broken: str = ""


def glances(folder: Path) -> Iterator[Glance]:
    """Look through every file of the recording in `folder`, sorted by name."""
    for path in sorted((*folder.rglob("*.json"), *folder.glob("_journal.jsonl")), key=str):
        if not path.name.startswith("."):
            yield glance(path)


def glance(path: Path) -> Glance:
    """Look through one file."""
    try:
        data = read_bytes(path, limit=MAX_JOURNAL)
        blobs = frozenset(found.decode() for found in _BLOB.findall(data))
        if line := conflict_line(data):
            return Glance(path=path, blobs=blobs, conflict=line, about=_about(data))
        if path.suffix == ".jsonl":
            return Glance(path=path, blobs=blobs)
        held = {} if path.parent.name.startswith("_") else answers(path, data)
        places = tuple(place for place, items in held.items() for _ in items)
        return Glance(path=path, blobs=blobs, places=places)
    except StoreError as error:
        return Glance(path=path, broken=str(error))


def _about(data: bytes) -> str:
    case, variant = _CASE.search(data), _VARIANT.search(data)
    name = case[1].decode(errors="replace") if case else ""
    label = variant[1].decode(errors="replace") if variant else ""
    return f"{name}[{label}]" if label else name


def answers(path: Path, data: bytes) -> Mapping[bytes, tuple[Any, ...]]:
    """Give the answers that a cassette holds, as trees, by the digest of their arm and key.

    Raises:
        StoreError: it is no JSON.
    """
    try:
        tree: Any = json.loads(data)
    except (ValueError, RecursionError):
        tree = read_json(path)  # says what is wrong
    items = tree.get("interactions") if isinstance(tree, dict) else None
    found: dict[bytes, tuple[Any, ...]] = {}
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            said = canonical_json([item.get("arm"), item.get("key")])
            place = hashlib.sha256(said).digest()[:16]
            found[place] = (*found.get(place, ()), item)
    return found
