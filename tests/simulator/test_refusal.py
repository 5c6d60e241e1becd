"""Whatever is sent, the answer is the service's: valid, or an error in its own words."""

import base64
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

PRO = "gemini-3-pro-image"
SECRET = "AIza-this-is-a-secret"


def png(size=(8, 8), colour="red"):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def post(client, content, model=PRO, headers=None):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    path = f"/v1beta/models/{model}:generateContent"
    return client.post(path, content=body, headers=headers)


def body(*parts, **config):
    return {"contents": [{"parts": list(parts) or [{"text": "x"}]}], "generationConfig": config}


def picture(**extra):
    return {"inlineData": {"mimeType": "image/png", "data": png()}, **extra}


def test_a_bad_key_is_a_400_with_its_reason(client):
    """No key and an invalid one are refused alike, with ErrorInfo and LocalizedMessage."""
    for headers in ({"x-goog-api-key": ""}, {"x-goog-api-key": "invalid"}):
        error = post(client, body(), headers=headers).json()["error"]

        assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
        assert error["message"] == "API key not valid. Please pass a valid API key."
        assert error["details"][0]["reason"] == "API_KEY_INVALID"
        assert error["details"][1]["locale"] == "en-US"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{nope", "Invalid JSON payload received."),
        ([1], "Invalid value at ''"),
        ({"contents": []}, "contents is not specified"),
        ({"contents": [{"parts": []}]}, "contents.parts must not be empty."),
        ({"contents": [{"parts": [{}]}]}, "required oneof field 'data'"),
        ({"contents": [{"role": "boss", "parts": [{"text": "x"}]}]}, "valid role: user, model"),
        ({**body(), "colour": 1}, 'Unknown name "colour": Cannot find field.'),
        (body(aspectRatio="1:1"), "Unknown name \"aspectRatio\" at 'generation_config': Cannot"),
        (body({"text": "x", "foo": 1}), "Unknown name \"foo\" at 'contents[0].parts[0]': Cannot"),
        (body(imageConfig={"aspectRatio": "7:5"}), "aspect_ratio must be one of '1:1', '2:3',"),
        (body(imageConfig={"aspectRatio": "1:8"}), "aspect_ratio must be one of '1:1', '2:3',"),
        (body(imageConfig={"imageSize": "2k"}), "image_size must be one of '1K', '2K', or '4K'."),
        (body(imageConfig={"imageSize": "512"}), "image_size must be one of '1K', '2K', or '4K'."),
        (
            body(thinkingConfig={"thinkingLevel": "HIGH"}),
            "Thinking level is not supported for this",
        ),
        (body(temperature="hot"), "Invalid value at 'generation_config.temperature' (TYPE_FLOAT)"),
        (body(candidateCount=2), "Multiple candidates is not enabled"),
        (body(responseModalities=["AUDIO"]), "response modalities is not supported"),
        (body({"inlineData": {"mimeType": "image/png", "data": "AAAA"}}), "Provided image is not"),
        (body({"inlineData": {"mimeType": "image/png", "data": "%"}}), "Base64 decoding failed"),
        (body({"inlineData": {"mimeType": "image/gif", "data": png()}}), "Unsupported MIME type"),
        (body({"fileData": {"fileUri": "https://x/y"}}), "You do not have permission to access"),
        (body(*[picture()] * 15), "at most 14 image parts"),
    ],
    ids=lambda value: None if not isinstance(value, str) else value[:28],
)
def test_what_the_model_cannot_do_is_refused_in_its_words(client, content, words):
    """Each kind of bad request gets the service's wording, and no key."""
    answer = post(client, content, headers={"x-goog-api-key": SECRET})
    error = answer.json()["error"]

    assert answer.status_code == error["code"]
    assert answer.status_code in {400, 403}
    assert words in error["message"]
    assert SECRET not in answer.text


def test_an_unknown_field_names_its_violation(client):
    """The details repeat field and description."""
    error = post(client, body(aspect="1:1")).json()["error"]

    violation = error["details"][0]["fieldViolations"][0]
    assert violation == {"field": "generation_config", "description": error["message"]}


@pytest.mark.parametrize("call", ["generateContent", "countTokens"])
def test_an_unknown_model_is_a_404(client, call):
    """The wording is the recorded one."""
    error = client.post(f"/v1beta/models/nope:{call}", json={}).json()["error"]

    assert (error["code"], error["status"]) == (404, "NOT_FOUND")
    assert error["message"] == (
        "models/nope is not found for API version v1beta, or is not supported for "
        f"{call}. Call ModelService.ListModels to see the list of available models and their "
        "supported methods."
    )


def test_a_model_turn_without_signature_is_refused_by_place(client):
    """Positions count from one; with its signature the same turn is taken."""
    turns = [
        {"role": "user", "parts": [{"text": "a cat"}]},
        {"role": "model", "parts": [{"text": "here", "thoughtSignature": "AAAA"}, picture()]},
        {"role": "user", "parts": [{"text": "add a hat"}]},
    ]

    refused = post(client, {"contents": turns}).json()["error"]["message"]
    turns[1]["parts"][1]["thoughtSignature"] = "AAAA"
    taken = post(client, {"contents": turns})

    assert refused.startswith(
        "Image part is missing a thought_signature in content position 2, part position 2."
    )
    assert taken.status_code == 200


SIGNED = {"thoughtSignature": "AAAA"}


@pytest.mark.parametrize(
    ("texts", "missing"),
    [
        ([{"text": "here "}, {"text": "it is", **SIGNED}], None),
        ([{"text": "here "}, {"text": "it "}, {"text": "is", **SIGNED}], None),
        ([{"text": "here ", **SIGNED}, {"text": "it is"}], None),
        ([{"text": "hm", "thought": True}, {"text": "here "}, {"text": "is", **SIGNED}], None),
        ([{"text": "here "}, {"text": "it is"}], 1),
        ([{"text": "hm", "thought": True, **SIGNED}, {"text": "here"}], 2),
    ],
    ids=["last", "last of three", "first", "after a thought", "none", "a thought's only"],
)
def test_a_run_of_texts_needs_one_signature(client, texts, missing):
    """A streamed answer comes back in its pieces, signed on any one of them."""
    turns = [
        {"role": "user", "parts": [{"text": "a cat"}]},
        {"role": "model", "parts": [*texts, {**picture(), **SIGNED}, {"text": ""}]},
        {"role": "user", "parts": [{"text": "add a hat"}]},
    ]

    answer = post(client, {"contents": turns})

    if missing is None:
        assert answer.status_code == 200
    else:
        assert answer.json()["error"]["message"].startswith(
            "Text part is missing a thought_signature in content position 2, "
            f"part position {missing}."
        )


def test_a_signature_beyond_the_picture_signs_no_text_before_it(client):
    """A run of texts ends where something else comes between."""
    spoken = [{"text": "here"}, {**picture(), **SIGNED}, {"text": "done", **SIGNED}]
    turns = [
        {"role": "user", "parts": [{"text": "a cat"}]},
        {"role": "model", "parts": spoken},
        {"role": "user", "parts": [{"text": "add a hat"}]},
    ]

    assert post(client, {"contents": turns}).status_code == 400


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("PUT", "/v1/models/x"), ("GET", "/v9/models")]
)
def test_other_addresses_are_refused_in_the_services_form(client, method, path):
    """What is not served has an error body too."""
    answer = client.request(method, path)

    assert answer.status_code in {404, 405}
    assert answer.json()["error"]["code"] == answer.status_code


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=12,
)
FIELDS = """contents parts text inlineData inline_data data mimeType role tools generationConfig
imageConfig responseModalities thinkingConfig seed thought systemInstruction thoughtSignature
googleSearch aspectRatio fileData"""
FIELD = st.sampled_from(FIELDS.split())
WORD = st.sampled_from(["user", "model", "image/png", "AAAA", "TEXT", "IMAGE", "1:1", "\ud800", ""])
NEARLY = st.recursive(
    ANYTHING | WORD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELD, inner, max_size=4),
    max_leaves=20,
)
QUIET = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@pytest.mark.parametrize("depth", [50, 400, 700, 900, 960, 990, 1100, 100_000])
def test_deep_nesting_is_no_fault(client, depth):
    """JSON of any depth is taken or refused."""
    content = b'{"contents": [{"parts": [{"text": "[[text]]"}]}], "toolConfig": '

    assert_sane(post(client, content + b"[" * depth + b"]" * depth + b"}"))


def assert_sane(answer):
    tree = answer.json()
    if answer.status_code == 200:
        assert "usageMetadata" in tree
        return
    assert answer.status_code in {400, 403, 404}
    assert set(tree["error"]) <= {"code", "message", "status", "details"}


@QUIET
@given(content=NEARLY)
def test_any_json_gets_an_answer_or_an_error(client, content):
    """Arbitrary JSON never ends in a fault of the server."""
    assert_sane(post(client, content))


@QUIET
@given(parts=st.lists(st.dictionaries(FIELD, NEARLY, max_size=3), max_size=3), config=NEARLY)
def test_any_near_request_gets_an_answer_or_an_error(client, parts, config):
    """Requests that are almost right never end in a fault of the server."""
    content = {"contents": [{"parts": parts}], "generationConfig": config}

    assert_sane(post(client, content, model="gemini-2.5-flash"))


@QUIET
@given(content=st.binary(max_size=60))
def test_any_bytes_get_an_error(client, content):
    """Bytes that are no JSON are refused."""
    assert_sane(post(client, content))


@QUIET
@given(data=st.binary(max_size=200), cut=st.integers(0, 90))
def test_any_picture_is_painted_from_or_refused(client, data, cut):
    """Broken references are refused, never a fault."""
    whole = base64.b64decode(png((40, 40)))
    broken = base64.b64encode(whole[:cut] + data).decode()
    part = {"inlineData": {"mimeType": "image/png", "data": broken}}

    assert_sane(post(client, body(part, {"text": "a cat"}, responseModalities=["TEXT"])))
