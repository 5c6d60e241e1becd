"""Tell whether two sides' pictures came in one size and one compression already."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from harness.evaluate.measured import measured_here
from harness.evaluate.workspace import Workspace
from harness.judging.subjects import Subject
from harness.model.picture import Measures


def one_form(first: Iterable[Subject], second: Iterable[Subject], workspace: Workspace) -> bool:
    """Tell whether in each cell all pictures of both sides have one size and one compression.

    Then there is nothing to bring to one. It is told of both sides' answers together, so who
    is called old plays no part, and the test that follows from it keeps its level.

    Args:
        first: Answers of one side.
        second: Answers of the other.
        workspace: Where their pictures lie.
    """
    here, there = tuple(first), tuple(second)
    names = [subject.picture for subject in (*here, *there) if subject.picture]
    found = measured_here(names, workspace).measures
    one, two = (_forms(side, found) for side in (here, there))
    return all(len(one[place] | two[place]) == 1 for place in one if place in two)


def _forms(
    subjects: Iterable[Subject], found: Mapping[str, Measures]
) -> Mapping[tuple[str, str], set[str]]:
    """Name the forms of each cell's pictures."""
    forms: dict[tuple[str, str], set[str]] = defaultdict(set)
    for subject in subjects:
        if subject.picture in found:
            forms[subject.place].add(_form(found[subject.picture]))
    return forms


def _form(picture: Measures) -> str:
    marks = picture.markings
    size = f"{picture.width}x{picture.height}"
    return f"{picture.true_type} {size} {marks.luma_sum} {marks.tables} {marks.subsampling}"
