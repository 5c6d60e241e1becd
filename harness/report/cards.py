"""Put what needs eyes on cards, one a case, and what does not on a contact sheet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from harness.judging.sheets import Sheet, sheets
from harness.model.review import item_id
from harness.model.run import Judged
from harness.model.verdict import Status, worst
from harness.report.cell_drift import Ruler
from harness.report.index_views import Reworded, Traits
from harness.report.page_views import Card, Passed, VariantView
from harness.report.rewordings import reworded
from harness.report.sheet_shots import bad, decision, sheet_view
from harness.report.shots import Scene, shots
from harness.report.tables import only_missing
from harness.report.variants import anchor, link_to, variant_view
from harness.report.views import Chip, Mark
from harness.report.words import history

_SHEET_SHOTS = 4
_DERIVED = ("suite", "case", "severity")
"""Traits that the id and the status tell too."""
_DECIDED = ("rejected", "under discussion", "not decided")
"""What one sample makes of its whole variant, the first of them that there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Every variant of a run with its sheets, ready to be laid out.

    Attributes:
        scene: What the page is made from.
        sheets: By suite and variant.
        rulers: A suite's scale of effects.
    """

    scene: Scene
    sheets: Mapping[tuple[str, str], Sequence[Sheet]]
    rulers: Mapping[str, Ruler]

    @classmethod
    def of(cls, scene: Scene) -> "Desk":
        """Group a run's sheets by variant."""
        found: dict[tuple[str, str], list[Sheet]] = defaultdict(list)
        for sheet in sheets(scene.run):
            found[sheet.place[:2]].append(sheet)
        drifts = {s.suite: scene.showing.suite(s.suite).drift for s in scene.run.suites}
        rulers = {suite: Ruler.of(drift) for suite, drift in drifts.items()}
        return cls(scene=scene, sheets=found, rulers=rulers)

    def of_variant(self, judged: Judged) -> Sequence[Sheet]:
        return self.sheets.get((judged.variant.suite, judged.variant.id), ())

    def view(self, judged: Judged) -> VariantView:
        """Show a variant in full."""
        ruler = self.rulers.get(judged.variant.suite, Ruler())
        return replace(
            variant_view(judged, self.scene),
            sheets=tuple(sheet_view(s, self.scene, ruler) for s in self.of_variant(judged)),
            moved=self.moved(judged),
            traits=self.traits(judged),
        )

    def moved(self, judged: Judged) -> bool:
        """Tell whether a cell of it is named as one that moved."""
        cells = (self.scene.showing.cell(s.place) for s in self.of_variant(judged))
        return any(cell.drift is not None and cell.drift.moved for cell in cells)

    def needs_eyes(self, judged: Judged) -> bool:
        """Tell whether something failed or changed, and there is something to look at."""
        status = judged.verdict.status
        return (status is not Status.PASS and not only_missing(judged)) or self.moved(judged)

    def gravity(self, judged: Judged) -> tuple[int, int, float]:
        """Sort gravest first: by status, then what moved, then by how much."""
        return (-judged.verdict.status.severity, -int(self.moved(judged)), -self._effect(judged))

    def _effect(self, judged: Judged) -> float:
        return max(self._effects(judged), default=0.0)

    def _effects(self, judged: Judged) -> list[float]:
        drifts = [self.scene.showing.cell(s.place).drift for s in self.of_variant(judged)]
        return [drift.effect.size for drift in drifts if drift and drift.effect]

    def traits(self, judged: Judged) -> Traits:
        """Give what a script filters and sorts by; nothing for what has nothing to say.

        Of very many variants no more is told than the page's own script reads.
        """
        variant, found = judged.variant, self.of_variant(judged)
        asked = variant.turns[0].parameters if variant.turns else None
        effects, costs = self._effects(judged), [s.cost_usd for s in judged.samples]
        told = {
            "id": item_id(variant.suite, variant.id, 0),
            "suite": variant.suite,
            "case": variant.case,
            "status": judged.verdict.status.value,
            "severity": str(judged.verdict.status.severity),
            "moved": "1" if self.moved(judged) else "",
            "drift": f"{max(effects):.3f}" if effects else "",
            "bad": str(sum(map(bad, found)) or ""),
            "decided": self._decided(found),
            "owner": self.scene.showing.suite(variant.suite).owner(variant.case),
            "tags": " ".join(variant.tags),
            "size": (asked.image_size or "") if asked else "",
            "ratio": (asked.aspect_ratio or "") if asked else "",
            "refs": " ".join(_reference_sets(judged)),
            "cost": f"{sum(c for c in costs if c):.4g}" if any(costs) else "",
        }
        derived = () if self.scene.detailed else _DERIVED
        return {name: value for name, value in told.items() if value and name not in derived}

    def _decided(self, found: Iterable[Sheet]) -> str:
        """Say in one word how people stand to a variant; empty where no check tells."""
        said = [word for word in map(decision, found) if word]
        left = next((word for word in _DECIDED if any(word in each for each in said)), "")
        return left or ("accepted" if said and self.scene.detailed else "")


def cards(desk: Desk) -> tuple[Card, ...]:
    """Give the cases of which something failed or changed, gravest first."""
    grouped = groupby(desk.scene.run.judged, key=lambda j: (j.variant.suite, j.variant.case))
    cases = [list(group) for _, group in grouped]
    looked = [case for case in cases if any(map(desk.needs_eyes, case))]
    looked.sort(key=lambda case: min(map(desk.gravity, filter(desk.needs_eyes, case))))
    return tuple(_card(case, desk) for case in looked)


def contact_sheet(desk: Desk) -> tuple[Passed, ...]:
    """Give what passed and is not named as moved, in the suites' order."""
    return tuple(_passed(judged, desk) for judged in unchanged(desk))


def unchanged(desk: Desk) -> list[Judged]:
    """Give the variants that passed and did not move."""
    passed = (j for j in desk.scene.run.judged if j.verdict.status is Status.PASS)
    return [judged for judged in passed if not desk.moved(judged)]


def rewordings(desk: Desk) -> tuple[Reworded, ...]:
    """Give every prompt that is not the one that the reference sample answered."""
    found = (sheet for group in desk.sheets.values() for sheet in group)
    return reworded(found, desk.scene.showing)


def _card(case: list[Judged], desk: Desk) -> Card:
    shown = sorted(filter(desk.needs_eyes, case), key=desk.gravity)
    said = desk.scene.detailed or len(desk.scene.run.suites) > 1
    return Card(
        suite=case[0].variant.suite if said else "",
        case=case[0].variant.case,
        mark=Mark.of(worst(judged.verdict.status for judged in shown)),
        moved=any(map(desk.moved, shown)),
        chips=tuple(_chip(judged) for judged in case) if len(case) > 1 else (),
        variants=tuple(map(desk.view, shown)),
    )


def _chip(judged: Judged) -> Chip:
    return Chip(
        href=link_to(judged.variant),
        text=judged.variant.label or judged.variant.case,
        mark=Mark.of(judged.verdict.status),
    )


def _passed(judged: Judged, desk: Desk) -> Passed:
    detailed = desk.scene.detailed
    found = shots(judged, desk.scene)
    kept = found[: _SHEET_SHOTS if detailed else 1]
    unmarked = tuple(replace(shot, mark=None) for shot in kept)  # the sheet is of PASS alone
    return Passed(
        anchor=anchor(judged.variant),
        href=link_to(judged.variant),
        id=judged.variant.id,
        suite=judged.variant.suite,
        shots=unmarked,
        more=len(found) - len(kept),
        history=history(judged.discarded),
        traits=desk.traits(judged),
    )


def _reference_sets(judged: Judged) -> tuple[str, ...]:
    """Name the folders of the references that are sent."""
    paths = (r.path.split("/") for turn in judged.variant.turns for r in turn.references)
    return tuple(dict.fromkeys(path[-2] for path in paths if len(path) > 1))
