"""Map the edits that a suite's checks ask for, remembering what was mapped before."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.compute.executor import Executor
from harness.compute.processes import LOCAL
from harness.compute.tasks import Source, Task
from harness.evaluate.sources import Sources
from harness.judging.edits import EditPair, edit_pairs
from harness.model.features import Edit
from harness.model.sample import Sample
from harness.model.suite import Suite
from harness.store.figures import Figures

FEW = 4
"""Edits that are mapped sooner in this process than processes are started."""


def edits_of(
    suite: Suite,
    samples: Mapping[str, tuple[Sample, ...]],
    *,
    sources: Sources,
    features: Path,
    executor: Executor = LOCAL,
) -> tuple[Edit, ...]:
    """Map every edit that a check of the suite judges, each pair once.

    Args:
        suite: What was asked.
        samples: By the variant's id for people.
        sources: Where pictures lie.
        features: Folder of what is remembered.
        executor: Who maps.
    """
    pairs = {(pair.before, pair.after): pair for pair in _pairs(suite, samples) if pair.before}
    if not pairs:
        return ()
    from harness.measure.edits import edits_version  # late: it loads numpy, scipy and Pillow

    memo = Figures(features / "edits", Edit, edits_version())
    found = {names: memo.get(*names) for names in pairs}
    tasks = [_task(pairs[names], sources) for names, edit in found.items() if edit is None]
    mapped = [task for task in tasks if isinstance(task, Task)]
    for edit in executor.map(_map, mapped, few=FEW, lost=_lost):
        found[edit.before, edit.after] = edit
        if not edit.unmeasurable:
            memo.put(edit, edit.before, edit.after)
    found |= {(edit.before, edit.after): edit for edit in tasks if isinstance(edit, Edit)}
    return tuple(edit for edit in found.values() if edit is not None)


def _pairs(suite: Suite, samples: Mapping[str, tuple[Sample, ...]]) -> Iterator[EditPair]:
    for variant in suite.variants:
        yield from edit_pairs(variant, samples.get(variant.id, ()))


def _task(pair: EditPair, sources: Sources) -> Task[EditPair] | Edit:
    """Find both pictures, or say which one is not here."""
    from harness.measure.edits import edits_version  # late: it loads numpy, scipy and Pillow

    before, after = sources.path(pair.before), sources.path(pair.after)
    if before is not None and after is not None:
        return Task(
            key=f"{edits_version()} {pair.before} {pair.after}",
            about=pair,
            files=(
                Source(path=before, sha256=pair.before),
                Source(path=after, sha256=pair.after),
            ),
        )
    absent = "before" if before is None else "after"
    return Edit(
        before=pair.before,
        after=pair.after,
        unmeasurable=f"the picture {absent} is not here; harness cassette pull (or git lfs pull) "
        "fetches it, or record anew with --live all",
    )


def _lost(task: Task[EditPair], why: str) -> Edit:
    return Edit(before=task.about.before, after=task.about.after, unmeasurable=why)


def _map(task: Task[EditPair]) -> Edit:
    from harness.measure.edits import edit_map  # late, and in the worker

    pair, (before, after) = task.about, task.files
    try:
        edit = edit_map(before.read(), after.read())
    except OSError as error:
        said = f"a picture cannot be read: {error.strerror or error}"
        return Edit(before=pair.before, after=pair.after, unmeasurable=said)
    if (edit.before, edit.after) == (pair.before, pair.after):
        return edit
    said = "a picture's file holds other bytes than its name says; restore it from git"
    return Edit(before=pair.before, after=pair.after, unmeasurable=said)
