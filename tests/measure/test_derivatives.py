"""Small copies for the report."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from harness.errors import ImageError
from harness.measure.derivatives import Kind, derive

BUDGETS = {Kind.THUMB: (320, 15_000), Kind.PREVIEW: (1600, 400_000)}


@pytest.fixture(params=Kind, ids=lambda kind: kind.value)
def kind(request):
    return request.param


@pytest.mark.parametrize(
    ("form", "size"),
    [("JPEG", (2800, 1200)), ("JPEG", (1200, 2800)), ("PNG", (1800, 700)), ("WEBP", (700, 1800))],
    ids=str,
)
def test_the_longest_side_fits(paint, encode, kind, form, size):
    """Shape is kept, the longest side is that of the form, and the bytes say WebP."""
    made = derive(encode(paint(1, *size), form, method=0, compress_level=1), kind=kind)

    with Image.open(BytesIO(made.data)) as image:
        assert (image.format, image.size) == ("WEBP", (made.width, made.height))
    side, budget = BUDGETS[kind]
    assert max(image.size) == side
    assert image.width / image.height == pytest.approx(size[0] / size[1], rel=0.01)
    assert len(made.data) <= budget


def test_a_small_picture_keeps_its_size(paint, encode, kind):
    """Nothing is enlarged."""
    made = derive(encode(paint(1, 100, 40), "PNG"), kind=kind)

    assert (made.width, made.height) == (100, 40)


@pytest.mark.parametrize("size", [(1, 1), (5000, 1), (1, 5000)], ids=str)
def test_no_side_vanishes(encode, kind, size):
    """A line one pixel thick stays one."""
    made = derive(encode(Image.new("RGB", size), "PNG"), kind=kind)

    assert min(made.width, made.height) == 1


def test_detail_gives_way_to_the_budget(encode):
    """A picture of much detail is encoded at less quality until it fits."""
    rough = np.random.default_rng(1).integers(0, 256, (48, 48, 3), dtype=np.uint8)
    noise = Image.fromarray(rough).resize((640, 640))

    assert len(derive(encode(noise, "PNG"), kind=Kind.THUMB).data) <= 15_000


def test_it_stands_upright(paint, encode, kind):
    """A picture on its side by EXIF is turned."""
    tags = Image.Exif()
    tags[0x0112] = 6

    made = derive(encode(paint(1, 200, 100), "JPEG", exif=tags), kind=kind)

    assert (made.width, made.height) == (100, 200)


def test_a_broken_picture_has_none(kind):
    """What cannot be read cannot be shown small."""
    with pytest.raises(ImageError):
        derive(b"\xff\xd8\xff\xe0 broken", kind=kind)
