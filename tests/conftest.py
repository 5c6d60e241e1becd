"""What every room's tests share: no network, the real data, a simulator, faulty servers."""

import contextlib
import gc
import ipaddress
import os
import re
import socket
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import settings

from harness.model.blob import BlobRef
from harness.simulator.server import serving

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[1]


def _refuse_strangers(event, args):
    """Fail a test that would leave this machine."""
    if event != "socket.connect" or not isinstance(args[1], tuple):
        return
    host = str(args[1][0]).partition("%")[0]
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return
    if host != "localhost":
        raise RuntimeError(f"a test tried to reach {host}; tests use no network")


sys.addaudithook(_refuse_strangers)

# What surrounds a person, a forge's job or a hook of git is no part of what is tested.
for _name in (
    *("CI", "BUILD_NUMBER", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"),
    *("GITLAB_CI", "PYTEST_ADDOPTS", "FORCE_COLOR", "NO_COLOR", "PY_COLORS", "COLUMNS"),
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CEILING_DIRECTORIES"),
):
    os.environ.pop(_name, None)

# No test speaks TLS, and a client that trusts somebody takes 30 ms of work to be made.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = os.devnull


def _not_synced(handle):
    """Look only whether it is open: no power is cut here, and a core waits for each sync."""
    os.fstat(handle)


os.fsync = _not_synced


# A clock that other processes share says nothing of what is tested.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.hookimpl(tryfirst=True)  # before they are chosen by their marks
def pytest_collection_modifyitems(items):
    """Mark what starts a browser: `make browser` runs it, which `.ci/run` does too."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_collection_finish():
    """Let the collector pass over thousands of tests, which live to the end anyhow."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Give the folder of real recordings and pictures, or skip."""
    place = Path(os.environ.get("HARNESS_REAL_DATA", ROOT.parent / "shared" / "real"))
    if not place.is_dir():
        pytest.skip(f"the real recordings are not at {place}; set HARNESS_REAL_DATA")
    return place


@pytest.fixture(scope="session")
def simulator():
    """Give the address of one simulator with a seed, for all rooms."""
    with serving(seed=7) as address:
        yield address


class Shelf:
    """Blobs in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def keep(self, data: bytes) -> BlobRef:
        ref = BlobRef.of(data)
        self.kept[ref.name] = data
        return ref

    def read(self, ref: BlobRef) -> bytes:
        return self.kept[ref.name]


@pytest.fixture
def shelf() -> Shelf:
    """Give an empty shelf of blobs."""
    return Shelf()


@pytest.fixture
def faulty():
    """Give `faulty(talk)`: the address of a server that does `talk(connection, request)`.

    `talk` gets each accepted socket in a thread of its own, and the bytes of one whole
    request (none where `reads=False`); the socket is closed behind it.
    """
    with contextlib.ExitStack() as stack:

        def serve(talk, *, reads: bool = True) -> str:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            thread = threading.Thread(target=_accept, args=(listener, talk, reads))
            thread.start()
            stack.callback(thread.join)
            stack.callback(listener.shutdown, socket.SHUT_RDWR)
            return f"http://127.0.0.1:{listener.getsockname()[1]}"

        yield serve


def _accept(listener, talk, reads):
    threads = []
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threads.append(threading.Thread(target=_talk, args=(connection, talk, reads)))
            threads[-1].start()
    for thread in threads:
        thread.join()


def _talk(connection, talk, reads):
    with connection, contextlib.suppress(OSError):
        talk(connection, _request(connection) if reads else b"")


def _request(connection):
    """Read the head of a request and the body that it announces."""
    data = b""
    while b"\r\n\r\n" not in data and (more := connection.recv(65536)):
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    (length,) = re.findall(rb"\r\ncontent-length: *([0-9]+)", head.lower()) or [b"0"]
    while len(body) < int(length) and (more := connection.recv(65536)):
        body += more
    return head + b"\r\n\r\n" + body
