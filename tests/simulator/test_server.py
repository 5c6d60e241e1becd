"""The server stays on this machine, and leaves nothing behind."""

import signal
import socket
import subprocess
import sys
import threading

import httpx
import pytest

from harness.errors import SettingsError, UsageError
from harness.simulator.server import VERSIONS, serve, serving

HEADERS = {"x-goog-api-key": "k"}


def test_serving_ends_with_its_block():
    """After the block the port is free and no thread is left."""
    before = set(threading.enumerate())

    with serving(seed=1) as url:
        inside = httpx.get(f"{url}/v1beta/models", headers=HEADERS)

    assert inside.status_code == 200
    assert set(threading.enumerate()) == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/v1beta/models", headers=HEADERS)


def test_a_taken_port_is_a_settings_error():
    """A port in use says so and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(SettingsError, match="choose another port"), serving(port=port):
            pass


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "example.com", "::"])
def test_only_loopback_is_served(host):
    """A host that others could reach is refused."""
    with pytest.raises(SettingsError, match="this machine only"):
        serve(host=host, port=0, announce=str)


def test_an_unknown_version_is_refused_by_name():
    """The versions that exist are named."""
    with pytest.raises(UsageError, match=", ".join(VERSIONS)), serving(version="weird"):
        pass


def test_serve_announces_its_address_and_stops_when_interrupted():
    """An interrupt ends `serve` without a traceback."""
    code = (
        "from harness.simulator.server import serve\n"
        "serve(port=0, announce=lambda url: print(url, flush=True))\n"
    )

    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        answered = httpx.get(f"{url}/v1/models", headers=HEADERS)
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=20)

    assert answered.status_code == 200
    assert process.returncode == 0
    assert complaints == ""
