"""Find decisions on bytes that nobody recorded."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from harness.model.baseline import Decision, DecisionSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheld:
    """A decision in force on a picture that no recording of the suite holds.

    Attributes:
        source: Id of the file that it stands in.
        decision: The decision.
        open: The suite asks for its cell, and nobody decided on what is recorded of its
            sample instead; else it is a leftover that decides nothing.
    """

    source: str
    decision: Decision
    open: bool

    def __str__(self) -> str:
        return (
            f"decides on picture {self.decision.sha256[:8]} of {self.decision.key.id}, "
            "which no recording holds"
        )


def unheld(
    sets: Sequence[DecisionSet], *, held: Collection[str], cells: Collection[str]
) -> Iterator[Unheld]:
    """Find the decisions whose pictures are not recorded.

    Args:
        sets: In force, oldest first.
        held: sha256 of everything that recordings hold, replaced answers too.
        cells: Those that the suite asks for.
    """
    decided = [(s.id, decision) for s in sets for decision in s.decisions]
    answered = {(d.cell, d.key) for _, d in decided if d.sha256 in held}
    for source, decision in decided:
        if decision.sha256 not in held:
            is_open = decision.cell in cells and (decision.cell, decision.key) not in answered
            yield Unheld(source=source, decision=decision, open=is_open)
