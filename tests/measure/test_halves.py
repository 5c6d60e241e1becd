"""A half that stands twice in a picture is found, and no real picture is taken for one."""

import numpy as np
import pytest
from PIL import Image

from harness.measure.halves import HALVES_ABOVE, halves
from harness.measure.reduction import look


def doubled(image, *, stacked=False):
    """Show the left half again at the right, or the upper one below."""
    pixels = np.array(image)
    rows = pixels if stacked else pixels.swapaxes(0, 1)
    half = len(rows) // 2
    rows[len(rows) - half :] = rows[:half]
    return Image.fromarray(pixels)


def test_no_real_picture_shows_a_half_twice(real_images):
    """MEASURES section 5: at most .67 of 225; of these .21."""
    assert max(halves(look(image)) for image in real_images.values()) < 0.25


@pytest.mark.parametrize("stacked", [False, True])
def test_real_pictures_with_a_doubled_half_are_found(few_images, recoded, stacked):
    """MEASURES section 5: all lie at .865 or above; so do these, also after JPEG q60."""
    for image in few_images:
        assert halves(look(recoded(doubled(image, stacked=stacked), 60))) > 0.865


def test_a_mirrored_half_is_no_copy(noise):
    """Symmetric pictures are asked for often enough; nothing is said of them."""
    pixels = np.array(noise())
    pixels[:, 256:] = pixels[:, :256][:, ::-1]

    assert halves(Image.fromarray(pixels)) < HALVES_ABOVE


@pytest.mark.parametrize("stacked", [False, True])
def test_both_directions_are_looked_at(noise, stacked):
    """Side by side and stacked; the unspoilt picture is neither."""
    assert halves(doubled(noise(), stacked=stacked)) > 0.95
    assert halves(noise()) < 0.3


def test_what_is_too_small_or_flat_is_not_judged(noise):
    """64 px either way are needed, and something to see in both halves."""
    half_flat = Image.new("RGB", (256, 256), "teal")
    half_flat.paste(noise(1, 90, 90), (0, 0))

    assert halves(noise(1, 63, 300)) is halves(noise(1, 300, 63)) is None
    assert halves(noise(1, 64, 64)) is not None
    assert halves(Image.new("RGB", (300, 300), "teal")) is None
    assert halves(half_flat) is None
