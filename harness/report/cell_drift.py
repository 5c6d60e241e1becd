"""Say of one cell how it stands to the reference sample, with its effect on a scale."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from harness.model.drift import CellDrift, Drift
from harness.model.showing import CellShow
from harness.report.drift_scale import At, bar, places
from harness.report.drift_words import channel_words, of_p, of_size, saw
from harness.report.index_views import DriftWords

SAME = "these are the answers of the reference sample: nothing can have moved"
LEFT_OUT = "not tested for drift"
REWORDED = "the prompt is another: drift compares equal cells only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """One scale for all cells of a suite, so that their effects can be compared by eye.

    Attributes:
        drift: The suite's test; None where none was made.
        at: Gives where a value stands; None without a test.
    """

    drift: Drift | None = None
    at: At | None = None

    @classmethod
    def of(cls, drift: Drift | None) -> "Ruler":
        """Span a scale over every cell's effect and the change that matters."""
        if drift is None:
            return cls()
        effects = [c.effect for c in drift.cells if c.effect and math.isfinite(c.effect.size)]
        return cls(drift=drift, at=places(effects, (drift.matters,)) if effects else None)

    def words(self, cell: CellShow) -> DriftWords:
        """Say how a cell stands."""
        if self.drift is not None and cell.drift is not None:
            return self._tested(self.drift, cell.drift)
        if cell.same:
            return DriftWords(said=SAME, short=SAME)
        if cell.old_prompt:
            return DriftWords(said=REWORDED, short=REWORDED)
        return DriftWords(said=LEFT_OUT if self.drift else "")

    def _tested(self, drift: Drift, cell: CellDrift) -> DriftWords:
        effect = cell.effect
        head = "moved" if cell.moved else "not named as moved"
        chance = f"p {of_p(cell.p)}, q {of_p(cell.q)}" if saw(drift) else ""
        if effect is None or self.at is None or not math.isfinite(effect.size):
            return DriftWords(said=_listed((head, chance)), short=head, moved=cell.moved)
        size = f"effect {of_size(effect.size)} ({of_size(effect.low)} to {of_size(effect.high)})"
        where = f"{size} in {channel_words(effect.channel)}"
        return DriftWords(
            said=_listed((head, where, chance)),
            short=_listed((head, size)),
            moved=cell.moved,
            bar=bar(drift, effect, self.at),
            zero=self.at(0.0),
            matters=self.at(drift.matters),
            limit=of_size(drift.matters),
        )


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)
