"""What costs nothing is asked of the simulator over a real socket."""

import base64
import json
from urllib.parse import quote

import httpx
import pytest

from harness.errors import KeyRejected, MalformedAnswer, ProviderError, RequestRejected
from harness.model.request import Content, GenerationRequest, Parameters, Part, Role
from harness.provider.counting import check_key, count_tokens, get_model
from harness.provider.protocol import Endpoint
from harness.provider.transport import live_client

KEY = "AQ.a-key/of a-test+0123456789"
SPELLINGS = [
    str,
    lambda key: quote(key, safe=""),
    lambda key: key.encode().hex(),
    lambda key: base64.b64encode(key.encode()).decode().rstrip("=")[:-2],
]


@pytest.fixture
def client():
    """Give the harness's own client."""
    with live_client(connections=2, loopback=True) as made:
        yield made


def endpoint_at(url, **fields):
    return Endpoint(name="there", base_url=url, **({"key": "any"} | fields))


def answering(data, *, seen=None, status=b"200 OK"):
    """Answer any request with `data`, and keep the requests in `seen`."""

    def talk(connection, request):
        if seen is not None:
            seen.append(request)
        head = b"HTTP/1.1 %s\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
        connection.sendall(head % (status, len(data)) + data)

    return talk


def test_a_prompt_is_counted_with_its_pictures(simulator, client, shelf):
    """The count grows by what a picture has."""
    picture = Part(picture=shelf.keep(b"\x89PNG\r\n\x1a\n" + bytes(40)), mime_type="image/png")

    def counted(*parts):
        content = Content(role=Role.USER, parts=parts)
        request = GenerationRequest(model="gemini-3-pro-image", contents=(content,),
                                    parameters=Parameters())  # fmt: skip
        return count_tokens(client, endpoint_at(simulator), request, read=shelf.read)

    alone, both = counted(Part(text="a fox")), counted(Part(text="a fox"), picture)

    assert alone.total > 0
    assert both.by_modality["IMAGE"] == both.total - alone.total > 0


def test_only_contents_are_sent_to_be_counted(faulty, client, shelf):
    """The system instruction goes as a turn; parameters are none of the prompt's tokens."""
    seen = []
    content = Content(role=Role.USER, parts=(Part(text="a fox"),))
    asked = Parameters(system_instruction="Paint.", image_size="4K", tools=("google_search",))
    request = GenerationRequest(model="m", contents=(content,), parameters=asked)

    url = faulty(answering(b'{"totalTokens": 9}', seen=seen))
    found = count_tokens(client, endpoint_at(url), request, read=shelf.read)

    head, _, sent = seen[0].partition(b"\r\n\r\n")
    assert found.total == 9
    assert head.startswith(b"POST /v1beta/models/m:countTokens ")
    assert json.loads(sent) == {
        "contents": [
            {"role": "user", "parts": [{"text": "Paint."}]},
            {"role": "user", "parts": [{"text": "a fox"}]},
        ]
    }


@pytest.mark.parametrize("data", [b"{}", b"[]", b"<html>", b'{"totalTokens": -1}'])
def test_a_count_that_counts_nothing_is_malformed(faulty, client, shelf, data):
    """No number is made up."""
    content = Content(role=Role.USER, parts=(Part(text="a"),))
    request = GenerationRequest(model="m", contents=(content,), parameters=Parameters())

    with pytest.raises(MalformedAnswer):
        count_tokens(client, endpoint_at(faulty(answering(data))), request, read=shelf.read)


@pytest.mark.parametrize("count", [b"9" * 400, b"9" * 5000, b"1e999", b"true"])
def test_a_count_beyond_any_prompt_is_malformed(faulty, client, shelf, count):
    """No price is reckoned with it."""
    content = Content(role=Role.USER, parts=(Part(text="a"),))
    request = GenerationRequest(model="m", contents=(content,), parameters=Parameters())
    url = faulty(answering(b'{"totalTokens": %s}' % count))

    with pytest.raises(MalformedAnswer):
        count_tokens(client, endpoint_at(url), request, read=shelf.read)


@pytest.mark.parametrize("spell", SPELLINGS)
@pytest.mark.parametrize("data", [b"<p>%s", b"[%s", b'{"totalTokens": "%s"}', b'["%s"]'])
def test_what_is_no_count_repeats_no_key(faulty, client, shelf, data, spell):
    """A gateway that sends the key back is quoted without it."""
    content = Content(role=Role.USER, parts=(Part(text="a"),))
    request = GenerationRequest(model="m", contents=(content,), parameters=Parameters())
    url = faulty(answering(data % spell(KEY).encode()))

    with pytest.raises(MalformedAnswer) as error:
        count_tokens(client, endpoint_at(url, key=KEY), request, read=shelf.read)

    assert spell(KEY)[:12] not in str(error.value)


@pytest.mark.parametrize("spell", SPELLINGS)
def test_what_a_model_is_called_repeats_no_key(faulty, client, spell):
    """Its name, version and methods are shown by the doctor, at no great length."""
    echo = spell(KEY)
    tree = {"name": echo, "version": f"1 {echo}\x1b[2J", "supportedGenerationMethods": [echo] * 999}
    url = faulty(answering(json.dumps(tree).encode()))

    found = get_model(client, endpoint_at(url, key=KEY), "m")

    assert echo not in str(found)
    assert "\x1b" not in found.version
    assert len(str(found)) < 5000


def test_a_line_that_is_no_http_repeats_no_key(faulty, client):
    """What the connection broke on is quoted by httpx, whose words are looked through too."""
    url = faulty(lambda connection, _: connection.sendall(b"HTTP/9 %s\r\n\r\n" % KEY.encode()))

    with pytest.raises(ProviderError) as error:
        get_model(client, endpoint_at(url, key=KEY), "m")

    assert KEY not in str(error.value)


@pytest.mark.parametrize("spell", SPELLINGS)
def test_a_refusal_repeats_no_key(faulty, client, spell):
    """In no spelling of it, and nothing that no terminal can show."""
    tree = {"error": {"message": f"\ud800 no {spell(KEY)} here", "status": "X"}}
    url = faulty(answering(json.dumps(tree).encode(), status=b"400 Bad Request"))

    with pytest.raises(RequestRejected, match=r"no .* here") as error:
        get_model(client, endpoint_at(url, key=KEY), "m")

    assert spell(KEY) not in str(error.value)
    assert str(error.value).encode()


def test_an_answer_that_is_nested_too_deep_is_malformed(faulty, client):
    """Whoever reads it comes to an end."""
    for depth in (300, 900, 980, 5_000, 100_000):
        data = b'{"a":' * depth + b"1" + b"}" * depth
        with pytest.raises(MalformedAnswer):
            get_model(client, endpoint_at(faulty(answering(data))), "m")


def test_a_model_says_what_it_is(simulator, client):
    """Version, limits and methods are read."""
    found = get_model(client, endpoint_at(simulator), "gemini-3-pro-image")

    assert found.name == "models/gemini-3-pro-image"
    assert (found.input_token_limit, found.output_token_limit) == (131_072, 32_768)
    assert {"generateContent", "countTokens"} <= set(found.methods)


def test_an_unknown_model_is_refused(simulator, client):
    """404, in the service's words."""
    with pytest.raises(RequestRejected, match="gemini-9"):
        get_model(client, endpoint_at(simulator), "gemini-9")


@pytest.mark.parametrize("key", ["invalid", "", "with a\nnew line"])
def test_a_wrong_key_is_found_out(simulator, client, key):
    """Before anything is paid for."""
    with pytest.raises(KeyRejected):
        check_key(client, endpoint_at(simulator, key=key), "gemini-3-pro-image")


@pytest.mark.parametrize("status", [b"404 Not Found", b"429 Slow", b"500 Oh", b"200 OK"])
def test_other_trouble_says_nothing_of_the_key(faulty, client, status):
    """A gateway without models.get, a busy service, an answer of no form: all pass."""
    check_key(client, endpoint_at(faulty(answering(b"<html>", status=status))), "m")


def test_no_connection_says_nothing_of_the_key(client):
    """The call itself will say it."""
    check_key(client, endpoint_at("http://127.0.0.1:9"), "m")


@pytest.mark.parametrize(
    ("fields", "header"),
    [
        ({}, b"x-goog-api-key: any"),
        ({"key_header": "authorization", "key_scheme": "Bearer "}, b"authorization: Bearer any"),
    ],
)
def test_the_key_goes_in_the_endpoints_own_header(faulty, client, fields, header):
    """Gateways want a bearer."""
    seen = []

    get_model(client, endpoint_at(faulty(answering(b"{}", seen=seen)), **fields), "a b")

    assert header in seen[0].lower().replace(b"bearer", b"Bearer")
    assert seen[0].startswith(b"GET /v1beta/models/a%20b ")


def test_a_redirect_is_not_followed(faulty, client):
    """The key goes to no other host."""
    response = httpx.codes.FOUND
    url = faulty(answering(b"", status=b"%d Found\r\nlocation: http://127.0.0.1:9/" % response))

    with pytest.raises(RequestRejected, match="302"):
        get_model(client, endpoint_at(url), "m")
