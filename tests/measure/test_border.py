"""Bars are found at every side and thickness, and in no real picture that has none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from harness.measure.border import LETTERBOX_LEAST, LETTERBOX_MOST, bars
from harness.measure.reduction import look

NONE = (0.0, 0.0, 0.0, 0.0)


def barred(image, thick, *, upright=False, colour=(0, 0, 0)):
    """Lay bars of `thick` rows on top and bottom, or of columns left and right."""
    pixels = np.array(image)
    rows = pixels.swapaxes(0, 1) if upright else pixels
    rows[:thick] = colour
    rows[len(rows) - thick :] = colour
    return Image.fromarray(pixels)


def found(image):
    return bars(np.asarray(look(image)))


@settings(max_examples=30, deadline=None)
@given(
    thick=st.integers(4, 129),
    upright=st.booleans(),
    colour=st.tuples(*[st.integers(0, 60) | st.integers(200, 255)] * 3),
)
def test_bars_are_measured_to_the_row(noise, thick, upright, colour):
    """Whatever their thickness, side and colour, unless the picture is of that colour too."""
    image = barred(noise(1, 300, 300), thick, upright=upright, colour=colour)

    share = round(thick / 300, 4)
    assert bars(np.asarray(image)) == ((0.0, share, 0.0, share) if upright else (share, 0.0) * 2)


def test_a_frame_has_bars_on_four_sides(noise):
    """Both pairs of sides are looked at, each by itself."""
    image = barred(barred(noise(1, 400, 400), 20), 12, upright=True)

    assert bars(np.asarray(image)) == (0.05, 0.03, 0.05, 0.03)


def without_one(pixels):
    pixels[-20:] = pixels[100:120]


def of_two_colours(pixels):
    pixels[-20:] = 40


def unlike(pixels):
    pixels[:60] = 0


def grainy(pixels):
    pixels[:20] = pixels[-20:] = np.random.default_rng(2).integers(0, 30, (20, 400, 1))


def all_flat(pixels):
    pixels[:] = 0


@pytest.mark.parametrize("spoil", [without_one, of_two_colours, unlike, grainy, all_flat])
def test_what_only_resembles_bars_is_none(noise, spoil):
    """One side alone, two colours, two thicknesses, a grain, a picture of one colour."""
    pixels = np.array(barred(noise(1, 400, 400), 20))
    spoil(pixels)

    assert bars(pixels) == NONE


@pytest.mark.parametrize("share", [LETTERBOX_LEAST, LETTERBOX_MOST])
def test_the_limits_of_thickness_are_inclusive(noise, share):
    """1.2 % and 45 % are bars; a row less, a row more are none."""
    inside = round(share * 1000)
    outside = inside - 1 if share == LETTERBOX_LEAST else inside + 1

    assert bars(np.asarray(barred(noise(1, 64, 1000), inside)))[0] == share
    assert bars(np.asarray(barred(noise(1, 64, 1000), outside))) == NONE


def test_no_real_picture_has_bars(real_images):
    """MEASURES section 5: 1 of 217; of these none."""
    assert {name: f for name, image in real_images.items() if any(f := found(image))} == {}


@pytest.mark.parametrize("quality", [0, 95, 75])
@pytest.mark.parametrize("share", [0.02, 0.05, 0.12])
def test_bars_on_real_pictures_are_found(few_images, recoded, share, quality):
    """Of black bars all but one are found (MEASURES section 5: 98 %), re-encoded or not."""
    hits = []
    for image in few_images:
        laid = barred(image, round(share * image.height))
        top, _, bottom, _ = found(recoded(laid, quality) if quality else laid)
        hits.append(top == pytest.approx(share, abs=0.008) == bottom)

    assert sum(hits) >= len(hits) - 1
