"""Empty pictures."""

import numpy as np
import pytest

from harness.measure.blank import BLANK_BELOW, tile_sd


@pytest.mark.parametrize("level", [0, 127, 255])
def test_one_colour_is_blank(level):
    """A picture of one colour has no deviation at all."""
    assert tile_sd(np.full((300, 500, 3), level, dtype=np.uint8)) == 0


def test_faint_noise_is_blank():
    """The noise that JPEG leaves on an empty page is not a picture."""
    noise = np.random.default_rng(1).normal(128, 2, (512, 512, 3)).clip(0, 255)

    assert tile_sd(noise.astype(np.uint8)) < BLANK_BELOW


def test_a_soft_gradient_is_blank():
    """A wash over the whole picture does not deviate within a tile."""
    ramp = np.linspace(0, 255, 1024).astype(np.uint8)

    assert tile_sd(np.repeat(np.tile(ramp, (64, 1))[..., None], 3, axis=2)) == pytest.approx(
        4.6, abs=0.3
    )


def test_a_painted_picture_is_not_blank(paint):
    """A picture with something in it lies far above the limit."""
    assert tile_sd(np.asarray(paint(1, 640, 480))) > 4 * BLANK_BELOW


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 900, 3), (37, 11, 3)], ids=str)
def test_every_size_has_a_deviation(shape):
    """Even a single pixel is judged, as blank."""
    assert tile_sd(np.zeros(shape, dtype=np.uint8)) == 0
