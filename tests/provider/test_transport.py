"""Deadlines hold on the socket, under vcrpy too; a closed client opens no socket at all."""

import contextlib
import itertools
import json
import socket
import threading

import httpx
import pytest

from harness.errors import DeadlineExceeded, NoConnection, SettingsError, Unreachable
from harness.model.sse import events
from harness.provider.gemini import GeminiProvider
from harness.provider.protocol import Endpoint
from harness.provider.transport import (
    MOST_EVENTS,
    Deadline,
    _Events,
    closed_client,
    live_client,
    within,
)
from harness.recording.tape import intercepted

SHORT = Deadline(first_byte=0.2, total=0.2)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n"


class Through:
    """A deck that plays nothing and keeps nothing: every call goes out under vcrpy."""

    def played(self, *, url, body):
        return None

    def obtained(self, sent, answer):
        pass


@pytest.fixture(params=["bare", "under vcrpy"])
def vcr(request):
    """Run a test as it is, and with vcrpy in between."""
    with intercepted(Through()) if request.param == "under vcrpy" else contextlib.nullcontext():
        yield


def silent(connection, _):
    """Never answer; end when the client hangs up."""
    while connection.recv(65536):
        pass


def dripping(start):
    """Send `start`, then one byte after the other for ever."""

    def talk(connection, _):
        connection.sendall(start)
        connection.settimeout(0.01)
        while True:
            with contextlib.suppress(TimeoutError):
                if not connection.recv(1):
                    return
            connection.sendall(b"x")

    return talk


def reset(connection, _):
    """Break the connection after the request."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def cut(connection, _):
    """Send less than was announced."""
    connection.sendall(HEAD + b"{")


def hung_up(*_):
    """Close without a word."""


def test_a_silent_service_is_given_up(vcr, faulty, provider_at, request_of):
    """The first byte's deadline ends the wait."""
    deadline = Deadline(first_byte=0.2, total=1000)

    with pytest.raises(DeadlineExceeded):
        provider_at(faulty(silent), deadline=deadline).generate(request_of())


@pytest.mark.parametrize("start", [b"", HEAD, b"HTTP/1.1 200 OK\r\nx: "], ids=len)
def test_a_dripping_service_is_given_up(vcr, faulty, provider_at, request_of, start):
    """The total deadline ends an answer that goes on for ever, in its head or in its body."""
    deadline = Deadline(first_byte=1000, total=0.3)

    with pytest.raises(DeadlineExceeded):
        provider_at(faulty(dripping(start)), deadline=deadline).generate(request_of())


def test_a_service_that_does_not_listen_is_given_up(vcr, faulty, provider_at, request_of):
    """Sending a large request is within the deadline too."""
    over = threading.Event()
    url = faulty(lambda *_: over.wait(), reads=False)

    with pytest.raises(DeadlineExceeded):
        provider_at(url, deadline=SHORT).generate(request_of("x" * 30_000_000))

    over.set()


def test_a_first_byte_in_time_leaves_the_total_deadline():
    """Once the answer has begun, only the total counts; the clock is the caller's."""
    clock = itertools.count(0, 10).__next__

    with within(Deadline(first_byte=15, total=100), clock=clock) as call:
        before = call.remaining()
        call.started = True
        after = call.remaining()

    assert (before, after) == (5, 80)


@pytest.mark.parametrize("talk", [reset, cut, hung_up])
def test_a_connection_that_breaks_may_be_charged(vcr, faulty, provider_at, request_of, talk):
    """The request had arrived: it is Unreachable, never NoConnection."""
    with pytest.raises(Unreachable) as caught:
        provider_at(faulty(talk)).generate(request_of())

    assert type(caught.value) is Unreachable


def test_a_refused_connection_sent_nothing(vcr, provider_at, request_of):
    """No server at the address: nothing was sent, nothing is charged."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"

    with pytest.raises(NoConnection, match="check the address"):
        provider_at(url).generate(request_of())


def test_the_closed_client_opens_no_socket(monkeypatch, request_of, shelf):
    """A replay reaches nobody, not even a name server."""
    opened = []
    monkeypatch.setattr(socket, "socket", lambda *a, **k: opened.append(a))
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: opened.append(a))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: opened.append(a))
    endpoint = Endpoint(name="e", base_url="https://recorded.invalid")

    with closed_client() as client, pytest.raises(NoConnection, match="a replay tried to connect"):
        GeminiProvider(client=client, endpoint=endpoint, read=shelf.read, keep=shelf.keep).generate(
            request_of()
        )

    assert opened == []


def ask(client, shelf, request, url="http://gemini.invalid"):
    endpoint = Endpoint(name="e", base_url=url, key="k")
    provider = GeminiProvider(
        client=client, endpoint=endpoint, read=shelf.read, keep=shelf.keep, deadline=SHORT
    )
    return provider.generate(request)


@pytest.fixture
def proxy(faulty, monkeypatch):
    """Give what a silent proxy, which the environment names, is asked for."""
    asked = []

    def talk(connection, request):
        asked.append(request)
        silent(connection, request)

    url = faulty(talk)
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
    ):
        monkeypatch.setenv(name, url)
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    return asked


def test_a_proxy_of_the_environment_is_not_used_in_replay(proxy, shelf, request_of):
    """A replay does not even ask a proxy."""
    with closed_client() as client, pytest.raises(NoConnection):
        ask(client, shelf, request_of())

    assert proxy == []


def test_a_proxy_of_the_environment_is_not_used_on_loopback(proxy, simulator, shelf, request_of):
    """The simulator is reached directly."""
    endpoint = Endpoint(name="e", base_url=simulator, key="k")

    with live_client(connections=1, loopback=True) as client:
        provider = GeminiProvider(
            client=client, endpoint=endpoint, read=shelf.read, keep=shelf.keep
        )
        provider.generate(request_of("[[text]]"))

    assert proxy == []


@pytest.mark.parametrize(
    ("scheme", "line"), [("http", b"POST http://gemini.invalid"), ("https", b"CONNECT gemini")]
)
def test_a_proxy_of_the_environment_is_used_live(vcr, proxy, shelf, request_of, scheme, line):
    """Where a network lets nobody out directly, live calls go through its proxy, in time."""
    with live_client(connections=1, loopback=False) as client, pytest.raises(DeadlineExceeded):
        ask(client, shelf, request_of(), url=f"{scheme}://gemini.invalid")

    assert proxy[0].startswith(line)


def test_a_proxy_that_cannot_be_used_is_a_settings_error(monkeypatch):
    """A proxy of an unknown kind is said to be so."""
    monkeypatch.setenv("ALL_PROXY", "gopher://127.0.0.1:70")

    with pytest.raises(SettingsError, match="proxy"):
        live_client(connections=1, loopback=False)


def test_only_encodings_that_a_recording_can_undo_are_asked_for(faulty, shelf, request_of):
    """Whatever is installed beside the harness, answers come as gzip or deflate at the most."""
    seen = []

    def talk(connection, request):
        seen.append(request)
        data = json.dumps({"candidates": []}).encode()
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%b"
            % (len(data), data)
        )

    with live_client(connections=1, loopback=True) as client:
        ask(client, shelf, request_of(), url=faulty(talk))

    assert b"accept-encoding: gzip, deflate\r\n" in seen[0].lower()


def test_a_client_keeps_to_its_number_of_connections():
    """Clients are made with what the run allows."""
    with live_client(connections=3, loopback=True) as client:
        assert isinstance(client, httpx.Client)
        assert client.timeout.pool is None


class Chunks(httpx.SyncByteStream):
    def __init__(self, chunks):
        self._chunks = chunks

    def __iter__(self):
        return iter(self._chunks)


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"], ids=["crlf", "lf", "cr"])
@pytest.mark.parametrize("size", range(1, 9))
def test_events_come_whole_however_the_network_cut_them(size, end):
    """Also where the blank line between two lies across chunks."""
    body = b": ping" + 2 * end + b"data: {1}" + end + b"id: 7" + 2 * end + b"data: last" + end
    chunks = [body[at : at + size] for at in range(0, len(body), size)]

    found = list(_Events(Chunks(chunks)))

    assert found == list(events(body))
    assert len(found) == 3


def test_events_beyond_measure_come_as_the_network_brings_them():
    """Ten thousand come apart; nothing of the rest is lost, nor taken to pieces."""
    body = b"data: 1\n\n" * (MOST_EVENTS + 5)

    found = list(_Events(Chunks([body, b"data: 2\n\n"])))

    assert len(found) == MOST_EVENTS + 2
    assert b"".join(found) == body + b"data: 2\n\n"
