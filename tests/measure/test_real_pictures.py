"""What is claimed of real pictures holds on real pictures."""

from io import BytesIO
from itertools import combinations

import pytest
from PIL import Image

from harness.measure.blank import BLANK_BELOW
from harness.measure.container import header_size
from harness.measure.derivatives import Kind, derive
from harness.measure.measures import measure
from harness.measure.sameness import same_picture


@pytest.fixture(scope="module")
def measured(real_pictures):
    return {name: measure(data) for name, data in real_pictures.items()}


def again(data: bytes, form: str, *, scale: float, quality: int) -> bytes:
    """Encode a picture anew, smaller or larger."""
    out = BytesIO()
    with Image.open(BytesIO(data)) as image:
        size = (round(image.width * scale), round(image.height * scale))
        image.convert("RGB").resize(size).save(out, form, quality=quality, method=2)
    return out.getvalue()


def test_every_real_picture_is_measured(real_pictures, measured):
    """None is truncated, blank, or beyond reading, and the header's size is the true one."""
    for name, one in measured.items():
        assert not one.truncated, name
        assert one.structure.transparent == 0, name
        assert not one.unmeasurable, name
        assert one.tile_sd > 4 * BLANK_BELOW, name
        with Image.open(BytesIO(real_pictures[name])) as image:
            assert header_size(real_pictures[name]) == image.size == (one.width, one.height), name


@pytest.mark.parametrize(
    ("form", "scale", "quality"),
    [("JPEG", 1.0, 60), ("JPEG", 0.5, 90), ("WEBP", 0.75, 75), ("JPEG", 2.0, 90)],
)
def test_a_picture_encoded_anew_is_the_same(real_pictures, measured, form, scale, quality):
    """Another quality, size or format leaves it the same picture; held of every third."""
    for name, data in list(real_pictures.items())[::3]:
        copy = measure(again(data, form, scale=scale, quality=quality))
        assert same_picture(measured[name], copy), name


def test_pictures_of_different_prompts_are_not_the_same(measured):
    """Of all pairs from different folders none is taken for one picture."""
    for (name, one), (other, two) in combinations(measured.items(), 2):
        if name.split("/")[0] != other.split("/")[0]:
            assert not same_picture(one, two), (name, other)


def test_mirrored_copies_are_found_and_no_strangers(real_pictures, measured):
    """Mirrored and re-encoded real pictures, on request; of other pairs none."""
    for name, data in list(real_pictures.items())[::3]:
        copy = measure(mirrored(data), methods=("phash16", "phash16_mirrored"))
        found = {other for other, one in measured.items() if same_picture(copy, one, mirrored=True)}
        assert name in found
        assert {other.split("/")[0] for other in found} == {name.split("/")[0]}
        assert not same_picture(copy, measured[name])


def mirrored(data: bytes) -> bytes:
    """Mirror a picture, and encode it anew."""
    out = BytesIO()
    with Image.open(BytesIO(data)) as image:
        image.convert("RGB").transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(("kind", "budget"), [(Kind.THUMB, 15_000), (Kind.PREVIEW, 400_000)])
def test_derivatives_are_within_their_budgets(real_pictures, kind, budget):
    """Every fourth real picture's thumb is at most 15 KB, its preview 400 KB."""
    for name, data in list(real_pictures.items())[::4]:
        assert len(derive(data, kind=kind).data) <= budget, name
