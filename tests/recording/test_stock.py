"""Stock vcrpy keeps the official SDK's calls well: small, readable, whole, without a key."""

import asyncio
import base64
import gzip
import importlib
import json
import random
import re

import httpx
import pytest
import vcr
from google import genai
from google.genai import errors, types
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.request import Request

from harness.errors import BlobMissing, CassetteError, SecretFound
from harness.recording.stock import StockPersister, install, same_request
from harness.simulator.paint.reference import paint_reference

MODEL = "gemini-3-pro-image"
KEY = "AIzaSyD-not-a-real-key-0123456789abcdefgh"
NOWHERE = "http://127.0.0.1:9"
"""The discard port: nobody answers."""


@pytest.fixture
def opened(tmp_path):
    """Give `opened(mode, ...)`: the cassette of a stock vcrpy that ours is installed in."""

    def opening(mode="none", *, name="x.json", **more):
        recorder = vcr.VCR(record_mode=mode)
        install(recorder, environ={"GEMINI_API_KEY": KEY}, **more)
        return recorder.use_cassette(str(tmp_path / name))

    return opening


@pytest.fixture(params=["httpx", "httpx2"])
def sdk(request, monkeypatch):
    """Give `sdk(url)`: the official SDK's client, over either of its libraries."""
    if request.param == "httpx":
        monkeypatch.setenv("GOOGLE_GENAI_HTTP_CLIENT", "httpx")
    else:
        monkeypatch.delenv("GOOGLE_GENAI_HTTP_CLIENT", raising=False)

    def client(url, version="v1beta"):
        transport = importlib.import_module(request.param).AsyncHTTPTransport()
        options = types.HttpOptions(
            base_url=url,
            api_version=version,
            async_client_args={"transport": transport},  # else it takes aiohttp where that is
        )
        made = genai.Client(api_key=KEY, http_options=options)
        library = type(made._api_client._httpx_client).__mro__[1].__module__.partition(".")[0]
        assert library == request.param
        return made

    return client


def said(answer):
    """Give every part of an answer: words, bytes of pictures, signatures."""
    return [
        (part.text, part.inline_data and part.inline_data.data, part.thought_signature)
        for part in answer.candidates[0].content.parts
    ]


def contents(kind):
    if kind == "words":
        return "[[text]] Tell of a fox"
    if kind == "picture":
        return "A fox figurine on a shelf"
    sheet = paint_reference("fox", 2, (256, 256))
    return ["A fox at the beach", types.Part.from_bytes(data=sheet, mime_type="image/jpeg")]


# --- the official SDK -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["words", "picture", "reference"])
def test_what_the_sdk_records_it_replays_with_the_service_gone(
    sdk, opened, simulator, tmp_path, kind
):
    """Every part is the same, at another host and API version; no file holds the key."""
    with opened("once") as cassette, sdk(simulator) as client:
        recorded = client.models.generate_content(model=MODEL, contents=contents(kind))
        assert cassette.play_count == 0

    with opened("none") as cassette, sdk(NOWHERE, "v1") as client:
        replayed = client.models.generate_content(model=MODEL, contents=contents(kind))
        assert cassette.play_count == 1

    assert said(replayed) == said(recorded)
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    pictures = [data for _, data, _ in said(recorded) if data]
    assert len(pictures) == (kind != "words")
    assert all(data in written for data in pictures)
    assert not any(KEY.encode() in data for data in written)
    assert "goog-api" not in (tmp_path / "x.json").read_text().lower()
    assert (tmp_path / "x.json").stat().st_size < 4000


def test_another_prompt_is_not_answered(sdk, opened, simulator):
    """The body decides, which stock vcrpy does not look at."""
    with opened("once"), sdk(simulator) as client:
        client.models.generate_content(model=MODEL, contents=contents("words"))

    with (
        opened("none"),
        sdk(NOWHERE) as client,
        pytest.raises(CannotOverwriteExistingCassetteException) as caught,
    ):
        client.models.generate_content(model=MODEL, contents="[[text]] Tell of an owl")

    assert "another request: digest" in str(caught.value)


def test_equal_samples_replay_in_their_order(sdk, opened, simulator, tmp_path):
    """Four draws of one prompt, each its own, and no fifth."""
    with opened("once"), sdk(simulator) as client:
        drawn = [
            said(client.models.generate_content(model=MODEL, contents=contents("picture")))
            for _ in range(4)
        ]
    with opened("none"), sdk(NOWHERE) as client:
        replayed = [
            said(client.models.generate_content(model=MODEL, contents=contents("picture")))
            for _ in range(4)
        ]
        with pytest.raises(CannotOverwriteExistingCassetteException):
            client.models.generate_content(model=MODEL, contents=contents("picture"))

    assert replayed == drawn
    assert len({str(sample) for sample in drawn}) == 4


def test_a_chat_and_a_stream_replay(sdk, opened, simulator):
    """Signatures go back in the second turn; events come as they came."""

    def talk(url):
        with sdk(url) as client:
            chat = client.chats.create(model=MODEL)
            turns = [said(chat.send_message(text)) for text in ("A fox figurine", "Add a hat")]
            events = client.models.generate_content_stream(model=MODEL, contents="stream a cat")
            return turns, [said(event) for event in events if event.candidates[0].content.parts]

    with opened("once"):
        recorded = talk(simulator)
    with opened("none"):
        replayed = talk(NOWHERE)

    assert replayed == recorded


def test_the_asynchronous_sdk_replays(sdk, opened, simulator):
    """Different prompts at once, each with its own answer."""

    async def paint(url):
        client = sdk(url).aio
        prompts = ("[[text]] a fox", "[[text]] an owl", "A cat")
        calls = [client.models.generate_content(model=MODEL, contents=text) for text in prompts]
        answers = [said(answer) for answer in await asyncio.gather(*calls)]
        await client.aclose()
        return answers

    with opened("once"):
        recorded = asyncio.run(paint(simulator))
    with opened("none") as cassette:
        replayed = asyncio.run(paint(NOWHERE))
        assert cassette.play_count == 3

    assert replayed == recorded


def test_errors_are_kept_and_replayed(sdk, opened, simulator):
    """A refused request is an answer here, as it is for vcrpy."""
    config = types.GenerateContentConfig(image_config=types.ImageConfig(aspect_ratio="7:5"))
    seen = []

    for mode, url in (("once", simulator), ("none", NOWHERE)):
        with opened(mode), sdk(url) as client, pytest.raises(errors.ClientError) as caught:
            client.models.generate_content(model=MODEL, contents="x", config=config)
        seen.append((caught.value.code, caught.value.message))

    assert seen[0] == seen[1]
    assert seen[0][0] == 400


# --- the matcher ----------------------------------------------------------------------------

PICTURE = random.Random(3).randbytes(900)


def asked(body=None, *, url=f"https://g.example/v1beta/models/{MODEL}:generateContent", **more):
    """Give vcrpy's request for a picture after a reference."""
    if body is None:
        data = base64.b64encode(PICTURE).decode()
        inline = {"mimeType": "image/png", "data": data}
        body = {
            "contents": [{"role": "user", "parts": [{"text": "a fox"}, {"inlineData": inline}]}]
        }
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(more.get("method", "POST"), url, raw, {})


def altered(change):
    tree = json.loads(asked().body)
    change(tree["contents"][0]["parts"])
    return asked(tree)


def _url_safe(parts):
    parts[1]["inlineData"]["data"] = base64.urlsafe_b64encode(PICTURE).decode().rstrip("=")


def _other_picture(parts):
    parts[1]["inlineData"]["data"] = base64.b64encode(PICTURE[:-1] + b"\0").decode()


def _turned(parts):
    parts[1]["inlineData"] = dict(reversed(parts[1]["inlineData"].items()))


@pytest.mark.parametrize(
    "other",
    [
        altered(_url_safe),
        altered(_turned),
        asked(url=f"http://localhost:8080/gateway/v1/models/{MODEL}:generateContent?key=k"),
        asked(json.dumps(json.loads(asked().body), indent=4).encode()),
    ],
    ids=["alphabet", "order of keys", "host and version", "white space"],
)
def test_what_asks_for_the_same_matches(other):
    """How it is spelt, and by which way it goes, does not count."""
    same_request(asked(), other)


@pytest.mark.parametrize(
    "other",
    [
        altered(_other_picture),
        altered(lambda parts: parts[0].update(text="a Fox")),
        altered(lambda parts: parts.reverse()),
        asked(url=f"https://g.example/v1beta/models/{MODEL}:streamGenerateContent"),
        asked(url="https://g.example/v1beta/models/another:generateContent"),
        asked(method="PUT"),
        asked(b""),
        asked(b"{"),
    ],
    ids=["picture", "prompt", "order of parts", "operation", "model", "method", "none", "no json"],
)
def test_what_asks_for_something_else_does_not(other):
    """One byte of a picture is enough."""
    with pytest.raises(AssertionError):
        same_request(asked(), other)


@pytest.mark.parametrize(
    ("other", "matches"),
    [
        (asked(b'{"a": 1}', url="https://g.example/v1/files?page=2&key=mine"), True),
        (asked(b'{"a": 1}', url="https://g.example/v1/files?page=3&key=yours"), False),
        (asked(b'{"a":1}', url="https://g.example/v1/files?page=2"), False),
        (asked(b'{"a": 1}', url="https://h.example/v1/files?page=2"), False),
    ],
    ids=["key", "page", "body", "host"],
)
def test_elsewhere_address_and_raw_body_count(other, matches):
    """What is no call of a model is not understood, and so compared whole, save a key."""
    stored = asked(b'{"a": 1}', url="https://g.example/v1/files?page=2&key=yours")

    if matches:
        same_request(other, stored)
    else:
        with pytest.raises(AssertionError):
            same_request(other, stored)


@pytest.mark.parametrize(("digests", "most"), [(True, 2), (False, 11)], ids=["said", "taken away"])
def test_a_request_is_digested_once(monkeypatch, opened, faulty, tmp_path, digests, most):
    """However often vcrpy asks; a stored one not at all, if the cassette says its digest."""
    url = f"{faulty(answering([b'{}'] * 9))}/v1/models/m:generateContent"
    with opened("once"):
        for number in range(9):
            httpx.post(url, json={"contents": number})
    if not digests:
        text = (tmp_path / "x.json").read_text()
        (tmp_path / "x.json").write_text(re.sub(r'"request_digest": ".*",', "", text))
    digested = []
    real = json.loads
    monkeypatch.setattr(
        "harness.recording.skeletons.json.loads", lambda body: digested.append(1) or real(body)
    )

    with opened("none"):
        for number in (8, 7):
            httpx.post(url, json={"contents": number})

    assert 1 <= len(digested) <= most


# --- the file -------------------------------------------------------------------------------


def answering(bodies, *, headers=b"", status=b"200 OK"):
    """Answer the i-th call with the i-th body."""
    left = list(bodies)

    def talk(connection, _):
        body = left.pop(0)
        connection.sendall(
            b"HTTP/1.1 %s\r\ncontent-length: %d\r\nconnection: close\r\n%s\r\n%s"
            % (status, len(body), headers, body)
        )

    return talk


def test_a_compressed_answer_is_kept_and_replayed_plain(opened, faulty, tmp_path):
    """The file can be read, the header that would unpack it again is gone, the length is right."""
    plain = '{"text": "sp\u00e4te \U0001f98a"}'.encode()
    headers = b"content-type: application/json\r\ncontent-encoding: gzip\r\n"
    url = f"{faulty(answering([gzip.compress(plain)], headers=headers))}/v1/models/m:count"
    with opened("once"):
        assert httpx.post(url, json={}).content == plain

    with opened("none"):
        replayed = httpx.post(url, json={})

    assert replayed.content == plain
    assert replayed.headers["content-length"] == str(len(plain))
    assert "content-encoding" not in replayed.headers
    assert "sp\u00e4te" in (tmp_path / "x.json").read_text()


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xd8\x00", b'{"a": "\\ud800"}', b'data: {"a": "\xe8\xbf\x99"}\r\n\r\n', b"[1 ,2]"],
    ids=["none", "no text", "lone surrogate", "stream", "odd spaces"],
)  # fmt: skip
def test_bodies_of_every_kind_come_back_byte_for_byte(opened, faulty, body):
    """Both ways: sent and answered."""
    url = faulty(answering([body]))
    with opened("once"):
        httpx.post(f"{url}/a", content=body)

    with opened("none") as cassette:
        assert httpx.post(f"{url}/a", content=body).content == body
        assert cassette.requests[0].body == body


BROKEN = {
    "empty": b"",
    "cut": b'{"format": "gemini-image-harness/stock-cassette", "version": 1, "interac',
    "not utf-8": b"\xff\xfe{}",
    "git lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    "stock vcrpy's": b'{"version": 1, "interactions": []}',
    "newer": b'{"format": "gemini-image-harness/stock-cassette", "version": 2}',
    "without a list": b'{"format": "gemini-image-harness/stock-cassette", "version": 1}',
    "other fields": b'{"format": "gemini-image-harness/stock-cassette", "version": 1, '
    b'"interactions": [{"request": {}}]}',
}


@pytest.mark.parametrize("mode", ["once", "new_episodes", "none", "all"])
@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_cassette_is_an_error_and_stays(opened, tmp_path, content, mode):
    """It is never taken for an empty one, which would be paid for anew and overwritten."""
    (tmp_path / "x.json").write_bytes(content)

    with pytest.raises(CassetteError, match=r"x\.json.*nor overwritten"), opened(mode):
        pytest.fail("it was opened")

    assert (tmp_path / "x.json").read_bytes() == content


@pytest.mark.parametrize(
    "body", [KEY.encode(), base64.b64encode(b"x" + KEY.encode()), b"Bearer abcdefghijklmnop.qrst"]
)
@pytest.mark.parametrize("side", ["request", "answer"])
def test_a_cassette_that_holds_a_key_is_refused_whole(tmp_path, body, side):
    """In whatever form, on either side; also one that only looks like a key."""
    request = asked({"text": body.decode()} if side == "request" else {})
    answer = json.dumps({"text": body.decode() if side == "answer" else ""}).encode()
    response = {
        "status": {"code": 400, "message": ""},
        "headers": {},
        "body": {"string": gzip.compress(answer)},
    }
    response["headers"]["content-encoding"] = ["gzip"]
    persister = StockPersister(environ={"MY_KEY": KEY}, keys=("MY_KEY",))
    tree = {"requests": [request, asked()], "responses": [response, response]}

    with pytest.raises(SecretFound, match=r"x\.json"):
        persister.save_cassette(tmp_path / "x.json", tree)

    assert list(tmp_path.iterdir()) == []
    assert KEY not in repr(persister)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"data": base64.b64encode(b"x" * 1500 + KEY.encode()).decode()}).encode(),
        b"\xff\xd8" + KEY.encode(),
        b"\xff\xd8 Bearer abcdefghijklmnop.qrst",
    ],
    ids=["in a blob", "no text", "shape in no text"],
)
def test_a_key_is_not_hidden_by_a_blob(tmp_path, body):
    """What goes into a blob is looked at before it goes there."""
    response = {"status": {"code": 200, "message": ""}, "headers": {}, "body": {"string": body}}
    persister = StockPersister(environ={"GEMINI_API_KEY": KEY})

    with pytest.raises(SecretFound, match=r"x\.json: interactions\[0\]"):
        persister.save_cassette(
            tmp_path / "x.json", {"requests": [asked()], "responses": [response]}
        )

    assert list(tmp_path.iterdir()) == []


def test_headers_are_kept_by_allow_list(opened, faulty, tmp_path):
    """Neither cookies nor credentials nor the SDK's version are in the file."""
    headers = b"set-cookie: session=1\r\nserver: it\r\nx-request-id: abc\r\n"
    url = faulty(answering([b"{}"], headers=headers))
    with opened("once"):
        httpx.post(f"{url}/a?key=mykey&page=1", json={}, headers={"authorization": "Basic YTpi"})

    (item,) = json.loads((tmp_path / "x.json").read_text())["interactions"]

    assert item["request"]["headers"] == {"content-type": "application/json"}
    assert item["request"]["url"] == f"{url}/a?page=1"
    assert item["response"]["headers"] == {"content-length": "2", "server": "it"}


def picture_answer(seed):
    data = base64.b64encode(random.Random(seed).randbytes(2000)).decode()
    return json.dumps({"inlineData": {"data": data}}).encode()


def test_an_absent_blob_costs_only_its_own_answer(opened, faulty, tmp_path):
    """Others replay, and new ones are recorded beside it; what is absent says so by name."""
    url = f"{faulty(answering([picture_answer(1), picture_answer(2), b'{}']))}/v1/models/m:paint"
    with opened("once"):
        for number in (1, 2):
            httpx.post(url, json={"n": number})
    first = json.loads((tmp_path / "x.json").read_text())["interactions"][0]
    lost = first["response"]["body"]["json"]["inlineData"]["data"]["$blob"]
    (tmp_path / "blobs" / lost[:2] / lost).unlink()

    with opened("new_episodes"):
        assert httpx.post(url, json={"n": 2}).content == picture_answer(2)
        assert httpx.post(url, json={"n": 3}).content == b"{}"
        with pytest.raises(BlobMissing, match=lost):
            httpx.post(url, json={"n": 1})

    kept = json.loads((tmp_path / "x.json").read_text())["interactions"]
    assert (len(kept), kept[0]) == (3, first)


def test_an_edited_request_counts_by_its_body_once_its_digest_is_gone(opened, faulty, tmp_path):
    """A hand may change a cassette."""
    url = f"{faulty(answering([b'{}']))}/v1/models/m:paint"
    with opened("once"):
        httpx.post(url, json={"prompt": "fox"})
    path = tmp_path / "x.json"
    tree = json.loads(path.read_text().replace("fox", "owl"))
    del tree["interactions"][0]["request_digest"]
    path.write_text(json.dumps(tree))

    with opened("none"):
        assert httpx.post(url, json={"prompt": "owl"}).content == b"{}"


def test_another_ending_is_refused_before_anything_is_sent(opened):
    """JSON in a file that says YAML would be a lie, and pytest-recording would not rewrite it."""
    with pytest.raises(CassetteError, match="vcr_config"), opened("once", name="x.yaml"):
        pytest.fail("it was opened")


def test_an_answer_in_an_unknown_compression_is_not_kept(tmp_path):
    """A key in it could not be seen."""
    response = {
        "status": {"code": 200, "message": "OK"},
        "headers": {"Content-Encoding": ["br"]},
        "body": {"string": b"\x0b\x02\x80{}\x03"},
    }

    with pytest.raises(CassetteError, match="accept-encoding"):
        StockPersister(environ={}).save_cassette(
            tmp_path / "x.json", {"requests": [asked()], "responses": [response]}
        )


def test_further_cassettes_are_read_and_never_written(opened, faulty, tmp_path):
    """What pytest-recording names beside the test's own; the test's own stays its own."""
    url = f"{faulty(answering([b'[1]', b'[2]']))}/v1/models/m:paint"
    with opened("once", name="shared.json"):
        httpx.post(url, json={"n": 1})
    before = (tmp_path / "shared.json").read_bytes()
    persister = StockPersister(environ={}, extra_paths=(tmp_path / "shared.json",))
    recorder = vcr.VCR(record_mode="new_episodes")
    recorder.register_persister(persister)

    with recorder.use_cassette(str(tmp_path / "own.json"), match_on=["method", "body"]):
        said = [httpx.post(url, json={"n": n}).json() for n in (1, 2)]

    assert said == [[1], [2]]
    assert (tmp_path / "shared.json").read_bytes() == before
    assert len(json.loads((tmp_path / "own.json").read_text())["interactions"]) == 1


def test_metadata_is_kept(opened, faulty):
    """What a test keeps by vcrpy's `get_metadata` comes back in the replay."""
    with opened("once") as cassette:
        httpx.post(faulty(answering([b"{}"])), json={})
        assert cassette.get_metadata("drawn at", "noon") == "noon"

    with opened("none") as cassette:
        assert cassette.get_metadata("drawn at", "midnight") == "noon"


def test_hooks_may_change_what_is_read(opened, faulty, tmp_path):
    """Those of vcrpy see a plain request and body, and what they set counts."""
    url = f"{faulty(answering([b'[1]']))}/v1/models/m:paint"
    with opened("once"):
        httpx.post(url, json={"prompt": "fox"})

    def change(request, response):
        request.body = request.body.replace(b"fox", b"owl")
        response["body"]["string"] = response["body"].get("string").replace(b"1", b"2")
        return request, response

    recorder = vcr.VCR(record_mode="none", after_load_interaction=change)
    install(recorder, environ={})
    with recorder.use_cassette(str(tmp_path / "x.json")):
        assert httpx.post(url, json={"prompt": "owl"}).json() == [2]


# --- pytest-recording, as docs/pytest-recording.md says ------------------------------------------


@pytest.fixture
def documented(request, pytester, monkeypatch):
    """Write the files of the document; give the snippets that are none."""
    page = (request.config.rootpath / "docs/pytest-recording.md").read_text(encoding="utf-8")
    named = dict(
        re.findall(r"^`([a-z_]+\.py)`:\n\n```python\n(.*?)```", page, re.DOTALL | re.MULTILINE)
    )
    for name, code in named.items():
        (pytester.path / name).write_text(code, encoding="utf-8")
    snippets = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert set(named) == {"conftest.py", "test_fox.py"}
    monkeypatch.delenv("GEMINI_API_KEY", raising=False)
    monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
    return [code for code in snippets if code not in named.values()]


@pytest.fixture
def run(pytester):
    """Give `run(...)`: pytest with what the document asks for, without what is slow and ours."""

    def running(*words):
        return pytester.runpytest(*words, "-p", "no:hypothesispytest", "-p", "no:cacheprovider")

    return running


def test_the_documented_files_record_and_replay(documented, run, pytester, monkeypatch, simulator):
    """Recorded with a key, replayed without one and with the network blocked; then a new prompt."""
    with monkeypatch.context() as patch:
        patch.setenv("GEMINI_API_KEY", KEY)
        patch.setenv("GOOGLE_GEMINI_BASE_URL", simulator)
        run("--record-mode=once").assert_outcomes(passed=1)
    written = [path for path in pytester.path.rglob("cassettes/**/*") if path.is_file()]

    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", NOWHERE)
    run("--block-network").assert_outcomes(passed=1)
    test = pytester.path / "test_fox.py"
    test.write_text(test.read_text().replace("A fox", "An owl"))
    run("--block-network", "--tb=line").assert_outcomes(failed=1)

    assert pytester.path / "cassettes/test_fox/test_a_fox_is_painted.json" in written
    assert any(path.suffix == ".jpg" for path in written)
    assert not any(KEY.encode() in path.read_bytes() for path in written)


def test_pytest_recordings_further_cassettes_are_read(
    documented, run, pytester, monkeypatch, simulator
):
    """The mark names them, and they stand where it looks for them."""
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", simulator)
    run("--record-mode=once").assert_outcomes(passed=1)
    folder = pytester.path / "cassettes/test_fox"
    (folder / "test_a_fox_is_painted.json").rename(folder / "shared.json")
    test = pytester.path / "test_fox.py"

    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", NOWHERE)
    run("--block-network", "--tb=line").assert_outcomes(failed=1)
    test.write_text(test.read_text().replace("mark.vcr", 'mark.vcr("shared.json")'))
    run("--block-network").assert_outcomes(passed=1)


def test_a_broken_cassette_ends_a_pytest_recording_run(
    documented, run, pytester, monkeypatch, simulator
):
    """An error of the test, also while recording; the file stays."""
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", simulator)
    path = pytester.path / "cassettes/test_fox/test_a_fox_is_painted.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"format": "gemini-image-harness/stock-cassette", "vers')

    ran = run("--record-mode=new_episodes")

    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*CassetteError*nor overwritten*"])
    assert path.read_text().endswith("vers")


def test_the_snippet_for_vcrpy_alone_runs(documented, tmp_path, monkeypatch):
    """And `install` is those three lines."""
    monkeypatch.chdir(tmp_path)
    (snippet,) = documented
    found = {}

    exec(compile(snippet, "docs/pytest-recording.md", "exec"), found)

    recorder = found["recorder"]
    assert isinstance(recorder.persister, StockPersister)
    assert recorder.matchers["gemini"] is same_request
    assert recorder.match_on == ("method", "gemini")
