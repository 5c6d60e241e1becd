"""What is remembered of pictures is held against others only where it is of their form."""

import importlib.util
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from harness.errors import UsageError
from harness.evaluate.described import described, embeddings


@pytest.fixture
def pictures(workspace):
    """Keep two pictures, and give their names."""

    def kept(seed):
        patches = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
        out = BytesIO()
        Image.fromarray(patches).resize((96, 96), Image.Resampling.NEAREST).save(out, "PNG")
        return workspace.blobs.put(out.getvalue()).sha256

    return [kept(1), kept(2)]


def spoil(workspace, value):
    """Write `value` in the place of one remembered description."""
    path = min((workspace.state / "features").rglob("*.npy"))
    np.save(path, value)


def test_a_remembered_description_of_another_length_is_made_again(workspace, pictures):
    """A file of another length or kind counts as forgotten."""
    before = described(pictures, workspace)
    spoil(workspace, np.ones(7, np.float32))

    after = described(pictures, workspace)

    assert all((before[name] == after[name]).all() for name in pictures)


def test_a_remembered_embedding_of_another_length_is_made_again(workspace, pictures):
    """An embedder says itself how many numbers it gives; one that differs is asked again."""
    before = embeddings("look", pictures, workspace)
    spoil(workspace, np.ones(7, np.float32))

    after = embeddings("look", pictures, workspace)

    assert all((before[name] == after[name]).all() for name in pictures)


@pytest.mark.skipif(not importlib.util.find_spec("cv2"), reason="OpenCV is an extra")
def test_an_embedder_of_varying_length_is_refused_in_words(workspace, pictures):
    """Keypoints are more in one picture than in another: no vectors to hold against each other."""
    with pytest.raises(UsageError, match=r"keypoints describes one picture by .* name one"):
        embeddings("keypoints", pictures, workspace)
