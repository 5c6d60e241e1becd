"""Other tools' cassettes are read whole, or refused by name; no file does any harm."""

import base64
import copy
import gzip
import json
import os

import httpx
import pytest
import vcr
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import CassetteError, HarnessError
from harness.recording.foreign import Foreign, read_foreign
from harness.recording.secrets.scrub import bare_url
from harness.recording.skeletons import operation_of

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "100"))
URL = "https://generativelanguage.googleapis.com/v1beta/models/m:generateContent"
ASKED = {"contents": [{"parts": [{"text": "a fox"}]}]}


def tree(*, request=None, response=None, uri=URL, status=200):
    """Give a cassette with one interaction, as stock vcrpy's JSON would hold it."""
    return {
        "version": 1,
        "interactions": [
            {
                "request": {
                    "method": "POST",
                    "uri": uri,
                    "headers": {"content-type": ["application/json"]},
                    "body": json.dumps(ASKED),
                    **(request or {}),
                },
                "response": {
                    "status": {"code": status, "message": "OK"},
                    "headers": {"Date": ["Fri, 09 Jan 2026 16:06:14 GMT"]},
                    "body": {"string": "{}"},
                    **(response or {}),
                },
            }
        ],
    }


@pytest.fixture
def read(tmp_path):
    """Give `read(content)`: what is read of a file with these bytes, or this JSON tree."""

    def reading(content):
        path = tmp_path / "x.yaml"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return read_foreign(path)

    return reading


# --- stock vcrpy ------------------------------------------------------------------------------


@pytest.mark.parametrize("serializer", ["yaml", "json"])
@pytest.mark.parametrize("decoded", [True, False])
def test_what_stock_vcrpy_records_comes_in_with_the_same_bytes(
    simulator, tmp_path, serializer, decoded
):
    """Both serializers, bodies decompressed or not: request and answer are those of the wire."""
    path = tmp_path / f"x.{serializer}"
    url = f"{simulator}/v1beta/models/gemini-3-pro-image:generateContent"
    recorder = vcr.VCR(serializer=serializer, decode_compressed_response=decoded)
    seen = []
    with recorder.use_cassette(str(path)), httpx.Client(timeout=60) as client:
        for prompt in ("[[text]] späte \U0001f98a", "a fox"):
            body = {"contents": [{"parts": [{"text": prompt}]}]}
            seen.append(client.post(url, json=body, headers={"x-goog-api-key": "k"}))

    found = read_foreign(path)

    assert [item.body for item in found] == [answer.content for answer in seen]
    assert [item.request_body for item in found] == [answer.request.content for answer in seen]
    assert [(item.method, item.url, item.status) for item in found] == [("POST", url, 200)] * 2
    assert found[0].headers["x-simulated"].startswith("harness")
    assert not any(item.reserialised for item in found)


def test_a_compressed_answer_is_unpacked(read):
    """Stock vcrpy keeps gzip as it came."""
    packed = gzip.compress(b'{"a": 1}')
    text = base64.b64encode(packed).decode()
    yaml = f"""
interactions:
- request: {{method: POST, uri: '{URL}', headers: {{}}, body: '{{}}'}}
  response:
    status: {{code: 200, message: OK}}
    headers: {{Content-Encoding: [gzip]}}
    body: {{string: !!binary {text}}}
version: 1
"""

    (item,) = read(yaml.encode())

    assert item.body == b'{"a": 1}'


def test_an_answer_that_only_says_it_is_compressed_is_taken_as_it_is(read):
    """Some keep the header and unpack the body."""
    (item,) = read(tree(response={"headers": {"content-encoding": ["gzip"]}}))

    assert item.body == b"{}"


@pytest.mark.parametrize("content", ["sp\u00e4te", b"\xff\xd8"], ids=["text", "bytes"])
def test_the_older_form_of_httpx_cassettes_is_read(read, content):
    """Before 6.0 vcrpy kept status and content of httpx's answers otherwise, and still reads it."""
    older = {"status_code": 429, "http_version": "HTTP/1.1", "headers": {}, "content": content}
    cassette = tree()
    cassette["interactions"][0]["response"] = older

    (item,) = read(yaml.safe_dump(cassette).encode())

    assert (item.status, item.reason) == (429, "")
    assert item.body == (content if isinstance(content, bytes) else content.encode())


# --- the dialect ----------------------------------------------------------------------------------


def test_the_dialect_with_trees_is_rebuilt_and_says_so(read):
    """`parsed_body`: the JSON value is whole, written compactly, and marked."""
    said = {"text": "späte", "n": [1.5, None, True]}

    (item,) = read(tree(request={"parsed_body": ASKED}, response={"parsed_body": said}))

    assert item.body == b'{"text":"sp\xc3\xa4te","n":[1.5,null,true]}'
    assert json.loads(item.request_body) == ASKED
    assert item.reserialised
    assert item.recorded_at == "2026-01-09T16:06:14+00:00"


def test_every_real_cassette_is_read_or_refused_by_name(real_data):
    """All that the project was given, errors and other endpoints included."""
    refused = {}
    for path in sorted((real_data / "cassettes").rglob("*.*")):
        try:
            assert all(isinstance(item, Foreign) for item in read_foreign(path))
        except CassetteError as error:
            refused[path.name[:12]] = str(error).removeprefix(f"{path}: ")

    assert sorted(refused) == ["chat_real_er", "models_list_", "vercel-ai_go"]
    assert "Ruby's VCR" in refused["chat_real_er"]
    assert "an error body alone" in refused["vercel-ai_go"]
    assert "no list of interactions" in refused["models_list_"]


# --- refused by name -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"http_interactions": []}, "Ruby's VCR"),
        ({"log": {"entries": []}}, "HAR"),
        ({"error": {"code": 429}}, "an error body alone"),
        ({"format": "gemini-image-harness/cassette", "interactions": [{}]}, "the harness itself"),
        ({"interactions": []}, "no list of interactions"),
        ([tree()["interactions"][0]], "a list at the top"),
        (b"", "a NoneType at the top"),
        (b"just words", "a str at the top"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"),
        ({"interactions": [3]}, r"interactions\[0\]: expected a request"),
        ({"interactions": [{"request": {}}]}, r"response is missing"),
        (tree(uri=None), "uri"),
        (tree(uri="http://[::1"), "no address"),
        (tree(uri="http://h:99999/"), "no address"),
        (tree(status=True), "status"),
        (tree(status=10**30), "status"),
        (tree(status="200"), "status"),
        (tree(response={"body": {"string": [1]}}), "expected a string"),
        (tree(response={"body": {"base64_string": "e30="}}), "base64_string"),
        (
            tree(response={"headers": {"content-encoding": ["br"]}, "body": {"string": "\x1b"}}),
            "'br'",
        ),
    ],
)
def test_other_forms_are_refused_by_name(read, content, said):
    """The file, the place, and what it is instead."""
    with pytest.raises(CassetteError, match=said) as caught:
        read(content)

    assert "x.yaml: " in str(caught.value)


def test_broken_compression_is_refused(tmp_path):
    """A body that was cut is not taken for a whole one."""
    path = tmp_path / "x.yaml"
    cut = base64.b64encode(gzip.compress(b'{"a": "b"}')[:-6]).decode()
    path.write_text(
        f"interactions: [{{request: {{uri: '{URL}'}}, response: {{status: {{code: 200}}, "
        f"headers: {{content-encoding: [gzip]}}, body: {{string: !!binary {cut}}}}}}}]"
    )

    with pytest.raises(CassetteError, match="no whole gzip"):
        read_foreign(path)


def bomb(link, *, levels=12, wide=9):
    """Nine of nine of nine...: 9^12 values in a kilobyte."""
    lines = ["a0: &a0 {x: 1}" if "<<" in link else "a0: &a0 [1]"]
    for i in range(1, levels):
        inner = ", ".join([f"*a{i - 1}"] * wide)
        lines.append(f"a{i}: &a{i} {link % inner}")
    return "\n".join([*lines, ""]).encode()


@pytest.mark.parametrize(
    "content",
    [
        bomb("[%s]"),
        bomb("{<<: [%s]}"),
        b"a: &a [*a]",
        b"interactions: &a [*a, *a]",
        bomb("!!python/tuple [%s]") + b"? *a11\n: 1\n",
        b"\xff\xfe\x00a",
        "größe".encode("latin-1"),
        json.dumps(tree()).encode()[:-9],
        b"interactions:\n- request:\n    body: 'never closed",
        b"a: " + b"[" * 300_000,
        b"a: " + b"[" * 300_000 + b"]" * 300_000,
        b"a: " + b"{a: " * 300_000,
        b"- " * 300_000,
        b'{"a":' * 300_000,
        b"!!python/object/apply:os.system ['echo harm']",
        b"? [1]\n: 2\n? {a: 1}\n: 3",
        b"a: 2026-99-99",
        b"\0\0\0",
        b"%YAML 9.9\n---\n!x {}",
        b"a: b\n---\na: c",
    ],
    ids=["aliases", "merges", "itself", "itself in place", "hashes", "utf-16", "latin-1",
         "cut json", "cut yaml", "deep", "deep and closed", "deep mappings", "deep sequences",
         "deep json", "code", "keys", "date", "nul", "directive", "two documents"],
)  # fmt: skip
def test_hostile_files_are_refused(read, content):
    """Bombs, other encodings, cuts, depth and code: one line of error each."""
    with pytest.raises(CassetteError) as caught:
        read(content)

    assert len(str(caught.value)) < 600


def test_shared_values_are_read(read):
    """YAML that vcrpy writes names equal lists once: aliases within reason are no bomb."""
    yaml = f"""
interactions:
- request: {{method: POST, uri: '{URL}', headers: &h {{a: [b]}}, body: null}}
  response: {{status: {{code: 200, message: null}}, headers: *h, body: {{string: '<<'}}}}
"""

    (item,) = read(yaml.encode())

    assert (item.headers, item.body, item.request_body) == ({"a": "b"}, b"<<", b"")


# --- fuzz ---------------------------------------------------------------------------------

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["string", "code", "uri", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)
_YAML = ["interactions: ", "- request: ", "  response: ", "&a ", "*a", "[", "]", "{", "}", ": ",
         "\n", "!!binary ", "!!str ", "|\n", "'", '"', "<<", "? ", "---", "a"]  # fmt: skip


def _places(value, path=()):
    yield path
    items = (
        value.items() if isinstance(value, dict)
        else enumerate(value) if isinstance(value, list) else ()
    )  # fmt: skip
    for key, inner in items:
        yield from _places(inner, (*path, key))


@st.composite
def _mutated(draw):
    """Draw a valid cassette with one place changed."""
    changed = copy.deepcopy(tree())
    path = draw(st.sampled_from(list(_places(changed))[1:]))
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = draw(_json)
    return json.dumps(changed).encode()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("foreign") / "x.yaml"


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=60)
    | _mutated()
    | st.lists(st.sampled_from(_YAML), max_size=25).map(lambda parts: "".join(parts).encode())
)
def test_any_file_is_read_or_refused(file, content):
    """Interactions whose address and bytes can be used, or an error of the tree."""
    file.write_bytes(content)

    try:
        found = read_foreign(file)
    except HarnessError:
        return

    for item in found:
        assert bare_url(item.url) is not None
        assert len(operation_of(item.url)) == 2
        assert isinstance(item.body, bytes)
        assert isinstance(item.request_body, bytes)
        assert 100 <= item.status <= 599
