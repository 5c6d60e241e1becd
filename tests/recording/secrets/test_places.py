"""A byte of a body is told by the path that leads to it, and by nothing that must be hidden."""

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.recording.secrets.places import place_of

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "100"))
NEEDLE = "the needle"
HAY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)
STEPS = st.lists(st.integers(0, 3) | st.from_regex(r"[a-z][A-Za-z0-9_]{0,8}", fullmatch=True))


def nothing(_):
    """Hide nothing."""
    return False


def wrapped(steps, hay):
    """Give a document with the needle at the end of a path, and the path in words."""
    tree, path = NEEDLE, ""
    for step in reversed(steps):
        if isinstance(step, int):
            tree, path = [*[hay] * step, tree, hay], f"[{step}]{path}"
        else:
            tree, path = {f"{step}_": hay, step: tree, f"{step}__": hay}, f".{step}{path}"
    return tree, path.removeprefix(".")


@settings(max_examples=EXAMPLES, deadline=None)
@given(STEPS.filter(bool), HAY, st.sampled_from([None, 2]), st.booleans())
def test_a_string_is_told_by_its_path(steps, hay, indent, ascii_only):
    """In any document, however it is laid out, whatever stands beside."""
    tree, path = wrapped(steps, hay)
    data = json.dumps(tree, indent=indent, ensure_ascii=ascii_only).encode()

    assert place_of(data, data.index(NEEDLE.encode()), hidden=nothing) == path


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"plain |", "byte 6"),
        (b'{"a": "|"', "a"),
        (b'{"a": |}', "byte 6"),
        (b'{"a": "b"} |', "byte 11"),
        (b"]]{|", "byte 3"),
        (b'[]]]"|"', "byte 5"),
        (b'data: {"a": 1}\n\ndata: [{"b": "|"}]\n\n', "event 2, [0].b"),
        (b"data: x|\n\n", "event 1, byte 7"),
        (b": a comment\ndata: {|", "event 1, byte 19"),
        (b"event: a|", "byte 8"),
        (b"|", "byte 0"),
    ],
)
def test_what_is_no_json_is_told_by_its_byte(data, place):
    """And what is cut off by as much as there is; never an error."""
    assert place_of(data, data.index(b"|"), hidden=nothing) == place


def test_a_path_that_must_be_hidden_is_not_told():
    """Then the byte is all that is said."""
    assert place_of(b'{"secret": "|"}', 12, hidden=lambda text: b"secret" in text) == "byte 12"
