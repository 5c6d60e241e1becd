"""What a picture's pixels give away is said with figure and limit, on both sides of every limit."""

import pytest

from harness.judging.structure import structure
from harness.measure.blocks import BLOCKY_ABOVE
from harness.measure.detail import UPSCALED_BELOW
from harness.measure.halves import HALVES_ABOVE
from harness.measure.mark import MARK_ABOVE
from harness.model.picture import Structure
from harness.model.verdict import Status

FINE = {
    "bars": (0.0, 0.0, 0.0, 0.0),
    "detail_db": -15.0,
    "blockiness": 1.01,
    "halves": 0.3,
    "mark": 0.2,
}


def said(**changes):
    return [(check, status) for check, status, _ in structure(Structure(**FINE | changes))]


def message(**changes):
    ((_, _, text),) = structure(Structure(**FINE | changes))
    return text


def test_a_good_picture_has_one_finding():
    """One line says all that was looked for."""
    assert said() == [("pixels", Status.PASS)]
    assert message() == (
        "opaque, native detail (-15.0 dB), no bars, no block grid, no half twice, no mark"
    )


def test_an_alpha_channel_that_is_opaque_is_remarked_on():
    """It passes: nothing is missing of the picture."""
    assert said(alpha=True) == [("pixels", Status.PASS)]
    assert message(alpha=True).startswith("opaque, though with an alpha channel, native detail")


def test_nothing_is_said_of_what_is_not_known():
    """A picture that is too small to tell is opaque, and that is all."""
    unknown = dict.fromkeys(("detail_db", "blockiness", "halves", "mark")) | {"bars": ()}

    assert said(**unknown) == [("pixels", Status.PASS)]
    assert message(**unknown) == "opaque"


@pytest.mark.parametrize(
    ("figure", "within", "beyond", "check"),
    [
        ("transparent", 0.0, 1e-9, "alpha"),
        ("bars", (0.0, 0.0, 0.0, 0.0), (0.02, 0.0, 0.02, 0.0), "border"),
        ("repeats", 1, 2, "native"),
        ("detail_db", UPSCALED_BELOW, UPSCALED_BELOW - 0.01, "native"),
        ("blockiness", BLOCKY_ABOVE, BLOCKY_ABOVE + 0.01, "recompressed"),
        ("halves", HALVES_ABOVE, HALVES_ABOVE + 0.01, "halves"),
        ("mark", MARK_ABOVE, MARK_ABOVE + 0.01, "mark"),
    ],
)
def test_each_limit_is_within(figure, within, beyond, check):
    """Beyond it the picture has that finding and no other; only transparency fails."""
    status = Status.FAIL if check == "alpha" else Status.WARN

    assert said(**{figure: within}) == [("pixels", Status.PASS)]
    assert said(**{figure: beyond}) == [(check, status)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"transparent": 0.25}, "25.0% of the pixels are not opaque (limit: none)"),
        ({"transparent": 1e-7}, "under 0.1 % of the pixels"),
        ({"bars": (0.12, 0.0, 0.119, 0.0)}, "top 12.0%, bottom 11.9% (limit 1.2%): a letterbox"),
        ({"bars": (0.1, 0.1, 0.1, 0.1)}, "a frame instead of the whole picture?"),
        ({"repeats": 4}, "stands 4 times across and down (limit 1)"),
        (
            {"detail_db": -33.44},
            f"-33.4 dB (limit {UPSCALED_BELOW:.0f} dB): enlarged from a smaller picture?",
        ),
        (
            {"blockiness": 1.5},
            f"strength 1.50 (limit {BLOCKY_ABOVE:g}): was it compressed coarsely",
        ),
        ({"halves": 0.93}, f"correlate by 0.93 (limit {HALVES_ABOVE:g}): is one half shown twice?"),
        ({"mark": 0.9}, f"correlates by 0.90 with the generator's star (limit {MARK_ABOVE:g})"),
    ],
)
def test_a_finding_has_figure_limit_and_meaning(changes, words):
    """Who reads it need not know the measure."""
    assert words in message(**changes)


@pytest.mark.parametrize(
    ("luma_sum", "words"),
    [(0, "(limit"), (64, "own tables are all ones"), (592, ""), (1858, "own tables are coarse")],
)
def test_blocks_of_the_service_s_own_tables_are_as_delivered(luma_sum, words):
    """Vertex writes with medium tables; finer ones cannot leave blocks, coarser are nobody's."""
    found = Structure(**FINE | {"blockiness": 1.5})

    ((check, _, text),) = structure(found, luma_sum=luma_sum)

    assert check == ("recompressed" if words else "pixels")
    assert words in text


def test_every_fault_of_a_picture_is_told():
    """One hides no other; pixels that were repeated are told of once."""
    found = said(transparent=0.1, repeats=2, detail_db=-40.0, halves=0.9)

    assert found == [
        ("alpha", Status.FAIL),
        ("native", Status.WARN),
        ("halves", Status.WARN),
    ]
