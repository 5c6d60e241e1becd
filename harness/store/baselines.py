"""Keep epochs and decisions: `suites/<suite>.baseline/`, immutable JSON files.

A file is never changed: an undo is another file that names the one it undoes, so
that two branches add theirs without a conflict.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from harness.errors import DecisionError
from harness.model.arm import Arm
from harness.model.baseline import Choice, Decision, DecisionSet, Epoch
from harness.model.identity import digest
from harness.store.immutable import ImmutableFiles
from harness.store.lineage import Lineage

EPOCH = "gemini-image-harness/epoch"
DECISIONS = "gemini-image-harness/decisions"
UNDO = "gemini-image-harness/undo"


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


class BaselineStore:
    """The baseline folder of one suite."""

    def __init__(self, suite_file: Path) -> None:
        kinds = {
            Epoch: ("epoch", EPOCH),
            DecisionSet: ("decisions", DECISIONS),
            Undo: ("undo", UNDO),
        }
        self._files = ImmutableFiles(suite_file, "baseline", kinds)

    @property
    def folder(self) -> Path:
        return self._files.folder

    def add(self, item: Epoch | DecisionSet | Undo) -> Path:
        """Write one more file; an existing one is never touched.

        Raises:
            StoreError: it cannot be written, or the name is taken, or would not be found.
        """
        return self._files.add(self._placed(item))

    def file_of(self, item: Epoch | DecisionSet | Undo) -> tuple[Path, bytes]:
        """Give the file that an item would be, for `add_together`.

        Raises:
            StoreError: the name is taken, or would not be found.
        """
        return self._files.file_of(self._placed(item))

    def _placed(self, item: Epoch | DecisionSet | Undo) -> Epoch | DecisionSet | Undo:
        """Let an item say what lies here already: what a branch adds meanwhile, it does not."""
        if isinstance(item, Undo):
            return item
        if isinstance(item, Epoch):
            return replace(item, after=_ids_of_heads(self._files.named(Epoch)))
        return replace(item, after=_ids_of_heads(self._files.named(DecisionSet)))

    def epochs(self) -> tuple[Epoch, ...]:
        """Give all epochs, oldest first; the last one is in force."""
        return self._files.all(Epoch)

    def decision_sets(self) -> tuple[DecisionSet, ...]:
        """Give the decision sets in force, oldest first; undone ones are not."""
        undone = {undo.undone for undo in self.undos()}
        return tuple(s for s in self._files.all(DecisionSet) if s.id not in undone)

    def every_decision_set(self) -> tuple[DecisionSet, ...]:
        """Give all decision sets, undone ones too, by their names."""
        return self._files.named(DecisionSet)

    def undos(self) -> tuple[Undo, ...]:
        """Give what was taken back, by the files' names."""
        return self._files.named(Undo)

    def last_decisions(self) -> DecisionSet:
        """Give the newest decision set in force.

        Raises:
            DecisionError: there is none.
        """
        sets = self.decision_sets()
        if not sets:
            raise DecisionError(f"{self.folder}: no decisions are in force, nothing to undo")
        return sets[-1]


def _ids_of_heads(items: tuple[Epoch, ...] | tuple[DecisionSet, ...]) -> tuple[str, ...]:
    return tuple(item.id for item in Lineage(items).heads(items))


def latest_choices(sets: tuple[DecisionSet, ...]) -> dict[tuple[str, str], Decision]:
    """Give the newest decision on each (cell, picture's sha256)."""
    return {(d.cell, d.sha256): d for decided in sets for d in decided.decisions}


def accepted_digest(sets: tuple[DecisionSet, ...]) -> str:
    """Digest the accepted set, so that decisions can name what they were made against."""
    choices = latest_choices(sets)
    accepted = sorted(key for key, d in choices.items() if d.choice is Choice.ACCEPT)
    return digest([list(key) for key in accepted])


def accepted_of_cells(sets: tuple[DecisionSet, ...]) -> Mapping[tuple[str, Arm], str]:
    """Digest the accepted pictures of each (cell, arm) that has some.

    Only what is accepted counts: a rejection of a picture that never was changes nothing.
    """
    accepted: dict[tuple[str, Arm], list[str]] = {}
    for (cell, sha256), decision in sorted(latest_choices(sets).items()):
        if decision.choice is Choice.ACCEPT:
            accepted.setdefault((cell, decision.arm), []).append(sha256)
    return {place: digest(pictures) for place, pictures in accepted.items()}


def accepted_of_cell(sets: tuple[DecisionSet, ...], cell: str, arm: Arm) -> str:
    """Digest the accepted pictures of one cell and arm; empty where none is accepted.

    For many cells of the same sets, `accepted_of_cells` looks through them once.
    """
    return accepted_of_cells(sets).get((cell, arm), "")
