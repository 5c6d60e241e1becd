"""Pictures differ as a stochastic model's do, repeat with a seed, and show a planted change."""

import io
import itertools

import imagehash
import numpy as np
import pytest
from PIL import Image

from harness.simulator.dice import Dice
from harness.simulator.paint.brief import read_brief
from harness.simulator.paint.encode import to_jpeg
from harness.simulator.paint.picture import Order, paint

PROMPTS = (
    "A red fox in a forest",
    "Create a retro-futuristic night city scene with neon and flying cars",
    "A sailing boat on the sea at sunset",
    "A perfume bottle, studio light",
    "the owl is reading a map, studio light",
    "blarg quux zorp",
)


def draw(prompt, index, size=(344, 256), version="same"):
    order = Order(brief=read_brief(prompt), size=size, version=version)
    return paint(order, Dice(3).throw(f"{prompt!r}/{index}")).image


def phash_of(prompt, index):
    """Hash a small picture: a composition holds at every size."""
    return imagehash.phash(draw(prompt, index, (172, 128)))


def spread(hashes):
    return [one - other for one, other in itertools.combinations(hashes, 2)]


def test_samples_lie_as_far_apart_as_the_models_and_so_do_prompts():
    """The median phash distance within a prompt is 26 to 34 of 64, as measured on real ones.

    Between prompts it is near 32, hardly more than within one.
    """
    hashes = {prompt: [phash_of(prompt, index) for index in range(8)] for prompt in PROMPTS}

    within = {prompt: np.median(spread(found)) for prompt, found in hashes.items()}
    apart = [
        one - other
        for first, second in itertools.combinations(PROMPTS, 2)
        for one in hashes[first][:5]
        for other in hashes[second][:5]
    ]

    assert [prompt for prompt, median in within.items() if not 26 <= median <= 34] == []
    assert 28 <= np.median(apart) <= 34


def test_one_composition_holds_at_every_size():
    """A seed gives the same scene small and large, sharper only."""
    small = imagehash.phash(draw(PROMPTS[0], 0, (344, 256)))
    large = imagehash.phash(draw(PROMPTS[0], 0, (1376, 1024)))

    assert small - large <= 6


def test_a_subtle_version_keeps_the_composition():
    """The hash hardly sees it; the fine detail is measurably softer."""
    pairs = [(draw(prompt, 1), draw(prompt, 1, version="subtle")) for prompt in PROMPTS[:4]]

    assert max(imagehash.phash(one) - imagehash.phash(other) for one, other in pairs) <= 6
    assert all(contrast(one) > contrast(other) for one, other in pairs)


def test_a_strong_version_is_plain_to_see():
    """Fewer colours than the usual hand uses, and another picture by hash."""
    usual, other = (draw(PROMPTS[0], 2, version=version) for version in ("same", "strong"))

    assert len(set(to_cells(other))) < len(set(to_cells(usual))) / 2


def contrast(image):
    return float(np.asarray(image.convert("L"), dtype=float).std())


def to_cells(image):
    return map(tuple, (np.asarray(image).reshape(-1, 3) // 8).tolist())


def test_dice_repeat_whatever_comes_between():
    """The n-th answer to a request depends on its own count only."""
    one, other = Dice(7), Dice(7)

    first = [one.throw("a").random(), one.throw("b").random(), one.throw("a").random()]
    second = [other.throw("a").random(), other.throw("a").random(), other.throw("b").random()]

    assert first == [second[0], second[2], second[1]]
    assert len(set(first)) == 3
    assert Dice(None).throw("a").random() != Dice(None).throw("a").random()


def test_equal_dice_paint_equal_bytes():
    """Bytes repeat exactly."""
    assert to_jpeg(draw(PROMPTS[1], 4)) == to_jpeg(draw(PROMPTS[1], 4))


@pytest.mark.parametrize("size", [(384, 3072), (3072, 384), (256, 256)])
@pytest.mark.parametrize(
    "prompt",
    ['A fox with a hat and a sign "HELLO" in the rain', "", '\ud800 \x00 "\ud800 \x00 hi"'],
)
def test_any_shape_and_any_prompt_can_be_painted(size, prompt):
    """Extreme ratios and odd words give a picture of the size asked."""
    assert draw(prompt, 0, size).size == size


def test_quoted_text_is_written_legibly():
    """A sign adds strong edges in a band that the same scene lacks without the quotes."""
    brief = read_brief('A street with a sign "OPEN LATE"')

    assert brief.quote == "OPEN LATE"
    with Image.open(io.BytesIO(to_jpeg(draw('A meadow "OPEN LATE"', 1, (512, 512))))) as signed:
        with_sign = np.asarray(signed.convert("L"), dtype=float)
    edges = np.abs(np.diff(with_sign, axis=1)) > 60
    assert edges.sum() > 250
