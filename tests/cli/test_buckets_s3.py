"""Blobs lie in a bucket behind a real S3 protocol server on loopback."""

import contextlib
import hashlib
import http.client
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harness.evaluate.push import push as send
from harness.evaluate.workspace import Workspace
from harness.settings import read_settings
from harness.store.bucket import Bucket

pytestmark = pytest.mark.services

COUNT = 40
"""Blobs of a recording that is many."""


class Service:
    """An S3 server with one bucket, behind a door that counts, and that may close."""

    def __init__(self, port):
        self.port = port
        self.puts = []
        self.closes_after = None
        self.refuses = False

    def count(self, method, path):
        """Note a request; tell what to do with it."""
        if self.refuses:
            return "refuse"
        if method == "PUT":
            self.puts.append(path)
            if self.closes_after is not None and len(self.puts) > self.closes_after:
                return "break"
        return "pass"


class Door(BaseHTTPRequestHandler):
    """A proxy that lets through what its service allows."""

    protocol_version = "HTTP/1.1"

    def handle_request(self):
        what = self.server.service.count(self.command, self.path)
        if what == "break":
            self.connection.close()
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if what == "refuse":
            self.give(403, b"<Error><Code>AccessDenied</Code></Error>", {})
            return
        there = http.client.HTTPConnection("127.0.0.1", self.server.service.port, timeout=60)
        with contextlib.closing(there):
            there.request(self.command, self.path, body=body, headers=dict(self.headers))
            answer = there.getresponse()
            data = answer.read()
        # closed by now: who was killed takes no answer, and this ends here
        self.give(answer.status, data, {k.lower(): v for k, v in answer.getheaders()})

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = handle_request  # noqa: N815

    def give(self, status, data, headers):
        self.send_response(status)
        own = ("connection", "transfer-encoding", "content-length")
        for name, value in headers.items():
            if name not in own:
                self.send_header(name, value)
        self.send_header("content-length", headers.get("content-length", str(len(data))))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *_):
        """Be silent."""


class Doors(ThreadingHTTPServer):
    """The door's server; it says nothing of who was killed midway."""

    def handle_error(self, *_):
        """Be silent."""


@pytest.fixture(scope="module")
def served():
    """Start the server once."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield server.get_host_and_port()[1]
    server.stop()


@pytest.fixture
def service(served, monkeypatch, request):
    """Give an empty bucket of this test, and the door to it."""
    service = Service(served)
    door = Doors(("127.0.0.1", 0), Door)
    door.service = service
    threading.Thread(target=door.serve_forever, daemon=True).start()
    service.url = f"s3://{hashlib.sha256(request.node.name.encode()).hexdigest()[:16]}/team"
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{door.server_address[1]}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    made = http.client.HTTPConnection("127.0.0.1", served)
    made.request("PUT", f"/{service.url[5:21]}")
    assert made.getresponse().status == 200
    made.close()
    yield service
    door.shutdown()
    door.server_close()


@pytest.fixture
def team(recorded, service):
    """Stand in a recorded folder whose blobs are kept in the bucket too, with many of them."""
    (recorded.folder / "harness.toml").write_text(f'blobs = "{service.url}"\n')
    return recorded


def many(team):
    """Let the recording name many blobs: as drafts that an answer holds."""
    cassette = team.cassette("fox")
    tree = json.loads(cassette.read_text())
    parts = tree["interactions"][0]["response"]["body"]["json"]["candidates"][0]["content"]["parts"]
    for number in range(COUNT):
        data = f"a draft {number}".encode() * 2000
        name = f"{hashlib.sha256(data).hexdigest()}.bin"
        team.blob(name).parent.mkdir(exist_ok=True)
        team.blob(name).write_bytes(data)
        parts.append({"text": {"$blob": name}, "thought": True})
    cassette.write_text(json.dumps(tree, indent=1))


def push(team, **settings):
    """Push in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "harness.cli.main", "cassette", "push"],
        cwd=team.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **settings,
    )


def blobs(team):
    return {path.name for path in (team.folder / "cassettes" / "blobs").glob("??/*")}


def objects(service):
    """Name what lies in the bucket."""
    return set(Bucket(service.url).everything())


def test_push_clone_pull_and_run_are_as_the_original(team, service):
    """Each blob is sent once and proved by the server's own sha256."""
    original = team("run", "--json")
    pushed = team("cassette", "push", "--json")
    whole = blobs(team)
    shutil.rmtree(team.folder / "cassettes" / "blobs")
    shutil.rmtree(team.folder / ".harness")

    pulled = team("cassette", "pull", "--json")
    again = team("run", "--json")

    assert (pushed.code, pulled.code) == (0, 0)
    assert pushed.json["requests"] == {
        "listings": len({n[:2] for n in whole}),
        "uploads": len(whole),
    }
    assert sorted(path.rpartition("/")[2].partition("?")[0] for path in service.puts) == sorted(
        whole
    )
    assert blobs(team) == whole
    assert again.json["run"]["suites"] == original.json["run"]["suites"]


def test_a_push_that_is_killed_goes_on_with_the_rest(team, service):
    """By kill -9 in the middle: what had arrived is not sent again."""
    many(team)
    wanted = len(blobs(team))
    process = push(team)
    while len(service.puts) < 12 and process.poll() is None:
        pass
    process.send_signal(signal.SIGKILL)
    process.communicate()
    arrived = objects(service)
    service.puts.clear()

    again = team("cassette", "push", "--json")

    assert 0 < len(arrived) < wanted
    assert again.code == 0
    assert again.json["requests"]["uploads"] == len(service.puts) == wanted - len(arrived)
    assert objects(service) == blobs(team)


def test_a_connection_that_breaks_is_one_line_and_the_rest_follows(team, service):
    """Exit 3; the same command goes on."""
    many(team)
    wanted = len(blobs(team))
    service.closes_after = 15
    broken = team("cassette", "push")
    arrived = objects(service)
    service.closes_after = None
    service.puts.clear()

    again = team("cassette", "push", "--json")

    assert broken.code == 3
    assert "then give the same command again" in broken.err
    assert len(arrived) == 15
    assert len(service.puts) == wanted - len(arrived)
    assert (again.code, objects(service)) == (0, blobs(team))


def test_eight_push_at_once_and_nothing_is_lost(team, service):
    """Names are content: who is first plays no part."""
    many(team)

    configured = read_settings(team.folder, environ={}, flags={})
    here = Workspace(root=team.folder, settings=configured.settings, environ={})

    with ThreadPoolExecutor(8) as pool:
        codes = [done.moved.exit_code for done in pool.map(lambda _: send(here), range(8))]

    assert codes == [0] * 8
    assert objects(service) == blobs(team)
    assert team("cassette", "verify", "--remote").code == 0


def test_credentials_that_are_refused_are_one_line(team, service):
    """Exit 3, and no traceback; a run goes on with one warning."""
    service.refuses = True

    pushed = team("cassette", "push")
    ran = team("run", "--fail-on", "failed")

    assert pushed.code == 3
    assert len(pushed.err.strip().splitlines()) == 1
    assert f"{service.url}: access is denied" in pushed.err
    assert ran.code == 0


def test_a_bucket_that_is_not_there_is_one_line(team):
    """Exit 3."""
    (team.folder / "harness.toml").write_text('blobs = "s3://nobodys-bucket/team"\n')

    ran = team("cassette", "push")

    assert ran.code == 3
    assert "there is no such bucket" in ran.err
