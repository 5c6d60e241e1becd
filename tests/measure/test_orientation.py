"""Orientation energy tells layouts apart, and is blind to light, contrast and colour."""

import numpy as np
import pytest
from PIL import Image

from harness.measure.orientation import orientation


def stripes(across, *, side=128, light=128, contrast=60):
    wave = np.sin(np.arange(side) / side * 2 * np.pi * 12)
    grey = light + contrast * (wave[None, :] if across else wave[:, None])
    grey = np.broadcast_to(grey, (side, side)).astype(np.uint8)
    return Image.fromarray(grey).convert("RGB")


def test_the_numbers_have_length_1_together():
    """Of a flat picture they are all 0."""
    assert np.linalg.norm(orientation(stripes(True))) == pytest.approx(1, abs=1e-5)
    assert not orientation(Image.new("RGB", (50, 80), "red")).any()


def test_light_and_contrast_play_no_part():
    """The picture is brought to zero mean and unit deviation first."""
    off = orientation(stripes(True)) - orientation(stripes(True, light=90, contrast=30))

    assert np.linalg.norm(off) < 0.05


def test_stripes_across_and_down_lie_far_apart():
    """Their energy is in other filters: nearly at right angles."""
    one, two = orientation(stripes(True)), orientation(stripes(False))

    assert np.linalg.norm(one - two) > 1.2


def test_size_plays_no_part():
    """The same picture at twice its size is the same."""
    small = stripes(True)

    off = orientation(small) - orientation(small.resize((256, 256), Image.Resampling.NEAREST))

    assert np.linalg.norm(off) < 1e-3
