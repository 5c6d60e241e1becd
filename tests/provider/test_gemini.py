"""The client asks the simulator over a real socket, and names what goes wrong."""

import gzip
import json

import pytest

from harness.errors import (
    KeyRejected,
    MalformedAnswer,
    NoConnection,
    QuotaExhausted,
    RequestRejected,
    ServiceFailed,
)
from harness.model.generation import Outcome, signatures
from harness.model.request import Content, GenerationRequest, Parameters, Part, Role


def answering(data, *headers):
    """Answer any request with `data`."""

    def talk(connection, _):
        head = [
            b"HTTP/1.1 200 OK",
            b"connection: close",
            b"content-length: %d" % len(data),
            *headers,
        ]
        connection.sendall(b"\r\n".join(head) + b"\r\n\r\n" + data)

    return talk


def test_a_picture_comes_with_everything_around_it(simulator, provider_at, request_of, shelf):
    """Picture, signature, usage, version, the service's headers."""
    generation = provider_at(simulator).generate(request_of("a fox in a shop"))

    picture = generation.picture.picture
    assert generation.outcome is Outcome.PICTURE
    assert shelf.read(picture)[:3] == b"\xff\xd8\xff"
    assert signatures(generation.parts)
    assert generation.usage.image == 1120
    assert generation.model_version == "gemini-3-pro-image"
    assert generation.service["x-simulated"].startswith("harness")
    assert generation.server_ms is not None


def test_a_stream_gives_the_same_kind_of_answer(simulator, provider_at, request_of):
    """Server-sent events become one generation."""
    generation = provider_at(simulator).generate(request_of("a fox", stream=True))

    assert generation.streamed
    assert generation.outcome is Outcome.PICTURE
    assert generation.finish_reason == "STOP"


@pytest.mark.parametrize(
    ("mark", "outcome"),
    [
        ("[[text]]", Outcome.TEXT_ONLY),
        ("[[block:SAFETY]]", Outcome.PROMPT_BLOCKED),
        ("[[finish:NO_IMAGE]]", Outcome.NO_PICTURE),
        ("[[finish:IMAGE_SAFETY]]", Outcome.REFUSED),
        ("[[finish:MAX_TOKENS]]", Outcome.CUT_SHORT),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_refusals_are_outcomes(simulator, provider_at, request_of, mark, outcome, stream):
    """None of the service's refusals is an exception."""
    generation = provider_at(simulator).generate(request_of(mark, stream=stream))

    assert generation.outcome is outcome


@pytest.mark.parametrize(
    ("code", "kind"),
    [(429, QuotaExhausted), (503, ServiceFailed), (400, RequestRejected), (0, ServiceFailed)],
)
@pytest.mark.parametrize("stream", [False, True])
def test_an_error_in_a_success_is_the_fault_that_its_code_says(
    faulty, provider_at, request_of, code, kind, stream
):
    """A gateway's 200 is retried, or not, as the error that it hides."""
    error = {"code": code, "message": "upstream error", "details": [{"retryDelay": "3s"}]}
    data = json.dumps({"error": error}).encode()
    url = faulty(answering(data, b"content-type: application/json"))

    with pytest.raises(kind, match="upstream error") as raised:
        provider_at(url).generate(request_of("a fox", stream=stream))

    assert raised.value.status == (code or 502)
    assert raised.value.retry_after == 3.0


def test_search_comes_with_its_sources(simulator, provider_at, request_of):
    """Grounding is read where a tool was asked for."""
    request = request_of("[[text]] the weather", tools=("google_search",))

    grounding = provider_at(simulator).generate(request).grounding

    assert grounding.queries
    assert grounding.sources


def test_an_unknown_model_is_a_rejected_request(simulator, provider_at):
    """404, in the service's words."""
    content = Content(role=Role.USER, parts=(Part(text="a"),))
    request = GenerationRequest(
        model="gemini-9/strange name", contents=(content,), parameters=Parameters()
    )

    with pytest.raises(RequestRejected, match="gemini-9/strange name is not found") as caught:
        provider_at(simulator).generate(request)

    assert (caught.value.status, caught.value.reason) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "key", ["invalid", "", "with a\nnew line", "nul\0byte", "schlüssel", "half \ud83d"]
)
def test_a_wrong_key_is_rejected_and_never_repeated(simulator, provider_at, request_of, key):
    """Also a key that no header can carry, which httpx would repeat in its error."""
    with pytest.raises(KeyRejected) as caught:
        provider_at(simulator, key=key).generate(request_of("[[text]]"))

    said = f"{caught.value} {caught.value.__cause__}"
    assert not key or key not in said


@pytest.mark.parametrize("url", ["http://[::1", "gopher://127.0.0.1", "http://127.0.0.1:99999"])
def test_an_address_that_is_none_is_no_connection(provider_at, request_of, url):
    """A base URL that cannot be reached by its form is named."""
    with pytest.raises(NoConnection, match="address"):
        provider_at(url).generate(request_of())


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        (b"<html>", ()),
        (b"no gzip", (b"content-encoding: gzip",)),
        (gzip.compress(b"{}", mtime=0)[:12], (b"content-encoding: gzip",)),
        (b"data: {\r\n\r\n", (b"content-type: text/event-stream",)),
    ],
)
def test_an_answer_in_no_form_is_malformed(faulty, provider_at, request_of, data, headers):
    """It may be charged, and it is no answer."""
    with pytest.raises(MalformedAnswer):
        provider_at(faulty(answering(data, *headers))).generate(request_of())


def test_a_compressed_answer_is_read(faulty, provider_at, request_of):
    """Gzip on the wire is undone."""
    data = gzip.compress(json.dumps({"modelVersion": "m"}).encode())

    url = faulty(answering(data, b"content-encoding: gzip"))

    assert provider_at(url).generate(request_of()).model_version == "m"
