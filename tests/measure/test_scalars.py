"""Plain numbers of a picture move with what they are named after, and with nothing else."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from harness.measure.scalars import SCALARS, scalars


def grain(seed=1, side=256):
    """Give coarse shapes with fine grain."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(40, 200, (8, 8, 3), dtype=np.uint8))
    shapes = np.asarray(coarse.resize((side, side), Image.Resampling.BICUBIC), dtype=np.int16)
    noisy = shapes + rng.integers(-20, 21, (side, side, 1))
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def moved(before, after):
    """Name what moved by more than a hundredth of a unit."""
    off = np.abs(scalars(after) - scalars(before))
    return {name for name, by in zip(SCALARS, off, strict=True) if by > 0.01}


def test_there_is_a_number_for_each_name():
    """Every one is finite, of a flat picture too."""
    assert scalars(grain()).shape == (len(SCALARS),)
    assert np.isfinite(scalars(Image.new("RGB", (300, 200), "white"))).all()


def test_blur_takes_power_from_the_fine_bands():
    """The finest band loses most, the coarsest next to nothing."""
    sharp, soft = grain(), grain().filter(ImageFilter.GaussianBlur(1))

    off = dict(zip(SCALARS, scalars(soft) - scalars(sharp), strict=True))

    assert off["band 5"] < off["band 4"] < off["band 3"] < -1
    assert abs(off["band 1"]) < 1


def test_a_mirrored_picture_has_the_same_numbers():
    """Where something stands plays no part; the choice of tiles moves the bands a little."""
    picture = grain()

    found = moved(picture, picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT))

    assert found <= {name for name in SCALARS if name.startswith("band")}


def test_a_lighter_picture_moves_lightness():
    """The mean of L rises as L does."""
    dark, light = Image.new("RGB", (64, 64), (60, 60, 60)), Image.new("RGB", (64, 64), (90, 90, 90))

    found = scalars(light)[0] - scalars(dark)[0]

    assert found == pytest.approx(12.9, abs=0.5)
