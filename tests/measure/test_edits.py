"""What changed from one picture to the next."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageFilter

from harness.measure.edits import COLOUR_ABOVE, TILES, edit_map
from harness.measure.measures import measure
from harness.measure.sameness import SAME_PICTURE_SHARE
from harness.model.features import EditKind

FOX = "chat_fox-figurine"
SCENE = 256


def scene(seed=1, side=SCENE):
    """Paint a picture with soft ground and fine texture, as a photograph has."""
    dice = np.random.default_rng(seed)
    ground = Image.fromarray(dice.integers(30, 220, (7, 7, 3), dtype=np.uint8))
    soft = np.asarray(ground.resize((side, side), Image.Resampling.BICUBIC), dtype=np.float32)
    grain = Image.fromarray(dice.integers(0, 256, (side // 3, side // 3), dtype=np.uint8))
    fine = np.asarray(grain.resize((side, side), Image.Resampling.BICUBIC), dtype=np.float32)
    return Image.fromarray((soft + (fine - 128)[..., None] / 4).clip(0, 255).astype(np.uint8))


def png(image):
    out = BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def jpeg(image, quality):
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def patched(image, *, share, at=(0.3, 0.4)):
    """Lay another scene over a square of so much of the area, its corner in fractions."""
    side = round(image.width * share**0.5)
    left, top = (round(place * image.width) for place in at)
    painted = image.copy()
    painted.paste(scene(9).crop((0, 0, side, side)), (left, top))
    return painted, (left, top, left + side, top + side)


def covered(box, *, least):
    """Name the tiles of which a box covers at least so much."""
    step = SCENE / TILES
    found = set()
    for row in range(TILES):
        for column in range(TILES):
            x, y = column * step, row * step
            across = min(box[2], x + step) - max(box[0], x)
            down = min(box[3], y + step) - max(box[1], y)
            if max(across, 0) * max(down, 0) >= least * step * step:
                found.add(row * TILES + column)
    return found


def grown(box):
    return box[0] - 10, box[1] - 10, box[2] + 10, box[3] + 10


def changed(edit):
    return {place for place, is_changed in enumerate(edit.changed) if is_changed}


@pytest.mark.parametrize("share", [0.02, 0.05, 0.12])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_patch_is_found_where_it_lies(seed, share):
    """Every tile that a patch covers by half has changed, none that it does not touch."""
    before = scene(seed)
    after, box = patched(before, share=share)

    edit = edit_map(png(before), png(after))

    assert covered(box, least=0.5) <= changed(edit)
    assert changed(edit) <= covered(grown(box), least=0.01)
    assert (edit.kind, edit.components) == (EditKind.LOCAL, 1)


def cast(image, share):
    factors = np.array([1 + share, 1, 1 - share])
    return Image.fromarray((np.asarray(image) * factors).clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize(
    "remade",
    [
        lambda image: png(image),
        lambda image: jpeg(image, 60),
        lambda image: png(image.transform(image.size, Image.Transform.AFFINE, (1, 0, 2, 0, 1, -2))),
        lambda image: png(cast(image, 0.04)),
        lambda image: png(ImageEnhance.Brightness(image).enhance(1.05)),
        lambda image: png(image.resize((2 * SCENE, 2 * SCENE), Image.Resampling.BICUBIC)),
    ],
    ids=["the same", "quality 60", "shift of 2 px", "cast of 4 %", "brightness", "twice the size"],
)
def test_what_a_service_does_to_a_whole_picture_changes_no_tile(remade):
    """Re-encoding, a small shift, a cast and another size are no edit."""
    before = scene()

    edit = edit_map(png(before), remade(before))

    assert (edit.share, edit.kind, edit.ratio) == (0, EditKind.LOCAL, "")


def test_a_shift_is_measured_and_undone():
    """It is told in shares of the picture, to the right and down."""
    before = scene()
    moved = before.transform(before.size, Image.Transform.AFFINE, (1, 0, -6, 0, 1, 3))

    edit = edit_map(png(before), png(moved))

    assert edit.shift == pytest.approx((6 / SCENE, -3 / SCENE), abs=0.2 / SCENE)
    assert edit.share == 0


def test_the_tone_is_reported_apart():
    """A lighter picture has the same content; by how much it is lighter is told."""
    before = scene()

    edit = edit_map(png(before), png(before.point(lambda level: min(level + 10, 255))))

    assert edit.tone[0] > 2
    assert edit.share == 0


def test_texture_that_changed_is_seen_where_the_colour_stayed():
    """Another grain of the same mean colour is another structure."""
    before = scene()
    box = (64, 64, 160, 160)
    after = before.copy()
    flat = before.crop(box).filter(ImageFilter.GaussianBlur(4))
    after.paste(flat, box)

    edit = edit_map(png(before), png(after))

    inside = covered((80, 80, 144, 144), least=1)
    assert inside <= changed(edit) <= covered(grown(box), least=0.01)
    assert max(edit.colour[place] for place in inside) < COLOUR_ABOVE


def test_another_picture_is_regenerated():
    """Nothing of the first is left."""
    edit = edit_map(png(scene(1)), png(scene(2)))

    assert edit.kind is EditKind.REGENERATED
    assert edit.share > 0.9


def test_many_small_changes_are_no_local_edit():
    """A share that would be local is large in more than three pieces."""
    after = scene()
    for place in ((0.1, 0.1), (0.7, 0.1), (0.1, 0.7), (0.7, 0.7)):
        after, _ = patched(after, share=0.02, at=place)

    edit = edit_map(png(scene()), png(after))

    assert (edit.components, edit.kind) == (4, EditKind.LARGE)
    assert edit.share < 0.2


@settings(max_examples=5, deadline=None)
@given(
    left=st.floats(0.02, 0.7), top=st.floats(0.02, 0.7), side=st.floats(0.18, 0.28), seed=st.just(1)
)
def test_a_patch_is_found_anywhere(left, top, side, seed):
    """Wherever it lies, it is one local change that covers it."""
    before = scene(seed)
    after, box = patched(before, share=side**2, at=(left, top))

    edit = edit_map(png(before), png(after))

    assert covered(box, least=0.6) <= changed(edit)
    assert edit.kind is EditKind.LOCAL


def test_a_widened_picture_holds_the_old_one_in_its_middle():
    """A changed ratio is named; the centre that has the old ratio is compared."""
    before = scene()
    wide = scene(5, side=455).crop((0, 0, 455, SCENE))
    wide.paste(before, ((455 - SCENE) // 2, 0))

    edit = edit_map(png(before), png(wide))

    assert edit.ratio == "1:1 -> 16:9"
    assert edit.share == 0
    assert edit.frame == pytest.approx((0.219, 0, 0.781, 1), abs=0.001)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (b"no picture", "the picture before: not a JPEG, PNG or WebP picture"),
        (png(Image.new("RGB", (1, 1))), "too small to tell what changed: 1x1 in common"),
    ],
    ids=["no picture", "1x1"],
)
def test_what_cannot_be_compared_says_why(broken, said):
    """A broken or tiny picture has no map, and no traceback."""
    edit = edit_map(broken, png(scene()))

    assert edit.unmeasurable.startswith(said)
    assert edit.changed == ()


def test_the_foxs_hat_is_a_local_edit_of_what_a_hash_calls_the_same_picture(real_pictures):
    """A real edit of 2.7 % of the tiles: the map sees it, phash16 does not."""
    first, second = (
        real_pictures[f"{FOX}/{name}.jpg"] for name in ("t0-bedroom", "t1-blue-planet")
    )

    edit = edit_map(first, second)

    hashes = [measure(data).fingerprint("phash16") for data in (first, second)]
    assert (edit.kind, edit.components, edit.ratio) == (EditKind.LOCAL, 1, "")
    assert 0.02 < edit.share < 0.05
    assert hashes[0].distance(hashes[1]) <= SAME_PICTURE_SHARE * 256


@pytest.mark.parametrize(
    ("before", "after", "ratio"),
    [
        ("t1-blue-planet", "t2-beach", ""),
        ("t2-beach", "t3-basejump", ""),
        ("t3-basejump", "t4-barbecue", ""),
        ("t4-barbecue", "t5-spa", ""),
        ("t5-spa", "t6-back-bedroom-16x9", "1:1 -> 16:9"),
    ],
)
def test_the_foxs_journeys_are_new_pictures(real_pictures, before, after, ratio):
    """A new scene changes nearly every tile; a changed ratio is named beside."""
    edit = edit_map(real_pictures[f"{FOX}/{before}.jpg"], real_pictures[f"{FOX}/{after}.jpg"])

    assert edit.kind is EditKind.REGENERATED
    assert edit.share > 0.97
    assert edit.ratio == ratio


@pytest.mark.parametrize(
    ("before", "after", "least", "most"),
    [
        ("edit_skull-pancake/t0.webp", "edit_skull-pancake/t1-edit.webp", 0.65, 0.75),
        ("edit_kiwi-to-dog_31flashlite/run2_input0.jpg",
         "edit_kiwi-to-dog_31flashlite/run1.jpg", 0.97, 1),
    ],
    ids=["five edits at once", "a kiwi to a dog"],
)  # fmt: skip
def test_real_edits_that_made_the_picture_anew_are_not_local(
    real_pictures, before, after, least, most
):
    """Shares as MEASURES section 5 has them: 70 % lies at the limit of `regenerated`."""
    edit = edit_map(real_pictures[before], real_pictures[after])

    assert edit.kind is not EditKind.LOCAL
    assert least <= edit.share <= most
