"""The map of an edit, drawn for the eye."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from harness.errors import ImageError
from harness.measure.heat import heat_map
from harness.model.features import Edit


def painted(width=320, height=320):
    out = BytesIO()
    Image.new("RGB", (width, height), (200, 60, 30)).save(out, "PNG")
    return out.getvalue()


def an_edit(*places, **others):
    changed = tuple(place in places for place in range(256))
    return Edit(
        before="a", after="b", columns=16, rows=16, changed=changed, colour=(9.0,) * 256, **others
    )


def drawn(data, edit):
    """Draw, and give the pixels' saturation: what is pale has next to none."""
    made = heat_map(data, edit)
    pixels = np.asarray(Image.open(BytesIO(made.data)).convert("RGB"), dtype=int)
    assert pixels.shape[:2] == (made.height, made.width)
    return pixels, pixels.max(axis=-1) - pixels.min(axis=-1)


def test_what_changed_keeps_its_colour_and_the_rest_is_pale():
    """A person sees at once where to look."""
    _, colour = drawn(painted(), an_edit(0, 1, 16, 17))

    assert colour[10:30, 10:30].min() > 100
    assert colour[60:, :].max() < 20


def test_a_shift_moves_the_tiles_onto_the_picture_after():
    """The grid lies on the picture before; what is drawn on is the one after."""
    _, colour = drawn(painted(), an_edit(0, shift=(0.05, 0.0)))

    assert colour[5:15, 22:30].min() > 100
    assert colour[5:15, :8].max() < 20


def test_what_a_changed_ratio_left_out_is_dark():
    """Nobody is led to think that it was compared."""
    pixels, _ = drawn(painted(640, 320), an_edit(frame=(0.25, 0.0, 0.75, 1.0)))

    assert pixels[:, :150].max() < 110
    assert pixels[:, 170:470].min() > 140


def test_it_is_small():
    """The longest side has 640 px, and a smaller picture keeps its size."""
    large = heat_map(painted(1600, 800), an_edit(3))
    small = heat_map(painted(64, 48), an_edit(3))

    assert (large.width, large.height) == (640, 320)
    assert (small.width, small.height) == (64, 48)


def test_what_has_no_map_is_drawn_as_it_is():
    """A pair that could not be compared has nothing to point at."""
    _, colour = drawn(painted(), replace(an_edit(), changed=(), unmeasurable="too small"))

    assert colour.min() > 100


def test_a_broken_picture_is_refused():
    """As it is everywhere that pixels are needed."""
    with pytest.raises(ImageError):
        heat_map(b"broken", an_edit(1))
