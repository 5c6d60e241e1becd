"""Variants are selected as pytest selects tests."""

from pathlib import Path

import pytest

from harness.errors import NothingSelected, UsageError
from harness.loader import select
from harness.model.suite import Suite, Turn, Variant


def variant(case, label="", tags=()):
    turns = (Turn(prompt="x"),)
    return Variant(
        suite="shop", case=case, label=label, model="m", turns=turns, samples=2, tags=tags
    )


SHOP = Suite(
    id="shop",
    path=Path("shop.yaml"),
    title="shop",
    variants=(
        variant("night-city", "16:9,4K", ("smoke",)),
        variant("night-city", "3:4,1K"),
        variant("fox", "reading a map", ("slow",)),
    ),
)


def ids(suites):
    return [v.id for suite in suites for v in suite.variants]


@pytest.mark.parametrize(
    ("keyword", "expected"),
    [
        (None, [0, 1, 2]),
        ("  ", [0, 1, 2]),
        ("4k", [0]),
        ("[16:9", [0]),
        ("night and not 4K", [1]),
        ("fox or 4K", [0, 2]),
        ("not (fox or 4K)", [1]),
        ("not not fox", [2]),
        ("'reading a map'", [2]),
        ("shop::fox", [2]),
        ("fox and night or 4K", [0]),
    ],
)
def test_words_are_looked_for_in_ids(keyword, expected):
    """Case is ignored; `not` binds before `and`, `and` before `or`."""
    found = select((SHOP,), keyword=keyword, tags=(), samples=None)

    assert ids(found) == [SHOP.variants[n].id for n in expected]


def test_any_of_the_tags_is_enough():
    """And the keyword must fit as well."""
    found = select((SHOP,), keyword="fox", tags=("smoke", "slow"), samples=None)

    assert ids(found) == ["fox[reading a map]"]


def test_samples_are_overridden():
    """For every variant that is left."""
    found = select((SHOP,), keyword=None, tags=(), samples=9)

    assert {v.samples for v in found[0].variants} == {9}


@pytest.mark.parametrize(
    "keyword", ["and", "a and", "(a", "a)", "a b", "'a", "not", "()", "not " * 300 + "a"]
)
def test_a_broken_expression_is_a_usage_error(keyword):
    """Never a traceback."""
    with pytest.raises(UsageError, match="-k"):
        select((SHOP,), keyword=keyword, tags=(), samples=None)


@pytest.mark.parametrize("samples", [0, 1001, -1])
def test_samples_have_limits(samples):
    """As in a suite."""
    with pytest.raises(UsageError, match="samples must be 1 to 1000"):
        select((SHOP,), keyword=None, tags=(), samples=samples)


@pytest.mark.parametrize(
    ("keyword", "tags", "message"),
    [
        ("owl", (), "-k 'owl' selects none of 3 variants; there are e.g. night-city[16:9,4K]"),
        (None, ("smok",), "has the tag 'smok'; did you mean \"smoke\"?"),
    ],
)
def test_an_empty_selection_says_what_there_is(keyword, tags, message):
    """It has an exit code of its own."""
    with pytest.raises(NothingSelected) as caught:
        select((SHOP,), keyword=keyword, tags=tags, samples=None)

    assert message in str(caught.value)
