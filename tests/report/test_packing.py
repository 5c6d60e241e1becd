"""What a page's data says often is said once, and comes back whole."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.packing import pack, script

leaves = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=30)
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.text(st.characters(exclude_characters="$"), max_size=3), inner)
    ),
    max_leaves=30,
)


def put_back(table, value):
    """Do what the script does."""
    if isinstance(value, dict):
        if "$" in value:
            return table[value["$"]]
        return {name: put_back(table, item) for name, item in value.items()}
    return [put_back(table, item) for item in value] if isinstance(value, list) else value


@given(tree=trees, times=st.integers(1, 3))
def test_a_packed_document_comes_back_whole(tree, times):
    """Whatever it holds, and however often."""
    document = {"items": [tree] * times}

    table, packed = pack(document)

    assert put_back(table, packed) == document


def test_what_occurs_again_is_said_once():
    """A long prompt of 500 cases weighs as one."""
    prompt = "a fox with a blue scarf reads a map" * 10
    document = [{"prompt": prompt, "n": n} for n in range(500)]

    data = script("__REPORT__", document)

    assert data.count(prompt.encode()) == 1
    assert len(data) < len(json.dumps(document)) / 10


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--", "a\u2028b\u2029"])
def test_nothing_in_the_data_can_end_the_script(text):
    """No sign that HTML or JavaScript would take for an end stands in it."""
    data = script("__REPORT__", {"a": text, "b": [text]}).decode()

    assert "<" not in data
    assert not set("\u2028\u2029") & set(data)
