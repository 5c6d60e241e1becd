"""A question is a request of its own, named by what is asked, sent as the official SDK does."""

import json
from dataclasses import replace

import pytest
from google import genai
from google.genai import types

from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.checks import Question
from harness.model.identity import normalised, with_named_blobs
from harness.model.sample import SampleKey
from harness.provider.wire_request import body
from harness.runner.questions import choices_of, question_chain
from harness.runner.requests import request_for

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
PICTURE = BlobRef.of(PNG)
KEY = SampleKey(case="fox", variant="4K", sample=1, turn=2)
ARM = Arm(model="gemini-3.8-flash", endpoint="gemini")
YES_NO, SCALE = Question(text="Two cars?"), Question(text="How sharp?", at_least=3)
ANSWER = {"candidates": [{"content": {"parts": [{"text": "{}"}]}, "finishReason": "STOP"}]}


@pytest.fixture
def asked(chains):
    """Give the call that puts a question about a picture."""
    (about,) = chains("a fox")

    def asked(question=YES_NO, *, key=KEY, picture=PICTURE, arm=ARM):
        return question_chain(about, key, picture=picture, question=question, arm=arm)

    return asked


@pytest.mark.parametrize("question", [YES_NO, SCALE], ids=["yes or no", "scale"])
def test_it_is_what_the_sdk_sends(asked, faulty, question):
    """An image, a prompt, a response schema and a limit, as google-genai writes them."""
    chain = asked(question)
    (turn,) = chain.variant.turns
    words = types.Schema(type="STRING")
    choice = types.Schema(type="STRING", enum=list(choices_of(question)))
    schema = types.Schema(
        type="OBJECT",
        properties={"why": words, "answer": choice},
        required=["why", "answer"],
        property_ordering=["why", "answer"],
    )
    config = types.GenerateContentConfig(
        response_modalities=["TEXT"],
        response_mime_type="application/json",
        response_schema=schema,
        max_output_tokens=turn.parameters.max_output_tokens,
    )
    image = types.Part.from_bytes(data=PNG, mime_type="image/png")
    arrived = []

    def talk(connection, request):
        arrived.append(request.partition(b"\r\n\r\n")[2])
        said = json.dumps(ANSWER).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(said)}"
        connection.sendall(head.encode() + b"\r\n\r\n" + said)

    options = types.HttpOptions(base_url=faulty(talk))
    with genai.Client(api_key="a-key", http_options=options) as client:
        contents = [image, turn.prompt]
        client.models.generate_content(model=ARM.model, contents=contents, config=config)

    ours = json.loads(body(request_for(chain.variant, ()), read=lambda ref: PNG))
    theirs = json.loads(arrived[-1])
    assert normalised(with_named_blobs(ours)) == normalised(with_named_blobs(theirs))


def test_it_is_named_by_what_is_asked(asked):
    """Picture, question and model make another name; what is held to be good makes none."""
    named = asked().named

    assert replace(named, ordinal=0) == KEY
    assert named.id == f"fox[4K] sample 2 turn 3 question {named.ordinal:012x}"[: len(named.id)]
    assert asked(replace(YES_NO, expect="no")).named == named
    assert asked(replace(SCALE, at_least=1)).named == asked(SCALE).named
    others = [
        asked(Question(text="Three cars?")),
        asked(replace(YES_NO, at_least=2)),
        asked(picture=BlobRef.of(PNG + b"!")),
        asked(arm=replace(ARM, model="gemini-3.1-flash-lite")),
    ]
    assert len({named, *(other.named for other in others)}) == 5
    assert 0 < named.ordinal < 2**53
