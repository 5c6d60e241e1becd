"""The colour cloud is told by its quantiles: how much of which colour, not where."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from harness.measure.colours import DIRECTIONS, QUANTILES, colours


def noise(seed):
    rng = np.random.default_rng(seed)
    return Image.fromarray(rng.integers(0, 256, (64, 64, 3), dtype=np.uint8))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_where_a_colour_stands_plays_no_part(seed):
    """Shuffled pixels have the same numbers."""
    pixels = np.asarray(noise(seed)).reshape(-1, 3)
    shuffled = np.random.default_rng(seed).permutation(pixels).reshape(64, 64, 3)

    assert colours(Image.fromarray(shuffled)) == pytest.approx(colours(noise(seed)), abs=1e-4)


def test_a_shift_of_lightness_is_measured_in_lab_units():
    """L is seen along each direction by its share: the root mean square over the sphere."""
    dark, light = (Image.new("RGB", (64, 64), (v, v, v)) for v in (60, 90))

    found = np.linalg.norm(colours(light) - colours(dark))

    assert found == pytest.approx(12.9 / np.sqrt(3), rel=0.15)


def test_there_are_as_many_numbers_as_quantiles_along_directions():
    """272 of them."""
    assert colours(noise(1)).shape == (DIRECTIONS * QUANTILES,)
