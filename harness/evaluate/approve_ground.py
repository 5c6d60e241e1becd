"""Hold a sheet's votes against what is decided, and what the suite asks for, at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.evaluate.workspace import Workspace
from harness.judging.decided import Decided, decided_of
from harness.judging.merging import MergedSheet, when
from harness.judging.settling import cell_of, pictures_of, settled
from harness.judging.sheets import Sheet
from harness.model.arm import Arm
from harness.model.baseline import Choice, DecisionSet
from harness.model.identity import cell_digest
from harness.model.suite import Suite
from harness.store.baselines import accepted_of_cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What becomes of one sheet.

    Attributes:
        merged: Its votes and what they come to.
        pictures: How many it has.
        old: Choices in force until now, as words.
        new: Choices in force afterwards; as `old` where nothing is decided.
        decided: How many decisions are written for it.
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
        before: Digest of the accepted pictures of each cell and arm.
        cells: The cell that the suite asks for now, by variant and turn.
    """

    suite: Suite
    sets: tuple[DecisionSet, ...]
    decided: Decided
    before: Mapping[tuple[str, Arm], str]
    cells: Mapping[tuple[str, int], str]


def ground_of(suite: Suite, workspace: Workspace) -> Ground:
    """Read what is decided of a suite, and what it asks for.

    Raises:
        StoreError: a file of decisions is broken.
    """
    sets = workspace.baselines(suite).decision_sets()
    return Ground(
        suite=suite,
        sets=sets,
        decided=decided_of(sets),
        before=accepted_of_cells(sets),
        cells={
            (variant.id, turn): cell_digest(variant.turns[: turn + 1])
            for variant in (*suite.variants, *suite.left_out)
            for turn in range(len(variant.turns))
        },
    )


def line_of(sheet: Sheet, merged: MergedSheet, grounds: Mapping[str, Ground]) -> Line:
    """Say what becomes of a sheet; what is decided so already is never stale."""
    ground = grounds[sheet.judged.variant.suite]
    choices, cell = ground.decided.choices, cell_of(sheet)[0]
    shown = pictures_of(sheet)
    old = {sha: choices[cell, sha].choice for sha in shown if (cell, sha) in choices}
    told = {decision.sha256: decision.choice for decision in settled(sheet, merged)}
    new = {sha: choice for sha, choice in told.items() if old.get(sha) is not choice}
    stale = _stale(sheet, merged, ground, new=new) if new else ""
    return Line(
        merged=merged,
        pictures=len(shown),
        old=_choices(old, len(shown)),
        new=_choices(old if stale else old | new, len(shown)),
        decided=0 if stale else len(new),
        stale=stale,
    )


def _choices(choices: Mapping[str, Choice], pictures: int) -> str:
    """Say what is decided of a sheet's pictures: `3 accepted, 1 rejected, 4 undecided`."""
    if not pictures:
        return "no picture"
    held = list(choices.values())
    words = {Choice.ACCEPT: "accepted", Choice.REJECT: "rejected", Choice.DISCUSS: "discussed"}
    told = [f"{held.count(choice)} {word}" for choice, word in words.items() if choice in held]
    rest = pictures - len(held)
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
