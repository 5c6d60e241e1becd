"""A request goes out as the official SDK would send it, and is digested as it goes out."""

import base64
import json

import pytest

from harness.model.identity import camel
from harness.model.request import Content, GenerationRequest, Parameters, Part, Role
from harness.provider.wire_request import body, digest_of, merged
from harness.recording.skeletons import body_digest

MODEL = "gemini-3-pro-image-preview"


def sent_by_sdk(real_data, name):
    """Give the one request that the SDK sent for a case, and its path behind the version."""
    document = json.loads((real_data / "sdk_requests" / f"{name}.json").read_text())
    (request,) = document["requests"]
    return request["json"], request["path"].removeprefix("/v1")


def plain(tree):
    """Bring key case and base64 alphabet to one."""
    if isinstance(tree, dict):
        return {
            camel(key): value.translate(str.maketrans("-_", "+/"))
            if key == "data"
            else plain(value)
            for key, value in tree.items()
        }
    return [plain(item) for item in tree] if isinstance(tree, list) else tree


def standard(text):
    return text.translate(str.maketrans("-_", "+/"))


def user(*parts):
    return (Content(role=Role.USER, parts=parts),)


def test_text_with_size_and_search_is_what_the_sdk_sends(real_data, shelf):
    """Prompt, ratio, size and Google search: the SDK's JSON, key for key."""
    theirs, path = sent_by_sdk(real_data, "01_prompt_16x9_2K_google_search")
    prompt = "Create a 2K retro-futuristic night city scene with neon and flying cars"
    parameters = Parameters(
        aspect_ratio="16:9",
        image_size="2K",
        modalities=("IMAGE", "TEXT"),
        tools=("google_search",),
    )
    request = GenerationRequest(
        model=MODEL, contents=user(Part(text=prompt)), parameters=parameters
    )

    ours = json.loads(body(request, read=shelf.read))

    assert plain(ours) == plain(theirs)
    assert path == f"/models/{request.model}:{request.operation}"


def test_three_references_are_what_the_sdk_sends(real_data, shelf):
    """A prompt with three pictures behind it: the SDK's JSON, picture for picture."""
    theirs, path = sent_by_sdk(real_data, "02_three_reference_images_inline")
    pictures = [
        base64.urlsafe_b64decode(part["inlineData"]["data"])
        for part in theirs["contents"][0]["parts"][1:]
    ]
    parts = [Part(picture=shelf.keep(data), mime_type="image/png") for data in pictures]
    request = GenerationRequest(
        model=MODEL,
        contents=user(Part(text="Put these three together"), *parts),
        parameters=Parameters(aspect_ratio="1:1", image_size="4K", modalities=("IMAGE",)),
    )

    ours = json.loads(body(request, read=shelf.read))

    assert len(pictures) == 3
    assert plain(ours) == plain(theirs)
    assert path == f"/models/{request.model}:{request.operation}"


@pytest.mark.parametrize(
    "request_parts",
    [
        pytest.param((Part(text="späte \U0001f98a"),), id="unicode"),
        pytest.param((Part(text="half \ud83d of a pair"),), id="lone surrogate"),
        pytest.param((Part(text="a", thought=True), Part(text="b")), id="thought"),
        pytest.param(
            (
                Part(
                    other=json.dumps(
                        {
                            "executableCode": {"language": "PYTHON", "code": "1"},
                            "thoughtSignature": base64.b64encode(b"signed" * 9).decode(),
                        }
                    )
                ),
            ),
            id="unknown part with a signature",
        ),
    ],
)
@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param(Parameters(), id="default"),
        pytest.param(Parameters(modalities=()), id="nothing"),
        pytest.param(
            Parameters(
                seed=3,
                temperature=0.5,
                include_thoughts=True,
                system_instruction="be brief",
                top_p=0.5,
                top_k=4,
                max_output_tokens=100,
                media_resolution="MEDIA_RESOLUTION_LOW",
                service_tier="flex",
                safety_settings={"C": "BLOCK_NONE"},
                tools=("google_search",),
                search_types=("image", "web"),
                stream=True,
                extra={
                    "generationConfig": {"logprobs": 4, "imageConfig": {}},
                    "labels": {"inlineData": {"mime_type": "image/png", "data": "QUJD"}},
                },
            ),
            id="everything",
        ),
    ],
)
def test_the_digest_of_a_request_is_that_of_its_body(request_parts, parameters, shelf):
    """What a plan derives without any picture is what the recorder derives from the bytes."""
    picture = Part(
        picture=shelf.keep(b"\x89PNG\r\n\x1a\n" + bytes(9)),
        mime_type="image/png",
        signature=shelf.keep(b"sig"),
    )
    contents = (
        *user(Part(text="q"), picture),
        Content(role=Role.MODEL, parts=(*request_parts, picture)),
        *user(Part(text="next")),
    )
    request = GenerationRequest(model=MODEL, contents=contents, parameters=parameters)

    data = body(request, read=shelf.read)

    assert body_digest(data, operation=request.operation) == digest_of(request)


def test_a_lone_surrogate_goes_out_as_it_came(shelf):
    """Text that UTF-8 cannot say is sent as a JSON escape, not replaced."""
    request = GenerationRequest(
        model=MODEL, contents=user(Part(text="half \ud83d of a pair")), parameters=Parameters()
    )

    sent = json.loads(body(request, read=shelf.read))

    assert sent["contents"][0]["parts"][0]["text"] == "half \ud83d of a pair"


def test_extra_fields_are_merged_into_objects_and_replace_the_rest():
    """Extra fields reach into objects; lists and values are theirs."""
    tree = {"generationConfig": {"seed": 1, "responseModalities": ["TEXT"]}, "tools": [1]}

    result = merged(tree, {"generationConfig": {"seed": 2}, "tools": [2], "store": False})

    assert result == {
        "generationConfig": {"seed": 2, "responseModalities": ["TEXT"]},
        "tools": [2],
        "store": False,
    }
