"""Show prompts that were changed since the reference sample: old beside new, word by word.

A prompt edit must never look like a change of the model.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from harness.judging.rewording import rewording
from harness.judging.sheets import Sheet
from harness.model.showing import Showing
from harness.report.index_views import Reworded
from harness.report.sheet_shots import reworded_anchor
from harness.report.shots import numbered
from harness.report.variants import link_to

MOST = 40
"""Prompts that a page shows; more would hide the rest of it."""


def reworded(found: Iterable[Sheet], showing: Showing) -> tuple[Reworded, ...]:
    """Give the sheets whose prompt is another one now, in order, as many as can be read."""
    return tuple(islice(_reworded(found, showing), MOST))


def _reworded(found: Iterable[Sheet], showing: Showing) -> Iterator[Reworded]:
    for sheet in found:
        old, new = showing.cell(sheet.place).old_prompt, sheet.samples[0].prompt
        words = rewording(old, new) if old else ()
        if not words:
            continue
        variant = sheet.judged.variant
        yield Reworded(
            anchor=reworded_anchor(sheet),
            href=link_to(variant),
            name=numbered(variant.id, "turn", sheet.turn, len(variant.turns)),
            old=tuple(word for word in words if word.kind != "new"),
            new=tuple(word for word in words if word.kind != "gone"),
        )
