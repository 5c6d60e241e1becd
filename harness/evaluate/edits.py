"""Map the edits that a suite's checks ask for, remembering what was mapped before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.compute.executor import default_workers, map_ordered
from harness.evaluate.sources import Sources
from harness.judging.edits import EditPair, edit_pairs
from harness.model.features import Edit
from harness.model.sample import Sample
from harness.model.suite import Suite
from harness.store.figures import Figures

FEW = 4
"""Edits that are mapped sooner in this process than processes are started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """A pair of pictures and where they lie."""

    pair: EditPair
    before: Path
    after: Path


def edits_of(
    suite: Suite, samples: Mapping[str, tuple[Sample, ...]], *, sources: Sources, features: Path
) -> tuple[Edit, ...]:
    """Map every edit that a check of the suite judges, each pair once.

    Args:
        suite: What was asked.
        samples: By the variant's id for people.
        sources: Where pictures lie.
        features: Folder of what is remembered.
    """
    pairs = {(pair.before, pair.after): pair for pair in _pairs(suite, samples) if pair.before}
    if not pairs:
        return ()
    from harness.measure.edits import edits_version  # late: it loads numpy, scipy and Pillow

    memo = Figures(features / "edits", Edit, edits_version())
    found = {names: memo.get(*names) for names in pairs}
    tasks = [_task(pairs[names], sources) for names, edit in found.items() if edit is None]
    for edit in _mapped([task for task in tasks if isinstance(task, _Task)]):
        found[edit.before, edit.after] = edit
        if not edit.unmeasurable:
            memo.put(edit, edit.before, edit.after)
    found |= {(edit.before, edit.after): edit for edit in tasks if isinstance(edit, Edit)}
    return tuple(edit for edit in found.values() if edit is not None)


def _pairs(suite: Suite, samples: Mapping[str, tuple[Sample, ...]]) -> Iterator[EditPair]:
    for variant in suite.variants:
        yield from edit_pairs(variant, samples.get(variant.id, ()))


def _task(pair: EditPair, sources: Sources) -> _Task | Edit:
    """Find both pictures, or say which one is not here."""
    before, after = sources.path(pair.before), sources.path(pair.after)
    if before is not None and after is not None:
        return _Task(pair=pair, before=before, after=after)
    absent = "before" if before is None else "after"
    return Edit(
        before=pair.before,
        after=pair.after,
        unmeasurable=f"the picture {absent} is not here; harness cassette pull (or git lfs pull) "
        "fetches it, or record anew with --live all",
    )


def _mapped(tasks: list[_Task]) -> Iterator[Edit]:
    workers = min(default_workers(), len(tasks)) if len(tasks) > FEW else 1
    return map_ordered(_map, tasks, workers=workers)


def _map(task: _Task) -> Edit:
    from harness.measure.edits import edit_map  # late, and in the worker

    pair = task.pair
    try:
        edit = edit_map(task.before.read_bytes(), task.after.read_bytes())
    except OSError as error:
        said = f"a picture cannot be read: {error.strerror or error}"
        return Edit(before=pair.before, after=pair.after, unmeasurable=said)
    if (edit.before, edit.after) == (pair.before, pair.after):
        return edit
    said = "a picture's file holds other bytes than its name says; restore it from git"
    return Edit(before=pair.before, after=pair.after, unmeasurable=said)
