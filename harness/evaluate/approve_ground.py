"""Hold a sheet's votes against what is decided, and what the suite asks for, at this moment."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.evaluate.workspace import Workspace
from harness.judging.contested import contested
from harness.judging.decided import Decided, decided_of
from harness.judging.merging import MergedSheet, when
from harness.judging.settling import cell_of, pictures_of, settled
from harness.judging.sheets import Sheet
from harness.model.arm import Arm
from harness.model.baseline import Choice, DecidedSheet, DecisionSet
from harness.model.identity import cell_digest
from harness.model.suite import Suite
from harness.store.baselines import accepted_of_cells

_Word = tuple[Choice, bool]
"""What is decided of a picture, and whether it was unseen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What becomes of one sheet.

    Attributes:
        merged: Its votes and what they come to.
        pictures: How many it has.
        old: Choices in force until now, as words.
        new: Choices in force afterwards; as `old` where nothing is decided.
        decided: How many of its pictures are decided anew, by people who looked.
        stale: Why it was left as it is, though it was settled; empty where it was not.
    """

    merged: MergedSheet
    pictures: int
    old: str
    new: str
    decided: int
    stale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the decisions of one suite meet.

    Attributes:
        suite: As it is now.
        sets: The decisions in force.
        decided: The same, laid over each other.
        sheets: What the newest of them keeps of each sheet, by its id.
        before: Digest of the accepted pictures of each cell and arm.
        cells: The cell that the suite asks for now, by variant and turn.
        contested: Cell and picture of what two branches decided otherwise.
    """

    suite: Suite
    sets: tuple[DecisionSet, ...]
    decided: Decided
    sheets: Mapping[str, DecidedSheet]
    before: Mapping[tuple[str, Arm], str]
    cells: Mapping[tuple[str, int], str]
    contested: frozenset[tuple[str, str]]


def ground_of(suite: Suite, workspace: Workspace) -> Ground:
    """Read what is decided of a suite, and what it asks for.

    Raises:
        StoreError: a file of decisions is broken.
    """
    store = workspace.baselines(suite)
    sets = store.decision_sets()
    return Ground(
        suite=suite,
        sets=sets,
        decided=decided_of(sets),
        sheets={sheet.item: sheet for decided in sets for sheet in decided.sheets},
        before=accepted_of_cells(sets),
        cells={
            (variant.id, turn): cell_digest(variant.turns[: turn + 1])
            for variant in (*suite.variants, *suite.left_out)
            for turn in range(len(variant.turns))
        },
        contested=frozenset(
            (each.cell, each.sha256) for each in contested(sets, store.every_decision_set())
        ),
    )


def line_of(sheet: Sheet, merged: MergedSheet, grounds: Mapping[str, Ground]) -> Line:
    """Say what becomes of a sheet; what is decided so already is never stale."""
    ground = grounds[sheet.judged.variant.suite]
    cell, shown = cell_of(sheet)[0], pictures_of(sheet)
    old = {sha: word for sha in shown if (word := _in_force(ground.decided, (cell, sha)))}
    told = {decision.sha256: decision.choice for decision in settled(sheet, merged)}
    new = {
        sha: choice
        for sha, choice in told.items()
        if old.get(sha) != (choice, False) or (cell, sha) in ground.contested
    }
    if _is_news(merged, ground) or (cell, "") in ground.contested:
        new = told
    stale = _stale(sheet, merged, ground, new=new) if new else ""
    after = old if stale else old | {sha: (choice, False) for sha, choice in new.items()}
    return Line(
        merged=merged,
        pictures=len(shown),
        old=_said(old.values(), len(shown)),
        new=_said(after.values(), len(shown)),
        decided=0 if stale else len(new),
        stale=stale,
    )


def _in_force(decided: Decided, key: tuple[str, str]) -> _Word | None:
    decision = decided.choices.get(key)
    return (decision.choice, decided.sets[key].unseen) if decision else None


def _is_news(merged: MergedSheet, ground: Ground) -> bool:
    """Tell whether the chair said what no set in force keeps, whatever holds already."""
    if merged.resolved is None:
        return False
    said = merged.resolved.by, merged.resolved.resolution.reason
    kept = ground.sheets.get(merged.item)
    return kept is None or (kept.resolved_by, kept.resolution) != said


def _said(words: Iterable[_Word], pictures: int) -> str:
    """Say what is decided of a sheet's pictures: `3 accepted, 1 rejected, 4 undecided`."""
    if not pictures:
        return "no picture"
    held = Counter(words)
    told = [
        f"{count} {choice.value}ed{' unseen' if unseen else ''}"
        for (choice, unseen), count in sorted(held.items())
    ]
    rest = pictures - held.total()
    return ", ".join([*told, f"{rest} undecided"] if rest else told)


def _stale(sheet: Sheet, merged: MergedSheet, ground: Ground, *, new: Mapping[str, Choice]) -> str:
    """Say why a settled sheet stands on moved ground; empty where it does not."""
    (_, variant, turn), (cell, arm) = sheet.place, cell_of(sheet)
    now = ground.cells.get((variant, turn))
    if now is None:
        return f"{ground.suite.path} does not ask for it any more"
    if now != cell:
        return f"{ground.suite.path} asks for something else since: run and review it anew"
    held = ground.before.get((cell, arm), "")
    moved = [cast.by for cast in merged.casts if cast.vote.accepted_before != held]
    if moved:
        return f"its accepted pictures changed since {', '.join(moved)} decided: review it anew"
    return _overtaken(cell, merged, ground.decided, new)


def _overtaken(cell: str, merged: MergedSheet, decided: Decided, new: Mapping[str, Choice]) -> str:
    """Say who rejected a picture after the newest of these words; empty for nobody.

    A rejection moves no accepted set, and may not be lost to an older acceptance.
    """
    words = [when(cast.vote.at) for cast in merged.casts]
    words += [when(merged.resolved.resolution.at)] if merged.resolved else []
    for sha256 in new:
        decision, source = decided.choices.get((cell, sha256)), decided.sets.get((cell, sha256))
        if decision is None or source is None or decision.choice is not Choice.REJECT:
            continue
        if when(source.at) > max(words):
            return (
                f"{decision.by or source.by} rejected picture {sha256[:8]} on {source.at[:10]}, "
                "after this was decided: review it anew"
            )
    return ""
