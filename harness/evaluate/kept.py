"""Measure the pictures of two samples, to tell their contract and delivery beside a test."""

from collections.abc import Iterator, Sequence

from harness.evaluate.measured import measured_here
from harness.evaluate.workspace import Workspace
from harness.judging.keeping import keeping
from harness.judging.subjects import Subject
from harness.model.drift import Beside


def kept_beside(
    old: Sequence[Subject], new: Sequence[Subject], workspace: Workspace
) -> tuple[Beside, ...]:
    """Tell how both sides kept their contract and were delivered.

    Args:
        old: The reference sample.
        new: The fresh sample.
        workspace: Where their pictures lie.
    """
    found = measured_here(_pictures((*old, *new)), workspace)
    return keeping(old, new, measures=found.measures, catalogue=workspace.catalogue)


def _pictures(subjects: Sequence[Subject]) -> Iterator[str]:
    for subject in subjects:
        if subject.sample is not None and subject.sample.generation is not None:
            parts = subject.sample.generation.pictures
            yield from (part.picture.sha256 for part in parts if part.picture is not None)
