"""What a suite asks for goes out as the official SDK sends it, for all that both can say.

Not compared: 02b, where the SDK makes PNG of every picture, and 12, where it sends what the
loader refuses.
"""

import base64
import json
import textwrap

import httpx
import pytest

from harness.loader import load_suite
from harness.model.identity import normalised, with_named_blobs
from harness.provider.gemini import GeminiProvider
from harness.provider.protocol import Endpoint
from harness.provider.wire_answer import parse_answer
from harness.provider.wire_files import body_with_files
from harness.runner.requests import request_for

MODEL = "gemini-3-pro-image-preview"
ANSWER = {"candidates": [{"content": {"parts": [{"text": "ok"}]}, "finishReason": "STOP"}]}
OWN_HEADERS = {"host", "accept", "accept-encoding", "connection", "user-agent", "content-length"}
"""Headers of every client."""

ALIKE = {
    "01_prompt_16x9_2K_google_search": """\
        prompt: Create a 2K retro-futuristic night city scene with neon and flying cars
        modalities: [IMAGE, TEXT]
        tools: [google_search]
        aspect_ratio: 16:9
        image_size: 2K
        """,
    "02_three_reference_images_inline": """\
        prompt: Put these three together
        references: [sent]
        modalities: [IMAGE]
        aspect_ratio: 1:1
        image_size: 4K
        """,
    "03_chat_multiturn_thought_signature": """\
        turns:
          - {prompt: Draw a red square, thinking: {include_thoughts: true}}
          - {prompt: Now make it blue, modalities: [], aspect_ratio: 16:9, image_size: 2K}
        """,
    "04_stream": "{prompt: stream a cat, stream: true}",
    "09_everything_config": """\
        prompt: full
        system_instruction: You are a painter
        safety_settings: {dangerous_content: block_only_high}
        tools: [google_search]
        search_types: [web, image]
        service_tier: flex
        temperature: 1.0
        top_p: 0.95
        max_output_tokens: 32768
        seed: 42
        media_resolution: high
        thinking: {include_thoughts: true}
        aspect_ratio: 21:9
        image_size: 4K
        extra: {store: false}
        """,
    "10_cached_content": "{prompt: q, modalities: [], extra: {cachedContent: cachedContents/abc}}",
    "11_async": "{prompt: async, modalities: []}",
}
"""Name of the SDK's request to the case that means the same."""

NOT_OURS = {"09_everything_config": {"candidateCount": 1, "thinkingLevel": "HIGH"}}
"""Fields of generationConfig that the loader refuses: the model makes one, and takes no level."""


@pytest.fixture
def theirs(real_data):
    """Give the requests of one of the SDK's files that ask for an answer."""

    def theirs(name):
        document = json.loads((real_data / "sdk_requests" / f"{name}.json").read_text())
        return [r for r in document["requests"] if "enerateContent" in r["path"]]

    return theirs


@pytest.fixture
def variant(tmp_path):
    """Load one case, the pictures that the SDK sent lying beside it."""

    def variant(case, pictures=()):
        for index, data in enumerate(pictures):
            (tmp_path / f"{index}.png").write_bytes(data)
        sets = "references: {sent: '*.png'}\n" if pictures else ""
        head = f"version: 1\nsuite: s\nmodel: {MODEL}\n{sets}cases:\n"
        flow = case.startswith("{")
        lines = f"  - {{id: a, {case[1:]}\n" if flow else _indented(case)
        path = tmp_path / "s.yaml"
        path.write_text(head + lines)
        (found,) = load_suite(path).variants
        return found

    return variant


def _indented(case):
    return "  - id: a\n" + textwrap.indent(textwrap.dedent(case), "    ")


@pytest.fixture
def sent(tmp_path, shelf):
    """Send a request with the harness's own client; give what arrives."""

    def sent(request, pictures=()):
        for data in pictures:
            shelf.keep(data)
        arrived = []

        def take(call):
            arrived.append(call)
            return httpx.Response(200, json=ANSWER)

        endpoint = Endpoint(
            name="e", base_url="https://api.example.com", api_version="v1", key="TEST_KEY"
        )
        with httpx.Client(transport=httpx.MockTransport(take)) as client:
            provider = GeminiProvider(
                client=client, endpoint=endpoint, read=shelf.read, keep=shelf.keep
            )
            provider.generate(request)
        return arrived[-1]

    return sent


def comparable(body):
    """Bring the spellings that mean the same to one."""
    return normalised(with_named_blobs(body))


def pictures_in(body):
    parts = [part for content in body["contents"] for part in content["parts"]]
    return [
        base64.urlsafe_b64decode(part["inlineData"]["data"])
        for part in parts
        if "inlineData" in part
    ]


@pytest.mark.parametrize("name", ALIKE)
def test_a_suite_sends_what_the_sdk_sends(name, theirs, variant, sent, shelf):
    """Body, path and the headers that matter, turn for turn."""
    requests = theirs(name)
    asked = variant(ALIKE[name], pictures_in(requests[0]["json"]))
    history = []

    for turn, request in enumerate(requests):
        if turn:  # what the model answered stands in the SDK's own history
            answer = {"candidates": [{"content": request["json"]["contents"][-2]}]}
            history.append(parse_answer(json.dumps(answer).encode(), keep=shelf.keep, service={}))
        ours = sent(request_for(asked, history), pictures_in(request["json"]))

        body = comparable(request["json"])
        for field, value in NOT_OURS.get(name, {}).items():
            config = body["generationConfig"]
            assert (config.pop(field, None) or config["thinkingConfig"].pop(field)) == value
        assert comparable(json.loads(ours.content)) == body
        assert ours.url.raw_path.decode() == request["path"]
        headers = {key.lower() for key, _ in request["headers"]} - {"x-goog-api-client"}
        assert set(ours.headers) - OWN_HEADERS == headers - OWN_HEADERS
    assert len(history) == len(requests) - 1


def test_a_picture_by_its_address_is_what_the_sdk_sends(theirs, variant, shelf):
    """A reference that was uploaded is named by its URI."""
    (request,) = theirs("06b_generate_with_fileData")
    png = b"\x89PNG\r\n\x1a\n"
    uri = request["json"]["contents"][0]["parts"][1]["fileData"]["file_uri"]
    asked = variant("{prompt: edit this, modalities: [], references: [sent]}", [png])
    ref = shelf.keep(png)

    body = body_with_files(request_for(asked, []), read=shelf.read, uris={ref.sha256: uri})

    assert comparable(json.loads(body)) == comparable(request["json"])


def test_each_request_of_a_batch_is_what_the_sdk_puts_in_one(theirs, variant, sent):
    """A batch holds the same bodies as single calls do."""
    (request,) = theirs("05_batch_create_inline")
    inner = request["json"]["batch"]["inputConfig"]["requests"]["requests"]
    cases = (
        "{prompt: a cat, modalities: [IMAGE], aspect_ratio: 1:1, image_size: 1K}",
        "{prompt: a dog}",
    )

    ours = [json.loads(sent(request_for(variant(case), [])).content) for case in cases]

    assert [comparable(body) for body in ours] == [comparable(row["request"]) for row in inner]
