"""Grids are found: of a coarse JPEG, and of repeated pixels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from harness.measure.blocks import BLOCKY_ABOVE, CROP, blockiness, repeats, slopes

COARSE = ("chat_fox-figurine", "pro-tokyo", "vertex")
"""Real files whose own tables are coarse: a notebook's and Vertex's JPEGs."""


def strength(image):
    return blockiness(slopes(image))


def repeated(image):
    return repeats(slopes(image))


def nearest(image, across, down):
    size = (image.width * across, image.height * down)
    return image.resize(size, Image.Resampling.NEAREST)


def test_real_pictures_show_a_grid_only_where_their_file_is_coarse(real_images):
    """As the API gave them, and as WebP, none; the 11 coarse JPEGs all do."""
    for name, image in real_images.items():
        coarse = any(part in name for part in COARSE)
        assert (strength(image) > BLOCKY_ABOVE) is coarse, name


@pytest.mark.parametrize("quality", [30, 60])
def test_real_pictures_compressed_anew_are_found(real_images, recoded, quality):
    """MEASURES section 5: AUC 1.0 of q30 and q60 against raw files."""
    raw = [image for name, image in real_images.items() if not any(p in name for p in COARSE)]

    assert min(strength(recoded(image, quality)) for image in raw[::4]) > BLOCKY_ABOVE


def test_a_fine_compression_is_not_a_coarse_one(real_images, recoded):
    """What q95 leaves is within the limit, so it is not found."""
    raw = [image for name, image in real_images.items() if "siamese" in name and "v" not in name]

    assert max(strength(recoded(image, 95)) for image in raw) < BLOCKY_ABOVE


@pytest.mark.parametrize("corner", [(0, 0), (3, 5), (7, 1)])
def test_a_grid_is_found_wherever_it_begins(noise, recoded, corner):
    """The best phase counts, so a crop keeps its grid."""
    image = recoded(noise(), 30)

    assert strength(image.crop((*corner, image.width, image.height))) > BLOCKY_ABOVE


def test_the_middle_of_a_large_picture_stands_for_the_whole(real_images):
    """Middles of 1024 px give the whole to within .05, and larger ones are cut."""
    for name, image in list(real_images.items())[::4]:
        left = (image.width - 1024) // 2
        middle = image.crop((left, 0, left + 1024, image.height))
        assert strength(middle) == pytest.approx(strength(image), abs=0.05), name
    assert slopes(Image.new("RGB", (CROP + 900, 40)))[0].size == (CROP - 1, 40)


@pytest.mark.parametrize("size", [(1, 1), (32, 33), (33, 32)])
def test_what_is_too_small_or_flat_is_not_judged(noise, size):
    """Four blocks across and down are needed, and something to see."""
    assert strength(noise(1, *size)) is None
    assert strength(noise(1, 33, 33)) is not None
    assert strength(Image.new("RGB", (99, 99), "teal")) is None


@settings(max_examples=20, deadline=None)
@given(times=st.integers(1, 8), left=st.integers(0, 7), top=st.integers(0, 7))
def test_repeats_are_counted_wherever_they_begin(noise, times, left, top):
    """Each pixel n times across and down is n, for 1 to 8, whatever was cut off."""
    large = nearest(noise(3, 90, 80), times, times)

    assert repeated(large.crop((left, top, large.width, large.height))) == times


def test_repeats_in_one_direction_are_none(noise):
    """Only what was enlarged both ways counts, by the same number."""
    assert repeated(nearest(noise(), 2, 1)) == 1
    assert repeated(nearest(noise(), 2, 4)) == 2
    assert repeated(Image.new("RGB", (99, 99), "teal")) == 1


@pytest.mark.parametrize("quality", [0, 95])
@pytest.mark.parametrize("times", [2, 3, 4])
def test_real_pictures_enlarged_by_repeating_are_found(few_images, recoded, times, quality):
    """All; of those that JPEG q95 made unequal by a few levels one at most is missed."""
    large = [nearest(image.crop((100, 100, 500, 500)), times, times) for image in few_images]
    found = [repeated(recoded(image, quality) if quality else image) for image in large]

    assert found.count(times) >= len(found) - bool(quality)


def test_no_real_picture_repeats_its_pixels(real_images, recoded):
    """Neither as it came nor compressed coarsely."""
    assert {repeated(image) for image in real_images.values()} == {1}
    assert {repeated(recoded(image, 30)) for image in list(real_images.values())[::5]} == {1}


def test_the_profile_is_clipped_at_the_ninetieth_percentile():
    """A few steep edges on one phase make no grid."""
    levels = np.random.default_rng(1).integers(100, 110, (160, 160), dtype=np.uint8)
    levels[::2, 80:] += 100
    image = Image.fromarray(levels).convert("RGB")

    assert strength(image) < BLOCKY_ABOVE
