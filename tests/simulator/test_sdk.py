"""The official SDK, which no one here wrote, is served like by the service."""

import io

import numpy as np
import pytest
from google import genai
from google.genai import errors, types
from PIL import Image

from harness.simulator.paint.reference import paint_reference

PRO = "gemini-3-pro-image"


@pytest.fixture(scope="module")
def sdk(url):
    options = types.HttpOptions(base_url=url, api_version="v1beta")
    with genai.Client(api_key="a-key", http_options=options) as client:
        yield client


def picture(response):
    parts = response.candidates[0].content.parts
    return [part for part in parts if part.inline_data and not part.thought][-1].inline_data.data


def decoded(data):
    with Image.open(io.BytesIO(data)) as opened:
        return np.asarray(opened.convert("L"), dtype=float)


def test_the_sdk_generates(sdk):
    """Text to picture, with ratio and size, usage and id."""
    config = types.GenerateContentConfig(
        response_modalities=["TEXT", "IMAGE"],
        image_config=types.ImageConfig(aspect_ratio="16:9", image_size="1K"),
        tools=[types.Tool(google_search=types.GoogleSearch())],
    )

    response = sdk.models.generate_content(model=PRO, contents="A night city", config=config)

    assert decoded(picture(response)).shape == (768, 1376)
    assert response.candidates[0].finish_reason is types.FinishReason.STOP
    assert response.usage_metadata.candidates_tokens_details[0].token_count == 1120
    assert response.candidates[0].grounding_metadata.web_search_queries[0] == ""
    assert response.model_version == PRO


def test_the_sdk_edits_with_three_references(sdk):
    """Three references count as prompt tokens of modality IMAGE."""
    sheets = [paint_reference(name, 2, (256, 256)) for name in ("fox", "owl", "cat")]
    parts = [types.Part.from_bytes(data=sheet, mime_type="image/jpeg") for sheet in sheets]

    response = sdk.models.generate_content(model=PRO, contents=["Put these together", *parts])

    details = {
        item.modality.value: item.token_count
        for item in response.usage_metadata.prompt_tokens_details
    }
    assert details["IMAGE"] == 3 * 560
    assert decoded(picture(response)).shape == (1024, 1024)


def test_the_sdk_chats_and_a_small_edit_stays_small(sdk):
    """History goes back with signatures; an edit keeps the rest, a new scene the character."""
    chat = sdk.chats.create(model=PRO)

    first = picture(chat.send_message("A fox figurine on a shelf"))
    planet = "Put a small blue planet on its hat, change nothing else"
    second = picture(chat.send_message(planet))
    third = picture(chat.send_message("Now it is at the beach"))

    changed = np.abs(decoded(first) - decoded(second)) > 12
    assert 0.0005 < changed.mean() < 0.10
    assert (np.abs(decoded(second) - decoded(third)) > 12).mean() > 0.4


def test_the_sdk_streams(sdk):
    """Events arrive in order: words, one picture, the end."""
    events = list(sdk.models.generate_content_stream(model=PRO, contents="stream a cat"))

    parts = [part for event in events for part in event.candidates[0].content.parts or []]
    assert sum(part.inline_data is not None for part in parts) == 1
    assert events[-1].candidates[0].finish_reason is types.FinishReason.STOP


def test_the_sdk_reads_errors(sdk):
    """Errors arrive with code, status and message."""
    config = types.GenerateContentConfig(image_config=types.ImageConfig(aspect_ratio="7:5"))

    with pytest.raises(errors.ClientError) as caught:
        sdk.models.generate_content(model=PRO, contents="x", config=config)

    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")
    assert "aspect_ratio must be one of" in caught.value.message


def test_the_sdk_lists_models_and_counts_tokens(sdk):
    """The free calls work too."""
    assert f"models/{PRO}" in [model.name for model in sdk.models.list()]
    assert sdk.models.count_tokens(model=PRO, contents="hello there").total_tokens > 0
