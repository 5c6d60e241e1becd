"""Keep epochs and decisions: `suites/<suite>.baseline/`, immutable JSON files.

A file is never changed: an undo is another file that names the one it undoes, so
that two branches add theirs without a conflict.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from harness.errors import DecisionError, StoreError
from harness.model.baseline import Choice, Decision, DecisionSet, Epoch
from harness.model.identity import digest
from harness.store.codec import decode, encode
from harness.store.files import dump_json, write_atomic
from harness.store.runs import opened

EPOCH = "gemini-image-harness/epoch"
DECISIONS = "gemini-image-harness/decisions"
UNDO = "gemini-image-harness/undo"
VERSION = 1

T = TypeVar("T", Epoch, DecisionSet, "Undo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """A person took a set of decisions back.

    Attributes:
        id: Name of the file without its ending.
        undone: Id of the set.
        by: Who.
        at: ISO 8601, UTC.
        why: Reason given; may be empty.
    """

    id: str
    undone: str
    by: str
    at: str
    why: str


_KINDS: Mapping[type, tuple[str, str]] = {
    Epoch: ("epoch", EPOCH),
    DecisionSet: ("decisions", DECISIONS),
    Undo: ("undo", UNDO),
}
"""How a file's name begins, and its form."""


class BaselineStore:
    """The baseline folder of one suite."""

    def __init__(self, suite_file: Path) -> None:
        self.folder = suite_file.with_suffix("").with_name(f"{suite_file.stem}.baseline")

    def add(self, item: Epoch | DecisionSet | Undo) -> Path:
        """Write one more file; an existing one is never touched.

        Raises:
            StoreError: it cannot be written, or the name is taken, or would not be found.
        """
        kind, form = _KINDS[type(item)]
        if not re.fullmatch(rf"{kind}-[A-Za-z0-9._-]{{1,100}}", item.id):
            raise StoreError(f"{item.id!r}: no name for a file of this kind; use {kind}-<time>")
        path = self.folder / f"{item.id}.json"
        if path.exists():
            raise StoreError(f"{path}: exists already, and these files are never changed")
        document = {"format": form, "version": VERSION, **encode(item)}
        write_atomic(path, dump_json(document))
        return path

    def epochs(self) -> tuple[Epoch, ...]:
        """Give all epochs, oldest first; the last one is in force."""
        found = [self._load(Epoch, path, EPOCH) for path in self._files("epoch")]
        return tuple(sorted(found, key=lambda epoch: (epoch.at, epoch.id)))

    def decision_sets(self) -> tuple[DecisionSet, ...]:
        """Give the decision sets in force, oldest first; undone ones are not."""
        undone = {self._load(Undo, path, UNDO).undone for path in self._files("undo")}
        found = [self._load(DecisionSet, path, DECISIONS) for path in self._files("decisions")]
        kept = [decided for decided in found if decided.id not in undone]
        return tuple(sorted(kept, key=lambda decided: (decided.at, decided.id)))

    def every_decision_set(self) -> tuple[DecisionSet, ...]:
        """Give all decision sets, undone ones too, by their names."""
        return tuple(self._load(DecisionSet, p, DECISIONS) for p in self._files("decisions"))

    def undos(self) -> tuple[Undo, ...]:
        """Give what was taken back, by the files' names."""
        return tuple(self._load(Undo, path, UNDO) for path in self._files("undo"))

    def last_decisions(self) -> DecisionSet:
        """Give the newest decision set in force.

        Raises:
            DecisionError: there is none.
        """
        sets = self.decision_sets()
        if not sets:
            raise DecisionError(f"{self.folder}: no decisions are in force, nothing to undo")
        return sets[-1]

    def _files(self, kind: str) -> list[Path]:
        return sorted(self.folder.glob(f"{kind}-*.json")) if self.folder.is_dir() else []

    def _load(self, kind: type[T], path: Path, form: str) -> T:
        tree = opened(path, form=form, version=VERSION)
        fields = {key: value for key, value in tree.items() if key not in ("format", "version")}
        return decode(kind, fields, where=str(path))


def latest_choices(sets: tuple[DecisionSet, ...]) -> dict[tuple[str, str], Decision]:
    """Give the newest decision on each (cell, picture's sha256)."""
    return {(d.cell, d.sha256): d for decided in sets for d in decided.decisions}


def accepted_digest(sets: tuple[DecisionSet, ...]) -> str:
    """Digest the accepted set, so that decisions can name what they were made against."""
    choices = latest_choices(sets)
    accepted = sorted(key for key, d in choices.items() if d.choice is Choice.ACCEPT)
    return digest([list(key) for key in accepted])
