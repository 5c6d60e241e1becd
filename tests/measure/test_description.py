"""What drift is tested on is a pure function of a picture, finite, and of a fixed form."""

import numpy as np
import pytest
from PIL import Image

from harness.measure.description import LENGTH, PARTS, describe


def noise(seed, size=(300, 200)):
    rng = np.random.default_rng(seed)
    return Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))


@pytest.mark.parametrize(
    "image",
    [noise(1), noise(2, (64, 64)), Image.new("RGB", (1, 1)), Image.new("RGB", (700, 20), "red")],
    ids=["noise", "small", "one pixel", "flat and long"],
)
def test_any_picture_has_a_description(image):
    """Small, flat and long ones too: every number is finite."""
    found = describe(image)

    assert found.shape == (LENGTH,)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()


def test_the_parts_follow_each_other_without_a_gap():
    """Each number belongs to one part."""
    slices = list(PARTS.values())

    assert slices[0].start == 0
    assert [s.stop for s in slices[:-1]] == [s.start for s in slices[1:]]
    assert slices[-1].stop == LENGTH


def test_equal_pictures_are_described_alike_and_others_otherwise():
    """The same pixels give the same numbers; other noise gives other ones in every part."""
    one, twin, other = describe(noise(3)), describe(noise(3)), describe(noise(4))

    assert (one == twin).all()
    assert all((one[part] != other[part]).any() for part in PARTS.values())


def test_own_pixels_are_left_out_where_asked():
    """Where pictures were brought to one compression, only what looks tell is left."""
    image = noise(5)

    whole, look = describe(image), describe(image, own_pixels=False)

    assert (whole[:20] != look[:20]).sum() == 2
    assert (look[18:20] == 0).all()
    assert (whole[20:] == look[20:]).all()
