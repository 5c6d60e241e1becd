"""Keep measures of pictures beside the cassettes, in git, for who has not the pictures.

Layout: `cassettes/<suite>/<recording>/_features/<cassette>.json`: what was measured of the
pictures that this cassette names, a line each, sorted by sha256. Two branches that record
different variants write different files. Nobody here has held these figures against the
bytes: what is judged by them says so.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from harness.errors import StoreError
from harness.model.picture import Measures
from harness.store.codec import decode, encode
from harness.store.files import read_json, write_atomic

FOLDER = "_features"
FORMAT = "gemini-image-harness/features"
VERSION = 1

Versions = Mapping[str, Mapping[str, Measures]]
"""Measures by what measured them, then by sha256."""


class Committed:
    """The committed measures of one recording."""

    def __init__(self, recording: Path) -> None:
        self.folder = recording / FOLDER

    def known(self, *, version: str) -> dict[str, Measures]:
        """Give every picture's measures, marked as of absent bytes.

        Args:
            version: What measures here. Figures of other libraries' versions count, those
                of another form of measures do not: its first word says which.
        """
        found: dict[str, Measures] = {}
        for path in self.files():
            for by, measures in self.read(path).items():
                if by.partition(" ")[0] == version.partition(" ")[0]:
                    found |= measures
        return {sha256: replace(measures, absent=True) for sha256, measures in found.items()}

    def files(self) -> tuple[Path, ...]:
        return tuple(sorted(self.folder.glob("*.json")))

    def read(self, path: Path) -> Versions:
        """Read one file; one that is broken counts as absent."""
        try:
            tree = read_json(path)
            if not isinstance(tree, dict) or tree.get("format") != FORMAT:
                return {}
            said = decode(dict[str, tuple[Measures, ...]], tree.get("measures"), where=str(path))
        except StoreError:
            return {}
        if not all(each.is_sound for measures in said.values() for each in measures):
            return {}
        return {by: {each.sha256: each for each in measures} for by, measures in said.items()}

    def write(self, name: str, versions: Versions) -> bool:
        """Write a cassette's file, unless it says this already; tell whether it was written.

        Args:
            name: The cassette's, e.g. `fox.json`.
            versions: All that it is to hold; where nothing, the file goes.

        Raises:
            StoreError: it cannot be written.
        """
        path = self.folder / name
        kept = {by: measures for by, measures in versions.items() if measures}
        if not kept:
            path.unlink(missing_ok=True)
            return False
        data = _dumped(kept)
        if path.is_file() and path.read_bytes() == data:
            return False
        write_atomic(path, data)
        return True

    def drop(self, sha256: str) -> bool:
        """Take a picture out of every file; tell whether one held it."""
        dropped = False
        for path in self.files():
            versions = self.read(path)
            if any(sha256 in measures for measures in versions.values()):
                left = {by: _without(measures, sha256) for by, measures in versions.items()}
                self.write(path.name, left)
                dropped = True
        return dropped

    def tidy(self, names: Iterable[str]) -> None:
        """Remove the files of cassettes that are no more."""
        spared = set(names)
        for path in self.files():
            if path.name not in spared:
                path.unlink(missing_ok=True)


def _without(measures: Mapping[str, Measures], sha256: str) -> Mapping[str, Measures]:
    return {name: each for name, each in measures.items() if name != sha256}


def _dumped(versions: Versions) -> bytes:
    """Write a line a picture: a small diff, and lines that merge."""
    groups = []
    for by in sorted(versions):
        rows = [encode(versions[by][sha256]) for sha256 in sorted(versions[by])]
        lines = ",\n   ".join(json.dumps(row, ensure_ascii=False) for row in rows)
        groups.append(f"  {json.dumps(by)}: [\n   {lines}\n  ]")
    head = f' "format": {json.dumps(FORMAT)},\n "version": {VERSION},\n'
    text = "{\n" + head + ' "measures": {\n' + ",\n".join(groups) + "\n }\n}\n"
    return text.encode("utf-8", "backslashreplace")
