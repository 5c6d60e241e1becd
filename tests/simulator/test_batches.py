"""Batch jobs go from pending to their end, and each request has its result in its place."""

import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest

from harness.simulator.batches import Batches, Term
from harness.simulator.files import FileStore
from harness.simulator.offer import offers
from harness.simulator.refusal import Refusal

PRO = "gemini-3-pro-image"
GOOD = {"contents": [{"parts": [{"text": "[[text]] a fox"}]}]}
BAD = {**GOOD, "generationConfig": {"imageConfig": {"aspectRatio": "7:5"}}}


def inline(*requests):
    rows = [
        {"request": request, "metadata": {"key": f"r{n}"}} for n, request in enumerate(requests)
    ]
    return {"batch": {"displayName": "d", "inputConfig": {"requests": {"requests": rows}}}}


def create(client, body, api="v1beta"):
    return client.post(f"/{api}/models/{PRO}:batchGenerateContent", json=body)


@pytest.mark.parametrize("api", ["v1", "v1beta"])
def test_inline_results_come_in_the_order_of_the_requests(client, api):
    """Each has a response or an error, and the metadata that was sent along."""
    made = create(client, inline(GOOD, BAD, GOOD), api).json()

    job = client.get(f"/{api}/{made['name']}").json()

    assert made["metadata"]["state"] == "BATCH_STATE_PENDING"
    assert "done" not in made
    assert (job["done"], job["metadata"]["state"]) == (True, "BATCH_STATE_SUCCEEDED")
    rows = job["response"]["inlinedResponses"]["inlinedResponses"]
    assert [row["metadata"]["key"] for row in rows] == ["r0", "r1", "r2"]
    assert [set(row) - {"metadata"} for row in rows] == [{"response"}, {"error"}, {"response"}]
    assert rows[0]["response"]["modelVersion"] == PRO
    assert rows[1]["error"]["code"] == 3
    assert "aspect_ratio" in rows[1]["error"]["message"]
    assert job["metadata"]["output"]["inlinedResponses"]["inlinedResponses"] == rows
    stats = job["metadata"]["batchStats"]
    assert (stats["successfulRequestCount"], stats["failedRequestCount"]) == ("2", "1")


def lines(*rows):
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def uploaded(client, data):
    start = {"x-goog-upload-protocol": "resumable", "x-goog-upload-command": "start"}
    url = client.post("/upload/v1beta/files", headers=start).headers["x-goog-upload-url"]
    ended = {"x-goog-upload-command": "upload, finalize", "x-goog-upload-offset": "0"}
    return client.post(url, content=data, headers=ended).json()["file"]["name"]


def test_a_file_of_lines_gives_a_file_of_lines(client):
    """Each line has the key of its request; snake_case is understood; the file downloads."""
    snake = {**GOOD, "generation_config": {"response_modalities": ["TEXT", "IMAGE"]}}
    name = uploaded(client, lines({"key": "a", "request": snake}, {"key": "b", "request": BAD}))

    made = create(client, {"batch": {"inputConfig": {"fileName": name}}}).json()
    job = client.get(f"/v1beta/{made['name']}").json()

    file = job["response"]["responsesFile"]
    assert file == f"files/batch-{made['name'].removeprefix('batches/')}"
    assert job["metadata"]["output"] == {"responsesFile": file}
    data = client.get(f"/v1beta/{file}:download?alt=media").content
    rows = [json.loads(line) for line in data.splitlines()]
    assert [(row["key"], set(row) - {"key"}) for row in rows] == [
        ("a", {"response"}),
        ("b", {"error"}),
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"batch": {"inputConfig": {"fileName": "files/absent"}}}, 403),
        ({"batch": {}}, 400),
        (inline(), 400),
        (inline({"contentz": []}), 400),
        ({"bach": {}}, 400),
    ],
    ids=["no file", "no input", "no requests", "unknown field inside", "unknown field"],
)
def test_an_ill_formed_job_is_refused(client, body, code):
    """Nothing is taken in."""
    assert create(client, body).status_code == code


def test_a_file_that_is_no_json_is_refused_by_line(client):
    """The line is named."""
    name = uploaded(client, lines({"key": "a", "request": GOOD}) + b"nonsense\n")

    made = create(client, {"batch": {"inputConfig": {"fileName": name}}})

    assert "in line 2" in made.json()["error"]["message"]


def test_a_job_is_listed_cancelled_and_deleted(client):
    """The list leaves results out; what is forgotten is 404."""
    name = create(client, inline(GOOD)).json()["name"]

    assert client.post(f"/v1beta/{name}:cancel", json={}).json() == {}
    cancelled = client.get(f"/v1beta/{name}").json()
    listed = client.get("/v1beta/batches").json()["operations"]
    assert client.delete(f"/v1beta/{name}").json() == {}

    assert cancelled["metadata"]["state"] == "BATCH_STATE_CANCELLED"
    assert "response" not in cancelled
    assert listed[0]["name"] == name
    assert all("response" not in row for row in listed)
    assert client.get(f"/v1beta/{name}").status_code == 404


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.at = datetime(2026, 11, 25, tzinfo=UTC)

    def __call__(self):
        return self.at


def jobs(run=lambda payload, offer: {"said": payload}, **how):
    clock, names = Clock(), (f"j{n}" for n in itertools.count())
    files = FileStore(lambda: next(names), clock=clock)
    return Batches(run, files, new_id=lambda: next(names), clock=clock, **how), clock


def state(batches, name="j0"):
    return batches.get(name)["metadata"]["state"].removeprefix("BATCH_STATE_")


def test_a_job_takes_its_seconds():
    """It is pending, then running, and done at the moment that was said."""
    batches, clock = jobs(term=Term(seconds=100))
    batches.create(inline(GOOD), offers()[PRO])

    seen = []
    for _ in range(5):
        seen.append(state(batches))
        clock.at += timedelta(seconds=25)

    assert seen == ["PENDING", "RUNNING", "RUNNING", "RUNNING", "SUCCEEDED"]


def test_a_job_takes_its_looks():
    """So many looks find it at work, the next finds it done, and it stays so."""
    batches, _ = jobs(term=Term(polls=2))
    batches.create(inline(GOOD), offers()[PRO])

    assert [state(batches) for _ in range(4)] == ["RUNNING", "RUNNING", "SUCCEEDED", "SUCCEEDED"]


def test_a_job_is_worked_once():
    """A second look gives the same results."""
    count = itertools.count()
    batches, _ = jobs(lambda payload, offer: {"n": next(count)})
    batches.create(inline(GOOD, GOOD), offers()[PRO])

    assert batches.get("j0") == batches.get("j0")
    assert next(count) == 2


def test_a_long_job_takes_several_looks():
    """No look waits for all of it; nothing is answered twice."""
    count = itertools.count()
    batches, _ = jobs(lambda payload, offer: {"n": next(count)}, term=Term(patience=0.0))
    batches.create(inline(GOOD, GOOD, GOOD), offers()[PRO])

    assert [state(batches) for _ in range(3)] == ["RUNNING", "RUNNING", "SUCCEEDED"]
    rows = batches.get("j0")["response"]["inlinedResponses"]["inlinedResponses"]
    assert [row["response"]["n"] for row in rows] == [0, 1, 2]


def test_a_finished_job_is_not_cancelled():
    """It stays as it ended."""
    batches, _ = jobs()
    batches.create(inline(GOOD), offers()[PRO])
    batches.get("j0")

    batches.cancel("j0")

    assert state(batches) == "SUCCEEDED"


def test_an_unknown_job_is_not_found():
    """Whatever is asked of it."""
    batches, _ = jobs()

    for ask in (batches.get, batches.cancel, batches.delete):
        with pytest.raises(Refusal, match="not found"):
            ask("nothing")
