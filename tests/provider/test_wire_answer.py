"""Any answer of the service becomes a Generation, or is said to be malformed."""

import base64
import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import MalformedAnswer
from harness.model.blob import BlobRef
from harness.model.generation import Generation, Outcome, signatures
from harness.model.request import Content, GenerationRequest, Parameters, Role
from harness.provider.wire_answer import parse_answer, parse_stream, sse_events
from harness.provider.wire_request import skeleton
from harness.recording.foreign import read_foreign

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "200"))
JPEG, PNG = b"\xff\xd8\xff one", b"\x89PNG\r\n\x1a\n two"


def text64(data):
    return base64.b64encode(data).decode()


def inline(data, **more):
    return {"inlineData": {"mimeType": "image/jpeg", "data": text64(data)}, **more}


def parsed(tree, *, keep=BlobRef.of, service=None):
    return parse_answer(json.dumps(tree).encode(), keep=keep, service=service or {})


def answered(*parts, **candidate):
    return parsed({"candidates": [{"content": {"parts": list(parts)}, **candidate}]})


# --- real recordings -------------------------------------------------------------------


def recorded(real_data, name):
    """Parse every generation in a real cassette."""
    (path,) = (real_data / "cassettes").glob(f"*/{name}*.yaml")
    found = []
    for item in read_foreign(path):
        if item.status == 200 and "enerateContent" in item.url:
            stream = item.headers["content-type"].startswith("text/event-stream")
            parse = parse_stream if stream else parse_answer
            found.append(parse(item.body, keep=BlobRef.of, service=item.headers))
    return found


PICTURES = [
    ("TestImageGenerationCapability", ["jpg"], [1]),
    ("test_google_image_edit_binary_image_vcr", ["jpg"], [1]),
    ("test_google_image_generation_vcr", ["jpg"], [1]),
    ("test_google_image_generation_with_text", ["jpg"], [2]),
    ("test_google_image_generation_with_web_search", ["jpg"], [1]),
    ("test_google_image_generation_stream", ["png", "png"], [0, 0]),
    ("test_google_image_or_text_output", [None, "png"], [0, 0]),
    ("test_google_multiple_images", ["png"], [0]),
]


@pytest.mark.parametrize(("name", "kinds", "signed"), PICTURES, ids=[row[0] for row in PICTURES])
def test_real_answers_give_their_pictures_signatures_and_usage(real_data, name, kinds, signed):
    """Every real answer has its one picture, or its text; the usage adds up."""
    found = recorded(real_data, name)

    assert [g.picture and g.picture.picture.extension for g in found] == kinds
    assert [len(signatures(g.parts)) for g in found] == signed
    for generation in found:
        usage = generation.usage
        expected = Outcome.PICTURE if generation.pictures else Outcome.TEXT_ONLY
        assert generation.outcome is expected
        assert generation.finish_reason == "STOP"
        assert usage.total == usage.prompt + usage.candidates + usage.thoughts
        assert usage.candidates > sum(usage.candidates_by_modality.values())
        assert sum(usage.prompt_by_modality.values()) == usage.prompt
        assert bool(usage.image) is bool(generation.pictures)
        assert generation.model_version.startswith("gemini-")
        assert generation.response_id


def test_a_real_search_gives_its_queries_and_sources(real_data):
    """Grounding keeps what is empty: one query, and one source's title."""
    (generation,) = recorded(real_data, "test_google_image_generation_with_web_search")

    grounding = generation.grounding

    assert len(grounding.queries) == 2
    assert "" in grounding.queries
    assert [bool(source.title) for source in grounding.sources] == [True, True, False]
    assert all(source.uri.startswith("https://") for source in grounding.sources)
    assert "<style>" in grounding.suggestions_html


def test_a_real_blocked_prompt_is_an_outcome(real_data):
    """No candidates, a block reason with its sentence."""
    (generation,) = recorded(real_data, "test_google_model_armor_prompt")

    assert generation.outcome is Outcome.PROMPT_BLOCKED
    assert generation.block_reason == "MODEL_ARMOR"
    assert generation.block_message


def test_real_answers_report_the_services_own_time(real_data):
    """`server-timing` gives milliseconds that are free of the network."""
    (generation,) = recorded(real_data, "TestImageGenerationCapability")

    assert generation.server_ms > 1000


# --- parts -------------------------------------------------------------------------------


def test_parts_keep_their_order_and_the_last_final_picture_wins():
    """Thought pictures are set apart, wherever they stand."""
    generation = answered(
        {"text": "hm", "thought": True},
        inline(b"draft", thought=True),
        {"text": "Here "},
        inline(JPEG, thoughtSignature=text64(b"s1")),
        {"text": "and there"},
        inline(PNG),
        inline(b"afterthought", thought=True),
        finishReason="STOP",
    )

    assert generation.picture.picture == BlobRef.of(PNG)
    assert [p.picture for p in generation.pictures] == [BlobRef.of(JPEG), BlobRef.of(PNG)]
    assert len(generation.thought_pictures) == 2
    assert generation.text == "Here and there"
    assert [p.text for p in generation.parts] == [
        "hm",
        None,
        "Here ",
        None,
        "and there",
        None,
        None,
    ]
    assert signatures(generation.parts) == (BlobRef.of(b"s1"),)


@pytest.mark.parametrize("key", ["thoughtSignature", "thought_signature"])
@pytest.mark.parametrize("alphabet", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("padded", [True, False])
def test_signatures_are_read_in_every_spelling(key, alphabet, padded):
    """Both key cases, both alphabets, padded or not, are the same bytes."""
    data = bytes(range(250, 256)) * 3 + b"x"
    text = alphabet(data).decode()

    generation = answered({"text": "t", key: text if padded else text.rstrip("=")})

    assert signatures(generation.parts) == (BlobRef.of(data),)


def test_unknown_parts_are_kept_whole():
    """A part of another kind goes back into the history as it came."""
    part = {"functionCall": {"name": "f", "args": {"a": [1, None]}}, "thoughtSignature": "QUJD"}

    generation = answered(part)

    assert json.loads(generation.parts[0].other) == part
    assert generation.outcome is Outcome.EMPTY


@pytest.mark.parametrize(
    "part",
    [
        {"text": "hi", "videoMetadata": {"fps": 1}},
        {"text": "hm", "thought": True, "partMetadata": {"a": [1, None]}},
        {"inlineData": {"mimeType": "image/png", "data": "aGk="}, "mediaResolution": {"level": 1}},
    ],
    ids=["text", "thought", "picture"],
)
def test_what_a_part_holds_beside_goes_back_with_it(part):
    """The history goes back untouched: also what nobody here has a name for."""
    body = json.dumps({"candidates": [{"content": {"parts": [part]}}]}).encode()
    kept = {}

    def keep(data):
        ref = BlobRef.of(data)
        kept[ref.sha256] = data
        return ref

    (found,) = parse_answer(body, keep=keep, service={}).parts
    content = Content(role=Role.MODEL, parts=(found,))
    request = GenerationRequest(model="m", contents=(content,), parameters=Parameters())
    sent = skeleton(request, text_of=lambda ref: base64.b64encode(kept[ref.sha256]).decode())

    assert sent["contents"][0]["parts"] == [part]


# --- outcomes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tree", "outcome", "reason"),
    [
        ({}, Outcome.EMPTY, ""),
        ({"candidates": None}, Outcome.EMPTY, ""),
        ({"candidates": []}, Outcome.EMPTY, ""),
        ({"candidates": [{}]}, Outcome.EMPTY, ""),
        ({"candidates": [None]}, Outcome.EMPTY, ""),
        ({"promptFeedback": {}, "candidates": [{}]}, Outcome.EMPTY, ""),
        (
            {"candidates": [{"finishReason": "NO_IMAGE", "index": 0}]},
            Outcome.NO_PICTURE,
            "NO_IMAGE",
        ),
        (
            {"candidates": [{"content": {"parts": None}, "finishReason": "IMAGE_SAFETY"}]},
            Outcome.REFUSED,
            "IMAGE_SAFETY",
        ),
        (
            {"candidates": [{"content": {}, "finishReason": "IMAGE_OTHER"}]},
            Outcome.NO_PICTURE,
            "IMAGE_OTHER",
        ),
        (
            {"candidates": [{"content": {"role": "model"}, "finishReason": "PROHIBITED_CONTENT"}]},
            Outcome.REFUSED,
            "PROHIBITED_CONTENT",
        ),
        (
            {"candidates": [{"content": {}, "finishReason": "MAX_TOKENS"}]},
            Outcome.CUT_SHORT,
            "MAX_TOKENS",
        ),
        (
            {"candidates": [{"content": {}, "finishReason": "A_WORD_OF_NEXT_YEAR"}]},
            Outcome.NO_PICTURE,
            "A_WORD_OF_NEXT_YEAR",
        ),
        (
            {"candidates": [{"content": {"parts": [{"text": "Sorry"}]}, "finishReason": "STOP"}]},
            Outcome.TEXT_ONLY,
            "STOP",
        ),
        (
            {"candidates": [{"content": {"parts": [{"text": " \n"}]}, "finishReason": "STOP"}]},
            Outcome.NO_PICTURE,
            "STOP",
        ),
        (
            {
                "candidates": [
                    {"content": {"parts": [inline(JPEG, thought=True)]}, "finishReason": "STOP"}
                ]
            },
            Outcome.THOUGHT_ONLY,
            "STOP",
        ),
        (
            {
                "candidates": [
                    {"content": {"parts": [inline(JPEG)]}, "finishReason": "IMAGE_SAFETY"}
                ]
            },
            Outcome.PICTURE,
            "IMAGE_SAFETY",
        ),
    ],
)
def test_an_answer_without_a_picture_is_an_outcome(tree, outcome, reason):
    """What is missing, empty or null has a name, and is never an error."""
    generation = parsed(tree)

    assert generation.outcome is outcome
    assert generation.finish_reason == reason


@pytest.mark.parametrize("reason", ["SAFETY", "JAILBREAK", "A_REASON_OF_NEXT_YEAR"])
def test_a_blocked_prompt_keeps_its_reason(reason):
    """Every block reason, known or not, is a blocked prompt."""
    generation = parsed({"promptFeedback": {"blockReason": reason, "blockReasonMessage": "why"}})

    assert generation.outcome is Outcome.PROMPT_BLOCKED
    assert (generation.block_reason, generation.block_message) == (reason, "why")


# --- what is refused ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>bad gateway</html>",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe\x00",
        b'{"candidates": [{"content": {"parts": [{"inlineData": {"data": "!!!"}}]}}]}',
        b'{"candidates": [{"content": {"parts": [{"inlineData": {"data": "\xc3\xa4"}}]}}]}',
        b'{"a": ' * 5000,
        b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}",
    ],
    ids=["nothing", "html", "list", "null", "text", "no utf-8", "no base64", "no ascii", "deep",
         "too deep"],
)  # fmt: skip
@pytest.mark.parametrize("parse", [parse_answer, parse_stream])
def test_what_is_no_answer_is_malformed(parse, data):
    """Bytes that are no JSON object, or a picture that is no base64, are said so."""
    data = data if parse is parse_answer else b"data: " + data + b"\n\n"

    with pytest.raises(MalformedAnswer):
        parse(data, keep=BlobRef.of, service={})


@pytest.mark.parametrize("count", [-1, 1.5, True, "12", None, 10**400], ids=lambda c: repr(c)[:5])
def test_a_token_count_that_is_none_counts_as_nothing(count):
    """Usage that no service reports can spoil no price."""
    generation = parsed({"usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": count}})

    assert (generation.usage.prompt, generation.usage.candidates) == (3, 0)


# --- streams -----------------------------------------------------------------------------

EVENTS = [
    {"candidates": [{"content": {"parts": [{"text": "Hi"}]}}], "usageMetadata": {"a": 1}},
    {"candidates": [{"content": {"parts": [inline(PNG)]}}], "responseId": "r"},
    {
        "candidates": [{"content": {"parts": [{"text": ""}]}, "finishReason": "STOP"}],
        "usageMetadata": {"totalTokenCount": 9},
        "responseId": "r",
    },
]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff", ": a comment\n\n", "event: x\nid: 1\n"])
def test_events_end_at_any_line_end(start, end):
    """CRLF, LF and CR end lines; comments, other fields and a BOM are passed over."""
    stream = start + "".join(f"data: {json.dumps(event)}{end}{end}" for event in EVENTS)

    generation = parse_stream(stream.encode(), keep=BlobRef.of, service={})

    assert [p.text for p in generation.parts] == ["Hi", None, ""]
    assert generation.picture.picture == BlobRef.of(PNG)
    assert generation.finish_reason == "STOP"
    assert generation.usage.total == 9
    assert generation.streamed


def test_an_event_of_several_lines_is_one():
    """Data lines of one event are joined; an event needs no blank line at the very end."""
    stream = b'data:{"a":\ndata: 1}\n\ndata: {"b": 2}'

    assert list(sse_events(stream)) == [b'{"a":\n1}', b'{"b": 2}']


# --- anything at all ---------------------------------------------------------------------

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["data", "text", "parts", "web", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)
_part = st.fixed_dictionaries(
    {},
    optional={
        "text": _json, "thought": _json, "thoughtSignature": _json, "functionCall": _json,
        "inlineData": st.fixed_dictionaries({}, optional={"data": _json, "mimeType": _json})
        | _json,
    },
)  # fmt: skip
_candidate = st.fixed_dictionaries(
    {},
    optional={
        "content": st.fixed_dictionaries({"parts": st.lists(_part, max_size=3) | _json}) | _json,
        "finishReason": _json, "finishMessage": _json,
        "groundingMetadata": st.fixed_dictionaries(
            {}, optional={"groundingChunks": _json, "webSearchQueries": _json,
                          "searchEntryPoint": _json}),
    },
)  # fmt: skip
_answer = st.fixed_dictionaries(
    {},
    optional={
        "candidates": st.lists(_candidate, max_size=2) | _json,
        "promptFeedback": _json, "modelVersion": _json, "responseId": _json,
        "usageMetadata": st.dictionaries(
            st.sampled_from(["promptTokenCount", "candidatesTokensDetails", "serviceTier"]), _json
        ),
    },
)  # fmt: skip


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.binary()
    | (_answer | _json).map(lambda tree: json.dumps(tree).encode())
    | _answer.map(lambda tree: b"data: " + json.dumps(tree).encode() + b"\r\n\r\n")
)
def test_any_bytes_give_a_generation_or_a_malformed_answer(data):
    """Whatever a service sends, nothing else comes out; every view of it can be taken."""
    for parse in (parse_answer, parse_stream):
        try:
            generation = parse(data, keep=BlobRef.of, service={"server-timing": "gfet4t7; dur=x"})
        except MalformedAnswer:
            continue
        assert isinstance(generation, Generation)
        assert isinstance(generation.outcome, Outcome)
        assert generation.server_ms is None


def test_a_stream_of_lines_without_end_is_malformed():
    """It is refused before it is taken apart."""
    with pytest.raises(MalformedAnswer, match="more than 1,000,000 lines"):
        parse_stream(b":\n" * 1_000_001, keep=BlobRef.of, service={})
