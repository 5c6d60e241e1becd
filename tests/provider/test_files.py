"""Large pictures are uploaded once, to nobody else, and named in the request."""

import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from harness.errors import NoConnection, RequestRejected, ServiceFailed
from harness.model.generation import Outcome
from harness.model.request import Content, GenerationRequest, Parameters, Part, Role
from harness.provider import files as module
from harness.provider.calling import Line
from harness.provider.files import FileService, Parcels
from harness.provider.gemini import GeminiProvider
from harness.provider.protocol import Endpoint
from harness.provider.transport import Deadline, live_client
from harness.provider.wire_files import body_with_files, too_large

KEY = "AQ.a-key-of-a-test-0123456789"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def asked():
    """Give what was asked: method, path and headers of each request."""
    return []


@pytest.fixture
def client(asked):
    """Give the harness's own client, which notes what it sends."""
    with live_client(connections=8, loopback=True) as made:
        made.event_hooks["request"] = [
            lambda r: asked.append((r.method, r.url.path, dict(r.headers), r.read()))
        ]
        yield made


@pytest.fixture
def service_at(client):
    """Give `service_at(url, memo=..., now=...)`."""

    def made(url, **more):
        endpoint = Endpoint(name="there", base_url=url, key=more.pop("key", KEY), files=True)
        line = Line(client=client, endpoint=endpoint, deadline=more.pop("deadline", Deadline()))
        return FileService(line, **more)

    return made


def answers(*, head, body=b"{}"):
    """Answer any request with headers and a body."""

    def talk(connection, _):
        length = b"content-length: %d" % len(body)
        lines = (b"HTTP/1.1 200 OK", b"connection: close", length, *head)
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)

    return talk


def picture(shelf, *, size=100, mark=b""):
    return shelf.keep(PNG + mark + bytes(size - len(PNG) - len(mark)))


def test_a_picture_is_uploaded_in_two_steps(simulator, service_at, asked, shelf):
    """Announced with the key, sent without it, as the official SDK does."""
    ref = picture(shelf)

    found = service_at(simulator).picture(ref, mime_type="image/png", read=shelf.read)

    (start, sent) = asked
    assert start[:2] == ("POST", "/upload/v1beta/files")
    assert start[2]["x-goog-upload-header-content-length"] == "100"
    assert start[2]["x-goog-upload-header-content-type"] == "image/png"
    assert json.loads(start[3])["file"]["size_bytes"] == 100
    assert start[2]["x-goog-api-key"] == KEY
    assert KEY not in str(sent)
    assert sent[2]["x-goog-upload-command"] == "upload, finalize"
    assert sent[3] == shelf.read(ref)
    assert found.name.startswith("files/")
    assert found.uri.endswith(found.name)


def test_a_large_one_goes_in_pieces(simulator, service_at, asked, shelf, monkeypatch):
    """Each says where it begins; only the last one finalizes."""
    monkeypatch.setattr(module, "CHUNK", 400_000)
    ref = picture(shelf, size=1_000_000)

    service_at(simulator).picture(ref, mime_type="image/png", read=shelf.read)

    sent = [headers for _, _, headers, _ in asked[1:]]
    assert [h["x-goog-upload-offset"] for h in sent] == ["0", "400000", "800000"]
    assert [h["x-goog-upload-command"] for h in sent] == ["upload", "upload", "upload, finalize"]
    assert b"".join(data for *_, data in asked[1:]) == shelf.read(ref)


def test_many_threads_upload_a_picture_once(simulator, service_at, asked, shelf):
    """The others wait for it."""
    ref, service = picture(shelf), service_at(simulator)
    together = threading.Barrier(8)

    def send(_):
        together.wait()
        return service.picture(ref, mime_type="image/png", read=shelf.read)

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(send, range(8)))

    assert len(found) == 1
    assert len(asked) == 2


def test_another_run_finds_what_an_earlier_one_uploaded(
    simulator, service_at, asked, shelf, tmp_path
):
    """One look whether it is still there; no byte is sent, and the memo holds no key."""
    ref = picture(shelf)
    first = service_at(simulator, memo=tmp_path).picture(ref, mime_type="a/b", read=shelf.read)
    asked.clear()

    second = service_at(simulator, memo=tmp_path).picture(ref, mime_type="a/b", read=shelf.read)

    assert second == first
    assert [(method, path) for method, path, *_ in asked] == [("GET", f"/v1beta/{first.name}")]
    (kept,) = tmp_path.iterdir()
    assert KEY not in kept.read_text() + kept.name


@pytest.mark.parametrize(
    "change",
    ["another key", "the file is gone", "the memo is broken", "it ends soon", "it has ended"],
)
def test_what_cannot_be_relied_on_is_uploaded_anew(
    simulator, service_at, client, shelf, tmp_path, change
):
    """A file of another key, one that is gone, or ends within the margin."""
    ref = picture(shelf, mark=change.encode())
    first = service_at(simulator, memo=tmp_path).picture(ref, mime_type="a/b", read=shelf.read)
    more = {}
    if change == "another key":
        more = {"key": "another-key-of-a-test"}
    elif change == "the file is gone":
        client.delete(f"{simulator}/v1beta/{first.name}", headers={"x-goog-api-key": KEY})
    elif change == "the memo is broken":
        next(tmp_path.iterdir()).write_text("{")
    else:
        hours = 46.5 if change == "it ends soon" else 49
        more = {"now": lambda: datetime.now(UTC) + timedelta(hours=hours)}

    second = service_at(simulator, memo=tmp_path, **more).picture(
        ref, mime_type="a/b", read=shelf.read
    )

    assert second.uri != first.uri


@pytest.mark.parametrize(
    "place",
    ["http://elsewhere.invalid/upload", "", "http://127.0.0.1:1/up", "http://[", "/upload"],
)
def test_an_upload_address_elsewhere_is_not_followed(faulty, service_at, asked, shelf, place):
    """Neither a byte nor the key goes there."""
    url = faulty(answers(head=[b"x-goog-upload-url: " + place.encode()]))

    with pytest.raises(RequestRejected, match="not on its own host"):
        service_at(url).picture(picture(shelf), mime_type="a/b", read=shelf.read)

    assert len(asked) == 1


@pytest.mark.parametrize(
    ("place", "base", "trusted"),
    [
        ("https://x.googleapis.com/u", "https://generativelanguage.googleapis.com", True),
        ("http://x.googleapis.com/u", "https://generativelanguage.googleapis.com", False),
        ("https://googleapis.com.evil/u", "https://generativelanguage.googleapis.com", False),
        ("https://x.googleapis.com/u", "https://gateway.example", False),
        ("https://gateway.example/u", "https://gateway.example/gemini", True),
        ("https://gateway.example:444/u", "https://gateway.example", False),
    ],
)
def test_google_may_name_another_host_of_its_own(place, base, trusted):
    """Nobody else may."""
    assert module._is_trusted(place, base) is trusted


def test_a_file_that_is_not_ready_is_waited_for(faulty, service_at, shelf):
    """PROCESSING is looked at again, ACTIVE is used."""
    waits, states = [], iter(["PROCESSING", "PROCESSING", "ACTIVE"])

    def talk(connection, request):
        host = request.lower().partition(b"host: ")[2].partition(b"\r\n")[0]
        if b"upload-command: start" in request.lower():
            answers(head=[b"x-goog-upload-url: http://" + host + b"/up"])(connection, request)
            return
        entry = {"name": "files/a", "uri": "u", "state": next(states)}
        tree = {"file": entry} if request.startswith(b"POST /up") else entry
        answers(head=[], body=json.dumps(tree).encode())(connection, request)

    service = service_at(faulty(talk), pause=waits.append)

    assert service.picture(picture(shelf), mime_type="a/b", read=shelf.read).uri == "u"
    assert waits == sorted(waits)
    assert len(waits) == 2


def lying(entry):
    """Answer both steps of an upload, and every look, with what a file is said to be."""

    def talk(connection, request):
        host = request.lower().partition(b"host: ")[2].partition(b"\r\n")[0]
        head = [b"x-goog-upload-url: http://" + host + b"/up"]
        tree = {"file": entry} if request.startswith(b"POST /up") else entry
        answers(head=head, body=json.dumps(tree).encode())(connection, request)

    return talk


@pytest.mark.parametrize("look_s", [0, 30])
def test_a_file_is_not_waited_for_beyond_the_deadline(faulty, service_at, shelf, look_s):
    """The endpoint's own counts, whether the looks or the waits between them take the time."""
    waits, start = [], datetime.now(UTC)
    talk = lying({"name": "files/a", "uri": "u", "state": "PROCESSING"})
    service = service_at(
        faulty(talk),
        deadline=Deadline(total=20.0),
        pause=waits.append,
        now=lambda: start + timedelta(seconds=len(waits) * look_s),
    )

    with pytest.raises(NoConnection, match="not ready in time"):
        service.picture(picture(shelf), mime_type="a/b", read=shelf.read)

    assert 0 < sum(waits) <= 20
    assert len(waits) == 1 or not look_s


@pytest.mark.parametrize("state", [f"no {KEY}", "\ud800" * 999, {"a": KEY}, 5, None])
def test_the_state_of_a_file_repeats_no_key(faulty, service_at, shelf, state):
    """A word of the service is quoted without it, and not at length."""
    talk = lying({"name": "files/a", "uri": "u", "state": state})

    with pytest.raises(RequestRejected, match="cannot use") as error:
        service_at(faulty(talk)).picture(picture(shelf), mime_type="a/b", read=shelf.read)

    assert KEY not in str(error.value)
    assert len(str(error.value).encode()) < 200


@pytest.mark.parametrize("uri", ["", "a\nb", "u" * 5000, f"https://x/{KEY}\x00"])
def test_an_address_that_no_request_can_hold_is_no_files(faulty, service_at, shelf, uri):
    """It goes into requests, notes and recordings."""
    talk = lying({"name": "files/a", "uri": uri})

    with pytest.raises(ServiceFailed, match="names no file"):
        service_at(faulty(talk)).picture(picture(shelf), mime_type="a/b", read=shelf.read)


@pytest.mark.parametrize(
    "entry",
    [{}, {"file": 3}, {"file": {"name": "files/../x", "uri": "u"}}, {"file": {"name": "files/a"}}],
)
def test_an_upload_that_names_no_file_is_the_services_failure(faulty, service_at, shelf, entry):
    """Nothing was asked of a model: nothing is charged, and it may be tried again."""

    def talk(connection, request):
        host = request.lower().partition(b"host: ")[2].partition(b"\r\n")[0]
        head = [b"x-goog-upload-url: http://" + host + b"/up"]
        answers(head=head, body=json.dumps(entry).encode())(connection, request)

    with pytest.raises(ServiceFailed, match="nothing was asked yet"):
        service_at(faulty(talk)).picture(picture(shelf), mime_type="a/b", read=shelf.read)


def test_no_connection_stays_one(service_at, shelf):
    """It is named as what it is."""
    with pytest.raises(NoConnection):
        service_at("http://127.0.0.1:9").picture(picture(shelf), mime_type="a/b", read=shelf.read)


# --- which pictures travel so ------------------------------------------------------------


def asking(*refs, answered=()):
    """Ask with pictures, after an answer that held some."""
    turns = [Content(role=Role.USER, parts=(Part(text="paint"),))] if answered else []
    if answered:
        parts = tuple(Part(picture=ref, mime_type="image/png") for ref in answered)
        turns.append(Content(role=Role.MODEL, parts=parts))
    parts = (*(Part(picture=ref, mime_type="image/png") for ref in refs), Part(text="a fox"))
    turns.append(Content(role=Role.USER, parts=parts))
    return GenerationRequest(
        model="gemini-3-pro-image", contents=tuple(turns), parameters=Parameters()
    )


def limited(url="https://there.invalid", **limits):
    return Endpoint(name="there", base_url=url, key=KEY, files=True, **limits)


@pytest.mark.parametrize(("limit", "chosen"), [(None, 0), (300, 0), (299, 1), (100, 1), (99, 2)])
def test_a_picture_above_the_limit_of_one_is_chosen(shelf, limit, chosen):
    """A picture of just the limit still goes inline; each goes once."""
    small, large = picture(shelf, size=100), picture(shelf, size=300)

    found = too_large(asking(small, large, large), limited(inline_bytes=limit))

    assert len(found) == chosen
    assert [part.picture for part in found] == [large, small][:chosen]


def test_the_largest_are_chosen_until_a_request_is_small_enough(shelf):
    """No more than have to."""
    refs = [picture(shelf, size=size) for size in (10_000, 40_000, 20_000)]

    found = too_large(asking(*refs), limited(request_bytes=60_000))

    assert [part.picture.size for part in found] == [40_000]


def test_what_the_model_answered_is_never_uploaded(shelf):
    """It goes back untouched."""
    found = too_large(asking(answered=[picture(shelf, size=9_000)]), limited(inline_bytes=10))

    assert found == ()


def test_a_named_file_stands_where_the_picture_would(shelf):
    """The order of the parts stays, and the others are inline as ever."""
    small, large = picture(shelf, size=100), picture(shelf, size=300)
    request = asking(small, large, answered=[large])

    tree = json.loads(body_with_files(request, read=shelf.read, uris={large.sha256: "there/a"}))

    parts = tree["contents"][2]["parts"]
    assert [next(iter(part)) for part in parts] == ["inlineData", "fileData", "text"]
    assert parts[1] == {"fileData": {"mimeType": "image/png", "fileUri": "there/a"}}
    assert "inlineData" in tree["contents"][1]["parts"][0]


@pytest.mark.parametrize("out", [True, False])
def test_only_a_call_that_goes_out_uploads(simulator, client, asked, shelf, out):
    """A replay builds everything inline."""
    endpoint = limited(simulator, inline_bytes=50)
    told = []
    service = FileService(Line(client=client, endpoint=endpoint))
    provider = GeminiProvider(
        client=client,
        endpoint=endpoint,
        read=shelf.read,
        keep=shelf.keep,
        parcels=Parcels(files=service, goes_out=lambda: out, tell=told.append),
    )
    drawn = io.BytesIO()
    Image.linear_gradient("L").resize((64, 64)).save(drawn, "PNG")
    ref = shelf.keep(drawn.getvalue())

    generation = provider.generate(asking(ref))

    body = json.loads(asked[-1][3])
    assert generation.outcome is Outcome.PICTURE
    assert ("fileData" in str(body)) is out
    assert len(asked) == (3 if out else 1)
    assert [list(files.values()) for files in told] == ([[ref.name]] if out else [])
