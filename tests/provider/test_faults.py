"""Every error of the service is one of the house's, and never repeats the key."""

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import (
    KeyRejected,
    ProviderError,
    QuotaExhausted,
    RequestRejected,
    ServiceFailed,
)
from harness.provider.faults import fault
from harness.recording.foreign import read_foreign

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "200"))
KEY = "AQ.a-key-of-a-test-0123456789"


def body(message, *, status="", details=(), code=400):
    error = {"code": code, "message": message, "status": status, "details": list(details)}
    return json.dumps({"error": error}).encode()


def info(reason):
    return {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}


def retry(delay):
    return {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}


REAL = [
    ("TestGoogle.test_count_tokens_error", 404, RequestRejected, "NOT_FOUND"),
    ("test_google_model_file_search_tool", 503, ServiceFailed, "UNAVAILABLE"),
    ("test_google_model_video_url_detail", 400, RequestRejected, "INVALID_ARGUMENT"),
    ("test_google_recursive_schema", 500, ServiceFailed, "INTERNAL"),
    ("test_google_rejects_more_images", 400, RequestRejected, "INVALID_ARGUMENT"),
    ("test_google_vertexai_image_generation", 401, KeyRejected, "UNAUTHENTICATED"),
    ("test_image_as_binary_content_tool", 400, KeyRejected, "INVALID_ARGUMENT"),
    ("test_model_name_suggestion", 404, RequestRejected, "NOT_FOUND"),
]


@pytest.mark.parametrize(
    ("name", "status", "kind", "reason"), REAL, ids=[f"{row[1]}-{row[0]}" for row in REAL]
)
def test_every_real_error_has_its_class(real_data, name, status, kind, reason):
    """The recorded bodies of 400, 401, 404, 500 and 503."""
    (path,) = (real_data / "cassettes" / "errors").glob(f"{name}*.yaml")
    bodies = [item.body for item in read_foreign(path) if item.status == status]

    for data in bodies:
        error = fault(status, data)

        assert type(error) is kind
        assert (error.status, error.reason, error.retry_after) == (status, reason, None)
        assert json.loads(data)["error"]["message"].strip()[:80] in str(error)
    assert bodies


def test_the_real_429_says_how_long_to_wait(real_data):
    """RetryInfo is read; there is no Retry-After header."""
    path = real_data / "cassettes" / "errors" / "vercel-ai_google-429-retry-info.json"

    error = fault(429, path.read_bytes())

    assert type(error) is QuotaExhausted
    assert (error.reason, error.retry_after) == ("RESOURCE_EXHAUSTED", 34.4)


@pytest.mark.parametrize(
    ("status", "data", "kind"),
    [
        (400, body("API key not valid.", details=[info("API_KEY_INVALID")]), KeyRejected),
        (400, body("API key expired. Please renew the API key."), KeyRejected),
        (400, body("Invalid JSON payload received. Unknown name"), RequestRejected),
        (400, body("Image part is missing a thought_signature in content"), RequestRejected),
        (400, body("User location is not supported for the API use."), RequestRejected),
        (401, body("no", details=[info("ACCESS_TOKEN_TYPE_UNSUPPORTED")]), KeyRejected),
        (403, body("Your API key was reported as leaked."), KeyRejected),
        (403, body("Requests to this API are blocked."), KeyRejected),
        (404, body("models/X is not found for API version v1beta"), RequestRejected),
        (429, body("Resource has been exhausted (e.g. check quota)."), QuotaExhausted),
        (500, body("An internal error has occurred."), ServiceFailed),
        (503, body("The model is overloaded. Please try again later."), ServiceFailed),
        (504, body("Deadline expired before operation could complete."), ServiceFailed),
        (502, b"<html>bad gateway</html>", ServiceFailed),
        (302, b"", RequestRejected),
    ],
)
def test_every_known_error_has_its_class(status, data, kind):
    """What the documents and other people's issues report."""
    error = fault(status, data)

    assert type(error) is kind
    assert error.status == status
    assert f"HTTP {status}" in str(error)


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [("48s", 48.0), ("48.939935699s", 48.939935699), ("0s", 0.0), ("48", None), (48, None),
     ("-1s", None), ("9" * 400 + "s", None)],
)  # fmt: skip
def test_a_delay_is_read_in_its_one_form(delay, seconds):
    """A duration of proto JSON, and nothing that nobody could wait for."""
    assert fault(429, body("no", details=[{"x": 1}, retry(delay)])).retry_after == seconds


def test_the_body_may_be_a_list_of_errors():
    """A stream's error comes as a list."""
    error = fault(429, b"[" + body("wait", details=[retry("2s")]) + b"]")

    assert (type(error), error.retry_after) == (QuotaExhausted, 2.0)


def test_a_message_is_short_enough_to_be_read():
    """Megabytes of a gateway's page do not reach the terminal."""
    assert len(str(fault(400, body("x" * 1_000_000)))) < 2000


_json = st.recursive(
    st.none() | st.integers() | st.text(max_size=9) | st.just(KEY),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "message", "status", "details", "reason", "retryDelay"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=9,
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.integers(300, 599),
    st.binary() | _json.map(lambda tree: json.dumps(tree).encode()),
    st.integers(0, 300),
)
def test_the_key_is_in_no_message(status, data, at):
    """Wherever a body repeats the key, the error does not."""
    error = fault(status, data[:at] + KEY.encode() + data[at:], secrets=(KEY,))

    assert isinstance(error, ProviderError)
    assert KEY not in f"{error} {error.reason} {error!r}"


@pytest.mark.parametrize("before", [185, 990])
def test_a_message_that_is_cut_shows_no_half_of_the_key(before):
    """What is too long is cut behind the key, never within."""
    error = fault(502, b"x" * before + KEY.encode() + b"y" * 2000, secrets=(KEY,))

    assert KEY[:6] not in str(error)
