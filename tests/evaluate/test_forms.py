"""Pictures that came in one size and one compression need no levelling."""

from io import BytesIO

import numpy as np
from PIL import Image

from harness.evaluate.forms import one_form
from tests.judging.drifting import subject


def put(workspace, seed, *, size=32, kind="JPEG", quality=90):
    rng = np.random.default_rng(seed)
    image = Image.fromarray(rng.integers(0, 256, (size, size, 3), dtype=np.uint8))
    out = BytesIO()
    image.save(out, kind, quality=quality)
    return workspace.blobs.put(out.getvalue()).sha256


def answers(workspace, seeds, *, cell="c0", **form):
    return [subject(seed, cell=cell, picture=put(workspace, seed, **form)) for seed in seeds]


def test_one_size_and_one_compression_are_one_form(workspace):
    """Whatever the pictures show; sides are held together, so their order plays no part."""
    one, two = answers(workspace, (1, 2)), answers(workspace, (3, 4))

    assert one_form(one, two, workspace)
    assert one_form(two, one, workspace)


def test_another_size_quality_or_type_is_another_form(workspace):
    """On one side, or within one side: each is to be levelled."""
    plain = answers(workspace, (1, 2))

    for other in ({"size": 40}, {"quality": 85}, {"kind": "PNG"}):
        assert not one_form(plain, answers(workspace, (3, 4), **other), workspace)
        mixed = [*plain, *answers(workspace, (5,), **other)]
        assert not one_form(mixed, answers(workspace, (6,)), workspace)


def test_cells_may_have_forms_of_their_own(workspace):
    """Each cell asks for a size; a cell that one side has alone is not tested."""
    one = [*answers(workspace, (1,)), *answers(workspace, (2,), cell="wide", size=48)]
    two = [*answers(workspace, (3,)), *answers(workspace, (4,), cell="wide", size=48)]
    lonely = answers(workspace, (5,), cell="lonely", size=64)

    assert one_form(one, [*two, *lonely], workspace)
