"""Hashes by name, from one reduction."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from harness.errors import FingerprintMismatch, UsageError
from harness.measure.fingerprints import (
    DEFAULT_FINGERPRINTS,
    METHODS,
    MIRRORED,
    bit_share,
    fingerprint,
    fingerprint_version,
    reduction,
)
from harness.measure.reduction import look

BITS = {"phash16": 256, "dhash16": 256, "phash8": 64, "whash8": 64, "colorhash": 42}


@pytest.fixture(scope="module", params=METHODS)
def method(request):
    return request.param


@pytest.mark.parametrize("size", [(1, 1), (300, 2), (32, 32), (700, 300), (256, 3000)], ids=str)
def test_every_method_hashes_every_size(paint, method, size):
    """Digits hold the bits, the version names what made them, extremes are no trouble."""
    made = fingerprint(paint(3, *size), method)

    assert len(made.hex) == -(-made.bits // 4)
    assert int(made.hex, 16).bit_length() <= made.bits
    assert made.bits == BITS.get(method, made.bits)
    assert made.version == fingerprint_version()


def test_distance_is_zero_to_itself_and_symmetric(paint, method):
    """Shares lie in 0..1, are 0 for one picture, and do not depend on the order."""
    first, second = (fingerprint(paint(seed, 400, 300), method) for seed in (1, 2))

    assert bit_share(first, first) == 0
    assert bit_share(first, second) == bit_share(second, first)
    assert 0 < bit_share(first, second) <= 1


def test_unlike_fingerprints_are_refused(paint):
    """Another method, or another version of one, cannot be compared."""
    made = [fingerprint(paint(), method) for method in METHODS]
    made += [replace(one, version="older") for one in made]

    for first, second in combinations(made, 2):
        with pytest.raises(FingerprintMismatch):
            bit_share(first, second)


def test_an_unknown_method_names_the_known(paint):
    """The error lists what there is."""
    with pytest.raises(UsageError, match=r"unknown fingerprint 'phash9'; one of .*phash16"):
        fingerprint(paint(), "phash9")


@pytest.mark.parametrize("plain", [m for m in METHODS if m + MIRRORED in METHODS])
def test_a_mirrored_hash_is_that_of_the_mirrored_picture(paint, plain):
    """Of every kind but `crop_resistant`, whose segments are found in an order."""
    image = paint(3, 512, 256)
    turned = fingerprint(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), plain)

    made = fingerprint(image, plain + MIRRORED)

    assert (made.hex, made.method) == (turned.hex, plain + MIRRORED)


def test_every_kind_of_hash_has_a_name():
    """Average, p, d, w, colour and crop-resistant; three are made by default."""
    kinds = {"average8", "phash8", "phash16", "dhash8", "dhash16", "whash8", "colorhash"}

    assert kinds | {"crop_resistant", "phash16_mirrored", "dhash16_mirrored"} <= set(METHODS)
    assert set(DEFAULT_FINGERPRINTS) == {"phash16", "dhash16"}


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_a_look_reduces_to_the_same(width, height):
    """A look keeps 256 px of the short side, and its reduction is that of the picture."""
    image = Image.new("L", (width, height))
    seen = look(image)

    assert look(seen) is seen
    assert max(seen.size) <= 1024 or min(seen.size) < 512
    assert min(seen.size) >= min(width, height, 256)
    assert reduction(seen).size == reduction(image).size


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_a_reduction_reduces_to_itself(width, height):
    """Once reduced, the short side is under 512 px and a second reduction changes nothing."""
    once = reduction(Image.new("L", (width, height)))

    assert min(once.size) < 512
    assert max(once.size) <= 4096
    assert min(once.size) >= min(width, height, 256)
    assert reduction(once) is once


def test_an_endless_strip_is_reduced_too():
    """A side of millions of pixels does not reach the hashes."""
    assert reduction(Image.new("L", (20_000_000, 2))).size == (4096, 2)
