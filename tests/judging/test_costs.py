"""What obtaining an answer costs, beside what is missing."""

import pytest

from harness.judging.costs import about


@pytest.mark.parametrize(
    ("usd", "said"),
    [
        (None, ""),
        (0.0, " (free)"),
        (0.004, " (about $0.0040)"),
        (0.1, " (about $0.10)"),
        (2.345, " (about $2.35)"),
    ],
)
def test_a_price_is_as_fine_as_it_is_small(usd, said):
    """Nothing is said of what is not known, and nought is free."""
    assert about(usd) == said
