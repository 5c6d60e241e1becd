"""Ask for every recorded answer to what a suite asks now, also beyond its `samples:`.

A reference sample is grown over sessions beyond what a run judges: nobody selects in it.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from harness.evaluate.workspace import Wish, Workspace, arm_of
from harness.model.arm import Arm
from harness.model.identity import cell_digest
from harness.model.suite import Suite, Variant


def whole(suite: Suite, workspace: Workspace, wish: Wish) -> Suite:
    """Give a suite that asks for as many samples of each variant as are recorded, or more.

    Raises:
        CassetteError: its recording is broken.
        UsageError: it cannot be told whose answers are meant.
    """
    counts: dict[tuple[Arm, str], int] = defaultdict(int)
    for item in workspace.cassettes(suite.id).load():
        if not item.is_reply:
            place = item.arm, item.cell
            counts[place] = max(counts[place], item.key.sample + 1)
    arms = tuple(sorted({arm for arm, _ in counts}))

    def reaching() -> Iterator[Variant]:
        for variant in suite.variants:
            arm = arm_of(variant, recorded=arms, wish=wish, settings=workspace.settings)
            recorded = counts.get((arm, cell_digest(variant.turns[:1])), 0)
            yield replace(variant, samples=max(variant.samples, recorded))

    return replace(suite, variants=tuple(reaching()))
