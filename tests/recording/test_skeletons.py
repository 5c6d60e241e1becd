"""Requests that mean the same are one; any that differ are told apart, in words too."""

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.model.identity import digest, request_digest
from harness.recording.packing import pack
from harness.recording.skeletons import body_digest, differences, operation_of, skeleton_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(240, 256)) * 100
OPERATION = "generateContent"


def tree(**changes):
    """Give a request as camelCase JSON; a change replaces a part of it."""
    parts = [
        {"text": changes.get("prompt", "a fox")},
        {
            "inlineData": {
                "mimeType": "image/png",
                "data": base64.b64encode(changes.get("picture", PNG)).decode(),
            }
        },
    ]
    config = {"imageConfig": {"imageSize": changes.get("size", "1K")}}
    return {"contents": [{"role": "user", "parts": parts}], "generationConfig": config}


def written(value, **form):
    return json.dumps(value, **form).encode()


def test_spelling_is_no_difference():
    """Key case, alphabet, padding, order, white space, a role or empty object left out."""
    picture = base64.urlsafe_b64encode(PNG).decode().rstrip("=")
    inline = {"data": picture, "mime_type": "image/png"}
    other = {
        "tools": None,
        "generation_config": {"image_config": {"image_size": "1K"}, "thinking_config": {}},
        "contents": [{"parts": [{"text": "a fox"}, {"inline_data": inline}]}],
    }

    first = body_digest(written(tree()), operation=OPERATION)

    assert body_digest(written(other, indent=3), operation=OPERATION) == first
    assert "-" in picture or "_" in picture


@pytest.mark.parametrize(
    "changes",
    [{"prompt": "a fox "}, {"size": "2K"}, {"picture": PNG[:-1] + b"\0"}, {"picture": PNG[:-1]}],
    ids=str,
)
def test_content_is_a_difference(changes):
    """A letter, a parameter, one byte of a reference."""
    first = body_digest(written(tree()), operation=OPERATION)

    assert body_digest(written(tree(**changes)), operation=OPERATION) != first


def test_the_operation_is_a_difference():
    """A stream is not the answer to a plain request."""
    data = written(tree())

    assert body_digest(data, operation="streamGenerateContent") != body_digest(
        data, operation=OPERATION
    )


def test_bodies_that_are_no_json_objects_are_told_apart():
    """None of them counts as empty, nor as another."""
    bodies = [b"", b"{}", b"[]", b"null", b"x", b"\xff", b"[1]", b"[" * 5000, b'{"a":' * 5000]

    digests = {body_digest(body, operation=OPERATION) for body in bodies}

    assert len(digests) == len(bodies)
    assert digest({"operation": OPERATION, "body": {}}) in digests


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://g.com/v1beta/models/m-1:generateContent", ("m-1", "generateContent")),
        ("https://g.com/v1/models/m-1:generateContent?alt=sse", ("m-1", "generateContent")),
        ("http://127.0.0.1:4/gw/v1alpha/models/m:countTokens", ("m", "countTokens")),
        ("https://gateway/models/m:generateContent", ("m", "generateContent")),
        (
            "https://x-aiplatform.googleapis.com/v1beta1/projects/p/locations/l/publishers/google"
            "/models/m:streamGenerateContent?alt=sse",
            ("m", "streamGenerateContent"),
        ),
        ("https://g.com/v1beta/models/m-1", ("", "")),
        ("https://g.com/v1beta/cachedContents", ("", "")),
        ("https://g.com/x?u=/v1/models/m:generateContent", ("", "")),
    ],
)
def test_operations_are_told_by_the_path_alone(url, expected):
    """Host, base path, version and query do not matter."""
    assert operation_of(url) == expected


@pytest.mark.parametrize("form", [{}, {"indent": 5}, {"separators": (" ,", " : ")}], ids=str)
def test_a_packed_body_gives_its_skeleton(shelf, form):
    """Whether it is kept readable or as text, the recorded request can be compared."""
    packed = pack(written(tree(), **form), keep=shelf.keep)

    assert differences(skeleton_of(packed), tree()) == ()


def test_differences_name_the_place_and_both_sides(shelf):
    """What is stale says what was recorded and what is asked now."""
    recorded = skeleton_of(pack(written(tree()), keep=shelf.keep))

    lines = differences(recorded, tree(prompt="a cat", size=None, picture=b"x"))

    assert lines[0] == "contents[0].parts[0].text: recorded 'a fox', now 'a cat'"
    assert lines[1].startswith("contents[0].parts[1].inlineData.data: recorded picture ")
    assert lines[2] == "generationConfig.imageConfig.imageSize: recorded '1K', now nothing"


@pytest.mark.parametrize(("one", "two"), [("in rain", "in snow"), ("", "and one word more")])
def test_long_texts_are_shown_where_they_differ(one, two):
    """Two prompts that begin alike are not shown by their beginning."""
    same = "A retro-futuristic night city scene with neon and flying cars, " * 5

    (line,) = differences({"text": f"{same}{one}"}, {"text": f"{same}{two}"})

    assert one in line
    assert two in line
    assert len(line) < 200


def test_a_strange_packed_body_has_no_skeleton():
    """Bytes, broken text and lists give an empty one, never an error."""
    for packed in ({}, {"blob": "x"}, {"text": ["{", 3]}, {"json": [1]}, {"text": ["[1]"]}):
        assert skeleton_of(packed) == {}


_data = st.binary(min_size=760, max_size=790)
_strings = (
    st.text(max_size=5)
    | st.sampled_from(["\x010\x01", "sha256:ab", "a\n" + "-" * 1023, "é" + "A" * 1023])
    | _data.map(lambda data: base64.b64encode(data).decode())
    | _data.map(lambda data: "a " + base64.urlsafe_b64encode(data).decode().rstrip("="))
)
_keys = st.sampled_from(["inlineData", "inline_data", "data", "thoughtSignature"]) | _strings
_trees = st.recursive(
    _strings | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["contents", "data"]), _trees), st.booleans())
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_quick_way_digests_as_the_plain_way_does(body, slashes):
    """Taking pictures out before the JSON is read changes no digest."""
    text = json.dumps(body)
    text = text.replace("/", "\\/") if slashes else text

    assert body_digest(text.encode(), operation=OPERATION) == request_digest(
        json.loads(text), operation=OPERATION
    )
