"""Files are uploaded in pieces, used as if inline, and gone when they should be."""

import base64
import hashlib
import itertools
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from harness.simulator.files import LIFETIME, FileStore
from harness.simulator.paint.reference import paint_reference
from harness.simulator.refusal import Refusal

PRO = "/v1beta/models/gemini-3-pro-image"
SHEET = paint_reference("fox", 2, (256, 256))


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.at = datetime(2026, 11, 25, tzinfo=UTC)

    def __call__(self):
        return self.at


def begin(client, size=None, api="v1beta", **described):
    headers = {
        "x-goog-upload-protocol": "resumable",
        "x-goog-upload-command": "start",
        "x-goog-upload-header-content-length": str(len(SHEET) if size is None else size),
        "x-goog-upload-header-content-type": "image/jpeg",
    }
    body = {"file": {"display_name": "ref", "mime_type": "image/jpeg", **described}}
    return client.post(f"/upload/{api}/files", json=body, headers=headers)


def step(url, command, data=b"", offset=0):
    headers = {"x-goog-upload-command": command, "x-goog-upload-offset": str(offset)}
    return httpx.post(url, content=data, headers=headers)


def upload(client, data=SHEET, **described):
    url = begin(client, len(data), **described).headers["x-goog-upload-url"]
    return step(url, "upload, finalize", data).json()["file"]


def ask(client, *parts):
    return client.post(f"{PRO}:generateContent", json={"contents": [{"parts": list(parts)}]})


@pytest.mark.parametrize("api", ["v1", "v1beta"])
def test_an_upload_in_one_piece_gives_a_file(client, api):
    """The start answers an address and no body; the bytes need no key; the file is described."""
    started = begin(client, api=api)

    finished = step(started.headers["x-goog-upload-url"], "upload, finalize", SHEET)

    assert (started.status_code, started.content) == (200, b"")
    assert finished.headers["x-goog-upload-status"] == "final"
    file = finished.json()["file"]
    assert file["state"] == "ACTIVE"
    assert file["sizeBytes"] == str(len(SHEET))
    digest = hashlib.sha256(SHEET).hexdigest()
    assert base64.b64decode(file["sha256Hash"]).decode() == digest
    lived = datetime.fromisoformat(file["expirationTime"]) - datetime.fromisoformat(
        file["createTime"]
    )
    assert lived == timedelta(hours=48)
    assert file["uri"].endswith(f"/{api}/{file['name']}")


def test_an_upload_in_pieces_says_how_far_it_is(client):
    """A query tells what arrived; the next chunk goes there; the end is asked for alone."""
    url = begin(client).headers["x-goog-upload-url"]

    first = step(url, "upload", SHEET[:1000])
    asked = step(url, "query")
    second = step(url, "upload", SHEET[1000:], offset=1000)
    ended = step(url, "finalize")

    assert first.headers["x-goog-upload-status"] == "active"
    assert asked.headers["x-goog-upload-size-received"] == "1000"
    assert second.headers["x-goog-upload-size-received"] == str(len(SHEET))
    assert ended.json()["file"]["sizeBytes"] == str(len(SHEET))


@pytest.mark.parametrize("offset", [0, 999, 1001])
def test_a_chunk_at_a_wrong_place_is_refused(client, offset):
    """What was received stays, and the upload can go on."""
    url = begin(client).headers["x-goog-upload-url"]
    step(url, "upload", SHEET[:1000])

    wrong = step(url, "upload, finalize", SHEET[1000:], offset=offset)

    assert wrong.status_code == 400
    assert "1000 bytes were received" in wrong.json()["error"]["message"]
    assert step(url, "upload, finalize", SHEET[1000:], offset=1000).status_code == 200


def test_an_upload_that_is_too_short_or_too_long_is_refused(client):
    """The announced size holds."""
    url = begin(client).headers["x-goog-upload-url"]

    short = step(url, "upload, finalize", SHEET[:-1])
    long = step(url, "upload", b"xy", offset=len(SHEET) - 1)

    assert (short.status_code, long.status_code) == (400, 400)


def test_a_cancelled_or_unknown_upload_is_gone(client):
    """No bytes are taken for it any more."""
    url = begin(client).headers["x-goog-upload-url"]

    cancelled = step(url, "cancel")

    assert cancelled.headers["x-goog-upload-status"] == "cancelled"
    assert step(url, "upload, finalize", SHEET).status_code == 404


def test_a_file_is_read_as_if_it_was_sent_inline(client):
    """By its address, by one of another host, or by its name: the same prompt tokens."""
    file = upload(client)
    inline = {"inlineData": {"mimeType": "image/jpeg", "data": base64.b64encode(SHEET).decode()}}
    real = f"https://generativelanguage.googleapis.com/v1beta/{file['name']}"

    sent = [
        ask(
            client, {"fileData": {"file_uri": uri, "mime_type": "image/jpeg"}}, {"text": "[[text]]"}
        )
        for uri in (file["uri"], real, file["name"])
    ]

    expected = ask(client, inline, {"text": "[[text]]"}).json()["usageMetadata"]
    for answer in sent:
        usage = answer.json()["usageMetadata"]
        assert usage["promptTokensDetails"] == expected["promptTokensDetails"]


def test_a_deleted_file_is_refused_wherever_it_is_named(client):
    """It is 403 to look at, to send and to count, as one that never was."""
    file = upload(client)
    assert file["name"] in [row["name"] for row in client.get("/v1/files").json()["files"]]

    assert client.delete(f"/v1beta/{file['name']}").json() == {}

    assert client.get(f"/v1beta/{file['name']}").status_code == 403
    sent = ask(client, {"fileData": {"fileUri": file["uri"]}}, {"text": "x"})
    assert (sent.status_code, sent.json()["error"]["status"]) == (403, "PERMISSION_DENIED")


def test_a_list_comes_in_pages(client):
    """A token leads from page to page."""
    names = [upload(client)["name"] for _ in range(3)]

    first = client.get("/v1beta/files?pageSize=2").json()
    rest = client.get(f"/v1beta/files?pageSize=2&pageToken={first['nextPageToken']}").json()

    assert [row["name"] for row in (*first["files"], *rest["files"])][:3] == names[::-1]


def test_an_uploaded_file_cannot_be_downloaded(client):
    """Only what the service made can."""
    assert client.get(f"/v1beta/{upload(client)['name']}:download?alt=media").status_code == 400


@pytest.mark.parametrize(("name", "code"), [("files/my-own", 200), ("Files/X", 400), ("-x", 400)])
def test_a_name_of_ones_own_is_kept_if_it_is_well_formed(client, name, code):
    """Lowercase letters, digits and dashes, and once only."""
    assert begin(client, name=name).status_code == code


def store(**limits):
    clock = Clock()
    names = (f"f{n}" for n in itertools.count())
    return FileStore(lambda: next(names), clock=clock, **limits), clock


def keep(files, data=b"abc", name=""):
    return files.keep(data, name=name, display="", mime="image/png")


def test_a_file_lives_for_48_hours():
    """It is there until then, and not at that moment."""
    files, clock = store()
    keep(files)
    clock.at += LIFETIME - timedelta(microseconds=1)
    assert files.get("files/f0").data == b"abc"

    clock.at += timedelta(microseconds=1)

    with pytest.raises(Refusal, match="do not have permission"):
        files.get("files/f0")


def test_limits_hold_for_a_file_and_for_all():
    """The limit itself is allowed; a byte more is not."""
    files, _ = store(most_file=3, most_in_all=5)
    keep(files)

    with pytest.raises(Refusal, match="File size exceeds"):
        keep(files, b"abcd")
    with pytest.raises(Refusal, match="storage exceeds"):
        keep(files)
    assert keep(files, b"ab").id == "f3"


def test_a_taken_name_is_refused():
    """A file is never overwritten."""
    files, _ = store()
    keep(files, name="files/mine")

    with pytest.raises(Refusal, match="already exists"):
        keep(files, name="files/mine")
