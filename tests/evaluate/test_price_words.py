"""A plan's price is said so that the cap which is named suffices, and is no cent more."""

from types import SimpleNamespace

import pytest

from harness.evaluate.price_words import cap_for


@pytest.mark.parametrize(
    ("ceiling", "cap"),
    [(0.0, "0.00"), (0.07, "0.07"), (1.10, "1.10"), (1.1000001, "1.11"), (0.241, "0.25")],
)
def test_the_cap_is_the_ceiling_in_whole_cents(ceiling, cap):
    """Rounded up; a sum that is whole cents already stays what it is."""
    assert cap_for(SimpleNamespace(ceiling_usd=ceiling)) == cap
