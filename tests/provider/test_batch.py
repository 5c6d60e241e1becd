"""Jobs are handed in as the official SDK does, and read in every form they come in."""

import json

import pytest

from harness.errors import MalformedAnswer, NoConnection
from harness.provider import batch as module
from harness.provider.batch import BatchItem, BatchService, State
from harness.provider.calling import Line
from harness.provider.files import FileService
from harness.provider.protocol import Endpoint
from harness.provider.transport import live_client

ITEMS = (
    BatchItem(key="fox 1", body=b'{"contents":[{"role":"user","parts":[{"text":"[[text]] f"}]}]}'),
    BatchItem(key="fox 2", body=b'{"contents":[{"role":"user","parts":[{"text":"[[text]] g"}]}]}'),
)
KEYS = [item.key for item in ITEMS]
KEY = "AQ-a-key-of-a-test-0123456789"


@pytest.fixture
def service_at():
    """Give `service_at(url)` over a live client of its own."""
    with live_client(connections=2, loopback=True) as client:

        def made(url, **limits):
            endpoint = Endpoint(name="there", base_url=url, key=KEY, **({"files": True} | limits))
            line = Line(client=client, endpoint=endpoint)
            return BatchService(line, FileService(line))

        yield made


@pytest.fixture
def saying(faulty):
    """Give `saying(*trees)`: a server that answers with one after the other, and what it read."""

    def made(*trees):
        seen, left = [], iter(trees)

        def talk(connection, request):
            seen.append(request)
            data = next(left)
            data = data if isinstance(data, bytes) else json.dumps(data).encode()
            head = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
            connection.sendall(head % len(data) + data)

        return faulty(talk), seen

    return made


def operation(**fields):
    return {"name": "batches/a", "metadata": {"displayName": "d", "name": "batches/a", **fields}}


def test_a_small_job_holds_its_requests(saying, service_at):
    """As the SDK writes it, with each request's bytes as they are."""
    url, seen = saying(operation(state="BATCH_STATE_PENDING"))

    job = service_at(url).submit("gemini-3-pro-image", ITEMS, display="d")

    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1beta/models/gemini-3-pro-image:batchGenerateContent ")
    assert json.loads(body) == {
        "batch": {
            "displayName": "d",
            "inputConfig": {
                "requests": {
                    "requests": [
                        {"request": json.loads(item.body), "metadata": {"key": item.key}}
                        for item in ITEMS
                    ]
                }
            },
        }
    }
    assert (job.name, job.display, job.state) == ("batches/a", "d", State.PENDING)


@pytest.mark.parametrize("large", [False, True])
def test_both_forms_give_the_same_answers(simulator, service_at, monkeypatch, large):
    """Within the job, or in a file that is downloaded."""
    monkeypatch.setattr(module, "INLINE", 10 if large else 10_000)
    service = service_at(simulator)

    job = service.get(service.submit("gemini-3-pro-image", ITEMS, display=f"d{large}").name)
    answers = list(service.answers(job, KEYS))

    assert job.state is State.SUCCEEDED
    assert bool(job.file) is large
    assert [answer.key for answer in answers] == KEYS
    assert all("candidates" in json.loads(answer.body) for answer in answers)


def test_an_endpoint_without_files_is_given_everything_inline(saying, service_at):
    """However large: the service will say what it thinks of it."""
    url, seen = saying(operation())

    service_at(url, files=False, request_bytes=1).submit("m", ITEMS, display="d")

    assert b'"requests"' in seen[0]


@pytest.mark.parametrize(
    ("tree", "state"),
    [
        (operation(state="BATCH_STATE_RUNNING"), State.RUNNING),
        (operation(state="JOB_STATE_SUCCEEDED"), State.SUCCEEDED),
        (operation(state="BATCH_STATE_EXPIRED"), State.EXPIRED),
        (operation(state="A_NEW_WORD"), State.PENDING),
        (operation() | {"done": True, "response": {}}, State.SUCCEEDED),
        (operation() | {"done": True, "error": {"message": "no"}}, State.FAILED),
        ({"name": "batches/a", "state": "BATCH_STATE_CANCELLED"}, State.CANCELLED),
    ],
)
def test_a_state_is_read_in_every_spelling(saying, service_at, tree, state):
    """What says no state is judged by how it ended."""
    url, _ = saying(tree)

    assert service_at(url).get("batches/a").state is state


@pytest.mark.parametrize(
    "tree",
    [
        {},
        {"name": "batches/../files"},
        {"name": "models/x"},
        [],
        {"name": "batches/a?b"},
        {"name": "batches/" + "a" * 201},
        {"name": "batches/a\n"},
        {"name": f"batches/{KEY}"},
    ],
)
def test_what_names_no_job_is_malformed(saying, service_at, tree):
    """A name goes into an address."""
    url, _ = saying(tree)

    with pytest.raises(MalformedAnswer):
        service_at(url).get("batches/a")


def test_a_job_is_found_by_what_it_was_handed_in_under(saying, service_at):
    """On a later page too; and none where there is none."""
    pages = (
        {"operations": [operation(displayName="x")], "nextPageToken": "p 2"},
        {"operations": [operation(displayName="wanted")]},
        {"operations": []},
    )
    url, seen = saying(*pages)
    service = service_at(url)

    found, absent = service.named("wanted"), service.named("wanted")

    assert found.name == "batches/a"
    assert absent is None
    assert b"pageToken=p%202" in seen[1]


@pytest.mark.parametrize("tree", [operation(displayName="x"), {"name": "models/else"}])
def test_a_list_that_has_no_end_tells_of_no_absence(saying, service_at, monkeypatch, tree):
    """A job that may be on a later page is not given up."""
    monkeypatch.setattr(module, "_PAGES", 3)
    url, _ = saying(*[{"operations": [tree], "nextPageToken": "\ud800"}] * 3)

    with pytest.raises(MalformedAnswer, match="more than 3 pages"):
        service_at(url).named("wanted")


@pytest.mark.parametrize("count", ["9" * 5000, "9" * 4000, -1, "x", None, [], 1e300])
def test_a_count_that_is_none_is_nought(saying, service_at, count):
    """No number breaks the look at a job."""
    url, _ = saying(operation(batchStats={"successfulRequestCount": count}))

    assert service_at(url).get("batches/a").succeeded == 0


def test_what_a_job_says_of_its_end_repeats_no_key(saying, service_at):
    """It goes into files and messages, at no great length."""
    said = {"message": f"{KEY} \ud800 no {'x' * 9999}"}
    row = {"error": {"code": 10**300, **said}}
    url, _ = saying(rows(row, row) | {"error": said})
    service = service_at(url)

    job = service.get("batches/a")
    answer, _ = service.answers(job, KEYS)

    assert job.error == answer.message == f"***   no {'x' * 9999}"[:1000] + "..."
    assert answer.code == 2


def test_the_name_of_a_file_of_answers_repeats_no_key(saying, service_at):
    """It is quoted where it is none."""
    url, _ = saying(operation() | {"done": True, "response": {"responsesFile": f"x/{KEY}"}})
    service = service_at(url)

    with pytest.raises(MalformedAnswer) as error:
        list(service.answers(service.get("batches/a"), KEYS))

    assert KEY not in str(error.value)


def test_requests_that_cannot_be_uploaded_are_no_job(faulty, service_at, monkeypatch):
    """Nothing was handed in: nobody has to look for it."""
    monkeypatch.setattr(module, "INLINE", 10)
    failing = b"HTTP/1.1 503 No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    url = faulty(lambda connection, _: connection.sendall(failing))

    with pytest.raises(NoConnection, match="could not be uploaded"):
        service_at(url).submit("m", ITEMS, display="d")


def rows(*answers):
    response = {"inlinedResponses": {"inlinedResponses": list(answers)}}
    return operation() | {"done": True, "response": response}


def test_answers_without_names_come_in_the_order_of_the_requests(saying, service_at):
    """As the service gives inline ones where no metadata came back."""
    url, _ = saying(rows({"response": {"a": 1}}, {"error": {"code": 8, "message": "none left"}}))
    service = service_at(url)

    first, second = service.answers(service.get("batches/a"), KEYS)

    assert (first.key, json.loads(first.body)) == ("fox 1", {"a": 1})
    assert (second.key, second.body, second.code) == ("fox 2", b"", 8)
    assert second.message == "none left"


@pytest.mark.parametrize("code", [8, True, "8"])
def test_an_error_that_stands_as_an_answer_is_an_error(saying, service_at, code):
    """As for single calls: nobody records it as what was painted."""
    row = {"response": {"error": {"code": code, "message": "none left"}}}
    url, _ = saying(rows(row, row))
    service = service_at(url)

    answer, _ = service.answers(service.get("batches/a"), KEYS)

    assert (answer.body, answer.message) == (b"", "none left")
    assert answer.code == (8 if code == 8 else 2)


def test_answers_with_names_come_in_any_order(saying, service_at):
    """The name counts."""
    url, _ = saying(
        rows(
            {"response": {"a": 2}, "metadata": {"key": "fox 2"}},
            {"response": {"a": 1}, "metadata": {"key": "fox 1"}},
        )
    )
    service = service_at(url)

    found = {a.key: json.loads(a.body) for a in service.answers(service.get("batches/a"), KEYS)}

    assert found == {"fox 1": {"a": 1}, "fox 2": {"a": 2}}


def test_a_wrong_count_of_answers_without_names_is_malformed(saying, service_at):
    """Nobody can tell whose they are."""
    url, _ = saying(rows({"response": {}}))
    service = service_at(url)

    with pytest.raises(MalformedAnswer, match="1 answers without names to 2 requests"):
        list(service.answers(service.get("batches/a"), KEYS))


def test_a_broken_line_of_a_file_loses_no_other(saying, service_at):
    """The others come by their names."""
    lines = b'{"key":"fox 1","response":{"a":1}}\n{"key":"fox 2","resp\n'
    url, _ = saying(operation() | {"done": True, "response": {"responsesFile": "files/b"}}, lines)
    service = service_at(url)

    (answer,) = service.answers(service.get("batches/a"), KEYS)

    assert answer.key == "fox 1"


@pytest.mark.parametrize("file", ["files/../models", "https://elsewhere.invalid/a", "files/a?b"])
def test_a_file_of_answers_is_one_of_the_services_own(saying, service_at, file):
    """Its name goes into an address."""
    url, seen = saying(operation() | {"done": True, "response": {"responsesFile": file}})
    service = service_at(url)

    with pytest.raises(MalformedAnswer, match="not the name of a file"):
        list(service.answers(service.get("batches/a"), KEYS))

    assert len(seen) == 1
