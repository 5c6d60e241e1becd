"""The structure of any picture is measured, whatever its size."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.measure.reduction import look
from harness.measure.structure import structure

SIDE = st.integers(1, 300) | st.sampled_from([1, 2, 127, 128, 255, 256, 1025, 5000])


@settings(max_examples=40, deadline=None)
@given(SIDE, SIDE)
def test_a_picture_of_any_size_is_measured(paint, width, height):
    """Figures are in their ranges, or None where nothing can be told; nothing is raised."""
    image = paint(7, width, height)

    found = structure(image, look(image), transparent=0.0)

    assert len(found.bars) == 4
    assert all(0 <= bar <= 0.45 for bar in found.bars)
    assert 1 <= found.repeats <= 8
    assert found.blockiness is None or found.blockiness >= 1
    for share in (found.halves, found.mark):
        assert share is None or -1 <= share <= 1


def test_figures_are_rounded_to_what_they_can_tell(noise):
    """A memo and a report hold a few digits; a picture of grain gives every figure."""
    image = noise(2, 640, 480)
    found = structure(image, look(image), transparent=0.25)

    assert found.transparent == 0.25
    assert found.detail_db == round(found.detail_db, 2)
    for figure in (found.blockiness, found.halves, found.mark):
        assert figure == pytest.approx(round(figure, 3), abs=1e-12)
