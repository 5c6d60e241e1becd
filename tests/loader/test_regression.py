"""A suite says how much worse an edited prompt may do."""

import pytest

from harness.errors import SuiteError
from harness.model.regression import Margins

SUITE = "version: 1\nsuite: s\n{0}\ncases: [{{id: a, prompt: b}}]\n"


@pytest.mark.parametrize(
    ("said", "margins"),
    [
        ("", Margins()),
        ("regression: {margin: 0.2}", Margins(margin=0.2)),
        ("regression: {cost: 0.05, alpha: 0.01}", Margins(cost=0.05, alpha=0.01)),
    ],
)
def test_margins_are_as_the_suite_says(load, said, margins):
    """What is left out has its default."""
    assert load(SUITE.format(said)).margins == margins


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("regression: {margin: 0}", "must be at least 0.01"),
        ("regression: {margin: 0.6}", "must be at most 0.5"),
        ("regression: {margins: 0.1}", 'did you mean "margin"'),
        ("regression: 0.1", "must be a mapping"),
    ],
)
def test_a_margin_that_is_none_is_refused(load, said, complaint):
    """With its place and what to write instead."""
    with pytest.raises(SuiteError, match=complaint):
        load(SUITE.format(said))
