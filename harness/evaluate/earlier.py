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
from harness.model.suite import Suite
from harness.recording.interaction import Interaction

MOST = 8
"""Older pictures of a cell that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What was before.

    Attributes:
        prompt: How it read; empty where it reads the same.
        pictures: sha256, the newest first.
    """

    prompt: str = ""
    pictures: tuple[str, ...] = ()


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
    return {
        place: Earlier(prompt=prompts.get(place, ""), pictures=pictures.get(cell, ())[:MOST])
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


def _prompts(
    unknown: Sequence[Judged], items: Sequence[Interaction], known: set[str]
) -> Iterator[tuple[Place, str]]:
    by_case: dict[str, list[Interaction]] = defaultdict(list)
    for item in items:
        by_case[item.key.case].append(item)
    for judged in unknown:
        variant = judged.variant
        mine = [*by_case[variant.case], *(by_case[variant.was] if variant.was else ())]
        for cell, turn in {(s.cell, s.key.turn) for s in judged.samples if s.cell not in known}:
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
