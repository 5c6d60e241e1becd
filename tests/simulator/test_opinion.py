"""Questions about a picture are answered from what was painted, wrong as often as is set."""

import base64
import json

import httpx
import pytest

from harness.simulator.paint.contents import read_contents, with_contents
from harness.simulator.server import serving

KEY = {"x-goog-api-key": "a-key-of-a-test"}
SIZE = {"imageConfig": {"imageSize": "1K"}}
YES_NO, SCALE = ("yes", "no"), ("0", "1", "2", "3", "4")


def call(url, model, parts, config):
    request = {"contents": [{"role": "user", "parts": parts}], "generationConfig": config}
    path = f"{url}/v1beta/models/{model}:generateContent"
    return httpx.post(path, json=request, headers=KEY, timeout=60).json()


def painted(url, prompt, *sent):
    parts = [*map(inline, sent), {"text": prompt}]
    answer = call(url, "gemini-3-pro-image", parts, SIZE)["candidates"][0]["content"]["parts"]
    return base64.b64decode([p for p in answer if "inlineData" in p][-1]["inlineData"]["data"])


def inline(picture):
    data = base64.b64encode(picture).decode()
    return {"inlineData": {"mimeType": "image/jpeg", "data": data}}


def asked(url, picture, question, choices=YES_NO):
    schema = {"type": "OBJECT", "properties": {"answer": {"type": "STRING", "enum": [*choices]}}}
    config = {"responseMimeType": "application/json", "responseSchema": schema}
    parts = [inline(picture), {"text": f"Look at it.\n\nQuestion: {question}"}]
    answer = call(url, "gemini-3.8-flash", parts, config)
    return json.loads(answer["candidates"][0]["content"]["parts"][0]["text"])["answer"], answer


@pytest.fixture(scope="module")
def fox(simulator):
    return painted(simulator, 'A fox in the snow at night under a sign "OPEN"')


@pytest.mark.parametrize(
    ("question", "choices", "answer"),
    [
        ("Is there a fox?", YES_NO, "yes"),
        ("Is there a cat?", YES_NO, "no"),
        ("Is a fox in the snow with an umbrella?", YES_NO, "no"),
        ('Does the sign say "OPEN"?', YES_NO, "yes"),
        ('Does the sign say "SHUT"?', YES_NO, "no"),
        ("Is it well composed?", YES_NO, "yes"),
        ("Are fox, snow, night and umbrella to be seen?", SCALE, "3"),
        ("How much of a cat is there?", SCALE, "0"),
    ],
)
def test_the_answer_is_what_was_painted(simulator, fox, question, choices, answer):
    """All that a question names must be there; its share makes the scale."""
    assert asked(simulator, fox, question, choices)[0] == answer


def test_a_later_simulator_knows_the_picture_too(fox):
    """What was painted stands in the file."""
    with serving(seed=1) as another:
        assert asked(another, fox, "Is there a fox?")[0] == "yes"


def test_what_a_change_keeps_is_still_there(simulator, fox):
    """The changed picture holds what it held, and what was added."""
    changed = painted(simulator, "Add an umbrella, keep everything else", fox)

    assert asked(simulator, changed, "Is there a fox with an umbrella?")[0] == "yes"


def test_a_strange_picture_shows_nothing(simulator, fox):
    """One that was written anew by others is not known any more."""
    strange = fox.replace(b"harness-contents\x00", b"harness-contentz\x00")

    assert asked(simulator, strange, "Is there a fox?")[0] == "no"
    assert asked(simulator, strange, "Is it good?", SCALE)[0] == "0"


def test_so_many_answers_are_wrong_as_is_set(fox):
    """Each question has dice of its own, which the seed repeats."""

    def wrong(seed):
        with serving(seed=seed, ask_error=0.5) as url:
            return [asked(url, fox, f"Is there a fox, {i}?")[0] == "no" for i in range(10)]

    first = wrong(3)

    assert 1 <= sum(first) <= 9
    assert wrong(3) == first


def test_an_answer_is_billed_as_text(simulator, fox):
    """Tokens of the picture go in, none come out."""
    _, answer = asked(simulator, fox, "Is there a fox?")

    usage = answer["usageMetadata"]
    assert {"modality": "IMAGE", "tokenCount": 1120} in usage["promptTokensDetails"]
    assert "candidatesTokensDetails" not in usage


def test_files_that_are_no_jpeg_stay_as_they_are():
    """And whatever stands in a note is no reason to fail."""
    assert with_contents(b"\x89PNG", frozenset({"subject fox"})) == b"\x89PNG"
    assert read_contents(b"\xff\xef\x00\x20harness-contents\x00{[") is None
    assert read_contents(b"harness-contents\x00[]") is None
