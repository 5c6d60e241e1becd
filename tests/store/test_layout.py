"""A tree is laid out in the bytes of the standard library."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model.verdict import Status
from harness.store.layout import laid_out

TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(TREES)
def test_any_tree_is_laid_out_as_the_standard_library_does(tree):
    """Byte by byte: what was written before stays as it is."""
    assert laid_out(tree) == json.dumps(tree, indent=1, ensure_ascii=False)


@pytest.mark.parametrize(
    "tree",
    [
        {"a": Status.FAIL, "b": [(1, ()), (2.0, {})]},
        {1: "a", None: ["b"], False: {2.5: 0}},
        [math.nan, -math.inf, 1e300, 10**30, -0.0],
        {"a": ["\ud83d", '\x00\u2028\\"']},
    ],
    ids=["enum and tuple", "keys that are no text", "numbers", "text"],
)
def test_what_is_seldom_in_a_tree_is_laid_out_alike(tree):
    """Whatever the standard library has a word for."""
    assert laid_out(tree) == json.dumps(tree, indent=1, ensure_ascii=False)


def test_what_json_has_no_word_for_is_refused():
    """As the standard library does."""
    with pytest.raises(TypeError):
        laid_out({"a": [{1, 2}]})
