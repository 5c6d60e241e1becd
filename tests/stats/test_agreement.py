"""Agreement beyond chance, and preference, against known values."""

import sys

import numpy as np
import pytest

from harness.stats.agreement import FEWEST, alpha, preferring

KNOWN = [
    [1, 0, 0, 0], [0, 0, 0, 0], [0, 2, 0, 0], [2, 0, 0, 0], [0, 0, 2, 0],
    [0, 0, 2, 1], [0, 0, 0, 3], [1, 0, 1, 0], [0, 2, 0, 0], [2, 0, 0, 0],
    [2, 0, 0, 0], [0, 0, 2, 0], [0, 0, 2, 0], [0, 0, 0, 0], [0, 0, 1, 1],
]  # fmt: skip
"""An example that the literature and the package give: alpha is .691358."""


def test_it_is_the_value_of_the_literature():
    """Items that fewer than two decided on do not count; the resamples are seeded."""
    found = alpha(KNOWN, seed=3)

    assert found.value == pytest.approx(0.691358, abs=1e-6)
    assert found.items == 12
    assert found.low < found.value < found.high
    assert found == alpha(KNOWN, seed=3)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([], "no sheet was decided on by two people"),
        ([[1, 0], [0, 1]], "no sheet was decided on by two people"),
        ([[2, 0], [3, 0]], "everybody always said the same"),
    ],
)
def test_it_says_when_it_cannot_be_computed(counts, said):
    """No value is made up."""
    found = alpha(counts)

    assert found.value is None
    assert said in found.why


@pytest.mark.parametrize(
    "counts",
    [[[2, 0], [1, 1]] * (FEWEST // 2 - 1), [[2, 0]] * 30 + [[1, 1]]],
    ids=["few sheets", "one divides"],
)
def test_it_says_when_there_is_no_interval(counts):
    """Too few sheets, or too few that differ, give resamples that say nothing."""
    found = alpha(counts)

    assert found.value is not None
    assert (found.low, found.high) == (None, None)
    assert found.why.startswith("no interval")


def test_it_says_what_to_install(monkeypatch):
    """The package comes with an extra."""
    monkeypatch.setitem(sys.modules, "krippendorff", None)

    assert "gemini-image-harness[review]" in alpha(KNOWN).why


def test_chance_alone_gives_nothing():
    """Two who throw dice agree at 0, and copies of one at 1."""
    rng = np.random.default_rng(5)
    one, other = rng.integers(2, size=(2, 150))

    apart = alpha(
        [[int(a == k) + int(b == k) for k in (0, 1)] for a, b in zip(one, other, strict=True)]
    )
    alike = alpha([[2 * int(a == k) for k in (0, 1)] for a in one[: FEWEST - 1]])

    assert abs(apart.value) < 0.2
    assert apart.low < 0 < apart.high
    assert alike.value == pytest.approx(1)


@pytest.mark.parametrize(
    ("count", "of", "p"), [(0, 0, 1.0), (5, 10, 1.0), (10, 10, 2 / 1024), (1, 6, 14 / 64)]
)
def test_the_sign_test_is_exact(count, of, p):
    """Two-sided, against even odds; the interval holds the share."""
    found = preferring(count, of)

    assert found.p == pytest.approx(p)
    assert not of or found.low <= count / of <= found.high
