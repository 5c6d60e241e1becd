"""A recorded request is read back as what a suite would say, or refused by name."""

import base64
import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import CassetteError
from harness.model.request import Content, GenerationRequest, Parameters, Part, Role
from harness.provider.wire_case import Declared, declared
from harness.provider.wire_request import body

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "200"))
PNG = b"\x89PNG\r\n\x1a\n two"


def read(tree, *, stream=False):
    return declared(json.dumps(tree).encode(), stream=stream, where="f: interactions[0]")


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    "parameters",
    [
        Parameters(),
        Parameters(aspect_ratio="16:9", image_size="2K", tools=("google_search",), stream=True),
        Parameters(modalities=(), extra={"generationConfig": {"logprobs": 3}, "store": False}),
        Parameters(tools=("google_search",), search_types=("web", "image")),
        Parameters(
            temperature=0.5,
            top_p=0.95,
            top_k=3,
            max_output_tokens=4000,
            media_resolution="MEDIA_RESOLUTION_LOW",
            service_tier="flex",
            safety_settings={"HARM_CATEGORY_HARASSMENT": "OFF", "X": "BLOCK_NONE"},
        ),
        Parameters(extra={"tools": [{"googleSearch": {"searchTypes": {"newsSearch": {}}}}]}),
    ],
)
def test_what_the_provider_sends_is_read_back(shelf, first, parameters):
    """Prompt, pictures, their place and every parameter come back as they were."""
    picture = Part(picture=shelf.keep(PNG), mime_type="image/png")
    text = Part(text="join these")
    parts = (picture, picture, text) if first else (text, picture, picture)
    request = GenerationRequest(
        model="m", contents=(Content(role=Role.USER, parts=parts),), parameters=parameters
    )

    again = declared(body(request, read=shelf.read), stream=parameters.stream, where="f")

    assert again == Declared(
        prompt="join these", pictures=(PNG, PNG), references_first=first, parameters=parameters
    )


def test_both_spellings_are_read():
    """snake_case keys and URL-safe base64 are the same request."""
    data = base64.urlsafe_b64encode(b"\xfb\xff\xfe").decode()
    tree = {
        "contents": {"parts": [{"text": "p"}, {"inline_data": {"mime_type": "m", "data": data}}]},
        "generation_config": {
            "image_config": {"image_size": "4K"},
            "response_modalities": ["IMAGE"],
        },
        "tools": {"google_search": {}},
    }

    found = read(tree)

    assert found.pictures == (b"\xfb\xff\xfe",)
    assert found.parameters == Parameters(
        image_size="4K", modalities=("IMAGE",), tools=("google_search",)
    )


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ([], "no JSON object"),
        ({}, "has no parts"),
        ({"contents": [{"parts": [{"text": "a"}]}] * 3}, "3 turns"),
        ({"contents": [{"parts": [{"text": "a"}, {"text": "b"}]}]}, "text, text"),
        ({"contents": [{"parts": [{"fileData": {}}]}]}, "fileData"),
        ({"contents": [{"parts": []}]}, "none"),
        (
            {"contents": [{"parts": [{"text": "a"}]}], "safetySettings": [{"category": "C"}]},
            "not one threshold for each category",
        ),
        ({"contents": [{"parts": [{"text": "a"}, {"inlineData": {"data": "!"}}]}]}, "no base64"),
        (
            {"contents": [{"parts": [{"inlineData": {}}, {"text": "a"}, {"inlineData": {}}]}]},
            "one text",
        ),
    ],
)
def test_what_a_suite_cannot_say_is_refused_with_its_place(tree, said):
    """Each refusal names file, place and reason."""
    with pytest.raises(CassetteError, match=said) as caught:
        read(tree)

    assert str(caught.value).startswith("f: interactions[0]: ")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "data", "inlineData", "google_search", "imageConfig", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
_body = st.fixed_dictionaries(
    {"contents": st.lists(st.fixed_dictionaries({"parts": st.just([{"text": "a"}]) | _json}))},
    optional={"tools": _json, "generationConfig": _json, "systemInstruction": _json},
)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary() | (_body | _json).map(lambda tree: json.dumps(tree).encode()))
def test_any_request_is_declared_or_refused(data):
    """Whatever a cassette holds, nothing else comes out."""
    try:
        found = declared(data, stream=False, where="f")
    except CassetteError:
        return
    assert isinstance(found, Declared)
