"""Pictures brought to one size and one compression."""

from functools import cache
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageOps

from harness.measure.description import PARTS, describe
from harness.measure.level import SIDE, level_version, levelled


def scene(seed, side=512):
    """Paint patches of colour with some texture: enough of a picture to be described."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 255, (8, 8, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)
    noise = rng.normal(0, 8, (side, side, 1))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def encoded(image, **options):
    written = BytesIO()
    image.save(written, **options)
    return Image.open(BytesIO(written.getvalue())).convert("RGB")


def scaled(image, times):
    size = (round(image.width * times), round(image.height * times))
    return image.resize(size, Image.Resampling.LANCZOS)


DELIVERIES = {
    "quality 85": lambda image: encoded(image, format="JPEG", quality=85, subsampling="4:2:0"),
    "quality 30": lambda image: encoded(image, format="JPEG", quality=30, subsampling="4:2:0"),
    "webp": lambda image: encoded(image, format="WEBP", quality=80),
    "half": lambda image: scaled(image, 0.5),
    "double": lambda image: scaled(image, 2),
}


def figures(image):
    """Describe a picture as it is levelled."""
    return describe(levelled(image), own_pixels=False)


@cache
def of_scene(seed):
    return figures(scene(seed))


def apart(one, two, part):
    """Measure how far two pictures are apart in one part of their figures."""
    return float(np.linalg.norm(one[PARTS[part]] - two[PARTS[part]]))


@pytest.mark.parametrize("delivery", DELIVERIES)
@pytest.mark.parametrize("part", ["layout", "colours"])
def test_another_delivery_of_a_picture_is_that_picture(delivery, part):
    """Encoded anew or scaled, it stays far nearer to itself than to another answer."""
    moved = apart(of_scene(1), figures(DELIVERIES[delivery](scene(1))), part)

    assert moved < 0.15 * apart(of_scene(1), of_scene(2), part)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (ImageOps.flip, "layout"),
        (lambda image: image.point(lambda level: min(255, level + 40)), "colours"),
    ],
    ids=["upside down", "brighter"],
)
def test_another_picture_stays_another(change, part):
    """What a picture shows is not levelled away."""
    moved = apart(of_scene(1), figures(change(scene(1))), part)

    assert moved > 0.3 * apart(of_scene(1), of_scene(2), part)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1024, 1024), (128, 128)),
        ((1376, 768), (128, 71)),
        ((384, 3072), (16, 128)),
        ((4096, 4), (128, 1)),
        ((100, 50), (100, 50)),
    ],
)
def test_the_long_side_is_one_for_all(size, expected):
    """The shape stays; a small picture is not enlarged."""
    found = levelled(Image.new("RGB", size, "teal"))

    assert found.size == expected
    assert found.mode == "RGB"


def test_the_version_names_what_it_depends_on():
    """Another size or quality is another version, so nothing that was remembered is mixed."""
    assert f" {SIDE} q75 " in level_version()
