"""Tell once which pictures were decided on and do not occur any more."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.evaluate.workspace import Workspace
from harness.judging.decided import decided_of
from harness.judging.settling import cell_of, pictures_of
from harness.judging.sheets import Sheet, sheets
from harness.model.arm import Arm
from harness.model.baseline import Choice
from harness.model.run import Run
from harness.model.suite import Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A picture that was decided on, and that no recording of a run shows any more.

    Attributes:
        suite: Id of the suite.
        sample: The sample that it was seen on, for people.
        sha256: Of the picture.
        choice: What was decided.
        by: By whom.
        at: When that was applied, ISO 8601, UTC.
    """

    suite: str
    sample: str
    sha256: str
    choice: Choice
    by: str
    at: str


def gone_from(run: Run, suite: Suite, workspace: Workspace) -> Iterator[Gone]:
    """Give the decided pictures of a suite's cells that the run shows no more.

    Only of cells that the run judged with all their samples: of others it cannot tell. What
    an earlier set of decisions told is not told again.
    """
    store = workspace.baselines(suite)
    told = {sha256 for decided in store.every_decision_set() for sha256 in decided.gone}
    shown = _shown(run, suite)
    decided = decided_of(store.decision_sets())
    for (cell, sha256), decision in decided.choices.items():
        pictures = shown.get((cell, decision.arm))
        if pictures is None or sha256 in pictures or sha256 in told:
            continue
        source = decided.sets[cell, sha256]
        yield Gone(
            suite=suite.id,
            sample=decision.key.id,
            sha256=sha256,
            choice=decision.choice,
            by=decision.by or source.by,
            at=source.at,
        )


def _shown(run: Run, suite: Suite) -> dict[tuple[str, Arm], set[str]]:
    wanted = {v.id: v.samples for v in (*suite.variants, *suite.left_out)}
    shown: dict[tuple[str, Arm], set[str]] = {}
    for sheet in sheets(run):
        variant = sheet.judged.variant
        if variant.suite == suite.id and _is_whole(sheet, wanted.get(variant.id, 0)):
            shown.setdefault(cell_of(sheet), set()).update(pictures_of(sheet))
    return shown


def _is_whole(sheet: Sheet, wanted: int) -> bool:
    answered = [s for s in sheet.samples if s.generation is not None]
    return len(answered) >= max(wanted, len(sheet.samples))
