"""The log holds what was asked and answered, whole lines of it, and no key."""

import contextlib
import hashlib
import json
import re
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from harness.errors import StoreError
from harness.simulator.server import serving

KEY = "a-key-of-a-test-0123456789"
PRO = "/v1beta/models/gemini-3-pro-image"


class Logbook:
    """A simulator of its own, and what it noted."""

    def __init__(self, url, path):
        self.url = url
        self.path = path

    def ask(self, prompt="[[text]] a fox", *, operation="generateContent", query=""):
        body = json.dumps({"contents": [{"parts": [{"text": prompt}]}]}).encode()
        url = f"{self.url}{PRO}:{operation}{query}"
        return body, httpx.post(url, content=body, headers={"x-goog-api-key": KEY}, timeout=60)

    def events(self, count=0):
        """Give what is noted, once there are `count` lines: an answer arrives before its line."""
        beat = threading.Event()
        while len(lines := self.path.read_bytes().splitlines()) < count:
            beat.wait(0.01)
        return [json.loads(line) for line in lines]


@pytest.fixture
def logbook(tmp_path):
    path = tmp_path / "answers.jsonl"
    with serving(seed=3, log=path) as url:
        yield Logbook(url, path)


def digest(data):
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("operation", "query"),
    [
        ("generateContent", ""),
        ("streamGenerateContent", "?alt=sse"),
        ("streamGenerateContent", ""),
    ],
    ids=["one", "events", "list"],
)
def test_a_request_and_its_answer_are_noted_by_their_bytes(logbook, operation, query):
    """Two lines: what arrived, then what went out, with the id that the answer bears."""
    body, answer = logbook.ask(operation=operation, query=query)

    asked, answered = logbook.events(2)
    (response_id,) = set(re.findall(r'"responseId": ?"(.*?)"', answer.text))

    assert [asked["event"], answered["event"]] == ["asked", "answered"]
    assert asked["call"] == answered["call"] == 1
    assert asked["request_sha256"] == answered["request_sha256"] == digest(body)
    assert answered["sha256"] == digest(answer.content)
    assert answered["response_id"] == response_id
    assert (answered["status"], answered["model"]) == (200, "gemini-3-pro-image")
    assert (answered["method"], answered["operation"]) == ("POST", operation)
    assert asked["at"] <= answered["at"]


def test_lines_of_calls_in_flight_never_mix(logbook):
    """Every line is whole, and each call has its two."""
    with ThreadPoolExecutor(16) as pool:
        done = list(pool.map(lambda i: logbook.ask(f"[[text]] {i}"), range(64)))

    events = logbook.events(128)
    answered = {(e["request_sha256"], e["sha256"]) for e in events if e["event"] == "answered"}

    assert answered == {(digest(body), digest(answer.content)) for body, answer in done}
    assert sorted(e["call"] for e in events) == sorted([*range(1, 65)] * 2)
    for call in range(1, 65):
        assert [e["event"] for e in events if e["call"] == call] == ["asked", "answered"]


def test_a_refusal_is_noted_with_its_status(logbook):
    """It is an answer too, without an id."""
    for headers in ({"x-goog-api-key": KEY}, {}):
        httpx.post(f"{logbook.url}{PRO}:generateContent", content=b"{}", headers=headers)
        logbook.events(2)

    assert [(e["event"], e.get("status")) for e in logbook.events(4)] == [
        ("asked", None), ("answered", 400), ("asked", None), ("answered", 400),
    ]  # fmt: skip
    assert {e.get("response_id", "") for e in logbook.events()} == {""}


def test_no_key_is_noted(logbook):
    """Neither that of a header, nor that of the query."""
    logbook.ask(query=f"?key={KEY}")

    assert len(logbook.events(2)) == 2
    assert KEY not in logbook.path.read_text()


def test_other_addresses_are_not_noted(logbook):
    """Models and counts cost nothing, and are no answers."""
    httpx.get(f"{logbook.url}/v1beta/models", headers={"x-goog-api-key": KEY})
    logbook.ask(operation="countTokens")

    assert logbook.events() == []


def test_an_answer_that_nobody_waits_for_was_not_answered(tmp_path):
    """Who hung up before it was ready is known to have got nothing."""
    path = tmp_path / "answers.jsonl"
    with serving(seed=3, latency=0.5, log=path) as url:
        book = Logbook(url, path)
        body = json.dumps({"contents": [{"parts": [{"text": "[[text]] x"}]}]}).encode()
        with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)) as line:
            head = f"POST {PRO}:generateContent HTTP/1.1\r\nhost: x\r\nx-goog-api-key: k\r\n"
            line.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
            book.events(1)

    assert [e["event"] for e in book.events(2)] == ["asked", "gone"]


def test_a_log_is_appended_to(tmp_path):
    """A second server of the same file loses nothing of the first."""
    path = tmp_path / "answers.jsonl"
    for _ in range(2):
        with serving(log=path) as url:
            Logbook(url, path).ask()

    assert len(Logbook(url, path).events(4)) == 4


def test_a_log_that_cannot_be_written_is_refused_before_serving(tmp_path):
    """With its path, and what to do."""
    with (
        pytest.raises(StoreError, match=r"away.*cannot be written.*--log"),
        serving(log=tmp_path / "away" / "answers.jsonl"),
    ):
        pass


def test_the_command_line_logs(tmp_path):
    """`harness simulate --log FILE` notes what it answers."""
    path = tmp_path / "answers.jsonl"
    command = ["-m", "harness.cli.main", "simulate", "--port", "0", "--log", str(path)]
    with subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True) as process:
        url = re.search(r"http://[0-9.:]+", process.stdout.readline())[0]
        with contextlib.closing(process.stdout):
            Logbook(url, path).ask()
            noted = Logbook(url, path).events(2)
        process.kill()

    assert [event["event"] for event in noted] == ["asked", "answered"]


def drilled(tmp_path, fault):
    """Ask once where one thing goes wrong; give what was noted, once it is two lines."""
    with serving(seed=3, pool=1, stall=0.01, faults=(fault,), log=tmp_path / "log") as url:
        logbook = Logbook(url, tmp_path / "log")
        with contextlib.suppress(httpx.TransportError):
            logbook.ask("a fox")
        return logbook.events(2)


@pytest.mark.parametrize(("fault", "status"), [("cut-before", 0), ("cut-within", 200)])
def test_a_cut_answer_is_noted_as_cut(tmp_path, fault, status):
    """What was asked is there, and that the answer did not come to its end, and why."""
    asked, ended = drilled(tmp_path, fault)

    assert (asked["event"], ended["event"]) == ("asked", "cut")
    assert (ended["fault"], ended["status"]) == (fault, status)


@pytest.mark.parametrize(("fault", "status"), [("quota", 429), ("drip", 200), ("stripped", 200)])
def test_a_fault_is_noted_with_its_answer(tmp_path, fault, status):
    """The answer was handed over whole, and the log says what befell it."""
    ended = drilled(tmp_path, fault)[1]

    assert (ended["event"], ended["fault"], ended["status"]) == ("answered", fault, status)
