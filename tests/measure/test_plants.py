"""Plants: a known change, the same on a picture of any size."""

from functools import cache

import numpy as np
import pytest
from PIL import Image

from harness.errors import UsageError
from harness.measure.plants import PLANTS, plant
from harness.model.plants import NAMED
from harness.model.watch import Watch

OWN_PIXELS = {"upscale"}


@cache
def painted(side=256):
    """Draw a disc, waves and a texture at 512 px; smaller sizes are reduced from it."""
    y, x = np.mgrid[0:512, 0:512] / 512
    waves = 110 + 40 * np.sin(40 * x * y) + 30 * np.sin(90 * y)
    disc = 60 * (np.hypot(x - 0.4, y - 0.55) < 0.3)
    rough = np.random.default_rng(1).normal(0, 25, (256, 256)).astype(np.float32)
    texture = np.asarray(Image.fromarray(rough).resize((512, 512), Image.Resampling.BICUBIC))
    pixels = np.stack([waves + disc, waves, 200 - waves], axis=-1) + texture[..., None]
    large = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    return large if side == 512 else large.resize((side, side), Image.Resampling.BOX)


def levels(image, side=256):
    return np.asarray(image.resize((side, side), Image.Resampling.BOX), dtype=float)


@pytest.mark.parametrize("name", PLANTS)
def test_a_plant_changes_a_picture_and_keeps_its_size(name):
    """Something is changed, always the same, and the picture given stays as it was."""
    picture = painted(256)
    before = picture.tobytes()

    changed = plant(picture, name)

    assert changed.size == picture.size
    assert changed.mode == "RGB"
    assert np.abs(levels(changed) - levels(picture)).mean() > 0.5
    assert changed.tobytes() == plant(picture, name).tobytes()
    assert picture.tobytes() == before


@pytest.mark.parametrize("name", sorted(set(PLANTS) - OWN_PIXELS))
def test_a_plant_means_the_same_at_any_size(name):
    """Reduced to 256 px, a large picture was changed as a small one, to three tenths."""
    small, large = painted(256), painted(512)

    once = levels(plant(small, name)) - levels(small)
    again = levels(plant(large, name)) - levels(large)

    assert np.abs(again - once).mean() < 0.3 * np.abs(once).mean() + 0.1


def test_an_odd_shape_is_planted_too():
    """Nothing depends on a square, or on a side that 256 divides."""
    picture = painted(256).resize((331, 77))

    assert all(plant(picture, name).size == (331, 77) for name in PLANTS)


def test_an_unknown_plant_is_refused_with_the_known_ones():
    """The error names what there is."""
    with pytest.raises(UsageError, match=r"'fog'.*blur, jpeg-30"):
        plant(painted(256), "fog")


def test_every_plant_has_its_measured_effect():
    """The table that pages show has one row a plant, the smallest effect first."""
    assert set(NAMED) == set(PLANTS)
    assert list(NAMED.values()) == sorted(NAMED.values())


def test_what_matters_is_a_known_change():
    """The defaults of a suite are figures of the table: slight blur, and JPEG quality 30."""
    assert Watch().matters == NAMED["slight-blur"]
    assert Watch().margin == NAMED["jpeg-30"]
