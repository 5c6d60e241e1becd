"""Find decisions that two branches took otherwise, neither knowing the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.baseline import Choice, DecisionSet
from harness.store.lineage import Lineage

_Word = tuple[DecisionSet, Choice]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contested:
    """A picture, or a sheet, of which files that did not know each other say different things.

    Attributes:
        what: The sample, or the sheet, in words.
        cell: Digest of what was declared.
        sha256: The picture; empty where a sheet as a whole is meant.
        words: Each file's id and its choice, oldest first; the last one counts meanwhile.
    """

    what: str
    cell: str
    sha256: str
    words: tuple[tuple[str, Choice], ...]

    def __str__(self) -> str:
        said = ", ".join(f"{name} says {choice.value}" for name, choice in self.words)
        return f"{said}: of two branches, neither knowing the other"


def contested(
    in_force: Sequence[DecisionSet], every: Sequence[DecisionSet]
) -> tuple[Contested, ...]:
    """Find what is decided otherwise by files that did not know each other.

    What a later file decides that knew them all is settled.

    Args:
        in_force: Decision sets, oldest first.
        every: All of them, undone ones too: who was written after whom leads through them.

    Raises:
        StoreError: files name each other in a ring.
    """
    if len(in_force) < 2:
        return ()
    lineage = Lineage(every)
    pictures = tuple(_pictures(in_force, lineage))
    cells = {found.cell for found in pictures}
    return (*pictures, *(s for s in _sheets(in_force, lineage) if s.cell not in cells))


def _pictures(sets: Sequence[DecisionSet], lineage: Lineage) -> Iterator[Contested]:
    names: dict[tuple[str, str], str] = {}
    words: dict[tuple[str, str], list[_Word]] = {}
    for decided in sets:
        for decision in decided.decisions:
            key = (decision.cell, decision.sha256)
            names.setdefault(key, f"{decision.key.id}, picture {decision.sha256[:8]}")
            words.setdefault(key, []).append((decided, decision.choice))
    for (cell, sha256), said in words.items():
        if heads := _at_odds(said, lineage):
            what = names[cell, sha256]
            yield Contested(what=what, cell=cell, sha256=sha256, words=heads)


def _sheets(sets: Sequence[DecisionSet], lineage: Lineage) -> Iterator[Contested]:
    names: dict[tuple[str, object], str] = {}
    words: dict[tuple[str, object], list[_Word]] = {}
    for decided in sets:
        for sheet in decided.sheets:
            names.setdefault((sheet.cell, sheet.arm), f"sheet {sheet.item}")
            words.setdefault((sheet.cell, sheet.arm), []).append((decided, sheet.choice))
    for key, said in words.items():
        if heads := _at_odds(said, lineage):
            yield Contested(what=names[key], cell=key[0], sha256="", words=heads)


def _at_odds(said: Sequence[_Word], lineage: Lineage) -> tuple[tuple[str, Choice], ...]:
    """Give the words that none of the others knew, where they differ."""
    if len({choice for _, choice in said}) < 2:
        return ()
    choices = {decided.id: choice for decided, choice in said}
    heads = lineage.heads([decided for decided, _ in said])
    found = {decided.id: choices[decided.id] for decided in heads}
    return tuple(found.items()) if len(set(found.values())) > 1 else ()
