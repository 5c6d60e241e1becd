"""Find what a run's cells were before: how their prompts read, and what was drawn for them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.errors import HarnessError
from harness.evaluate.standing import answer_of
from harness.evaluate.wordings import variant_of, wordings
from harness.evaluate.workspace import Workspace
from harness.model.baseline import Epoch
from harness.model.run import Judged, SuiteResult
from harness.model.showing import Place
from harness.model.suite import Suite, Variant
from harness.recording.interaction import Interaction

MOST = 8
"""Older pictures of a cell that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What was before.

    Attributes:
        prompt: How it read; empty where it reads the same.
        pictures: sha256, the newest first.
        former: sha256 of the answers to what the variant asked before, where that was another
            question: another prompt, parameter or reference.
    """

    prompt: str = ""
    pictures: tuple[str, ...] = ()
    former: tuple[str, ...] = ()


def earlier_of(
    result: SuiteResult, suite: Suite, epoch: Epoch | None, workspace: Workspace
) -> Mapping[Place, Earlier]:
    """Tell what was recorded before of a run's cells.

    A prompt counts as changed where the reference sample has another one under the same
    name; without a reference sample, where an older recording has.

    Args:
        result: A suite's part of the run.
        suite: The suite as it is now.
        epoch: The reference sample in force, or None.
        workspace: With the recordings.

    Raises:
        CassetteError: a recording is broken.
    """
    cassettes = workspace.cassettes(suite.id, result.recording)
    replaced = cassettes.replaced()
    known = {sample.cell for sample in epoch.samples} if epoch else set()
    unknown = [j for j in result.judged if any(s.cell not in known for s in j.samples)]
    items = [*cassettes.load(), *replaced] if unknown else []
    if unknown and epoch and epoch.recording != result.recording:
        items += workspace.cassettes(suite.id, epoch.recording).load()
    pictures = _pictures(replaced, workspace)
    prompts = dict(_prompts(unknown, items, known))
    former = dict(_former(result, items, workspace))
    return {
        place: Earlier(
            prompt=prompts.get(place, ""),
            pictures=pictures.get(cell, ())[:MOST],
            former=former.get(place, ()),
        )
        for place, cell in _places(result)
    }


def _places(result: SuiteResult) -> Iterator[tuple[Place, tuple[str, str]]]:
    for judged in result.judged:
        for sample in judged.samples:
            place = (result.suite, judged.variant.id, sample.key.turn)
            yield place, (sample.cell, sample.arm.name)


def _pictures(
    replaced: Sequence[Interaction], workspace: Workspace
) -> Mapping[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for item in sorted(replaced, key=lambda item: item.recorded_at, reverse=True):
        answer = None if item.is_reply else answer_of(item, workspace.blobs)
        part = answer.picture if answer else None
        if part is not None and part.picture is not None:
            found[item.cell, item.arm.name][part.picture.sha256] = None
    return {key: tuple(names) for key, names in found.items()}


def _former(
    result: SuiteResult, items: Sequence[Interaction], workspace: Workspace
) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """Name the pictures that each turn's latest other wording was answered with, by its arm."""
    by_name = _by_name(items)
    for judged in result.judged:
        variant, mine = judged.variant, _mine(by_name, judged.variant)
        now = {(s.key.turn, s.cell, s.arm) for s in judged.samples}
        for turn, cell, arm in sorted(now, key=lambda each: each[0]):
            asked = wordings(mine, variant, turn=turn)
            other = next((w for w in asked if w.cell != cell and w.arm == arm), None)
            if other is not None:
                answers = [chain[-1] for chain in other.chains]
                yield (variant.suite, variant.id, turn), _shown(answers, workspace)[:MOST]


def _shown(answers: Sequence[Interaction], workspace: Workspace) -> tuple[str, ...]:
    found = (answer_of(item, workspace.blobs) for item in answers)
    parts = (answer.picture for answer in found if answer)
    return tuple(part.picture.sha256 for part in parts if part and part.picture)


def _by_name(items: Sequence[Interaction]) -> Mapping[tuple[str, str], list[Interaction]]:
    """Gather answers by case and label."""
    found: dict[tuple[str, str], list[Interaction]] = defaultdict(list)
    for item in items:
        if not item.is_reply:
            found[item.key.case, item.key.variant].append(item)
    return found


def _mine(
    by_name: Mapping[tuple[str, str], list[Interaction]], variant: Variant
) -> list[Interaction]:
    """Give a variant's answers, those under its older id too."""
    cases = dict.fromkeys((variant.case, variant.was or variant.case))
    return [item for case in cases for item in by_name.get((case, variant.label), ())]


def _prompts(
    unknown: Sequence[Judged], items: Sequence[Interaction], known: set[str]
) -> Iterator[tuple[Place, str]]:
    by_name = _by_name(items)
    for judged in unknown:
        variant, mine = judged.variant, _mine(by_name, judged.variant)
        fresh = dict.fromkeys((s.cell, s.key.turn) for s in judged.samples if s.cell not in known)
        for cell, turn in fresh:
            old = _prompt(mine, judged, turn=turn, cell=cell, known=known)
            if old:
                yield (variant.suite, variant.id, turn), old


def _prompt(
    items: Sequence[Interaction], judged: Judged, *, turn: int, cell: str, known: set[str]
) -> str:
    """Give how a turn read before; empty where it read the same, or that cannot be told."""
    variant = judged.variant
    asked = wordings(items, variant, turn=turn)
    others = [w for w in asked if w.cell != cell and (not known or w.cell in known)]
    if not others or not 0 <= turn < len(variant.turns):
        return ""
    try:
        before = variant_of(others[0], variant, label="before").turns[turn].prompt
    except HarnessError:  # an older request may say what no suite can
        return ""
    return "" if before == variant.turns[turn].prompt else before
