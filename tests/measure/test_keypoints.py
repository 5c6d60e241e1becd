"""Keypoints: what two pictures share of structure."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from harness.errors import ImageError, UsageError
from harness.measure.embedders import load_embedder
from harness.measure.keypoints import Keypoints

pytest.importorskip("cv2", reason="the [cv] extra is not installed")


def drawing(seed, *, size=256):
    """Draw random blocks: many corners."""
    rng = np.random.default_rng(seed)
    picture = np.full((size, size, 3), 128, np.uint8)
    for _ in range(60):
        x, y = rng.integers(0, size - 24, 2)
        wide, tall = rng.integers(6, 24, 2)
        picture[y : y + tall, x : x + wide] = rng.integers(0, 256, 3)
    return picture


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_a_distance_is_one(first, second):
    """It is 0 on itself, symmetric, and between 0 and 1."""
    keypoints = Keypoints()
    a, b = keypoints.embed(drawing(first)), keypoints.embed(drawing(second))

    assert keypoints.distance(a, a) == 0
    assert keypoints.distance(a, b) == keypoints.distance(b, a)
    assert 0 <= keypoints.distance(a, b) <= 1


def test_a_smaller_copy_shares_its_keypoints():
    """Half the size lies nearer than any of five other drawings."""
    keypoints = Keypoints()
    own = keypoints.embed(drawing(0))
    half = np.asarray(Image.fromarray(drawing(0)).resize((128, 128), Image.Resampling.BOX))
    others = [keypoints.distance(own, keypoints.embed(drawing(seed))) for seed in range(1, 6)]

    assert keypoints.distance(own, keypoints.embed(half)) < min(others)


def test_a_flat_picture_has_none():
    """It is said of the picture, not raised as a fault of the harness."""
    with pytest.raises(ImageError, match="no keypoints"):
        Keypoints().embed(np.zeros((64, 64, 3), np.uint8))


def test_without_opencv_a_line_says_what_to_install(monkeypatch):
    """The extra is named."""
    monkeypatch.setitem(sys.modules, "cv2", None)

    with pytest.raises(UsageError, match=r"pip install 'gemini-image-harness\[cv\]'"):
        load_embedder("keypoints", models={})
