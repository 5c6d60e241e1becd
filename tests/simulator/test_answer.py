"""Answers have the form, the arithmetic and the marks of the service's."""

import base64
import io
import json

import pytest
from PIL import Image

from harness.simulator.offer import offers

PRO = "gemini-3-pro-image"


def ask(client, body, model=PRO, call="generateContent", api="v1beta"):
    return client.post(f"/{api}/models/{model}:{call}", json=body)


def prompt(text, **config):
    return {"contents": [{"parts": [{"text": text}]}], "generationConfig": config}


def pictures(answer):
    parts = answer["candidates"][0]["content"]["parts"]
    data = (part["inlineData"]["data"] for part in parts if "inlineData" in part)
    return [Image.open(io.BytesIO(base64.b64decode(item))) for item in data]


@pytest.fixture(scope="module")
def answer(client):
    return ask(client, prompt("A fox on a hill", imageConfig={"aspectRatio": "1:1"}))


def test_the_answer_is_pretty_printed_in_the_services_order(answer):
    """Key order and indentation are those of the recordings."""
    body = answer.json()

    assert list(body) == ["candidates", "usageMetadata", "modelVersion", "responseId"]
    assert answer.text == json.dumps(body, indent=2, ensure_ascii=False) + "\n"
    assert list(body["candidates"][0]) == ["content", "finishReason", "index"]
    assert body["modelVersion"] == PRO
    assert len(body["responseId"]) == 22


def test_the_headers_are_the_services_and_say_simulated(answer):
    """Timing and tier are there, no Retry-After, and the answer says what it is."""
    headers = answer.headers

    assert headers["content-type"] == "application/json; charset=UTF-8"
    assert headers["server-timing"].startswith("gfet4t7; dur=")
    assert headers["x-gemini-service-tier"] == "standard"
    assert "simulated" in headers["x-simulated"]
    assert "retry-after" not in headers


def test_the_sum_holds_and_the_details_do_not_add_up(answer):
    """Total = prompt + candidates + thoughts, and candidates exceed their details by 89 to 660."""
    usage = answer.json()["usageMetadata"]
    image = usage["candidatesTokensDetails"][0]

    assert image == {"modality": "IMAGE", "tokenCount": 1120}
    assert usage["totalTokenCount"] == (
        usage["promptTokenCount"] + usage["candidatesTokenCount"] + usage["thoughtsTokenCount"]
    )
    assert 89 <= usage["candidatesTokenCount"] - 1120 <= 700
    assert usage["serviceTier"] == "standard"


def test_pictures_are_jpegs_like_the_models_and_say_simulated(answer):
    """All-ones tables, 4:2:0, 300 dpi; comment and XMP say simulated; nothing poses as C2PA."""
    (picture,) = pictures(answer.json())

    assert picture.size == (1024, 1024)
    assert {sum(table) for table in picture.quantization.values()} == {64}
    assert [tuple(layer[1:3]) for layer in picture.layer] == [(2, 2), (1, 1), (1, 1)]
    assert picture.info["dpi"] == (300, 300)
    assert picture.info["comment"].startswith(b"simulated picture")
    assert b"simulated picture" in picture.info["xmp"]
    assert "APP11" not in dict(picture.applist)


def test_every_final_picture_is_signed(answer):
    """The signature is standard base64 and opaque."""
    part = answer.json()["candidates"][0]["content"]["parts"][-1]

    assert len(base64.b64decode(part["thoughtSignature"], validate=True)) >= 2000


@pytest.mark.parametrize(
    ("model", "config", "size", "tokens"),
    [
        (PRO, {}, (1408, 768), 1120),
        (PRO, {"aspectRatio": "16:9", "imageSize": "2K"}, (2752, 1536), 1120),
        (PRO, {"aspectRatio": "21:9", "imageSize": "4K"}, (6336, 2688), 2000),
        ("gemini-3.1-flash-image", {"aspectRatio": "1:4", "imageSize": "512"}, (256, 1024), 747),
        ("gemini-3.1-flash-lite-image", {"aspectRatio": "1:8"}, (352, 2928), 1120),
    ],
    ids=["unasked", "2K", "4K", "512", "lite"],
)
def test_pixels_and_tokens_follow_the_models_table(model, config, size, tokens):
    """Each model has its own ratios, sizes and tokens."""
    offer = offers()[model]
    tier = config.get("imageSize", "1K")

    made = offer.picture_size(ratio=config.get("aspectRatio", ""), size=tier, source=None)

    assert made == size
    assert offer.tokens[tier] == tokens


def test_a_picture_of_two_k_has_its_pixels(client):
    """What the table says is what is painted."""
    config = {"aspectRatio": "4:5", "imageSize": "2K"}

    (picture,) = pictures(ask(client, prompt("desert", imageConfig=config)).json())

    assert picture.size == (1856, 2304)


def test_both_spellings_are_one_request(client):
    """snake_case and camelCase, v1 and v1beta, are accepted alike."""
    body = {
        "contents": {"parts": {"text": "dunes"}},
        "generation_config": {
            "response_modalities": ["image"],
            "image_config": {"aspect_ratio": "3:4", "image_size": "1K"},
        },
    }

    answer = ask(client, body, api="v1").json()

    assert pictures(answer)[0].size == (896, 1200)
    assert len(answer["candidates"][0]["content"]["parts"]) == 1


def test_thoughts_come_first_and_unsigned(client):
    """Interim pictures are marked as thoughts, the final one is not."""
    body = prompt("a mug", thinkingConfig={"includeThoughts": True}, responseModalities=["IMAGE"])

    parts = ask(client, body).json()["candidates"][0]["content"]["parts"]

    assert [part.get("thought", False) for part in parts] == [True, True, False]
    assert ["thoughtSignature" in part for part in parts] == [False, False, True]


def test_search_brings_sources_one_without_title(client):
    """Grounding holds the chip, sources and queries; one title and one query are empty."""
    body = {**prompt("weather today"), "tools": [{"googleSearch": {}}]}

    grounding = ask(client, body).json()["candidates"][0]["groundingMetadata"]

    assert "<style>" in grounding["searchEntryPoint"]["renderedContent"]
    assert "" in [chunk["web"]["title"] for chunk in grounding["groundingChunks"]]
    assert grounding["webSearchQueries"][0] == ""


def test_a_stream_holds_the_whole_picture_in_one_event(client):
    """Words come in pieces, the picture whole, the end last; one id; no [DONE]."""
    answer = ask(client, prompt("stream a cat"), call="streamGenerateContent?alt=sse")
    lines = answer.text.split("\r\n\r\n")
    events = [json.loads(line.removeprefix("data: ")) for line in lines if line]
    parts = [event["candidates"][0]["content"]["parts"][0] for event in events]

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["content-disposition"] == "attachment"
    assert lines[-1] == ""
    assert sum("inlineData" in part for part in parts) == 1
    assert len(parts) > 3
    assert parts[-1] == {"text": ""}
    assert [event["candidates"][0].get("finishReason") for event in events][-1] == "STOP"
    assert len({event["responseId"] for event in events}) == 1
    totals = [event["usageMetadata"]["totalTokenCount"] for event in events]
    assert totals == sorted(totals)


def test_a_text_model_answers_in_words(client):
    """A model that does not paint answers text, and counts no pictures."""
    answer = ask(client, prompt("hello"), model="gemini-2.5-flash").json()

    assert "text" in answer["candidates"][0]["content"]["parts"][0]
    assert "candidatesTokensDetails" not in answer["usageMetadata"]


def test_tokens_can_be_counted(client):
    """CountTokens tells the total and its parts."""
    body = {"contents": [{"parts": [{"text": "A fox"}]}]}

    counted = ask(client, body, call="countTokens").json()

    assert counted["totalTokens"] == counted["promptTokensDetails"][0]["tokenCount"] > 0


def test_models_are_listed_and_shown(client):
    """The list and the single entry agree."""
    listed = client.get("/v1beta/models").json()["models"]
    single = client.get(f"/v1/models/{PRO}?key=k").json()

    assert single in listed
    assert single["displayName"] == "Nano Banana Pro"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[block:SAFETY]] x", {"block": "SAFETY", "finish": None, "pictures": 0}),
        ("[[finish:IMAGE_SAFETY]]", {"block": None, "finish": "IMAGE_SAFETY", "pictures": 0}),
        ("[[finish:NO_IMAGE]]", {"block": None, "finish": "NO_IMAGE", "pictures": 0}),
        ("[[text]] a cat", {"block": None, "finish": "STOP", "pictures": 0}),
        ("Tell me a story, no image please", {"block": None, "finish": "STOP", "pictures": 0}),
        ("[[pictures:2]] cats", {"block": None, "finish": "STOP", "pictures": 2}),
    ],
)
def test_a_mark_in_the_prompt_asks_for_an_outcome(client, text, expected):
    """Blocks, finish reasons and the number of pictures can be asked for."""
    answer = ask(client, prompt(text)).json()
    candidate = (answer.get("candidates") or [{}])[0]
    parts = candidate.get("content", {}).get("parts", [])

    assert answer.get("promptFeedback", {}).get("blockReason") == expected["block"]
    assert candidate.get("finishReason") == expected["finish"]
    assert sum("inlineData" in part for part in parts) == expected["pictures"]
    assert ("candidates" in answer) == (expected["block"] is None)


def test_a_candidate_without_image_has_no_content_at_all(client):
    """NO_IMAGE comes as the service sends it."""
    answer = ask(client, prompt("[[finish:NO_IMAGE]]")).json()

    assert answer["candidates"] == [{"finishReason": "NO_IMAGE", "index": 0}]
