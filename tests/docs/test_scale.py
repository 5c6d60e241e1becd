"""docs/scale.md holds what tools/scale_costs.py computes."""

import pytest

from tools.scale_costs import BEGIN, END, PAGE, blocks


@pytest.mark.parametrize("name", blocks())
def test_the_tables_are_those_that_are_computed(name):
    """A figure that was changed is in the page: python tools/scale_costs.py --write."""
    text = PAGE.read_text(encoding="utf-8")

    made = text.partition(BEGIN.format(name))[2].partition(END)[0]
    assert made.strip() == blocks()[name].strip()
