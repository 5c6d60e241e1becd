"""Uploads, batches and free questions go out as the official SDK sends them."""

import base64
import json

import httpx
import pytest

from harness.model.identity import normalised, with_named_blobs
from harness.model.request import Content, GenerationRequest, Parameters, Part, Role
from harness.provider.batch import BatchItem, BatchService
from harness.provider.calling import Line
from harness.provider.counting import count_tokens, get_model
from harness.provider.files import FileService
from harness.provider.protocol import Endpoint

MODEL = "gemini-3-pro-image-preview"
OWN = {"host", "accept", "accept-encoding", "connection", "user-agent", "x-goog-api-client"}
"""Headers of every client."""
JOB = {"name": "batches/xyz", "metadata": {"state": "BATCH_STATE_PENDING"}}
FILE = {"file": {"name": "files/abc", "uri": "u"}}


@pytest.fixture
def theirs(real_data):
    """Give the requests that the SDK sent."""

    def read(name):
        return json.loads((real_data / "sdk_requests" / f"{name}.json").read_text())["requests"]

    return read


@pytest.fixture
def line():
    """Give a line whose service takes everything, and what arrived there."""
    arrived = []

    def take(call):
        arrived.append(call)
        if call.url.path.startswith("/upload"):
            place = f"{call.url.scheme}://{call.url.host}/upload/v1/files?upload_id=ABC"
            return httpx.Response(200, json=FILE, headers={"x-goog-upload-url": place})
        answer = {"totalTokens": 3} if call.url.path.endswith("countTokens") else JOB
        return httpx.Response(200, json=answer)

    endpoint = Endpoint(
        name="e", base_url="https://there.invalid", api_version="v1", key="any", files=True
    )
    with httpx.Client(transport=httpx.MockTransport(take)) as client:
        yield Line(client=client, endpoint=endpoint), arrived


def comparable(tree):
    """Bring the spellings that mean the same to one."""
    return normalised(with_named_blobs(tree))


def same(ours, request):
    """Hold method, path, headers and body against the SDK's."""
    assert (ours.method, ours.url.path) == (request["method"], request["path"].partition("?")[0])
    headers = {key.lower(): value for key, value in request["headers"]}
    if ours.method == "POST":  # httpx says no length of a body that is none
        assert set(ours.headers) - OWN == set(headers) - OWN
    for name in headers:
        if name.startswith("x-goog-upload"):
            assert ours.headers[name] == headers[name]


def test_an_upload_is_what_the_sdk_sends(line, theirs, shelf):
    """Announced, then sent whole, with the headers of both steps."""
    start, sent = theirs("06_files_upload")
    data = base64.b64decode(sent["body_b64"])

    FileService(line[0]).upload(data, mime_type="image/png", title="ref")

    same(line[1][0], start)
    assert json.loads(line[1][0].content) == start["json"]
    ours = line[1][1]
    assert ours.content == data
    assert ours.method == "POST"
    theirs_headers = {key.lower(): value for key, value in sent["headers"]}
    assert set(ours.headers) - OWN == set(theirs_headers) - OWN
    assert {k: v for k, v in ours.headers.items() if k.startswith("x-goog-upload")} == {
        k: v for k, v in theirs_headers.items() if k.startswith("x-goog-upload")
    }


def test_a_job_of_requests_is_what_the_sdk_sends(line, theirs):
    """But for the names that ours have, all of them; and it is looked at alike."""
    create, look = theirs("05_batch_create_inline")
    rows = create["json"]["batch"]["inputConfig"]["requests"]["requests"]
    items = [
        BatchItem(key=f"req-{n}", body=json.dumps(row["request"]).encode())
        for n, row in enumerate(rows, start=1)
    ]
    service = BatchService(line[0], FileService(line[0]))

    service.get(service.submit(MODEL, items, display="d").name)

    for n, row in enumerate(rows, start=1):
        row.setdefault("metadata", {"key": f"req-{n}"})
    same(line[1][0], create)
    same(line[1][1], look)
    assert json.loads(line[1][0].content) == create["json"]


def test_a_job_of_a_file_is_what_the_sdk_sends(line, theirs, monkeypatch):
    """The lines are uploaded before."""
    monkeypatch.setattr("harness.provider.batch.INLINE", 1)
    create = theirs("05b_batch_create_file")[0]
    create["json"]["batch"]["inputConfig"]["fileName"] = FILE["file"]["name"]
    service = BatchService(line[0], FileService(line[0]))

    service.submit(MODEL, [BatchItem(key="k", body=b'{"contents":[]}')], display="d")

    same(line[1][-1], create)
    assert json.loads(line[1][-1].content) == create["json"]
    assert line[1][1].content == b'{"key":"k","request":{"contents":[]}}\n'


def test_a_count_is_asked_as_the_sdk_asks(line, theirs, shelf):
    """Contents alone."""
    request = theirs("07_count_tokens")[0]
    inline = request["json"]["contents"][0]["parts"][1]["inlineData"]
    picture = Part(
        picture=shelf.keep(base64.urlsafe_b64decode(inline["data"])), mime_type="image/png"
    )
    content = Content(role=Role.USER, parts=(Part(text="edit this"), picture))
    asked = GenerationRequest(model=MODEL, contents=(content,), parameters=Parameters())

    count_tokens(line[0].client, line[0].endpoint, asked, read=shelf.read)

    same(line[1][0], request)
    assert comparable(json.loads(line[1][0].content)) == comparable(request["json"])


def test_a_model_is_asked_for_as_the_sdk_asks(line, theirs):
    """A plain look."""
    get_model(line[0].client, line[0].endpoint, MODEL)

    same(line[1][0], theirs("08_models_get_list")[0])
