"""docs/scale.md holds what tools/scale_costs.py computes."""

from tools.scale_costs import BEGIN, END, PAGE, tables


def test_the_tables_are_those_that_are_computed():
    """A figure that was changed is in the page: python tools/scale_costs.py --write."""
    text = PAGE.read_text(encoding="utf-8")

    assert text.partition(BEGIN)[2].partition(END)[0].strip() == tables().strip()
